"""What a classifier is given of the archive's rows.

A pixel that must not be used is NaN where a classifier can make something of that; others,
the paper's network among them, get its flux as it is.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Archive, Row

Flux = npt.NDArray[np.float32]
Features = Callable[[Row], npt.NDArray[np.floating]]


class Input(NamedTuple):
    """Consecutive rows, from ``start`` on."""

    start: int
    values: Flux


def takes_missing(model: object) -> bool:
    """Whether a classifier is told of missing pixels, by its own word or scikit-learn's."""
    from specoracle.models import masking

    return masking.takes_missing(model)


def inputs(archive: Archive, rows: Row, *, missing: bool) -> Flux:
    """Read rows, in any order, shape ``(n_rows, n_pixels)``."""
    flux = archive.column("flux", rows)
    return masked(flux, archive.column("ivar", rows)) if missing and len(rows) else flux


def input_blocks(
    archive: Archive, *, missing: bool, rows_per_block: int
) -> Iterator[Input]:
    """Stream all rows in order."""
    flux = archive.blocks("flux", rows_per_block=rows_per_block)
    if not missing:
        yield from (Input(block.start, block.values) for block in flux)
        return
    ivar = archive.blocks("ivar", rows_per_block=rows_per_block)
    for block, beside in zip(flux, ivar, strict=True):
        yield Input(block.start, masked(block.values, beside.values))


def row_features(archive: Archive, model: object) -> Features:
    """Return what looks up the features of rows; without a network these are the flux."""
    learnt = getattr(model, "features", None)

    def features(rows: Row) -> npt.NDArray[np.floating]:
        if learnt is None or not len(rows):
            return archive.column("flux", rows)
        found: npt.NDArray[np.floating] = learnt(
            inputs(archive, rows, missing=takes_missing(model))
        )
        return found

    return features


def masked(flux: Flux, ivar: Flux) -> Flux:
    """Put NaN in the place of pixels that must not be used."""
    return np.where(ivar > 0, flux, np.float32(np.nan))
