"""Values of single cards, against astropy's reading of the same eighty characters."""

import warnings

import pytest
from astropy.io import fits

from specoracle.loaders.quick_header import NotPlain, number_of, text_of, value_of

FIELDS = [
    "                17.97 / [mag] Magnitude of object",
    "                -9999 / no magnitude",
    "              -999.0",
    "               1.5E-5 / small",
    "                 99.",
    "'LAMOST J220946.66-015526.5' / Designation",
    "'1237679997693657220' / Name of object",
    "'        '           / blank",
    "'O''Neill'           / a quote",
    "'no comment'",
    "'1 / 2'",
    "                    T / true",
]


def by_astropy(field):
    return fits.Card.fromstring(f"KEYWORD = {field}".ljust(80).encode()).value


@pytest.mark.parametrize("read", [value_of, number_of, text_of])
@pytest.mark.parametrize("field", FIELDS)
def test_a_value_is_what_astropy_reads(field, read):
    wanted = by_astropy(field)
    found = read(field.ljust(70).encode())
    assert found == wanted
    assert isinstance(found, str) == isinstance(wanted, str)


@pytest.mark.parametrize("read", [value_of, number_of, text_of])
@pytest.mark.parametrize(
    "field",
    ["", " / nothing", "1_0", "1 2", "nan", "0x1", "'open", "'a' b", "(1, 2)", "x'a'"],
)
def test_what_is_not_plain_is_asked_of_astropy(field, read):
    with pytest.raises(NotPlain):
        read(field.ljust(70).encode())


def test_these_are_no_numbers_to_astropy_either():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for field in ("1_0", "nan", "0x1"):
            with pytest.raises(fits.VerifyError):
                by_astropy(field)
