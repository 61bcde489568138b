import gc

import numpy as np

from specoracle.spectra.kept import Kept


def fixed(n):
    values = np.arange(float(n))
    values.flags.writeable = False
    return values


def test_a_value_is_found_for_the_very_same_array_only():
    kept, one, equal = Kept(4), fixed(3), fixed(3)
    kept.put(one, value="one")
    assert kept.get(one) == "one"
    assert kept.get(equal) is None


def test_a_value_may_belong_to_several_arrays_in_order():
    kept, one, other = Kept(4), fixed(3), fixed(4)
    kept.put(one, other, value="both")
    assert kept.get(one, other) == "both"
    assert kept.get(other, one) is None
    assert kept.get(one) is None


def test_nothing_is_kept_for_an_array_that_may_change():
    kept = Kept(4)
    for values in (np.arange(3.0), np.arange(9.0)[3:], fixed(9).reshape(3, 3).copy()):
        kept.put(values, value="wrong")
        assert kept.get(values) is None
    view = np.arange(9.0)
    seen = view[3:]
    seen.flags.writeable = False  # and yet it changes with its base
    kept.put(seen, value="wrong")
    assert kept.get(seen) is None


def test_what_came_first_is_forgotten_first():
    kept, arrays = Kept(2), [fixed(n) for n in range(1, 4)]
    for number, values in enumerate(arrays):
        kept.put(values, value=number)
    assert [kept.get(values) for values in arrays] == [None, 1, 2]


def test_an_array_that_nobody_else_holds_is_not_mistaken_for_a_new_one():
    kept = Kept(1000)
    for n in range(1, 500):
        kept.put(fixed(n), value=n)
        gc.collect(0)
        fresh = fixed(n)
        assert kept.get(fresh) is None
