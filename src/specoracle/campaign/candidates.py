"""The candidate catalogue: what the campaign found, with provenance."""

import csv
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.performance import candidate_flags, trained_on
from specoracle.campaign.pool import pool_rows
from specoracle.campaign.scores import read_scores
from specoracle.durable import appearing
from specoracle.errors import CampaignError


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One candidate.

    Attributes
    ----------
    identifier
        Which spectrum.
    ra, dec
        Position [degrees, ICRS], ``None`` where the survey gives none.
    predicted
        Most probable class.
    probability
        Of the target classes together; not calibrated.
    label
        The label it was given, ``""`` where nobody looked at it.
    trained
        Whether the model was trained on it.
    snr_r
        Signal-to-noise ratio in r.
    source
        Survey file, as a path below its root.
    """

    identifier: str
    ra: float | None
    dec: float | None
    predicted: str
    probability: float
    label: str
    trained: bool
    snr_r: float | None
    source: str


def candidates(campaign: Campaign) -> list[Candidate]:
    """List the candidates of the last trained round, most probable first.

    A spectrum that was labelled since stands with its label: as a candidate when it is
    a target, and not at all when it is none.

    Raises
    ------
    CampaignError
        If nothing has been trained yet.
    """
    number = campaign.last_trained
    if number is None:
        raise CampaignError(
            f"{campaign.name}: expected a trained round, got none yet. Label the first "
            "batch and train the next round."
        )
    listed = candidate_flags(campaign, number)
    labels = campaign.labels()
    rows = campaign.archive.rows(list(labels))
    inside = rows < len(listed)
    is_target = np.array([v in campaign.facts.targets for v in labels.values()], bool)
    listed[rows[inside]] = is_target[inside]
    pool = pool_rows(campaign.archive, campaign.folder, campaign.facts)
    pool = pool[pool < len(listed)]
    return _describe(campaign, pool[listed[pool]], number, labels)


def _describe(
    campaign: Campaign, rows: np.ndarray, number: int, labels: dict[str, str]
) -> list[Candidate]:
    scores = read_scores(campaign.folder.round(number).scores, rows)
    columns = [campaign.facts.classes.index(name) for name in campaign.facts.targets]
    probability = np.minimum(np.exp(scores[:, columns]).sum(axis=1), 1.0)  # of rounding
    columns_shown = ["identifier", "ra", "dec", "snr_r"]
    about = campaign.archive.catalogue(columns_shown, rows).to_pylist()
    paths = campaign.archive.column("path", rows)
    trained = trained_on(campaign, number)
    found = [
        Candidate(
            identifier=about[i]["identifier"],
            ra=about[i]["ra"],
            dec=about[i]["dec"],
            predicted=campaign.facts.classes[int(scores[i].argmax())],
            probability=float(probability[i]),
            label=labels.get(about[i]["identifier"], ""),
            trained=about[i]["identifier"] in trained,
            snr_r=about[i]["snr_r"],
            source=bytes(paths[i]).decode("utf-8", "backslashreplace"),
        )
        for i in range(len(rows))
    ]
    return sorted(found, key=lambda c: (-c.probability, c.identifier))


def write_candidates(path: Path, found: list[Candidate]) -> None:
    """Write the candidates as CSV, whole or not at all."""
    with (
        appearing(path) as partial,
        partial.open("w", newline="", encoding="utf-8") as file,
    ):
        writer = csv.DictWriter(file, [column.name for column in fields(Candidate)])
        writer.writeheader()
        writer.writerows(asdict(candidate) for candidate in found)
