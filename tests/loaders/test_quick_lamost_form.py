"""Files like one before: known as such only where astropy would read them the same."""

import re

import numpy as np
import pytest

from specoracle.errors import LoaderError
from specoracle.loaders import quick_lamost_form, quick_lamost_lrs, survey_file
from specoracle.loaders.quick_lamost_form import known_form

LAYOUTS = ("image", "dr1", "table")

OTHERS = {
    "CLASS": "STAR",
    "SUBCLASS": "G2",
    "PLANID": "F5902",
    "RA": 10.5,
    "DEC": -3.25,
    "Z": 0.001,
    "SNRU": 3.5,
    "OBJNAME": "no card of ours",
}


@pytest.fixture(params=LAYOUTS)
def make(request, monkeypatch):
    """Make files of one layout; none is known when the test begins."""
    monkeypatch.setattr(quick_lamost_form, "_known", [])
    build = request.getfixturevalue(request.param)
    return lambda **cards: build(**(OTHERS | cards))


def assert_as_astropy(content):
    try:
        expected = survey_file.parse_with_astropy(content, "star.fits")
    except LoaderError as reason:
        with pytest.raises(LoaderError, match=re.escape(str(reason))):
            survey_file.parse(content, "star.fits")
        return
    for one, other in zip(survey_file.parse(content, "star.fits"), expected, strict=True):
        assert (one.hdu, one.row) == (other.hdu, other.row)
        assert one.catalogue == other.catalogue
        assert one.spectrum.identifier == other.spectrum.identifier
        for name in ("wavelength", "flux", "ivar"):
            ours, theirs = getattr(one.spectrum, name), getattr(other.spectrum, name)
            assert (ours.dtype, ours.tobytes()) == (theirs.dtype, theirs.tobytes())


def with_card(content, key, card):
    start = content.index(key.ljust(8).encode() + b"= ")
    return content[:start] + card.ljust(80).encode("latin-1") + content[start + 80 :]


def test_the_second_file_of_a_form_is_known_and_read_as_astropy_does(make):
    assert known_form(make()) is None
    assert quick_lamost_lrs.read(make()) is not None
    other = make(
        CLASS="QSO", SUBCLASS="", PLANID="B1", RA=350.25, DEC=1.5, Z=-9999.0, SNRU=0.5
    )
    assert known_form(other) is not None
    assert_as_astropy(other)
    (found,) = survey_file.parse(other, "star.fits")
    assert found.spectrum.identifier == "lamost:55859-B1_sp01-017"
    assert found.catalogue["ra"] == 350.25
    assert "z" not in found.catalogue


def test_flux_and_ivar_are_those_of_the_file_itself(make):
    first = make()
    (before,) = quick_lamost_lrs.read(first)
    changed = bytearray(first)
    for values in (before.spectrum.flux, before.spectrum.ivar):
        start = first.index(values.tobytes())
        changed[start : start + 4] = np.array(-7.5, ">f4").tobytes()
    assert known_form(bytes(changed)) is not None
    assert_as_astropy(bytes(changed))
    (after,) = survey_file.parse(bytes(changed), "star.fits")
    assert (after.spectrum.flux[0], after.spectrum.ivar[0]) == (-7.5, -7.5)
    assert after.spectrum.wavelength is before.spectrum.wavelength


@pytest.mark.parametrize(
    ("key", "card"),
    [
        ("TELESCOP", "TELESCOP= 'LAMOST-S'"),
        ("TELESCOP", "TELESCOP= 'SDSS    '"),
        ("COEFF0", "COEFF0  =               3.5683"),
        ("COEFF0", "COEFF0  = 'unknown '"),
        ("COEFF1", "COEFF1  =               0.0002"),
        ("EXTEN0", "EXTEN0  = 'Flux, Inverse, Wavelength'"),
        ("EXTEN0", "EXTEN0  = 'Flux, Inverse, Continuum'"),
        ("BITPIX", "BITPIX  =                   32"),
        ("NAXIS", "NAXIS   =                    1"),
        ("SIMPLE", "SIMPLE  =                    F"),
        ("EXTEND", "EXTEND  =                    F"),
        ("OBJNAME", "CONTINUE  'more'"),
        ("OBJNAME", "BZERO   =                  1.0"),
        ("OBJNAME", "OBJNAME   'no value'"),
        ("OBJNAME", "CLASS   = 'twice   '"),
        ("OBJNAME", "OBJNAME = 'not \x07 printable'"),
        ("OBJNAME", "OBJNAME = 'not \x7f printable'"),
        ("OBJNAME", "OBJNAME = 'not \xe9 printable'"),
        ("OBJNAME", "END"),
    ],
)
def test_a_card_that_says_how_to_read_makes_another_form(make, key, card):
    quick_lamost_lrs.read(make())
    if key.ljust(8).encode() + b"= " not in make():
        pytest.skip(f"this layout has no {key}")
    other = with_card(make(), key, card)
    assert known_form(other) is None
    assert_as_astropy(other)


