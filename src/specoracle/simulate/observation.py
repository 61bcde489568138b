"""What the telescope does to a spectrum: noise, sky, bad pixels, cosmic rays.

The photon budget of one fibre: electrons of the star, of the sky and of the read-out,
on two arms that meet at 5900 Angstrom.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.float64]

BANDS = {
    "u": (3700.0, 3900.0),
    "g": (4000.0, 5450.0),
    "r": (5600.0, 6950.0),
    "i": (6950.0, 8200.0),
    "z": (8200.0, 9050.0),
}
"""Range over which the signal-to-noise ratio of each band is a median [Angstrom]."""

# Response of both arms, relative to 6200 Å: gives the run of the signal-to-noise ratio
# of real LAMOST spectra of G stars, which falls to one eighth at 3800 Å.
_RESPONSE_BLUE = (
    (3690, 3800, 4000, 4300, 4850, 5450, 5750, 5900),
    (0.02, 0.04, 0.11, 0.27, 0.60, 0.72, 0.62, 0.40),
)
_RESPONSE_RED = (
    (6000, 6200, 6700, 7300, 7900, 8500, 8850, 9100),
    (0.75, 1.0, 1.7, 1.9, 1.7, 1.15, 0.8, 0.55),
)
_SKY = 60.0
"""Electrons a pixel of the sky's continuum, at a response of 1."""
_READ_NOISE_SQUARED = 40.0

# Vacuum wavelength [Å] and strength of atmospheric emission: [O I] and Na.
_SKY_LINES = ((5578.9, 60.0), (6302.0, 14.0), (6365.5, 5.0), (5891.6, 7.0))
_OH_BANDS = (
    (6830.0, 6950.0, 3.0),
    (7240.0, 7480.0, 12.0),
    (7710.0, 8070.0, 15.0),
    (8280.0, 8500.0, 18.0),
    (8760.0, 9095.0, 25.0),
)
# Absorption by air: range [Å], depth: O2 B, H2O, O2 A, H2O, H2O.
_TELLURIC = (
    (6868.0, 6945.0, 0.25),
    (7160.0, 7340.0, 0.15),
    (7595.0, 7690.0, 0.6),
    (8130.0, 8350.0, 0.12),
    (8930.0, 9095.0, 0.3),
)

