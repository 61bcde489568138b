"""FITS, VOTable and ECSV, written by astropy.

References
----------
Ochsenbein et al. (2019), VOTable Format Definition, IVOA Recommendation 1.4; FITS
Working Group (2018), FITS Standard 4.0, section 7.3, by which text is ASCII without
control characters. ``TUCDn`` and ``TCOMMn`` are customs of TOPCAT and HEASARC.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from astropy.io.votable import from_table, parse_single_table
from astropy.io.votable.tree import CooSys, Param, VOTableFile
from astropy.table import Column, MaskedColumn, Table

from specoracle.campaign.catalogue.escaped_text import ASCII, UCS2, escaped, unescaped
from specoracle.campaign.catalogue.table import described

SKY = "ICRS"
"""Identifier of the coordinate system in a VOTable."""

OF_ITSELF = ("XTENSION", "BITPIX", "NAXIS", "PCOUNT", "GCOUNT", "TFIELDS", "EXTNAME")
OF_COLUMNS = ("TTYPE", "TFORM", "TUNIT", "TNULL", "TUCD", "TCOMM", "TDISP")
"""Cards of a header that say nothing of where the table came from."""


def write_fits(path: Path, table: Table) -> None:
    """Write a binary table."""
    hdu = fits.table_to_hdu(_in_bytes(table), character_as_bytes=True)
    hdu.header["EXTNAME"] = "CANDIDATES"
    for name, value in table.meta.items():
        hdu.header[name] = _ascii(value)
    for number, column in enumerate(table.itercols(), start=1):
        hdu.header[f"TUCD{number}"] = column.meta.get("ucd", "")
        hdu.header[f"TCOMM{number}"] = _ascii(column.description or "")
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(path)


def read_fits(path: Path) -> Table:
    """Read what `write_fits` wrote."""
    table = Table.read(path, hdu=1, format="fits")
    with fits.open(path) as hdus:
        header = hdus[1].header
        skipped = (*OF_ITSELF, *OF_COLUMNS)
        meta = {k: _unescaped(v) for k, v in header.items() if not k.startswith(skipped)}
    return _again(table, meta)


def write_votable(path: Path, table: Table) -> None:
    """Write a VOTable with UCDs, units and the system of the positions, as BINARY2."""
    file: VOTableFile = from_table(_bare(table, lambda text: escaped(text, last=UCS2)))
    resource = file.resources[0]
    written = resource.tables[0]
    written.name = "candidates"
    resource.coordinate_systems.append(CooSys(ID=SKY, system="ICRS"))
    for name, value in table.meta.items():
        written.params.append(_parameter(file, name, value))
    for field, column in zip(written.fields, table.itercols(), strict=True):
        field.description = column.description or None
        field.ucd = column.meta.get("ucd") or None
        if field.datatype in {"char", "unicodeChar"}:
            field.arraysize = "*"
        if field.datatype == "bit":
            field.datatype = "boolean"
        if column.unit == "deg":
            field.ref = SKY
    # Not as TABLEDATA: astropy 8.0 writes past the end of its buffer there.
    file.to_xml(str(path), tabledata_format="binary2")


def read_votable(path: Path) -> Table:
    """Read what `write_votable` wrote."""
    found = parse_single_table(str(path))
    meta = {each.name: _unescaped(_plain(each.value)) for each in found.params}
    return _again(found.to_table(use_names_over_ids=True), meta)


def write_ecsv(path: Path, table: Table) -> None:
    """Write ECSV."""
    bare = _bare(table, escaped)
    bare.meta = {k: escaped(v) if isinstance(v, str) else v for k, v in table.meta.items()}
    for name in bare.colnames:
        bare[name].description = table[name].description
        bare[name].meta = dict(table[name].meta)
    bare.write(path, format="ascii.ecsv")


def read_ecsv(path: Path) -> Table:
    """Read what `write_ecsv` wrote."""
    table = Table.read(path, format="ascii.ecsv")
    return _again(table, {k: _unescaped(v) for k, v in table.meta.items()})


def _bare(table: Table, write: Callable[[str], str]) -> Table:
    """Return values and units alone, with text as the format can hold it."""
    bare = Table()
    for column in table.itercols():
        values = column.data
        if column.dtype.kind == "U":
            values = np.array(_written(column, write), dtype=np.str_)
        alone = type(column)(values, name=column.name, unit=column.unit, copy=False)
        bare.add_column(alone, copy=False)
    return bare


def _in_bytes(table: Table) -> Table:
    """Return values and units as FITS holds them.

    Of text as such, and of masks, astropy would make copies four times as large.
    """
    bare = Table()
    for column in table.itercols():
        values, kind = column.data, type(column)
        if column.dtype.kind == "U":
            cells = _written(column, lambda text: escaped(text, last=ASCII))
            values = np.array(cells, dtype=np.bytes_)
        elif column.dtype.kind == "f":
            values, kind = np.ma.filled(values, np.nan), Column
        alone = kind(values, name=column.name, unit=column.unit, copy=False)
        bare.add_column(alone, copy=False)
    return bare


def _written(column: Column, write: Callable[[str], str]) -> list[str]:
    """Write each text once."""
    cells = column.tolist()
    written = {text: write(text) for text in set(cells)}
    return [written[text] for text in cells]


def _again(table: Table, meta: dict[str, Any]) -> Table:
    """Restore text and what the columns are."""
    found = Table(meta=meta)
    for column in table.itercols():
        values = column.data
        if column.dtype.kind in "SUO":
            filled = np.ma.filled(np.ma.asarray(values).astype(np.str_), "")
            values = np.array([unescaped(text) for text in filled.tolist()], dtype=np.str_)
        elif column.dtype.kind == "f":
            values = np.ma.filled(values, np.nan)
        elif isinstance(column, MaskedColumn) and not column.mask.any():
            values = np.asarray(values)
        again = described(column.name, _native(values))
        again.unit = column.unit
        found[column.name] = again
    return found


def _parameter(file: VOTableFile, name: str, value: str | int) -> Param:
    if isinstance(value, int):
        return Param(file, name=name, datatype="int", ucd="meta.note", value=value)
    text = escaped(value, last=UCS2)
    return Param(
        file, name=name, datatype="unicodeChar", arraysize="*", ucd="meta.note", value=text
    )


def _plain(value: Any) -> Any:
    return value if isinstance(value, str) else int(value)


def _native(values: Any) -> Any:
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def _ascii(value: Any) -> Any:
    return escaped(value, last=ASCII) if isinstance(value, str) else value


def _unescaped(value: Any) -> Any:
    return unescaped(value) if isinstance(value, str) else value
