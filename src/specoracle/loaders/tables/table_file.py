"""Tables of no known survey: FITS, text, VOTable, Parquet, numpy; known by their bytes."""

from collections.abc import Callable

from specoracle.errors import LoaderError
from specoracle.loaders.opened import Loader, Opened
from specoracle.loaders.tables import (
    fits_table,
    numpy_table,
    parquet_table,
    text_table,
    votable,
)
from specoracle.loaders.tables.options import TableOptions
from specoracle.loaders.tables.spectra import spectra
from specoracle.loaders.tables.table import Table
from specoracle.spectra.observation import Observation

_FORMATS: dict[str, tuple[Callable[[Opened], bool], Callable[[Opened], Table]]] = {
    "VOTable": (votable.recognises, votable.read),
    "Parquet": (parquet_table.recognises, parquet_table.read),
    "numpy": (numpy_table.recognises, numpy_table.read),
}


def recognises(opened: Opened) -> bool:
    """Whether a file is a table that may hold spectra."""
    if opened.hdus is not None:
        return fits_table.recognises(opened)
    known = any(recognises(opened) for recognises, _ in _FORMATS.values())
    return known or text_table.recognises(opened)


def loader(options: TableOptions) -> Loader:
    """Make a loader of tables of which ``options`` are known."""

    def read(opened: Opened) -> list[Observation]:
        return spectra(_table(opened, options), options, opened.key)

    return Loader(recognises, read)


def _table(opened: Opened, options: TableOptions) -> Table:
    if opened.hdus is not None:
        return fits_table.read(opened, options)
    for recognises, read in _FORMATS.values():
        if recognises(opened):
            return read(opened)
    if text_table.recognises(opened):
        return text_table.read(opened, options)
    raise LoaderError(
        f"expected a table of FITS, {', '.join(_FORMATS)} or text, got one that begins "
        f"with {bytes(opened.content[:8])!r}. Leave the file out."
    )
