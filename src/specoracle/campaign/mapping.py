"""The map of a round: its batch and the training set, embedded in the plane."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from specoracle.archive.archive import Archive
from specoracle.campaign.facts import CampaignFacts
from specoracle.campaign.inputs import Features, row_features
from specoracle.campaign.scores import Map, write_map
from specoracle.embedding.tsne import LARGEST, tsne


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
        Looks up what the network makes of rows; the flux itself before there is one.
    """
    shown = list(dict.fromkeys(identifiers))[:LARGEST]
    look_up = features or row_features(archive, None)
    values = look_up(archive.rows(shown))
    plane = tsne(values, seed=facts.seed) if len(shown) else np.zeros((0, 2), np.float32)
    write_map(path, Map(identifiers=tuple(shown), x=plane[:, 0], y=plane[:, 1]))
