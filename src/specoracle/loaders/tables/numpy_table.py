"""Spectra in structured numpy arrays, ``.npy``: what has named fields and no objects.

A field that has fields itself counts as these. Arrays of Python objects are pickles, which
can run anything, and are never opened.
"""

from collections.abc import Iterator
from io import BytesIO
from math import prod
from typing import Any

import numpy as np

from specoracle.errors import LoaderError
from specoracle.loaders.opened import Opened
from specoracle.loaders.tables.table import Column, Table

_MAGIC = b"\x93NUMPY"


def recognises(opened: Opened) -> bool:
    """Whether the bytes are those of a numpy array."""
    return opened.content.startswith(_MAGIC)


def read(opened: Opened) -> Table:
    """Return its fields as a table.

    Raises
    ------
    LoaderError
        If it holds objects, has no named fields, or is cut short.
    """
    _check(opened)
    array = np.atleast_1d(np.load(BytesIO(opened.content), allow_pickle=False))
    fields = list(_fields(array))
    columns = tuple(Column(place=n, name=name) for n, (name, _) in enumerate(fields))
    return Table(columns=columns, values=lambda place: fields[place][1])


def _check(opened: Opened) -> None:
    """Look at the header alone: numpy would make room for whatever it promises."""
    file = BytesIO(opened.content)
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        shape, _, kind = np.lib.format.read_array_header_1_0(file)
    else:
        shape, _, kind = np.lib.format.read_array_header_2_0(file)
    if kind.hasobject:
        raise LoaderError(
            "expected plain numbers, got Python objects, which are never unpickled. Save "
            "flux and wavelength as fields of a structured array."
        )
    if kind.names is None:
        raise LoaderError(
            f"expected a structured array with fields such as wavelength and flux, got "
            f"bare numbers of shape {shape}. Save it with names, or as text."
        )
    if prod(shape) * kind.itemsize > len(opened.content) - file.tell():
        raise LoaderError(
            f"expected {prod(shape) * kind.itemsize:,} bytes for shape {shape}, got "
            f"{len(opened.content) - file.tell():,}. Fetch the file again."
        )


def _fields(array: Any) -> Iterator[tuple[str, Any]]:
    for name in array.dtype.names:
        values = array[name]
        if values.dtype.names:
            yield from _fields(values)
        else:
            yield name, values
