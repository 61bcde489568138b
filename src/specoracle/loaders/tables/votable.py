"""Spectra in VOTables, of whatever serialisation.

A VOTable comes from anywhere. One that declares a document type (and might have entities
that expand without end or reach for other files), that keeps its data elsewhere, or that
promises more than its bytes can hold is refused before it is parsed.
"""

import re
import warnings
from collections.abc import Iterator
from io import BytesIO
from math import prod
from typing import TYPE_CHECKING, Any

from specoracle.errors import LoaderError
from specoracle.loaders.opened import Opened
from specoracle.loaders.tables.table import Column, Table

if TYPE_CHECKING:
    from astropy.io.votable.tree import Resource, TableElement, VOTableFile

_ROOT = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:[\w.-]+:)?VOTABLE\b", re.S
)
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_ELSEWHERE = re.compile(rb"<(?:[\w.-]+:)?STREAM\s[^<]*?\bhref\s*=")
_SIZES = re.compile(rb"\b(?:nrows|arraysize)\s*=\s*[\"']([\dx*\s]+)[\"']")
_BOM = b"\xef\xbb\xbf"


def recognises(opened: Opened) -> bool:
    """Whether the bytes begin as a VOTable does, also one with a document type."""
    head = bytes(opened.content[:4096]).removeprefix(_BOM)
    return _ROOT.match(_DECLARATION.sub(b"", head)) is not None


# A DTD may hold declarations of its own in brackets.
_DECLARATION = re.compile(rb"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.S)


def read(opened: Opened) -> Table:
    """Return the table of spectra.

    Raises
    ------
    LoaderError
        If the file is not safe to parse, or holds no table or several.
    """
    from astropy.io.votable import parse  # heavy, and few files need it

    content = bytes(opened.content)
    _check(content)
    with warnings.catch_warnings():
        # Units and identifiers that break a standard are no reason to refuse a spectrum.
        warnings.simplefilter("ignore")
        document = parse(BytesIO(content), verify="ignore")
    tables = [table for table in document.iter_tables() if len(table.fields) >= 2]
    if len(tables) != 1:
        raise LoaderError(
            f"expected one table of two columns or more, got {len(tables)}. Write the "
            "spectrum into a file of its own."
        )
    return _table(document, tables[0])


def _check(content: bytes) -> None:
    if (found := _DOCTYPE.search(content)) is not None:
        raise LoaderError(
            f"expected a VOTable without a document type, got {found.group().decode()}. "
            "Remove the declaration and its entities; no VOTable needs them."
        )
    if _ELSEWHERE.search(content) is not None:
        raise LoaderError(
            "expected a VOTable that holds its data, got a STREAM that names another "
            "place. Save it with its data inside; nothing is fetched."
        )
    for match in _SIZES.finditer(content):
        size = prod(int(number) for number in re.findall(rb"\d+", match[1]))
        if size > len(content):
            raise LoaderError(
                f"expected a VOTable as large as it says, got {match.group().decode()} in "
                f"{len(content):,} bytes. Fetch the file again."
            )


def _table(document: "VOTableFile", table: "TableElement") -> Table:
    columns = tuple(
        Column(
            place=place,
            name=field.name or field.ID or "",
            unit=str(field.unit or ""),
            ucd=str(field.ucd or ""),
            utype=str(field.utype or ""),
            description=" ".join(str(field.description or "").split()),
        )
        for place, field in enumerate(table.fields)
    )
    names = table.array.dtype.names
    return Table(
        columns=columns,
        values=lambda place: table.array[names[place]],
        cards=dict(_parameters(document, table)),
    )


def _parameters(
    document: "VOTableFile", table: "TableElement"
) -> Iterator[tuple[str, Any]]:
    for owner in (document, *_resources(document.resources), table):
        for parameter in owner.params:
            value = parameter.value
            if isinstance(value, (str, bytes)) or getattr(value, "ndim", 0) == 0:
                yield parameter.name, _plain(value)
            else:
                yield parameter.name, " ".join(map(str, value))


def _resources(resources: "list[Resource]") -> "Iterator[Resource]":
    for resource in resources:
        yield resource
        yield from _resources(resource.resources)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return value.item() if hasattr(value, "item") and not hasattr(value, "mask") else value
