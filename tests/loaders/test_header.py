import pytest
from astropy.io import fits

from specoracle.loaders.header import number, text


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, 1.0), (-0.5, -0.5), (0, 0.0), (-9999, None), (-9999.0, None), ("1.5", None)],
)
def test_a_number_is_finite_and_no_sentinel(value, expected):
    assert number(fits.Header([("Z", value)]), ["Z"]) == expected


def test_the_first_key_that_holds_something_counts():
    header = fits.Header([("SNRU", -9999.0), ("SN_U", 3.0), ("A", " "), ("B", "two ")])
    assert number(header, ["SNRU", "SN_U"]) == 3.0
    assert text(header, ["A", "B"]) == "two"
    assert number(header, ["NONE"]) is text(header, ["NONE"]) is None


@pytest.mark.parametrize("value", [True, 7, None])
def test_what_is_no_text_is_missing(value):
    assert text(fits.Header([("CLASS", value)]), ["CLASS"]) is None
