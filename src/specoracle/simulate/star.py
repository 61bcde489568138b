"""One simulated star: what it is, where it was observed and what came out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.errors import SpectrumError
from specoracle.simulate.absorption import SPEED_OF_LIGHT, line_transmission
from specoracle.simulate.continuum import (
    SUBTYPES,
    calibration_error,
    effective_temperature,
    photosphere,
    reddening,
)
from specoracle.simulate.emission import (
    LABELS,
    EmissionLine,
    add_emission,
    draw_emission,
)
from specoracle.simulate.molecules import band_transmission
from specoracle.simulate.observation import band_snr, observe
from specoracle.simulate.placement import Placement
from specoracle.spectra.spectrum import Spectrum

Pixels = npt.NDArray[np.float64]

FIRST_LOG_WAVELENGTH = 3.5682
"""log10 of the first wavelength [Angstrom], vacuum (COEFF0)."""
LOG_STEP = 1e-4
"""Step of log10 wavelength (COEFF1)."""
N_PIXELS = 3909
"""Usual number of pixels."""

# Roughly the mix of LAMOST DR5 for the pool; emission-line stars are mostly B and A, Be
# stars and Herbig stars, with a few active dwarfs and young stars of late type.
_TYPE_MIX = {
    "absorption": (0.001, 0.008, 0.06, 0.31, 0.42, 0.15, 0.051),
    "emission": (0.03, 0.44, 0.30, 0.07, 0.04, 0.05, 0.07),
    "double-peak": (0.02, 0.60, 0.33, 0.05, 0.0, 0.0, 0.0),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedStar:
    """One observation of one star with everything that is true of it.

    Attributes
    ----------
    placement
        Plan, fibre and position.
    spectral_type
        Letter and subtype, e.g. ``"A5"``; says nothing of emission.
    label
        Class of the Hα profile, one of `LABELS`.
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom].
    flux, ivar
        Flux density and its inverse variance, shape ``(n_pixels,)`` [relative unit].
    andmask, ormask
        LAMOST's masks, shape ``(n_pixels,)``; 0 good.
    continuum
        Continuum without lines and noise, shape ``(n_pixels,)`` [relative unit].
    snr
        Median signal-to-noise ratio a pixel by band, u, g, r, i and z.
    teff
        Effective temperature [K].
    velocity
        Radial velocity [km/s].
    redshift, redshift_error
        What a pipeline would measure, dimensionless.
    line
        The emission line, ``None`` where there is none.
    """

    placement: Placement
    spectral_type: str
    label: str
    wavelength: Pixels
    flux: Pixels
    ivar: Pixels
    andmask: Pixels
    ormask: Pixels
    continuum: Pixels
    snr: dict[str, float]
    teff: float
    velocity: float
    redshift: float
    redshift_error: float
    line: EmissionLine | None

    @property
    def identifier(self) -> str:
        """Survey and key, e.g. ``"lamost:56265-HD053005N284112B01_sp01-001"``."""
        return f"lamost:{self.placement.key}"

    @property
    def ra(self) -> float:
        """Right ascension [deg]."""
        return self.placement.ra

    @property
    def dec(self) -> float:
        """Declination [deg]."""
        return self.placement.dec

    def spectrum(self) -> Spectrum:
        """Return what a loader would return for this star's file."""
        return Spectrum(
            identifier=self.identifier,
            wavelength=self.wavelength,
            flux=self.flux.astype(np.float32),
            ivar=self.ivar.astype(np.float32),
        )


