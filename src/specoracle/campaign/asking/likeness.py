"""What is like a known spectrum, before any network has looked at the pool.

Spectra are compared by their principal components, each divided by its spread. In plain
flux most of the distance between two spectra is noise and continuum; so weighted, a line
in emission tells as much as the slope that all spectra share.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Archive, Row
from specoracle.errors import MissingExtraError
from specoracle.query.nearest import nearest_in_turn

Flux = npt.NDArray[np.float32]

COMPONENTS = 20
FITTED_ON = 20_000
"""Spectra that the components are fitted on."""


def most_like(
    archive: Archive, eligible: Row, known: Flux, n: int, *, rng: np.random.Generator
) -> tuple[Row, npt.NDArray[np.intp]]:
    """Choose rows that are most like the known spectra, which take turns.

    Parameters
    ----------
    archive
        The pool, streamed.
    eligible
        Rows to choose from.
    known
        Prepared flux of the known spectra, shape ``(n_known, n_pixels)``.
    n
        How many.
    rng
        Draws the spectra that the components are fitted on, and among very many known ones.

    Returns
    -------
    tuple
        Rows, and for each the number of the known spectrum that it is like.
    """
    size = min(FITTED_ON, len(eligible))
    fitted_on = np.sort(rng.choice(eligible, size, replace=False))
    components = _components(archive.column("flux", fitted_on), known)
    chosen = np.zeros(len(archive), dtype=np.bool_)
    chosen[eligible] = True

    def blocks() -> Iterator[tuple[Row, npt.NDArray[np.floating]]]:
        for block in archive.blocks("flux"):
            rows = np.flatnonzero(chosen[block.start : block.start + len(block.values)])
            if len(rows):
                features = components.transform(block.values[rows])
                yield (rows + block.start).astype(np.int64), features

    return nearest_in_turn(blocks(), components.transform(known), n, rng=rng)


def _components(flux: Flux, known: Flux) -> Any:
    """Fit on the pool and the known: a few spectra alone may have no spread at all."""
    try:
        from sklearn.decomposition import PCA
    except ImportError as reason:
        raise MissingExtraError(
            f"Spectra like the known ones: expected scikit-learn, got {reason}. Install it "
            "with pip install 'specoracle[models]'."
        ) from reason
    both = np.concatenate([flux, known])
    n_components = min(COMPONENTS, *both.shape)
    return PCA(n_components, whiten=True, random_state=0).fit(both)
