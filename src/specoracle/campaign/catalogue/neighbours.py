"""The labelled spectra that are most like some others, by what the network is given."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.campaign.inputs import Features

Row = npt.NDArray[np.int64]

AT_ONCE = 2048
"""Spectra compared with the labelled ones at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """Nearest labelled spectra, nearest first.

    Attributes
    ----------
    rows
        Of each, shape ``(n_spectra, n_neighbours)``; -1 where there are not as many.
    distance
        Root-mean-square difference over pixels, same shape [unit of the features]; NaN
        where there is none.
    """

    rows: Row
    distance: npt.NDArray[np.float64]


def nearest_labelled(
    features: Features, rows: Row, labelled: Row, *, n_neighbours: int
) -> Neighbours:
    """Find the labelled spectra nearest to each of ``rows``, itself left out.

    Parameters
    ----------
    features
        Looks up the vectors of rows: prepared flux, or what a network makes of it.
    rows, labelled
        Rows to find neighbours of, and rows to find them among, each of these once.
    n_neighbours
        How many.
    """
    n_kept = min(n_neighbours, len(labelled))
    known = np.nan_to_num(np.asarray(features(labelled), np.float64))
    found = np.full((len(rows), n_neighbours), -1, np.int64)
    distance = np.full((len(rows), n_neighbours), np.nan)
    length = np.square(known).sum(axis=1)
    in_order = np.argsort(rows, kind="stable")  # each shard is then read once
    for first in range(0, len(rows) if n_kept else 0, AT_ONCE):
        block = in_order[first : first + AT_ONCE]
        vectors = np.nan_to_num(np.asarray(features(rows[block]), np.float64))
        squared = _squared(vectors, known, length)
        squared[_itself(rows[block], labelled)] = np.inf
        near = np.argpartition(squared, n_kept - 1, axis=1)[:, :n_kept]
        exact = _exact(vectors, known, near)
        exact[np.isinf(np.take_along_axis(squared, near, axis=1))] = np.inf
        order = np.argsort(exact, axis=1, kind="stable")
        near = np.take_along_axis(near, order, axis=1)
        exact = np.take_along_axis(exact, order, axis=1)
        found[block, :n_kept] = np.where(np.isinf(exact), -1, labelled[near])
        distance[block, :n_kept] = np.where(np.isinf(exact), np.nan, exact)
    return Neighbours(rows=found, distance=distance)


def _squared(
    vectors: npt.NDArray[np.float64],
    known: npt.NDArray[np.float64],
    length: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Squared Euclidean distances, by one product of matrices."""
    product = 2.0 * vectors @ known.T
    squared = np.square(vectors).sum(axis=1)[:, None] + length
    return np.subtract(squared, product, out=squared)


def _itself(rows: Row, labelled: Row) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Places in both of the rows that are among the labelled ones, which are not empty."""
    order = np.argsort(labelled)
    place = np.searchsorted(labelled, rows, sorter=order)
    there = order[np.minimum(place, len(labelled) - 1)]
    here = np.flatnonzero(labelled[there] == rows)
    return here, there[here]


def _exact(
    vectors: npt.NDArray[np.float64],
    known: npt.NDArray[np.float64],
    near: npt.NDArray[np.intp],
) -> npt.NDArray[np.float64]:
    """Distances without what cancels in `_squared`."""
    each = [np.sqrt(np.square(vectors - known[c]).mean(axis=1)) for c in near.T]
    return np.stack(each, axis=1)
