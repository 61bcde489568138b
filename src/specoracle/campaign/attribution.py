"""What the model of a round looked at in each spectrum that it asks about.

Computed by the job that trains, and kept in a small file beside the round, so that a page
shows it without a network.
"""

from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
import numpy.typing as npt

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.inputs import inputs, takes_missing
from specoracle.campaign.scoring import Classifier
from specoracle.durable import appearing
from specoracle.journal.event import BLIND_ROLES
from specoracle.journal.journal import Member

Strip = npt.NDArray[np.uint8]


def write_attributions(
    campaign: Campaign, model: Classifier, members: Sequence[Member], *, number: int
) -> None:
    """Write the attributions of a round's batch; nothing for a model without gradients.

    Members that are to be answered blind are left out: what is not there cannot be shown.

    Parameters
    ----------
    campaign
        Whose archive holds the spectra.
    model
        The fitted classifier of the round.
    members
        The batch.
    number
        Of the round.
    """
    if not (hasattr(model, "network_") or hasattr(model, "networks_")):
        return
    from specoracle.models.attribution import integrated_gradients

    names = [m.identifier for m in members if m.role not in BLIND_ROLES]
    rows = campaign.archive.rows(names)
    flux = inputs(campaign.archive, rows, missing=takes_missing(model))
    shares = integrated_gradients(model, flux)
    path = campaign.folder.round(number).attribution
    with appearing(path) as partial, h5py.File(partial, "w") as file:
        file["identifier"] = np.array(names, dtype=h5py.string_dtype())
        file["share"] = shares.astype("<f4")


def read_strips(path: Path) -> dict[str, Strip]:
    """Read how much each pixel counted, by identifier; empty where there is no file.

    Parameters
    ----------
    path
        File of a round.

    Returns
    -------
    dict
        Absolute attributions, shape ``(n_pixels,)``, 255 at the greatest of a spectrum.
    """
    if not path.exists():
        return {}
    with h5py.File(path, "r", locking=False) as file:
        names = [name.decode() for name in file["identifier"][...]]
        sizes = np.abs(file["share"][...])
    if not names:
        return {}
    most = np.maximum(sizes.max(axis=1, keepdims=True), np.finfo("f4").tiny)
    strips = np.rint(255 * sizes / most).astype(np.uint8)
    return dict(zip(names, strips, strict=True))
