"""Real spectra without emission, around Hα, as hosts of injected lines; one small file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from specoracle.durable import appearing
from specoracle.errors import LoaderError, SpectrumError
from specoracle.loaders.survey_file import load
from specoracle.simulate.absorption import SPEED_OF_LIGHT
from specoracle.simulate.artefacts import detectable_width
from specoracle.simulate.injection import line_continuum, usual_noise
from specoracle.spectra.classification import spectral_letter
from specoracle.spectra.lines import HALPHA
from specoracle.spectra.matched_filter import Filters, noise_scale
from specoracle.spectra.observation import CatalogueRow, Observation
from specoracle.spectra.spectrum import Spectrum

SIDE = 160
"""Pixels kept on each side of Hα: more than the recipe ``halpha`` reaches at ±300 km/s."""

LETTERS = "AFGK"
"""Spectral classes of hosts. M stars are left out: many have emission, and their molecular
bands leave no continuum."""

LEAST_SNR = 10.0

REACH = 100.0
"""How far from the star's velocity a narrow peak is looked for [km/s]."""

PEAK_SIGMA = 3.0
"""Significance from which a narrow peak counts."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hosts:
    """Spectra to inject into.

    Attributes
    ----------
    identifier
        Of each, shape ``(n_hosts,)``.
    star
        Number of the star, shape ``(n_hosts,)``; spectra of one star share it.
    velocity
        Radial velocity as the survey has it, shape ``(n_hosts,)`` [km/s].
    snr
        Median signal-to-noise ratio a pixel, shape ``(n_hosts,)``.
    wavelength
        Vacuum wavelength, shape ``(n_hosts, n_pixels)`` [Angstrom].
    flux, ivar
        As observed, shape ``(n_hosts, n_pixels)``.
    """

    identifier: npt.NDArray[np.str_]
    star: npt.NDArray[np.int64]
    velocity: npt.NDArray[np.float64]
    snr: npt.NDArray[np.float64]
    wavelength: npt.NDArray[np.float64]
    flux: npt.NDArray[np.float32]
    ivar: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.identifier)

    def spectrum(self, number: int) -> Spectrum:
        """Return one host."""
        return Spectrum(
            identifier=str(self.identifier[number]),
            wavelength=self.wavelength[number],
            flux=self.flux[number],
            ivar=self.ivar[number],
        )


def collect_hosts(folder: Path) -> Hosts:
    """Read the spectra of a folder of survey files that may be hosts.

    Kept are stars of class A, F, G or K with a signal-to-noise ratio of 10 or more, whose
    Hα shows no emission above the continuum, nor a narrow peak inside the absorption.

    Raises
    ------
    SpectrumError
        If there are none.
    """
    found = [h for path in sorted(folder.rglob("*.fits*")) for h in _hosts_of(path)]
    if not found:
        raise SpectrumError(
            f"{folder}: expected spectra of A to K stars without emission, got none. "
            "Point to a folder of LAMOST low-resolution files."
        )
    places = [observation.catalogue for observation, _ in found]
    sky = np.array([(c.get("ra", np.nan), c.get("dec", np.nan)) for c in places])
    _, star = np.unique(np.round(sky, 3), axis=0, return_inverse=True)
    spectra = [spectrum for _, spectrum in found]
    return Hosts(
        identifier=np.array([s.identifier for s in spectra]),
        star=star.reshape(-1).astype(np.int64),
        velocity=np.array([radial_velocity(c) for c in places]),
        snr=np.array([_snr(s) for s in spectra]),
        wavelength=np.stack([s.wavelength for s in spectra]),
        flux=np.stack([s.flux for s in spectra]).astype(np.float32),
        ivar=np.stack([s.ivar for s in spectra]).astype(np.float32),
    )


def write_hosts(path: Path, hosts: Hosts) -> None:
    """Write hosts as a compressed ``.npz`` file, whole or not at all."""
    columns = {name: getattr(hosts, name) for name in Hosts.__slots__}
    with appearing(path) as partial, partial.open("wb") as file:
        np.savez_compressed(file, **columns)


def read_hosts(path: Path) -> Hosts:
    """Read what `write_hosts` wrote."""
    with np.load(path, allow_pickle=False) as file:
        return Hosts(**{name: file[name] for name in Hosts.__slots__})


def radial_velocity(catalogue: CatalogueRow) -> float:
    """Radial velocity by the survey's redshift [km/s]; 0 where it gives none."""
    redshift = catalogue.get("z", 0.0)
    return redshift * SPEED_OF_LIGHT if np.isfinite(redshift) else 0.0


def _hosts_of(path: Path) -> Iterator[tuple[Observation, Spectrum]]:
    try:
        observations = load(path)
    except LoaderError:
        return
    for observation in observations:
        letter = spectral_letter(observation.catalogue.get("subclass", ""))
        is_star = observation.catalogue.get("object_class") == "STAR"
        if not is_star or letter is None or letter not in LETTERS:
            continue
        spectrum = _around_halpha(observation.spectrum)
        velocity = radial_velocity(observation.catalogue)
        if spectrum is not None and _is_host(spectrum) and not _peaks(spectrum, velocity):
            yield observation, spectrum


def _around_halpha(spectrum: Spectrum) -> Spectrum | None:
    """Cut the same number of pixels out of every spectrum."""
    middle = int(np.searchsorted(spectrum.wavelength, HALPHA))
    if middle < SIDE or middle + SIDE > spectrum.wavelength.size:
        return None
    kept = slice(middle - SIDE, middle + SIDE)
    return Spectrum(
        identifier=spectrum.identifier,
        wavelength=spectrum.wavelength[kept],
        flux=spectrum.flux[kept],
        ivar=spectrum.ivar[kept],
    )


def _is_host(spectrum: Spectrum) -> bool:
    if spectrum.good.mean() < 0.9 or _snr(spectrum) < LEAST_SNR:
        return False
    core = np.abs(spectrum.wavelength - HALPHA) < 6.0
    level = line_continuum(spectrum)
    if not spectrum.good[core].all() or not (level > 0).all():
        return False
    step = np.gradient(spectrum.wavelength)
    excess = ((spectrum.flux / level - 1.0) * step)[core].sum()
    return bool(excess < 2.0 * detectable_width(spectrum))


def _peaks(spectrum: Spectrum, velocity: float) -> bool:
    """Whether there is a narrow line at Hα, of the star's chromosphere or of a nebula."""
    offset = np.arange(-REACH, REACH + 1.0, 20.0)
    centres = HALPHA * (1.0 + (velocity + offset) / SPEED_OF_LIGHT)
    flux, noise = spectrum.flux[None].astype(np.float64), usual_noise(spectrum)
    ivar = np.zeros(flux.shape)
    ivar[0, noise > 0] = noise[noise > 0] ** -2.0
    fitted = Filters(spectrum.wavelength, centres).fit(flux, ivar)
    scale = noise_scale(flux, ivar, spectrum.wavelength)
    return bool(fitted.significance.max() > PEAK_SIGMA * scale[0])


def _snr(spectrum: Spectrum) -> float:
    good = spectrum.good
    return float(np.median(spectrum.flux[good] * np.sqrt(spectrum.ivar[good])))