def simulate_star(
    rng: np.random.Generator,
    *,
    label: str = "absorption",
    spectral_type: str | None = None,
    snr: float | None = None,
    placement: Placement | None = None,
) -> SimulatedStar:
    """Simulate one star.

    Parameters
    ----------
    rng
        Source of randomness.
    label
        Class of the Hα profile, one of `LABELS`.
    spectral_type
        Letter and subtype, e.g. ``"A5"``; drawn for the label when missing.
    snr
        Signal-to-noise ratio a pixel in the r band; drawn when missing.
    placement
        Plan, fibre and position; decides on identifier and header only.

    Raises
    ------
    SpectrumError
        If the label or the spectral type is unknown.

    Examples
    --------
    >>> star = simulate_star(np.random.default_rng(0), label="emission", snr=50.0)
    >>> star.label, star.identifier
    ('emission', 'lamost:56265-HD053005N284112B01_sp01-001')
    """
    if label not in LABELS:
        raise SpectrumError(
            f"Star: expected a label of {', '.join(LABELS)}, got {label!r}. "
            "Choose one of these."
        )
    spectral_type = spectral_type or draw_spectral_type(rng, label)
    snr = draw_snr(rng) if snr is None else snr
    teff = effective_temperature(spectral_type) * float(np.exp(rng.normal(0.0, 0.015)))
    velocity = float(rng.normal(0.0, 50.0))
    line = None if label == "absorption" else draw_emission(rng, label)
    wavelength = draw_wavelength(rng)
    # LAMOST's unit grows with exposure, so bright flux goes with good ratios.
    level = 4.2 * snr * float(10.0 ** rng.normal(0.0, 0.35))
    continuum = level * _continuum(rng, wavelength, teff)
    flux = _with_lines(rng, wavelength, continuum, teff=teff, velocity=velocity)
    if line is not None:
        flux = add_emission(
            wavelength, flux, continuum=continuum, line=line, velocity=velocity
        )
    observation = observe(rng, wavelength, flux, snr=snr)
    redshift_error = 2e-5 + 1e-3 / snr
    return SimulatedStar(
        placement=placement or Placement(),
        spectral_type=spectral_type,
        label=label,
        wavelength=wavelength,
        flux=observation.flux,
        ivar=observation.ivar,
        andmask=observation.andmask,
        ormask=observation.ormask,
        continuum=continuum,
        snr=band_snr(wavelength, observation.flux, observation.ivar),
        teff=teff,
        velocity=velocity,
        redshift=velocity / SPEED_OF_LIGHT + float(rng.normal(0.0, redshift_error)),
        redshift_error=redshift_error,
        line=line,
    )


def draw_spectral_type(rng: np.random.Generator, label: str = "absorption") -> str:
    """Draw a spectral type as frequent as in LAMOST among stars of that label."""
    letter = list(SUBTYPES)[rng.choice(len(SUBTYPES), p=_TYPE_MIX[label])]
    return f"{letter}{rng.choice(SUBTYPES[letter])}"


def draw_snr(rng: np.random.Generator) -> float:
    """Draw a signal-to-noise ratio in the r band: about 5 to 250, 3 % from 1.5 to 5."""
    if rng.random() < 0.03:
        return float(rng.uniform(1.5, 5.0))
    return float(np.clip(10.0 ** rng.normal(1.65, 0.35), 5.0, 250.0))


def draw_wavelength(rng: np.random.Generator) -> Pixels:
    """Draw LAMOST's vacuum wavelengths [Angstrom]; most spectra have 3909 pixels."""
    missing = int(rng.integers(1, 20)) if rng.random() < 0.12 else 0
    log_wavelength = FIRST_LOG_WAVELENGTH + LOG_STEP * np.arange(N_PIXELS - missing)
    return np.power(10.0, log_wavelength, dtype=np.float64)


def _continuum(rng: np.random.Generator, wavelength: Pixels, teff: float) -> Pixels:
    extinction = float(rng.exponential(0.4))
    smooth = photosphere(wavelength, teff) * reddening(wavelength, extinction)
    return smooth * calibration_error(wavelength, rng)


def _with_lines(
    rng: np.random.Generator,
    wavelength: Pixels,
    continuum: Pixels,
    *,
    teff: float,
    velocity: float,
) -> Pixels:
    metals = float(np.exp(rng.normal(0.0, 0.18)))
    rotation = float(rng.uniform(20.0, 130.0) if teff > 7000.0 else rng.uniform(0.0, 20.0))
    lines = line_transmission(
        wavelength, teff=teff, velocity=velocity, rotation=rotation, metals=metals
    )
    bands = band_transmission(wavelength, teff=teff, velocity=velocity, metals=metals)
    return continuum * lines * bands
