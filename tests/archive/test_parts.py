from dataclasses import fields, replace

import numpy as np
import pytest

from specoracle.archive.parts import read_part, write_part
from specoracle.archive.rows import Refused, Rows, take
from specoracle.errors import ArchiveError


def same(one, other):
    for column in fields(Rows):
        a, b = getattr(one, column.name), getattr(other, column.name)
        if column.name == "catalogue":
            assert list(a) == list(b)
            for name in a:
                np.testing.assert_array_equal(a[name], b[name], name)
        elif column.name == "refused":
            assert list(a) == list(b)
        else:
            np.testing.assert_array_equal(a, b, column.name)
            assert getattr(a, "dtype", None) == getattr(b, "dtype", None), column.name


def test_a_part_comes_back_as_it_was_written(tmp_path, rows):
    write_part(tmp_path / "0001.arrow", rows())
    same(read_part(tmp_path / "0001.arrow"), rows())


def test_a_part_of_refused_files_alone_comes_back(tmp_path, rows):
    none = take(rows(), np.array([], np.intp), [])
    write_part(tmp_path / "0001.arrow", none)
    back = read_part(tmp_path / "0001.arrow")
    assert back.flux.shape == (0, 140)
    same(back, none)


def test_names_that_are_not_unicode_come_back(tmp_path, rows):
    odd = "caf\udce9\n<b>Hα</b>.fits"
    refused = [Refused(path=odd, reason=odd, exception="OSError")]
    made = rows()
    made = replace(made, path=[odd] * len(made), refused=refused)
    write_part(tmp_path / "0001.arrow", made)
    same(read_part(tmp_path / "0001.arrow"), made)


def test_it_appears_whole_or_not_at_all(tmp_path, rows):
    broken = replace(rows(), identifier=[3])
    with pytest.raises(AttributeError):
        write_part(tmp_path / "0001.arrow", broken)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("n_bytes", [0, 5, 300, -10])
def test_a_damaged_part_is_refused(tmp_path, rows, n_bytes):
    path = tmp_path / "0001.arrow"
    write_part(path, rows())
    path.write_bytes(path.read_bytes()[:n_bytes])
    with pytest.raises(ArchiveError, match=r"0001.arrow: expected .* got .* Delete it"):
        read_part(path)


def test_a_part_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ArchiveError, match="expected a readable part"):
        read_part(tmp_path / "0001.arrow")
