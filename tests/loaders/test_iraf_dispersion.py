import numpy as np
import pytest
from scipy.interpolate import BSpline

from specoracle.errors import LoaderError
from specoracle.loaders.iraf_dispersion import lines, wavelengths

PIXEL = np.arange(1.0, 12.0)
# Coordinates from -1 to 1 of pixels 1 to 11.
N = (PIXEL - 6) / 5


def header(*specs):
    """WAT2 cards as IRAF cuts them, without the blanks that FITS readers cut."""
    words = " ".join(f'spec{n} = "{spec}"' for n, spec in enumerate(specs, 1))
    words = "wtype=multispec " + words
    cards = [words[start : start + 68] for start in range(0, len(words), 68)]
    return {f"WAT2_{n:03d}": card.rstrip() for n, card in enumerate(cards, 1)}


def evaluated(spec):
    return wavelengths(lines(header(spec))[1], PIXEL)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("1 1 0 5000. 0.5 11 0. 1. 2.", 5000 + 0.5 * (PIXEL - 1)),
        # A factor of 1/(1 + z) brings a spectrum to rest.
        ("1 1 0 5000. 0.5 11 0.25 1. 2.", (5000 + 0.5 * (PIXEL - 1)) / 1.25),
        ("1 1 1 3.7 0.001 11 0. 1. 2.", 10 ** (3.7 + 0.001 * (PIXEL - 1))),
        # T0 = 1, T1 = n, T2 = 2n² - 1.
        (
            "1 1 2 0 0 11 0 1 2 1. 0. 1 3 1. 11. 5000 20 3",
            5000 + 20 * N + 3 * (2 * N**2 - 1),
        ),
        # P2 = (3n² - 1) / 2.
        (
            "1 1 2 0 0 11 0 1 2 1. 0. 2 3 1. 11. 5000 20 3",
            5000 + 20 * N + 3 * (3 * N**2 - 1) / 2,
        ),
        ("1 1 2 0 0 11 0 1 2 1. 7. 2 1 1. 11. 5000", np.full(11, 5007.0)),
        # Two pieces between 5000, 5010 and 5030.
        (
            "1 1 2 0 0 11 0 1 2 1. 0. 4 2 1. 11. 5000 5010 5030",
            np.interp(PIXEL, [1, 6, 11], [5000, 5010, 5030]),
        ),
        (
            "1 1 2 0 0 11 0 1 2 1. 0. 5 11 "
            + " ".join(f"{5000 + i**2}" for i in range(11)),
            5000.0 + np.arange(11) ** 2,
        ),
        (
            "1 1 2 0 0 11 0 1 2 1. 0. 6 3 0 1 5000 3 5010 11 5100",
            np.interp(PIXEL, [1, 3, 11], [5000, 5010, 5100]),
        ),
    ],
)
def test_each_dispersion_function_has_its_closed_form(spec, expected):
    np.testing.assert_allclose(evaluated(spec), expected, rtol=1e-13)


def test_a_cubic_spline_is_six_times_a_b_spline():
    # The four terms of section 5.5 add up to 6 where those of a B-spline add up to 1.
    coefficients = np.array([800.0, 830.0, 870.0, 920.0, 990.0])
    spec = "1 1 2 0 0 11 0 1 2 1. 0. 3 2 1. 11. " + " ".join(map(str, coefficients))
    knots = 1 + 5.0 * np.arange(-3, 6)
    expected = 6 * BSpline(knots, coefficients, 3)(PIXEL)
    np.testing.assert_allclose(evaluated(spec), expected, rtol=1e-13)


def test_functions_before_and_after_an_exposure_are_weighted():
    spec = "1 1 2 0 0 11 0 1 2 0.75 0. 2 1 1 11 5000 0.25 4. 1 2 1 11 5100 10"
    np.testing.assert_allclose(
        evaluated(spec), 0.75 * 5000 + 0.25 * (4 + 5100 + 10 * N), rtol=1e-14
    )


def test_blanks_at_the_end_of_a_card_count():
    """Numbers stand next to each other there, and would become one."""
    found = lines(header("1 1 0 5000.25 0.5 11 0. 10.5 20.5", "2 2 0 6000 1 11 0 1 2"))
    assert (found[1].first, found[2].first) == (5000.25, 6000.0)
    assert (found[2].aperture, found[2].n_pixels) == (2, 11)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("1 1 -1 1. 1. 11 0. 1. 2.", "expected dispersion of type 0, 1 or 2.* got -1"),
        ("1 1 2 1. 1. 11 0. 1. 2.", "got 2 with 0 numbers"),
        ("1 1 0 1.", "Expected numbers in WAT2"),
        ("1 1 0 one 1. 11 0.", "Expected numbers in WAT2"),
        ("1 1 0 1 1 1e999 0", "Expected numbers in WAT2"),
        ("1 1 2 0 0 11 0 1 2 1. 0. 2 nan 1 11 5000", "Expected numbers in WAT2"),
        ("1 1 2 0 0 11 0 1 2 1. 0. 9 1", "type 1 to 6 in WAT2, got 9"),
        ("1 1 2 0 0 11 0 1 2 1. 0. 2 5 1 11 5000 20", "Expected 5 more .* got 2"),
        ("1 1 2 0 0 11 0 1 2 1. 0.", "Expected 2 more .* got 1"),
        ("1 1 2 0 0 11 0 1 2 1. 0. 6 30 0 1 2", "Expected 60 more .* got 2"),
    ],
)
def test_what_is_cut_or_not_calibrated_is_refused(spec, words):
    with pytest.raises(LoaderError, match=words):
        evaluated(spec)
