"""The candidates by object on the sky: one row an object, that of its best spectrum."""

import numpy as np
from astropy.table import Table

from specoracle.archive.archive import OBJECT_ID
from specoracle.campaign.catalogue.table import described
from specoracle.errors import CampaignError


def candidate_objects(found: Table) -> Table:
    """Keep the most probable candidate of each object, a labelled one before others.

    Parameters
    ----------
    found
        What `specoracle.campaign.catalogue.candidates.candidates` returned, most probable
        first.

    Returns
    -------
    Table
        The same columns, how many spectra of the object are on the list, and all labels of
        these; most probable object first. A spectrum whose object is not known stands for
        itself.

    Raises
    ------
    CampaignError
        If the archive does not know its objects.
    """
    if OBJECT_ID not in found.colnames:
        raise CampaignError(
            "Candidates by object: expected an archive whose objects are known, got one "
            "without. Run 'specoracle archive objects ARCHIVE'."
        )
    objects = np.where(found[OBJECT_ID] == "", found["identifier"], found[OBJECT_ID])
    _, number = np.unique(objects, return_inverse=True)
    unlabelled = np.asarray(found["label"] == "")
    order = np.lexsort((unlabelled, number))  # stable: the most probable stays first
    members = np.split(order, np.flatnonzero(np.diff(number[order])) + 1)
    members = sorted(members, key=lambda rows: int(rows[0])) if len(found) else []
    best = np.array([rows[0] for rows in members], np.intp)
    labels = [sorted(set(found["label"][rows].tolist()) - {""}) for rows in members]
    table = found[best]
    table[OBJECT_ID] = described(OBJECT_ID, objects[best])
    n_spectra = np.array([len(rows) for rows in members], np.int64)
    table["candidate_spectra"] = described("candidate_spectra", n_spectra)
    joined = np.array(["; ".join(each) for each in labels], dtype=np.str_)
    table["labels"] = described("labels", joined)
    return table
