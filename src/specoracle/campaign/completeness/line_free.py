"""Real spectra without emission, to inject lines into: none that the model has seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Row
from specoracle.archive.crossmatch import SkyMatcher
from specoracle.archive.join import RADIUS
from specoracle.archive.objects import friends
from specoracle.archive.selection import select
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.judging.performance import trained_on
from specoracle.campaign.pool import pool_rows
from specoracle.campaign.sky_objects import objects_of
from specoracle.errors import CampaignError

LOOKED_AT = 4
"""How many times more spectra are looked at than wanted, since some may be known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFree:
    """Hosts of injected lines.

    Attributes
    ----------
    identifiers
        Which spectra, shape ``(n_hosts,)``.
    star
        Number of the star of each, shape ``(n_hosts,)``.
    n_trained
        Spectra left out of those looked at because the model was trained on their star.
    """

    identifiers: tuple[str, ...]
    star: npt.NDArray[np.int64]
    n_trained: int


def line_free_spectra(
    campaign: Campaign,
    number: int,
    *,
    classes: Sequence[str] | None = None,
    where: str | None = None,
    most: int = 200,
    seed: int = 0,
) -> LineFree:
    """Choose spectra that somebody, or the catalogue, has called free of lines.

    Parameters
    ----------
    campaign, number
        Campaign, and the trained round whose model will judge.
    classes
        Labels that mean it; all that are not looked for when left out.
    where
        Expression over the catalogue instead of labels, see
        `specoracle.archive.expression`; spectra labelled as targets are left out.
    most
        How many at most, chosen by chance.
    seed
        Of that choice.

    Raises
    ------
    CampaignError
        If a class is looked for or unknown, or nothing is left.
    """
    rows = _by_label(campaign, classes) if where is None else _by_where(campaign, where)
    rows = np.intersect1d(
        rows, pool_rows(campaign.archive, campaign.folder, campaign.facts)
    )
    rng = np.random.default_rng([seed, number])
    looked_at = rng.permutation(rows)[: LOOKED_AT * most]
    names = campaign.archive.identifiers(looked_at)
    seen = _seen_in_training(campaign, names, sorted(trained_on(campaign, number)))
    left = [name for name, was in zip(names, seen.tolist(), strict=True) if not was]
    if not left:
        raise CampaignError(
            f"{campaign.name}: expected spectra called line-free that the model of round "
            f"{number} was not trained on, got {len(rows)} that all were. Label the "
            "estimation sample, or name others by an expression with --hosts."
        )
    chosen = sorted(left[:most])
    return LineFree(
        identifiers=tuple(chosen),
        star=_stars(campaign, chosen),
        n_trained=int(seen.sum()),
    )


def _by_label(campaign: Campaign, classes: Sequence[str] | None) -> Row:
    targets = set(campaign.facts.targets)
    others = [name for name in campaign.facts.classes if name not in targets]
    chosen = others if classes is None else list(classes)
    if unknown := sorted(set(chosen) - set(others)):
        raise CampaignError(
            f"{campaign.name}: expected line-free classes out of {', '.join(others)}, got "
            f"{', '.join(unknown)}. A class that is looked for is not line-free."
        )
    labels = campaign.labels()
    return campaign.archive.rows([n for n, label in labels.items() if label in chosen])


def _by_where(campaign: Campaign, where: str) -> Row:
    targets = set(campaign.facts.targets)
    labels = campaign.labels()
    found = select(campaign.archive, where)
    labelled = [name for name, label in labels.items() if label in targets]
    return np.setdiff1d(found, campaign.archive.rows(labelled))


def _seen_in_training(
    campaign: Campaign, names: list[str], trained: list[str]
) -> npt.NDArray[np.bool_]:
    """Tell of which spectra's stars one was trained on: by name, object, or position."""
    object_of = objects_of(campaign.archive, [*names, *trained])
    taken = {object_of[name] for name in trained}
    same = np.array([object_of[name] in taken for name in names], dtype=bool)
    ra, dec = _positions(campaign, campaign.archive.rows(trained))
    near = SkyMatcher(ra, dec, RADIUS).match(
        *_positions(campaign, campaign.archive.rows(names))
    )
    return same | (near.rows >= 0)


def _stars(campaign: Campaign, names: list[str]) -> npt.NDArray[np.int64]:
    """Number the stars: by position, and by themselves where that is not known."""
    ra, dec = _positions(campaign, campaign.archive.rows(names))
    known = np.flatnonzero(np.isfinite(ra) & np.isfinite(dec))
    star = np.arange(len(names), dtype=np.int64) + len(names)
    star[known] = friends(ra[known], dec[known], RADIUS) if len(known) else 0
    return np.unique(star, return_inverse=True)[1].astype(np.int64)


def _positions(
    campaign: Campaign, rows: Row
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    table = campaign.archive.catalogue(["ra", "dec"], rows)
    ra, dec = (np.asarray(table[name].to_numpy(), np.float64) for name in ("ra", "dec"))
    return ra, dec
