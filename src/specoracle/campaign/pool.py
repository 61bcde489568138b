"""The pool of a campaign: which rows may be asked about, and their strata.

Streamed block by block; nothing here holds the flux of the whole pool.
"""

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Archive
from specoracle.campaign.facts import CampaignFacts
from specoracle.campaign.selected import read_selected
from specoracle.campaign.workspace import CampaignFolder
from specoracle.estimation.clusters import FITTED_ON, clusters
from specoracle.estimation.strata import Stratum, among, signal_strata
from specoracle.query.discovery import distance_to_nearest, farthest_first, spread_out
from specoracle.spectra.quality import Quality

Row = npt.NDArray[np.int64]
Flux = npt.NDArray[np.float32]

N_CLUSTERS = 4

SHORT_LIST = 2000
"""Spectra farthest from the known ones that a discovery chooses among."""


def usable_rows(archive: Archive) -> Row:
    """Rows whose spectrum can be used: no NaN, not constant, some good pixel."""
    usable = archive.column("quality") & Quality.UNUSABLE == 0
    return np.flatnonzero(usable).astype(np.int64)


def pool_rows(archive: Archive, folder: CampaignFolder, facts: CampaignFacts) -> Row:
    """Usable rows of the archive that a campaign is about: all, or those selected."""
    usable = usable_rows(archive)
    if facts.where is None:
        return usable
    return np.intersect1d(usable, read_selected(folder.selected, archive))


def is_inside(
    archive: Archive, folder: CampaignFolder, facts: CampaignFacts
) -> npt.NDArray[np.bool_]:
    """Tell which rows a campaign is about, usable or not, shape ``(n_spectra,)``."""
    if facts.where is None:
        return np.ones(len(archive), dtype=np.bool_)
    inside = np.zeros(len(archive), dtype=np.bool_)
    inside[read_selected(folder.selected, archive)] = True
    return inside


def without(rows: Row, taken: Row) -> Row:
    """Return ``rows`` less those in ``taken``."""
    return np.setdiff1d(rows, taken, assume_unique=False)


def initial_strata(archive: Archive, usable: Row, *, seed: int) -> Stratum:
    """Strata before there is a model: S/N within clusters of the spectra.

    Parameters
    ----------
    archive
        The pool.
    usable
        Rows of the population.
    seed
        Seed of the clusters.

    Returns
    -------
    Stratum
        Shape ``(n_spectra,)``.
    """
    rng = np.random.default_rng([seed, len(archive)])
    size = min(FITTED_ON, len(usable))
    rows = np.sort(rng.choice(usable, size, replace=False))
    blocks = (block.values for block in archive.blocks("flux"))
    assigned = clusters(
        archive.column("flux", rows), blocks, n_clusters=N_CLUSTERS, seed=seed
    )
    cluster = np.concatenate(list(assigned))[usable]
    snr = archive.catalogue(["snr_r"])["snr_r"].to_numpy()
    strata = signal_strata(np.asarray(snr, dtype=np.float64)[usable], cluster)
    return among(usable, strata, len(archive))


def distance_to_known(archive: Archive, known: Flux) -> npt.NDArray[np.float64]:
    """Distance of every row's flux to the nearest known one, shape ``(n_spectra,)``.

    Of very many known spectra, some that are unlike each other stand for all.

    Parameters
    ----------
    archive
        The pool, streamed.
    known
        Prepared flux, shape ``(n_known, n_pixels)``, at least one.
    """
    known = known[spread_out(known, SHORT_LIST)]
    distance = np.full(len(archive), -np.inf)
    for block in archive.blocks("flux"):
        stop = block.start + len(block.values)
        distance[block.start : stop] = distance_to_nearest(block.values, known)
    return distance


def unlike_anything(archive: Archive, eligible: Row, known: Flux, n: int) -> Row:
    """Rows that are far from every known spectrum and from each other.

    Parameters
    ----------
    archive
        The pool, streamed.
    eligible
        Rows to choose from.
    known
        Flux of the known spectra, shape ``(n_known, n_pixels)``, at least one.
    n
        How many.

    Returns
    -------
    Row
        Shape ``(n,)`` or shorter, farthest first.
    """
    distance = distance_to_known(archive, known)
    ranked = eligible[np.argsort(-distance[eligible], kind="stable")][:SHORT_LIST]
    flux = archive.column("flux", ranked)
    return ranked[farthest_first(flux, distance[ranked], n)]
