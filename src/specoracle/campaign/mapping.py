"""The map of a round: its batch and the training set, embedded in the plane."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Archive
from specoracle.campaign.facts import CampaignFacts
from specoracle.campaign.scores import Map, write_map
from specoracle.embedding.tsne import LARGEST, tsne

Features = Callable[[npt.NDArray[np.float32]], npt.NDArray[np.floating]]


def draw_map(
    archive: Archive,
    path: Path,
    identifiers: Sequence[str],
    facts: CampaignFacts,
    *,
    features: Features | None = None,
) -> None:
    """Embed spectra and write the map.

    Parameters
    ----------
    archive
        The pool.
    path
        Where to write.
    identifiers
        Which spectra; the first 5,000 are taken.
    facts
        The campaign, for its seed.
    features
        What the network makes of the flux; the flux itself before there is one.
    """
    shown = list(dict.fromkeys(identifiers))[:LARGEST]
    flux = archive.column("flux", archive.rows(shown))
    values = flux if features is None or not len(flux) else features(flux)
    plane = tsne(values, seed=facts.seed) if len(shown) else np.zeros((0, 2), np.float32)
    write_map(path, Map(identifiers=tuple(shown), x=plane[:, 0], y=plane[:, 1]))
