"""Completeness against somebody's catalogue of known objects, never trained on."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from astropy.table import Table

from specoracle.archive.archive import Row
from specoracle.archive.catalogue_file import read_catalogue_file
from specoracle.archive.join import RADIUS
from specoracle.archive.join_key import Key, key_for
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.catalogue.candidates import trained_round
from specoracle.campaign.catalogue.table import described
from specoracle.campaign.judging.performance import trained_on
from specoracle.campaign.judging.probabilities import TargetProbability, target_probability
from specoracle.campaign.pool import pool_rows
from specoracle.durable import write_text
from specoracle.estimation.binomial import exact_interval

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCompleteness:
    """Which of the known objects the model of a round finds.

    Attributes
    ----------
    file
        Name of the catalogue.
    round_number
        The round.
    radius
        Farthest that a spectrum may lie from its object [arcsec].
    n_objects
        Rows of the catalogue.
    n_in_pool
        Those with a spectrum in the pool.
    n_trained
        Of these, with a spectrum that the model was trained on: left out.
    n_found
        Of the others, with a spectrum that is predicted to be a target.
    completeness, low, high
        Share found with its 95 % limits; NaN, 0 and 1 where no object is left to judge by.
    """

    file: str
    round_number: int
    radius: float
    n_objects: int
    n_in_pool: int
    n_trained: int
    n_found: int
    completeness: float
    low: float
    high: float

    @property
    def n_judged(self) -> int:
        """Objects that the share is of."""
        return self.n_in_pool - self.n_trained

    @property
    def said(self) -> str:
        """The result in words, or why there is none."""
        if not self.n_in_pool:
            return (
                f"None of the {self.n_objects:,} objects of {self.file} has a spectrum in "
                f"the pool within {self.radius:g} arcsec: the completeness is not known."
            )
        left_out = f"{self.n_trained} that the model was trained on are left out"
        if not self.n_judged:
            return (
                f"{self.n_in_pool} of the {self.n_objects:,} objects of {self.file} are in "
                f"the pool, and {left_out}: the completeness is not known."
            )
        return (
            f"{self.n_found} of {self.n_judged} known objects of {self.file} are found, a "
            f"completeness of {self.completeness:.3f} ({self.low:.3f}–{self.high:.3f}, "
            f"95 %); {left_out}."
        )


def known_completeness(
    campaign: Campaign,
    file: Path,
    *,
    radius: float = RADIUS,
    round_number: int | None = None,
    progress: Progress | None = None,
) -> tuple[KnownCompleteness, Table]:
    """Cross-match a catalogue of known targets by position, and count those found.

    Found is what the model predicts; labels have no part in it.

    Parameters
    ----------
    campaign
        The campaign.
    file
        FITS, VOTable, ECSV, CSV or Parquet with right ascension and declination.
    radius
        Farthest that a spectrum may lie from its object [arcsec].
    round_number
        A trained round; the last one when left out.
    progress
        Called with spectra done and to do.

    Returns
    -------
    tuple
        The result, and the spectra of missed objects as a table.

    Raises
    ------
    ArchiveError
        If the file cannot be read or has no positions.
    CampaignError
        If the round has not been trained.
    """
    number = trained_round(campaign, round_number)
    objects = read_catalogue_file(file)
    key = key_for(objects, file, on="position", key=None, radius=radius)
    probability = target_probability(campaign, number)
    row, known = _matched(campaign, key, len(probability.values), progress)
    targets = [campaign.facts.classes.index(name) for name in campaign.facts.targets]
    in_pool = np.unique(known)
    learnt = campaign.archive.rows(sorted(trained_on(campaign, number)))
    trained = np.unique(known[np.isin(row, learnt)])
    hit = np.isin(probability.predicted[row], targets)
    found = np.setdiff1d(known[hit], trained)
    missed = np.setdiff1d(in_pool, np.union1d(found, trained))
    n_judged = len(in_pool) - len(trained)
    share = len(found) / n_judged if n_judged else np.nan
    low, high = exact_interval(share, n_judged)
    result = KnownCompleteness(
        file=file.name,
        round_number=number,
        radius=radius,
        n_objects=len(objects),
        n_in_pool=len(in_pool),
        n_trained=len(trained),
        n_found=len(found),
        completeness=float(share),
        low=float(low),
        high=float(high),
    )
    _keep(campaign, result)
    of_missed = np.isin(known, missed)
    return result, _missed(campaign, row[of_missed], known[of_missed], probability)


def read_known(campaign: Campaign, number: int) -> list[KnownCompleteness]:
    """Read what was found out about a round, by the name of the catalogue."""
    paths = sorted(_folder(campaign, number).glob("*.json"))
    kept: list[dict[str, Any]] = [json.loads(p.read_text(encoding="utf-8")) for p in paths]
    unknown = {"completeness": np.nan}
    return [
        KnownCompleteness(**each | (unknown if each["completeness"] is None else {}))
        for each in kept
    ]


def _matched(
    campaign: Campaign, key: Key, n_scored: int, progress: Progress | None
) -> tuple[Row, Row]:
    """Rows of the pool that are of known objects, and which these are."""
    inside = np.zeros(n_scored, bool)
    pool = pool_rows(campaign.archive, campaign.folder, campaign.facts)
    inside[pool[pool < n_scored]] = True
    rows, known, done = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], 0
    for batch in campaign.archive.catalogue_batches(key.columns):
        found = key.match(batch).rows
        row = np.arange(done, done + len(found))
        kept = (found >= 0) & (row < n_scored)
        kept[kept] = inside[row[kept]]
        rows.append(row[kept])
        known.append(found[kept])
        done += len(found)
        if progress is not None:
            progress(done, len(campaign.archive))
    return np.concatenate(rows), np.concatenate(known)


def _missed(
    campaign: Campaign, rows: Row, known: Row, probability: TargetProbability
) -> Table:
    order = np.argsort(-probability.values[rows], kind="stable")
    rows, known = rows[order], known[order]
    about = campaign.archive.catalogue(["ra", "dec", "snr_r"], rows)
    classes = np.array(campaign.facts.classes)
    columns: dict[str, npt.NDArray[np.generic]] = {
        "identifier": np.array(campaign.archive.identifiers(rows), np.str_),
        **{n: np.asarray(about[n].to_numpy(), np.float64) for n in about.column_names},
        "predicted": classes[probability.predicted[rows]],
        "probability": probability.values[rows].astype(np.float64),
    }
    table = Table({name: described(name, values) for name, values in columns.items()})
    table["known_row"] = known
    table["known_row"].description = "Row in the catalogue of known objects, from 0"
    return table


def _folder(campaign: Campaign, number: int) -> Path:
    return campaign.folder.round(number).folder / "known"


def _keep(campaign: Campaign, result: KnownCompleteness) -> None:
    name = result.file.encode("utf-8", "surrogateescape").hex()[:200]
    record = asdict(result)
    if not result.n_judged:
        record["completeness"] = None
    path = _folder(campaign, result.round_number) / f"{name}.json"
    write_text(path, json.dumps(record, indent=2) + "\n")
