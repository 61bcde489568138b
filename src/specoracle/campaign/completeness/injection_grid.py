"""Which lines are injected, and into a host: the truth of each, and the spectra.

Every host gets every line once a draw, at every signal-to-noise ratio that it can be
brought down to, and once no line at all: what the model finds then is a false alarm.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from specoracle.errors import CampaignError
from specoracle.simulate.absorption import RESOLUTION, SPEED_OF_LIGHT
from specoracle.simulate.emission import EmissionLine
from specoracle.simulate.hosts import radial_velocity
from specoracle.simulate.injection import (
    BESIDE,
    inject,
    injected_label,
    with_more_noise,
)
from specoracle.spectra.lines import HALPHA
from specoracle.spectra.observation import Observation
from specoracle.spectra.spectrum import Spectrum

NO_LINE = "no line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """What is injected.

    Attributes
    ----------
    equivalent_widths
        Strengths of the lines [Angstrom], positive in emission.
    separations
        Of two peaks [km/s]; 0 for a single one.
    snr
        Signal-to-noise ratios a pixel around Hα that hosts are brought down to.
    width
        Full width at half maximum of each peak before the instrument [km/s].
    resolution
        Resolving power λ/FWHM of the spectra.
    draws
        How often every host gets every line, with other noise.
    seed
        Of the noise.

    Raises
    ------
    CampaignError
        If a value makes no line.
    """

    equivalent_widths: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
    separations: tuple[float, ...] = (0.0, 150.0, 300.0, 450.0)
    snr: tuple[float, ...] = (10.0, 20.0, 40.0)
    width: float = 150.0
    resolution: float = RESOLUTION
    draws: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        positive = (*self.equivalent_widths, *self.snr, self.width, self.resolution)
        lists = (self.equivalent_widths, self.separations, self.snr)
        if (
            not all(0 < value < np.inf for value in positive)
            or not all(0 <= value < np.inf for value in self.separations)
            or not all(lists)
            or any(len(set(values)) < len(values) for values in lists)
            or not 1 <= self.draws <= 100
        ):
            raise CampaignError(
                "Lines to inject: expected different positive equivalent widths and "
                "signal-to-noise ratios, separations of 0 km/s or more, and 1 to 100 "
                f"draws, got {asdict(self)}. Correct them."
            )

    @property
    def cells(self) -> tuple["Cell", ...]:
        """All combinations, those without a line first."""
        lines = [(ew, apart) for apart in self.separations for ew in self.equivalent_widths]
        return tuple(
            Cell(snr, ew, apart) for snr in self.snr for ew, apart in [(0.0, 0.0), *lines]
        )

    def truth(self, cell: "Cell") -> str:
        """Class of a cell's line as the spectrograph sees it.

        Examples
        --------
        >>> grid = Grid()
        >>> [grid.truth(Cell(20.0, 4.0, apart)) for apart in (0.0, 150.0, 300.0)]
        ['emission', 'unresolved', 'double-peak']
        """
        line = self.line(cell)
        return NO_LINE if line is None else injected_label(line, resolution=self.resolution)

    def line(self, cell: "Cell") -> EmissionLine | None:
        """Line of a cell; ``None`` for none."""
        if cell.equivalent_width == 0.0:
            return None
        return EmissionLine(
            equivalent_width=cell.equivalent_width,
            width=self.width,
            separation=cell.separation,
        )

    def record(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return asdict(self)


class Cell(NamedTuple):
    """S/N a pixel, equivalent width [Angstrom; 0 without a line], separation [km/s]."""

    snr: float
    equivalent_width: float
    separation: float


class Injected(NamedTuple):
    """One spectrum that was made, and for which cell and draw."""

    cell: int
    draw: int
    spectrum: Spectrum


def injected_spectra(host: Observation, grid: Grid, *, seed: int) -> Iterator[Injected]:
    """Make the spectra of one host.

    Parameters
    ----------
    host
        As the survey published it.
    grid
        What to inject.
    seed
        The host's own.

    Raises
    ------
    SpectrumError
        If there is no continuum beside Hα.
    """
    rng = np.random.default_rng([grid.seed, seed])
    velocity = radial_velocity(host.catalogue)
    own = snr_beside(host.spectrum, velocity)
    numbered = list(enumerate(grid.cells))
    for draw in range(grid.draws):
        for snr in grid.snr:
            if not own >= snr:
                continue
            noisier = with_more_noise(host.spectrum, own / snr, rng=rng)
            for number, cell in numbered:
                if cell.snr != snr:
                    continue
                line = grid.line(cell)
                spectrum = noisier
                if line is not None:
                    spectrum = inject(
                        noisier,
                        line,
                        rng=rng,
                        velocity=velocity,
                        resolution=grid.resolution,
                    )
                yield Injected(number, draw, spectrum)


def snr_beside(spectrum: Spectrum, velocity: float) -> float:
    """Median signal-to-noise ratio a pixel around Hα; NaN without usable pixels."""
    centre = HALPHA * (1.0 + velocity / SPEED_OF_LIGHT)
    near = spectrum.good & (np.abs(spectrum.wavelength - centre) <= BESIDE[1])
    flux: npt.NDArray[np.float64] = spectrum.flux[near].astype(np.float64)
    if not flux.size:
        return float("nan")
    return float(np.median(flux * np.sqrt(spectrum.ivar[near])))
