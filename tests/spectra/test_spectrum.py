import numpy as np
import pytest

from specoracle.errors import SpectrumError
from specoracle.spectra.spectrum import Spectrum


def spectrum(wavelength=(1.0, 2.0, 3.0), flux=(1.0, 1.0, 1.0), ivar=(1.0, 1.0, 1.0)):
    return Spectrum(
        identifier="survey:7",
        wavelength=np.array(wavelength),
        flux=np.array(flux),
        ivar=np.array(ivar),
    )


def test_a_pixel_is_good_when_it_has_ivar_and_a_finite_flux():
    made = spectrum(
        wavelength=range(1, 7),
        flux=[1.0, 1.0, np.nan, np.inf, -2.0, 0.0],
        ivar=[1.0, 0.0, 1.0, 1.0, 1.0, np.nan],
    )
    assert made.good.tolist() == [True, False, False, False, True, False]


@pytest.mark.parametrize(
    "arrays",
    [
        {"flux": [1.0, 1.0]},
        {"ivar": [1.0, 1.0, 1.0, 1.0]},
        {"wavelength": [1.0], "flux": [1.0], "ivar": [1.0]},
        {"wavelength": [], "flux": [], "ivar": []},
        {name: np.ones((3, 3)) for name in ("wavelength", "flux", "ivar")},
    ],
)
def test_arrays_of_another_shape_are_refused_by_name(arrays):
    with pytest.raises(SpectrumError, match=r"survey:7: expected .* one shape .* got"):
        spectrum(**arrays)


@pytest.mark.parametrize(
    "wavelength",
    [
        [3.0, 2.0, 1.0],
        [1.0, 2.0, 2.0],
        [1.0, np.nan, 3.0],
        [np.nan, 1.0, 2.0],
        [0.0, 1.0, 2.0],
    ],
)
def test_wavelengths_that_do_not_increase_are_refused(wavelength):
    with pytest.raises(SpectrumError, match=r"survey:7: expected strictly increasing"):
        spectrum(wavelength=wavelength)


def test_a_spectrum_cannot_be_changed():
    with pytest.raises(AttributeError):
        spectrum().identifier = "another"
