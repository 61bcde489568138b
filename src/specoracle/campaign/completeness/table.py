"""The table of completeness by injection: one row a cell of the grid."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from astropy.table import MaskedColumn, Table

from specoracle.campaign.completeness.injection_grid import Cell, Grid
from specoracle.campaign.facts import CampaignFacts
from specoracle.durable import appearing
from specoracle.estimation.clustered_share import ClusteredShare, clustered_share

FILE = "completeness.ecsv"

COLUMNS = {
    "snr": ("f8", "", "Signal-to-noise ratio a pixel around the line"),
    "equivalent_width": ("f8", "Angstrom", "Of the line, positive in emission; 0 for none"),
    "separation": ("f8", "km / s", "Of the two peaks; 0 for one"),
    "truth": ("U16", "", "What the spectrograph sees of it"),
    "n_stars": ("i8", "", "Stars injected into"),
    "n_spectra": ("i8", "", "Spectra made of them"),
    "n_found": ("i8", "", "Of these, predicted to be of a target class"),
    "completeness": ("f8", "", "Share found; of no line, false alarms"),
    "low": ("f8", "", "Lower limit (95 %), clustered by star"),
    "high": ("f8", "", "Upper limit (95 %), clustered by star"),
    "n_named": ("i8", "", "Predicted to be of the very class of the truth"),
    "named": ("f8", "", "Share of these; missing where the campaign has no such class"),
    "named_low": ("f8", "", "Its lower limit (95 %)"),
    "named_high": ("f8", "", "Its upper limit (95 %)"),
}
"""Type, unit and description of each column."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcomes:
    """What the model said of all injected spectra.

    Attributes
    ----------
    predicted
        Column of the predicted class, shape ``(n_hosts, n_cells, n_draws)``; -1 where no
        spectrum was made.
    star
        Number of the star of each host, shape ``(n_hosts,)``.
    n_refused
        Hosts that could not be used.
    n_trained
        Line-free spectra left out because the model was trained on their star.
    """

    predicted: npt.NDArray[np.int16]
    star: npt.NDArray[np.int64]
    n_refused: int
    n_trained: int


def completeness_table(outcomes: Outcomes, grid: Grid, facts: CampaignFacts) -> Table:
    """Tabulate the share found of every cell, with its interval."""
    rows = [
        _row(cell, outcomes.predicted[:, number], outcomes.star, grid, facts)
        for number, cell in enumerate(grid.cells)
    ]
    made = (outcomes.predicted >= 0).any(axis=(1, 2))
    table = Table(
        meta={
            "HOSTS": int(made.sum()),
            "STARS": len(np.unique(outcomes.star[made])),
            "REFUSED": outcomes.n_refused,
            "TRAINED": outcomes.n_trained,
            "TARGETS": ", ".join(facts.targets),
            "WIDTH": grid.width,
            "RESOLVE": grid.resolution,
            "DRAWS": grid.draws,
            "SEED": grid.seed,
        }
    )
    for name, (kind, unit, description) in COLUMNS.items():
        values = np.array([row[name] for row in rows], dtype=kind)
        mask = np.isnan(values) if kind == "f8" else np.zeros(len(values), bool)
        table[name] = MaskedColumn(
            values, mask=mask, unit=unit or None, description=description
        )
    return table


def write_completeness(folder: Path, table: Table) -> None:
    """Keep the table in a folder, whole or not at all."""
    with appearing(folder / FILE) as partial:
        table.write(partial, format="ascii.ecsv")


def read_completeness(folder: Path) -> Table | None:
    """Read what was kept; ``None`` without any, or without a whole one."""
    try:
        table = Table.read(folder / FILE, format="ascii.ecsv")
    except (OSError, ValueError):
        return None
    return table if set(COLUMNS) <= set(table.colnames) and "KEY" in table.meta else None


def _row(
    cell: Cell,
    predicted: npt.NDArray[np.int16],
    star: npt.NDArray[np.int64],
    grid: Grid,
    facts: CampaignFacts,
) -> dict[str, Any]:
    made = predicted >= 0
    cluster = np.broadcast_to(star[:, None], predicted.shape)[made]
    said = predicted[made]
    targets = [facts.classes.index(name) for name in facts.targets]
    found = clustered_share(np.isin(said, targets), cluster)
    truth = grid.truth(cell)
    is_class = truth in facts.classes
    right = said == (facts.classes.index(truth) if is_class else -1)
    named = clustered_share(right, cluster)
    return {
        **cell._asdict(),
        "truth": truth,
        "n_stars": found.n_clusters,
        "n_spectra": found.n,
        "n_found": found.hits,
        **_limits(found, "completeness", "low", "high", known=True),
        "n_named": named.hits,
        **_limits(named, "named", "named_low", "named_high", known=is_class),
    }


def _limits(share: ClusteredShare, *names: str, known: bool) -> dict[str, float]:
    values = (share.value, share.low, share.high)
    unknown = not known or share.n == 0
    return dict(zip(names, (np.nan,) * 3 if unknown else values, strict=True))
