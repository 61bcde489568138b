"""The candidates as a table of astropy, with units, UCDs, descriptions and provenance."""

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from astropy.table import Column, MaskedColumn, Table

from specoracle.archive.archive import OBJECT_ID
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.catalogue.columns import COLUMNS, About, about
from specoracle.campaign.judging.probabilities import TargetProbability
from specoracle.campaign.pool import pool_rows

OBJECT_COLUMNS = (OBJECT_ID, "object_spectra")


def candidate_table(
    campaign: Campaign,
    number: int,
    columns: Mapping[str, npt.NDArray[np.generic]],
    survey: pa.Table,
    probability: TargetProbability,
) -> Table:
    """Put columns in their order and say where they come from.

    Parameters
    ----------
    campaign, number
        Campaign and round.
    columns
        Ours, by name.
    survey
        What the archive's catalogue says, one row a candidate; columns that
        `specoracle.campaign.catalogue.columns` does not know come last.
    probability
        What the round's model says of the pool.
    """
    arrays = {name: plain_array(survey[name]) for name in survey.column_names}
    found: dict[str, Any] = arrays | dict(columns)
    table = Table(meta=_provenance(campaign, number, probability))
    for name in sorted(found, key=_place):
        table.add_column(described(name, found[name]), copy=False)
    return table


def described(name: str, values: npt.NDArray[np.generic]) -> Column:
    """Make a column of values, not of a copy, that says what it is; NaN is masked."""
    kind = "i" if values.dtype.kind == "u" else values.dtype.kind
    said: About = about(name, kind)
    settings: dict[str, Any] = {
        "name": name,
        "unit": said.unit or None,
        "description": said.description,
        "meta": {"ucd": said.ucd},
        "copy": False,
    }
    if isinstance(values, np.ma.MaskedArray):
        return MaskedColumn(values, **settings)
    if kind == "f":
        return MaskedColumn(values, mask=np.isnan(values), **settings)
    return Column(values, **settings)


def plain_array(column: pa.ChunkedArray) -> npt.NDArray[np.generic]:
    """Return values of Arrow; missing text is ``""``, missing numbers are masked."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return np.array(column.fill_null("").to_pylist(), dtype=np.str_)
    if pa.types.is_floating(column.type):
        return np.asarray(column.to_numpy(), np.float64)
    # A missing yes or no cannot be written to FITS; a missing number can.
    whole = column.cast(pa.int64())
    missing = np.asarray(column.is_null().to_numpy(), bool)
    values = np.asarray(whole.fill_null(0).to_numpy(), np.int64)
    return np.ma.MaskedArray(values, mask=missing)


def _place(name: str) -> tuple[int, int]:
    """Where a column stands: ours in their order, then those that were joined."""
    order = list(COLUMNS)
    words = name.split("_")
    if name not in COLUMNS and words[0] == "neighbour":
        return order.index("neighbour_distance"), int(words[1])
    return (order.index(name) if name in COLUMNS else len(order)), 0


def _provenance(
    campaign: Campaign, number: int, probability: TargetProbability
) -> dict[str, str | int]:
    """Names are as short as those of a FITS header must be."""
    calibration = probability.calibration
    pool = pool_rows(campaign.archive, campaign.folder, campaign.facts)
    return {
        "CREATOR": f"specoracle {version('specoracle')}",
        "DATE": datetime.now(UTC).isoformat(timespec="seconds"),
        "CAMPAIGN": campaign.name,
        "ROUND": number,
        "MODEL": campaign.journal.model_hash(campaign.name, number),
        "TARGETS": ", ".join(campaign.facts.targets),
        "RECIPE": campaign.archive.recipe.name,
        "NPOOL": int((pool < len(probability.values)).sum()),
        "NCALIB": 0 if calibration is None else calibration.n_labels,
    }
