import pytest

from specoracle.spectra.classification import spectral_letter


# Subclasses that the LAMOST and SDSS pipelines write.
@pytest.mark.parametrize(
    ("subclass", "letter"),
    [
        ("O", "O"),
        ("B6", "B"),
        ("A1IV", "A"),
        ("A5me", "A"),
        ("F9", "F"),
        ("G5", "G"),
        ("K7", "K"),
        ("M0", "M"),
        ("dM3", "M"),
        ("gM9", "M"),
        ("sdM1", "M"),
        ("OB", "O"),
    ],
)
def test_a_star_has_the_letter_of_its_subclass(subclass, letter):
    assert spectral_letter(subclass) == letter


@pytest.mark.parametrize("subclass", [None, "", "Non", "Galaxy", "Unknown", "STARBURST"])
def test_what_is_no_star_has_no_letter(subclass):
    assert spectral_letter(subclass) is None
