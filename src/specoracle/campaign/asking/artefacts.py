"""Tell artefacts of the pool from strange stars, once somebody has given some a class."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Archive, Row
from specoracle.campaign.inputs import Features
from specoracle.query.gate import Gate
from specoracle.spectra.quality import MEASURES

Flag = npt.NDArray[np.bool_]

FITTED_ON = 10_000
"""Spectra, drawn by chance, that tell what is usual."""


def artefact_gate(
    archive: Archive,
    features: Features,
    eligible: Row,
    labelled: Row,
    *,
    rng: np.random.Generator,
) -> Callable[[Row], Flag]:
    """Learn what is usual; returns what tells which rows look like artefacts.

    Parameters
    ----------
    archive
        The pool.
    features
        Looks up features of rows.
    eligible
        Rows that may be asked about.
    labelled
        Rows that have a class: neither they nor what is no stranger is an artefact.
    rng
        Draws, and seeds the forests.
    """
    size = min(FITTED_ON, len(eligible))
    sample = np.sort(rng.choice(eligible, size, replace=False))

    def tables(rows: Row) -> tuple[npt.NDArray[np.floating], ...]:
        return features(rows), _measures(archive, rows)

    gate = Gate(seed=int(rng.integers(2**31)))
    gate.fit(tables(sample), tables(labelled))
    return lambda rows: gate.judge(tables(rows)).flag


def _measures(archive: Archive, rows: Row) -> npt.NDArray[np.float64]:
    """Return the measures of quality, ``(n_rows, n_measures)``; NaN where one is missing.

    Archives that were made before there was one of them do not have it.
    """
    known = [name for name in MEASURES if name in archive.catalogue_columns]
    table = archive.catalogue(known, rows) if known else None
    measured = np.full((len(rows), len(MEASURES)), np.nan)
    for at, name in enumerate(MEASURES):
        if table is not None and name in known:
            column = table[name].cast("float64").to_numpy(zero_copy_only=False)
            measured[:, at] = column
    return measured
