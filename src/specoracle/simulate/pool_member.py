"""Members of pools for replays: hard cases of Hα emission whose truth is known.

Some of them carry a fault, some have a line too weak to see, and targets are as weak
as a careful annotator could still tell. A member depends on its seed and number alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from specoracle.simulate.absorption import SPEED_OF_LIGHT
from specoracle.simulate.artefacts import FAULTS, detectable_width
from specoracle.simulate.emission import EmissionLine, draw_emission
from specoracle.simulate.hosts import Hosts
from specoracle.simulate.injection import (
    inject,
    injected_label,
    line_continuum,
    with_more_noise,
    with_velocity,
)
from specoracle.simulate.star import draw_spectral_type, simulate_star
from specoracle.spectra.lines import HALPHA
from specoracle.spectra.spectrum import Spectrum

FAULTY = 0.1
"""Share of members with a fault."""

WEAK = 0.02
"""Share of the others with a line below what can be seen."""

LEAST_SIGNIFICANCE = {"emission": 10.0, "double-peak": 24.0}
"""Weakest lines of targets, in standard deviations of the equivalent width."""

LEAST_FILLING = 0.5
"""Weakest lines of targets, as a share of the absorption that they stand in: less only
makes a shallower absorption line, as another temperature does."""

STRONGEST = 20.0
"""Strongest lines [Angstrom]."""

SNR = (5.0, 100.0)
"""Range of signal-to-noise ratios a pixel."""

Base = tuple[Spectrum, float, npt.NDArray[np.float64] | None]
"""A spectrum without emission, its radial velocity [km/s], and its continuum if known."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PoolMember:
    """A spectrum with everything that is true of it.

    Attributes
    ----------
    spectrum
        As a survey would publish it.
    label
        What a perfect annotator answers.
    truth
        More closely: also ``"unresolved"``, ``"weak"`` or the fault.
    star
        Number of the star it was made from.
    equivalent_width
        Of the line [Angstrom]; 0 where there is none.
    snr
        Signal-to-noise ratio a pixel.
    """

    spectrum: Spectrum
    label: str
    truth: str
    star: int
    equivalent_width: float
    snr: float


def simulated_member(seed: int, number: int, *, label: str) -> PoolMember:
    """Simulate a star with a line of a class, ``"absorption"`` for none."""
    rng = np.random.default_rng([seed, 11, number])
    snr = float(np.exp(rng.uniform(*np.log(SNR))))
    star = simulate_star(rng, snr=snr, spectral_type=draw_spectral_type(rng, label))
    near = (star.wavelength > 6400.0) & (star.wavelength < 6850.0)
    spectrum = replace(
        star.spectrum(),
        identifier=f"simulated:{seed}-{number:06d}",
        wavelength=star.wavelength[near],
        flux=star.flux[near],
        ivar=star.ivar[near],
    )
    base = (spectrum, star.velocity, star.continuum[near])
    return _finished(base, label, rng, star=number, snr=snr)


def injected_member(
    hosts: Hosts, seed: int, number: int, *, label: str, among: npt.NDArray[np.intp]
) -> PoolMember:
    """Make a spectrum out of one of the hosts ``among``: other noise, other velocity."""
    rng = np.random.default_rng([seed, 12, number])
    host = int(rng.choice(among))
    own = float(hosts.snr[host])
    snr = float(np.exp(rng.uniform(np.log(SNR[0]), np.log(min(own, SNR[1])))))
    shift = float(rng.normal(0.0, 50.0))
    spectrum = replace(
        with_velocity(hosts.spectrum(host), shift),
        identifier=f"injected:{seed}-{number:06d}",
    )
    spectrum = with_more_noise(spectrum, own / snr, rng=rng)
    base = (spectrum, float(hosts.velocity[host]) + shift, None)
    return _finished(base, label, rng, star=int(hosts.star[host]), snr=snr)


def draw_line(
    rng: np.random.Generator, label: str, *, noise: float, absorption: float = 0.0
) -> EmissionLine:
    """Draw a line of a target class, down to what can just be seen.

    Parameters
    ----------
    rng
        Source of randomness.
    label
        ``"emission"`` or ``"double-peak"``.
    noise
        Equivalent width that is one standard deviation of the noise [Angstrom].
    absorption
        Equivalent width of the star's own absorption, 0 or more [Angstrom].
    """
    visible = 0.5 + LEAST_FILLING * absorption
    least = min(max(LEAST_SIGNIFICANCE[label] * noise, visible), 0.5 * STRONGEST)
    strength = float(np.exp(rng.uniform(np.log(least), np.log(STRONGEST))))
    return replace(draw_emission(rng, label), equivalent_width=strength)


def core_absorption(spectrum: Spectrum, velocity: float) -> float:
    """Equivalent width of what Hα absorbs within 8 Angstrom of its centre, 0 or more."""
    offset = spectrum.wavelength - HALPHA * (1.0 + velocity / SPEED_OF_LIGHT)
    core = spectrum.good & (np.abs(offset) < 8.0)
    depth = 1.0 - spectrum.flux / line_continuum(spectrum, velocity)
    return max(0.0, float((depth * np.gradient(spectrum.wavelength))[core].sum()))


def _finished(
    base: Base, label: str, rng: np.random.Generator, *, star: int, snr: float
) -> PoolMember:
    """Inject what the label says, or a line too weak to see, and damage some."""
    spectrum, velocity, continuum = base
    noise, line, truth = detectable_width(spectrum), None, label
    if label != "absorption":
        absorption = core_absorption(spectrum, velocity)
        line = draw_line(rng, label, noise=noise, absorption=absorption)
        truth = injected_label(line)
    elif rng.random() < WEAK:
        line, truth = _too_weak(rng, noise), "weak"
    if line is not None:
        spectrum = inject(spectrum, line, rng=rng, velocity=velocity, continuum=continuum)
    if rng.random() < FAULTY:
        fault = _fault(rng, label)
        spectrum = FAULTS[fault](spectrum, rng)
        truth = fault if label == "absorption" else f"{truth}, {fault}"
    return PoolMember(
        spectrum=spectrum,
        label=label,
        truth=truth,
        star=star,
        equivalent_width=line.equivalent_width if line else 0.0,
        snr=snr,
    )


def _fault(rng: np.random.Generator, label: str) -> str:
    """Draw a fault; one that hides a line or looks like one befalls no target."""
    spared = () if label == "absorption" else ("nebular", "constant stretch")
    return str(rng.choice([name for name in FAULTS if name not in spared]))


def _too_weak(rng: np.random.Generator, noise: float) -> EmissionLine:
    strength = noise * float(rng.uniform(0.5, 2.5))
    return replace(draw_emission(rng, "emission"), equivalent_width=strength)


Make = Callable[[int, str], PoolMember]
"""Makes the member of a number and a label."""
