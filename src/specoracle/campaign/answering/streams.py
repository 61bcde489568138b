"""What can be gone through besides the batch: candidates, and spectra of one object.

Candidates are predicted members of the target classes, most probable first. They are
shown with the model's opinion, and their labels train; so members of the estimation
sample, and whatever the open batch asks, are not among them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.campaign.asking.next_batch import target_score
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.pool import pool_rows
from specoracle.campaign.scores import read_scores
from specoracle.errors import CampaignError
from specoracle.journal.event import Role
from specoracle.journal.journal import Member

Row = npt.NDArray[np.int64]

CANDIDATES, OBJECT = "candidates", "object"
"""Names of the listings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateFilter:
    """Which candidates are wanted.

    Attributes
    ----------
    snr
        Least signal-to-noise ratio in r; spectra without one pass only where it is 0.
    unflagged
        Whether spectra with any quality flag are left out.
    labelled
        Only those with a label (``True``), without (``False``), or all.
    ra, dec, radius
        Circle on the sky [degrees, ICRS]; the whole sky when the radius is ``None``.
    most
        How many are listed.
    """

    snr: float = 0.0
    unflagged: bool = False
    labelled: bool | None = None
    ra: float = 0.0
    dec: float = 0.0
    radius: float | None = None
    most: int = 2000


def candidate_members(
    campaign: Campaign, wanted: CandidateFilter | None = None
) -> list[Member]:
    """List predicted members of the target classes, most probable first.

    Parameters
    ----------
    campaign
        Whose last trained round says what is predicted.
    wanted
        All when left out.

    Raises
    ------
    CampaignError
        If nothing has been trained yet.
    """
    wanted = wanted or CandidateFilter()
    number = campaign.last_trained
    if number is None:
        raise CampaignError(
            f"{campaign.name}: expected a trained round, got none yet. Answer the first "
            "batch and train the next round."
        )
    scores = read_scores(campaign.folder.round(number).scores)
    columns = [campaign.facts.classes.index(name) for name in campaign.facts.targets]
    usable = pool_rows(campaign.archive, campaign.folder, campaign.facts)
    usable = usable[usable < len(scores)]
    rows = usable[np.isin(scores[usable].argmax(axis=1), columns)]
    rows = _wanted(campaign, rows, wanted)
    score = target_score(campaign.facts, scores[rows])
    order = np.argsort(-score, kind="stable")[: wanted.most]
    names = campaign.archive.identifiers(rows[order])
    reasons = [f"probability {min(one, 1.0):.3f}" for one in score[order]]
    return _members(zip(names, reasons, strict=True), Role.CANDIDATE)


def census(campaign: Campaign) -> dict[str, bool]:
    """Tell of each candidate that was gone through whether it is a target.

    Everything that was asked in this role is judged, not a sample of it.
    """
    labels, bad = campaign.labels(), campaign.bad()
    shown = {
        recorded.event.identifier
        for recorded in campaign.journal.events(campaign.name)
        if recorded.event.role is Role.CANDIDATE
    }
    judged = sorted(shown & (labels.keys() | bad))
    return {name: labels.get(name) in campaign.facts.targets for name in judged}


def object_members(campaign: Campaign, current: Member) -> list[Member]:
    """List all spectra of the object that ``current`` is a spectrum of, itself first.

    Raises
    ------
    CampaignError
        If there is no other spectrum, or ``current`` is asked again, blind: what was said
        of the others would be seen.
    ArchiveError
        If the archive does not know objects.
    """
    if current.role is Role.REPEAT:
        raise CampaignError(
            f"{current.identifier}: expected a spectrum that is not asked again, got a "
            "blind repeat. Answer it first."
        )
    hidden = _taken(campaign) | {current.identifier}
    names = [n for n in campaign.archive.same_object(current.identifier) if n not in hidden]
    if not names:
        raise CampaignError(
            f"{current.identifier}: expected other spectra of its object, got none that "
            "may be shown."
        )
    about = [(name, "of the same object") for name in names]
    return [current, *_members(about, Role.BULK)]


def _members(about: Iterable[tuple[str, str]], role: Role) -> list[Member]:
    return [
        Member(identifier=name, role=role, position=position, reason=reason)
        for position, (name, reason) in enumerate(about)
    ]


def _taken(campaign: Campaign) -> set[str]:
    asked = campaign.journal.members(campaign.name, campaign.round_number)
    return campaign.sample() | {member.identifier for member in asked}


def _wanted(campaign: Campaign, rows: Row, wanted: CandidateFilter) -> Row:
    archive = campaign.archive
    taken = archive.rows(sorted(_taken(campaign)))
    rows = np.setdiff1d(rows, taken)
    if wanted.unflagged:
        rows = rows[archive.column("quality", rows) == 0]
    if wanted.labelled is not None:
        labelled = archive.rows(list(campaign.labels()))
        rows = rows[np.isin(rows, labelled) == wanted.labelled]
    about = archive.catalogue(["ra", "dec", "snr_r"], rows)
    ra, dec, snr = (
        about[name].to_numpy().astype(np.float64) for name in ("ra", "dec", "snr_r")
    )
    kept = np.ones(len(rows), dtype=np.bool_)
    if wanted.snr > 0:
        kept &= snr >= wanted.snr
    if wanted.radius is not None:
        kept &= separation(ra, dec, wanted.ra, wanted.dec) <= wanted.radius
    return rows[kept]


def separation(
    ra: npt.NDArray[np.float64], dec: npt.NDArray[np.float64], ra0: float, dec0: float
) -> npt.NDArray[np.float64]:
    """Angle on the sky between positions and one position [degrees].

    By the haversine formula, which keeps its precision at small angles (Sinnott 1984, Sky
    and Telescope 68, 158).

    Examples
    --------
    >>> separation(np.array([10.0]), np.array([60.0]), 12.0, 60.0)
    array([0.999962])
    """
    half_ra, half_dec = np.radians(ra - ra0) / 2, np.radians(dec - dec0) / 2
    across = np.cos(np.radians(dec)) * np.cos(np.radians(dec0)) * np.sin(half_ra) ** 2
    squared = np.sin(half_dec) ** 2 + across
    return np.degrees(2 * np.arcsin(np.sqrt(np.clip(squared, 0, 1))))