_HALPHA_GUARD = (6430.0, 6700.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Observation:
    """Flux with noise, its inverse variance and the two masks, each ``(n_pixels,)``.

    A pixel is unusable where ``ivar`` is 0; most often neither mask says so.
    """

    flux: Pixels
    ivar: Pixels
    andmask: Pixels
    ormask: Pixels


def observe(
    rng: np.random.Generator, wavelength: Pixels, flux: Pixels, *, snr: float
) -> Observation:
    """Observe a spectrum with LAMOST.

    Parameters
    ----------
    rng
        Source of randomness.
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom].
    flux
        Flux density without noise, shape ``(n_pixels,)`` [any unit].
    snr
        Wanted signal-to-noise ratio a pixel in the middle of the red arm.

    Returns
    -------
    Observation
        In the unit of ``flux``.
    """
    sigma = noise(rng, wavelength, flux, snr=snr)
    observed = flux * _telluric_error(rng, wavelength) + rng.normal(0.0, sigma)
    observed += sigma * _sky_error(rng, wavelength)
    _hit_by_cosmic_rays(rng, observed)
    return _mask(rng, wavelength, observed, 1.0 / sigma**2)


def noise(
    rng: np.random.Generator, wavelength: Pixels, flux: Pixels, *, snr: float
) -> Pixels:
    """Draw the standard deviation of the noise in each pixel.

    Parameters
    ----------
    rng
        Source of randomness: brightness of the sky, fit of the arms.
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom].
    flux
        Flux density without noise, shape ``(n_pixels,)`` [any unit].
    snr
        Signal-to-noise ratio at the median flux of the r band where the response is 1.

    Returns
    -------
    Pixels
        Standard deviation, shape ``(n_pixels,)`` [unit of ``flux``].

    References
    ----------
    The CCD equation, S/N = N / sqrt(N + N_sky + N_read²), solved for N.
    """
    response = _response(wavelength)
    dip = rng.uniform(0.1, 0.7) * _bell(wavelength, rng.normal(5890.0, 30.0), 60.0)
    response = response * (1.0 - dip)
    sky = _SKY * float(np.exp(rng.normal(0.0, 0.5)))
    others = sky + _READ_NOISE_SQUARED
    electrons = 0.5 * (snr**2 + np.sqrt(snr**4 + 4.0 * snr**2 * others))
    inside = _within(wavelength, *BANDS["r"])
    gain = electrons / max(float(np.median(flux[inside])), 1e-30)
    star = gain * response * np.maximum(flux, 0.0) * _telluric(wavelength)
    background = sky * response * (1.0 + _sky_emission(wavelength))
    # Flat fields and wavelengths are good to some 0.1 %, whatever the exposure.
    variance = star + background + _READ_NOISE_SQUARED + (1e-3 * star) ** 2
    return np.sqrt(variance) / (gain * response)


def band_snr(wavelength: Pixels, flux: Pixels, ivar: Pixels) -> dict[str, float]:
    """Median signal-to-noise ratio a pixel in each of the bands u, g, r, i and z.

    Examples
    --------
    >>> ten = np.full(100, 10.0)
    >>> band_snr(np.linspace(3700.0, 9000.0, 100), ten, ten / 10.0)["r"]
    10.0
    """
    ratio = flux * np.sqrt(ivar)
    return {
        band: max(0.0, float(np.median(ratio[_within(wavelength, *limits)])))
        for band, limits in BANDS.items()
    }


def _response(wavelength: Pixels) -> Pixels:
    nodes, values = (
        blue + red for blue, red in zip(_RESPONSE_BLUE, _RESPONSE_RED, strict=True)
    )
    return np.interp(wavelength, nodes, values)


def _within(wavelength: Pixels, start: float, stop: float) -> npt.NDArray[np.bool_]:
    return (wavelength >= start) & (wavelength <= stop)


def _bell(wavelength: Pixels, centre: float, width: float) -> Pixels:
    return np.exp(-0.5 * ((wavelength - centre) / width) ** 2)


@lru_cache(maxsize=1)
def _fine() -> tuple[Pixels, Pixels, Pixels]:
    """Wavelength, sky emission over its continuum and telluric transmission.

    The OH and telluric lines have made-up places inside their bands, always the same.
    """
    rng = np.random.default_rng(5577)
    wavelength = 10.0 ** np.arange(3.565, 3.962, 5e-5)
    sky, air = np.zeros_like(wavelength), np.ones_like(wavelength)
    lines = list(_SKY_LINES)
    for start, stop, strength in _OH_BANDS:
        places = np.arange(start, stop, 19.0) + rng.uniform(-6.0, 6.0)
        lines += [(place, strength * rng.gamma(1.0)) for place in places]
    for place, strength in lines:
        sky += strength * _bell(wavelength, place, place / 1800.0 / 2.35)
    for start, stop, depth in _TELLURIC:
        for place in np.linspace(start, stop, int((stop - start) / 9)):
            share = depth * rng.uniform(0.4, 1.0) * (1.0 - 0.6 * (place - start) / 90)
            air *= 1.0 - max(0.03, share) * _bell(wavelength, place, 4.0)
    return wavelength, sky, air


def _sky_emission(wavelength: Pixels) -> Pixels:
    fine, sky, _ = _fine()
    return np.interp(wavelength, fine, sky)


def _telluric(wavelength: Pixels) -> Pixels:
    fine, _, air = _fine()
    return np.interp(wavelength, fine, air)


def _telluric_error(rng: np.random.Generator, wavelength: Pixels) -> Pixels:
    """Transmission left over by an imperfect correction."""
    return _telluric(wavelength) ** np.clip(rng.normal(0.04, 0.07), -0.15, 0.25)


def _sky_error(rng: np.random.Generator, wavelength: Pixels) -> Pixels:
    """Residual of sky lines in units of the noise; the line at 5577 Å is the worst."""
    sky = _sky_emission(wavelength)
    share = 0.2 * float(np.exp(rng.normal(0.0, 0.7)))
    residual = share * np.sqrt(sky) * rng.normal(0.0, 1.0, sky.size)
    return residual + rng.normal(0.0, 3.0) * _bell(wavelength, 5578.9, 1.6)


def _hit_by_cosmic_rays(rng: np.random.Generator, flux: Pixels) -> None:
    """Add the few hits that the pipeline missed, one or two pixels each."""
    scale = float(np.median(np.abs(flux)))
    for _ in range(rng.poisson(0.4)):
        pixel = int(rng.integers(2, flux.size - 2))
        height = scale * float(rng.exponential(0.4))
        flux[pixel : pixel + 2] += height * np.array([1.0, rng.uniform(0.0, 0.6)])


def _mask(
    rng: np.random.Generator, wavelength: Pixels, flux: Pixels, ivar: Pixels
) -> Observation:
    """Take out single pixels, the ends and, rarely, a whole piece of the spectrum.

    A missing piece spares the surroundings of Hα, on which the label rests.
    """
    andmask, ormask = np.zeros_like(flux), np.zeros_like(flux)
    single = rng.integers(0, flux.size, rng.poisson(rng.choice([0.5, 4.0, 25.0])))
    ivar[single] = 0.0
    flux[rng.permutation(single)[: single.size // 4]] = 0.0
    flagged = single[: single.size // 4]
    ormask[flagged] = 2.0 ** rng.integers(0, 5, flagged.size)
    andmask[flagged[::3]] = ormask[flagged[::3]]
    gone = np.arange(flux.size) >= flux.size - rng.choice([0, 0, 12, 45])
    if rng.random() < 0.03:
        start = float(rng.uniform(wavelength[0], wavelength[-1]))
        piece = _within(wavelength, start, start + rng.uniform(100.0, 700.0))
        gone |= piece & ~_within(wavelength, *_HALPHA_GUARD)
    flux[gone], ivar[gone] = 0.0, 0.0
    return Observation(flux=flux, ivar=ivar, andmask=andmask, ormask=ormask)
