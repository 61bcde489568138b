"""A folder of LAMOST-like files with known truth."""

import csv
import io
from collections.abc import Callable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np

from specoracle.durable import write_text
from specoracle.errors import ArchiveError, SpectrumError
from specoracle.simulate.lamost_files import LAYOUTS, write_star
from specoracle.simulate.placement import place
from specoracle.simulate.star import SimulatedStar, simulate_star

TRUTH = "truth.csv"
"""Name of the table of truth in a simulated survey's folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueStar:
    """One row of the table of truth.

    Attributes
    ----------
    file
        Path relative to the survey's folder, with ``/``.
    identifier, label, spectral_type
        As in `SimulatedStar`.
    snr_r
        Signal-to-noise ratio a pixel in the r band.
    equivalent_width, separation, width
        Of Hα: [Angstrom], [km/s], [km/s]; empty where there is no emission.
    """

    file: str
    identifier: str
    label: str
    spectral_type: str
    snr_r: str
    equivalent_width: str = ""
    separation: str = ""
    width: str = ""


def simulate_survey(
    folder: Path,
    *,
    n_spectra: int,
    layout: str = "image",
    compress: bool = False,
    prevalence: float = 0.01,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write a survey of simulated stars and its table of truth.

    A star depends on ``seed``, its number and its label alone, so a survey does not
    change when it is made in other company. The table appears last, by rename: a folder
    without it was interrupted.

    Parameters
    ----------
    folder
        New or empty folder.
    n_spectra
        Number of spectra.
    layout
        One of `LAYOUTS`, ``"image"`` or ``"table"``.
    compress
        Whether to gzip the files.
    prevalence
        Share of emission-line stars, from 0 to 1; a third of them has a double peak.
    seed
        Seed of everything that is drawn, 0 or more.
    progress
        Called as ``progress(done, total)`` after each file.

    Returns
    -------
    Path
        The table of truth.

    Raises
    ------
    SpectrumError
        If a setting is out of its range.
    ArchiveError
        If the folder holds something already.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = simulate_survey(folder, n_spectra=3, prevalence=1.0)
    >>> sorted(read_truth(folder).values())
    ['double-peak', 'emission', 'emission']
    """
    _check(n_spectra=n_spectra, layout=layout, prevalence=prevalence, seed=seed)
    _check_empty(folder)
    folder.mkdir(parents=True, exist_ok=True)
    truth = []
    for index, label in enumerate(draw_labels(n_spectra, prevalence, seed=seed)):
        star = survey_star(seed, index, label=label)
        path = write_star(folder, star, layout=layout, compress=compress)
        truth.append(_true_star(star, path.relative_to(folder)))
        if progress is not None:
            progress(index + 1, n_spectra)
    write_text(folder / TRUTH, _table(truth))
    return folder / TRUTH


def read_truth(folder: Path) -> dict[str, str]:
    """Return the label of each identifier of a simulated survey.

    Raises
    ------
    ArchiveError
        If the folder holds no table of truth.
    """
    path = folder / TRUTH
    if not path.is_file():
        raise ArchiveError(
            f"{folder}: expected a simulated survey with {TRUTH}, got none. Make one "
            "with simulate_survey; an interrupted one has to be made again."
        )
    with path.open(encoding="utf-8", newline="") as rows:
        return {row["identifier"]: row["label"] for row in csv.DictReader(rows)}


def survey_star(seed: int, index: int, *, label: str) -> SimulatedStar:
    """Simulate the star number ``index`` of the survey of ``seed``."""
    rng = np.random.default_rng([seed, 0, index])
    return simulate_star(rng, label=label, placement=place(seed, index))


def draw_labels(n_spectra: int, prevalence: float, *, seed: int) -> list[str]:
    """Draw which spectra show emission: exactly ``round(n_spectra * prevalence)``.

    Examples
    --------
    >>> labels = draw_labels(300, 0.03, seed=0)
    >>> labels.count("emission"), labels.count("double-peak")
    (6, 3)
    """
    n_emission = round(n_spectra * prevalence)
    n_double = round(n_emission / 3)
    labels = np.full(n_spectra, "absorption", dtype="<U11")
    chosen = np.random.default_rng([seed, 3]).permutation(n_spectra)[:n_emission]
    labels[chosen] = "emission"
    labels[chosen[:n_double]] = "double-peak"
    return [str(label) for label in labels]


def _check(*, n_spectra: int, layout: str, prevalence: float, seed: int) -> None:
    if n_spectra < 1:
        raise SpectrumError(
            f"n_spectra: expected 1 or more, got {n_spectra}. Ask for some spectra."
        )
    if not 0.0 <= prevalence <= 1.0:
        raise SpectrumError(
            f"prevalence: expected a share from 0 to 1, got {prevalence}. Divide a "
            "percentage by 100."
        )
    if layout not in LAYOUTS:
        raise SpectrumError(
            f"layout: expected one of {', '.join(LAYOUTS)}, got {layout!r}. Choose one "
            "of these."
        )
    if seed < 0:
        raise SpectrumError(f"seed: expected 0 or more, got {seed}. Choose another.")


def _check_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ArchiveError(
            f"{folder}: expected a new or an empty folder, got one that holds files. "
            "Choose another folder or delete this one."
        )


def _true_star(star: SimulatedStar, file: Path) -> TrueStar:
    line = star.line
    return TrueStar(
        file=file.as_posix(),
        identifier=star.identifier,
        label=star.label,
        spectral_type=star.spectral_type,
        snr_r=f"{star.snr['r']:.2f}",
        equivalent_width="" if line is None else f"{line.equivalent_width:.3f}",
        separation="" if line is None else f"{line.separation:.1f}",
        width="" if line is None else f"{line.width:.1f}",
    )


def _table(truth: list[TrueStar]) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([field.name for field in fields(TrueStar)])
    rows.writerows([astuple(row) for row in truth])
    return text.getvalue()
