"""The candidate catalogue: what the campaign found, with all that is known of each.

On the list are the labelled targets, and of the spectra without a label those that the
model predicts to be targets. Missing text is ``""``, a missing number is masked.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from astropy.table import Table

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.catalogue.columns import COLUMNS
from specoracle.campaign.catalogue.expected import expected_in_pool
from specoracle.campaign.catalogue.export import write_table
from specoracle.campaign.catalogue.flags import flag_columns
from specoracle.campaign.catalogue.given_labels import GivenLabel, given_labels
from specoracle.campaign.catalogue.neighbours import nearest_labelled
from specoracle.campaign.catalogue.table import OBJECT_COLUMNS, candidate_table
from specoracle.campaign.inputs import row_features
from specoracle.campaign.judging.performance import candidate_flags, trained_on
from specoracle.campaign.judging.probabilities import TargetProbability, target_probability
from specoracle.campaign.pool import pool_rows
from specoracle.errors import CampaignError
from specoracle.journal.event import BLIND_ROLES

N_NEIGHBOURS = 3

SURVEY = (
    "object_name",
    "object_class",
    "subclass",
    "z",
    "snr_r",
    "mag_r",
    "mjd",
    "observed",
    "release",
)
"""Columns of the archive's catalogue that stand behind ours."""

Row = npt.NDArray[np.int64]
Columns = dict[str, npt.NDArray[np.generic]]


def candidates(
    campaign: Campaign,
    *,
    round_number: int | None = None,
    n_neighbours: int = N_NEIGHBOURS,
) -> Table:
    """List the candidates of a trained round, most probable first.

    A spectrum that was labelled since stands with its label: as a candidate when it is
    a target, and not at all when it is none, or a bad spectrum.

    Parameters
    ----------
    campaign
        The campaign.
    round_number
        A trained round; the last one when left out.
    n_neighbours
        How many of the most similar labelled spectra to name.

    Returns
    -------
    Table
        One row a spectrum, with units, descriptions and UCDs; see
        `specoracle.campaign.catalogue.columns`.

    Raises
    ------
    CampaignError
        If that round has not been trained.
    """
    number = trained_round(campaign, round_number)
    probability = target_probability(campaign, number)
    rows = listed_rows(campaign, number)
    rows = rows[np.argsort(-probability.values[rows], kind="stable")]
    names = campaign.archive.identifiers(rows)
    given = given_labels(campaign, names)
    columns = _ours(campaign, number, names, given)
    columns |= _predicted(campaign, rows, probability)
    columns |= expected_in_pool(campaign, probability, columns["probability"])
    columns |= flag_columns(campaign.archive, rows)
    columns |= _neighbours(campaign, rows, n_neighbours)
    survey = _survey(campaign, rows)
    return candidate_table(campaign, number, columns, survey, probability)


def write_candidates(path: Path, found: Table) -> None:
    """Write candidates as FITS, VOTable, ECSV, CSV or Parquet, by the end of the name.

    Parameters
    ----------
    path
        File; it appears whole or not at all.
    found
        What `candidates` returned.

    Raises
    ------
    CampaignError
        If the name ends otherwise.
    """
    write_table(path, found)


def trained_round(campaign: Campaign, round_number: int | None) -> int:
    """Check that a round has a model; the last one that has when left out."""
    last = campaign.last_trained
    if last is None:
        raise CampaignError(
            f"{campaign.name}: expected a trained round, got none yet. Label the first "
            "batch and train the next round."
        )
    number = last if round_number is None else round_number
    if not 1 <= number <= last:
        raise CampaignError(
            f"{campaign.name}: expected a trained round from 1 to {last}, got {number}. "
            "Choose one of these."
        )
    return number


def listed_rows(campaign: Campaign, number: int) -> Row:
    """Rows on the candidate list of a round, by the labels of now, in order."""
    listed = candidate_flags(campaign, number)
    labels = campaign.labels()
    judged = [*labels, *campaign.bad()]
    rows = campaign.archive.rows(judged)
    inside = rows < len(listed)
    is_target = np.array([labels.get(n) in campaign.facts.targets for n in judged], bool)
    listed[rows[inside]] = is_target[inside]
    pool = pool_rows(campaign.archive, campaign.folder, campaign.facts)
    pool = pool[pool < len(listed)]
    return pool[listed[pool]]


def _ours(
    campaign: Campaign, number: int, names: list[str], given: Mapping[str, GivenLabel]
) -> Columns:
    each = [given.get(name, GivenLabel()) for name in names]
    trained, asked = trained_on(campaign, number), _asked(campaign)
    targets = campaign.facts.targets
    reasons = [
        "labelled as a target" if label.label in targets else "predicted" for label in each
    ]
    return {
        "identifier": _text(names),
        "label": _text([label.label for label in each]),
        "labelled_by": _text([label.by for label in each]),
        "disagreement": np.array([label.disagreement for label in each], bool),
        "reason": _text(reasons),
        "asked": _text([asked.get(name, "") for name in names]),
        "trained": np.array([name in trained for name in names], bool),
    }


def _asked(campaign: Campaign) -> dict[str, str]:
    """Say when and why somebody was asked; a blind question that is open stays blind."""
    dealt_with = campaign.dealt_with()
    return {
        member.identifier: f"round {number}, {member.role}: {member.reason}"
        for number in range(campaign.round_number + 1)
        for member in campaign.journal.members(campaign.name, number)
        if member.role not in BLIND_ROLES or member.identifier in dealt_with
    }


def _predicted(campaign: Campaign, rows: Row, probability: TargetProbability) -> Columns:
    classes = np.array(campaign.facts.classes)
    calibrated = probability.calibration is not None
    return {
        "predicted": classes[probability.predicted[rows]],
        "probability": probability.values[rows].astype(np.float64),
        "calibrated": np.full(len(rows), calibrated),
    }


def _neighbours(campaign: Campaign, rows: Row, n_neighbours: int) -> Columns:
    labels = campaign.labels()
    names = list(labels)
    labelled = campaign.archive.rows(names)
    found = nearest_labelled(
        row_features(campaign.archive, None), rows, labelled, n_neighbours=n_neighbours
    )
    name_of = dict(zip(labelled.tolist(), names, strict=True)) | {-1: ""}
    columns: Columns = {}
    for place in range(n_neighbours):
        stem = "neighbour" if place == 0 else f"neighbour_{place + 1}"
        near = [name_of[row] for row in found.rows[:, place].tolist()]
        columns[stem] = _text(near)
        columns[f"{stem}_label"] = _text([labels.get(name, "") for name in near])
        columns[f"{stem}_distance"] = found.distance[:, place]
    return columns


def _survey(campaign: Campaign, rows: Row) -> pa.Table:
    """What the catalogue says, with the columns of catalogues that were joined."""
    archive = campaign.archive
    joined = [c for columns in archive.joins.values() for c in columns if c not in COLUMNS]
    objects = [c for c in OBJECT_COLUMNS if c in archive.catalogue_columns]
    table = archive.catalogue([*objects, "ra", "dec", *SURVEY, *joined], rows)
    paths = [
        bytes(path).decode("utf-8", "backslashreplace")
        for path in archive.column("path", rows)
    ]
    return table.append_column("source", pa.array(paths, pa.string()))


def _text(values: list[str]) -> npt.NDArray[np.str_]:
    return np.array(values, dtype=np.str_)