@pytest.mark.parametrize(
    ("key", "card"),
    [
        ("Z", "Z       =                 -1.5 / [km/s] with a comment"),
        ("Z", "Z       = 1.5E-3"),
        ("Z", "Z       =                  NaN"),
        ("Z", "Z       =                 1 2"),
        ("Z", "Z       = 'text    '"),
        ("Z", "Z       ="),
        ("Z", "Z       =                    T"),
        ("Z", "Z       =                -9999"),
        ("CLASS", "CLASS   = 'it''s   '           / quoted"),
        ("CLASS", "CLASS   = 'unclosed"),
        ("CLASS", "CLASS   =                    3"),
        ("LMJD", "LMJD    =              55859.0"),
        ("LMJD", "LMJD    = 'unknown '"),
        ("PLANID", "PLANID  = '        '"),
        ("PLANID", "PLANID  ="),
        ("OBJNAME", "OBJNAME = 'another name'"),
        ("OBJNAME", "OBJNAME = bare words that nobody reads"),
    ],
)
def test_an_odd_value_is_read_or_refused_as_by_astropy(make, key, card):
    quick_lamost_lrs.read(make())
    other = with_card(make(), key, card)
    assert known_form(other) is not None
    assert_as_astropy(other)


@pytest.mark.parametrize("change", ["longer", "shorter", "padding", "wavelength"])
def test_a_file_of_another_size_or_wavelength_is_of_another_form(make, change):
    content = make()
    (first,) = quick_lamost_lrs.read(content)
    start = content.find(first.spectrum.wavelength.astype(">f4").tobytes())
    if change == "wavelength":
        if start < 0:
            pytest.skip("the wavelengths of this layout stand in the header")
        last = start + 4 * (first.spectrum.wavelength.size - 1)
        later = np.array(9999.0, ">f4").tobytes()
        other = content[:last] + later + content[last + 4 :]
    elif change == "padding":
        end = content.index(b"END" + b" " * 77) + 80
        other = content[:end] + b"x" + content[end + 1 :]
    else:
        other = content + b"\0" * 2880 if change == "longer" else content[:-2880]
    assert known_form(other) is None
    assert_as_astropy(other)


# Wavelengths of a damaged COEFF1 are infinite, and refused as such.
@pytest.mark.filterwarnings("ignore:(overflow|invalid value) encountered:RuntimeWarning")
def test_any_byte_of_the_headers_may_be_damaged(make):
    content = make()
    quick_lamost_lrs.read(content)
    rng = np.random.default_rng(8)
    stop = content.rindex(b"END" + b" " * 77) + 80
    n_known = 0
    for place in rng.choice(stop, 300, replace=False).tolist():
        damaged = bytearray(content)
        damaged[place] = int(rng.choice([32, 39, 47, 48, 61, 69, 0, 10, 127, 200]))
        n_known += known_form(bytes(damaged)) is not None
        assert_as_astropy(bytes(damaged))
    assert n_known > 50


def test_no_more_forms_are_remembered_than_useful(make):
    for number in range(quick_lamost_form.N_KNOWN + 5):
        content = make(ORIGIN=f"LAMOST {number}")
        assert_as_astropy(content)
        assert known_form(content) is not None
    assert len(quick_lamost_form._known) == quick_lamost_form.N_KNOWN
    assert known_form(make(ORIGIN="LAMOST 0")) is None
