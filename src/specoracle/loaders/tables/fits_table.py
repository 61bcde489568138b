"""Spectra in binary or text tables of FITS files of no known survey."""

from collections.abc import Iterator
from typing import Any

from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders.lamost_lrs import is_lamost
from specoracle.loaders.opened import Opened
from specoracle.loaders.sdss_spec import is_sdss
from specoracle.loaders.tables.options import TableOptions
from specoracle.loaders.tables.roles import SeveralColumnsError, roles
from specoracle.loaders.tables.table import Column, Table

_COMMENTARY = frozenset({"COMMENT", "HISTORY", ""})


def recognises(opened: Opened) -> bool:
    """Whether a FITS file holds a table of spectra, and of no survey with a loader here.

    A file that names such a survey and that its loader does not take is damaged.
    """
    hdus = opened.hdus
    if not hdus or is_lamost(hdus[0].header) or is_sdss(hdus[0].header):
        return False
    return any(_is_spectrum(table) for table in _tables(hdus))


def read(opened: Opened, options: TableOptions) -> Table:
    """Return the one table of spectra.

    Raises
    ------
    LoaderError
        If there is none, or there are several.
    """
    tables = list(_tables(opened.hdus or fits.HDUList()))
    if not tables:
        raise LoaderError(
            "expected a table of spectra, got a FITS file without any table. Choose "
            "another loader, or none."
        )
    asked = [t for t in tables if not options.hdu or t.hdu == int(options.hdu)]
    found = [table for table in asked if _is_spectrum(table, options)]
    if len(found) == 1:
        return found[0]
    if not found and len(asked) == 1:
        return asked[0]
    places = ", ".join(f"{table.hdu}" for table in found or tables)
    raise LoaderError(
        f"expected one table of spectra, got {len(found)}; tables are in HDU {places}. "
        "Say which: --loader 'table:hdu=1', and its columns."
    )


def _tables(hdus: fits.HDUList) -> Iterator[Table]:
    first = dict(_cards(hdus[0])) if hdus else {}
    for number, hdu in enumerate(hdus):
        if isinstance(hdu, (fits.BinTableHDU, fits.TableHDU)):
            yield _table(hdu, number, first)


def _table(hdu: Any, number: int, first: dict[str, Any]) -> Table:
    header = hdu.header
    columns = tuple(
        Column(
            place=place,
            name=column.name or "",
            unit=column.unit or "",
            ucd=str(header.get(f"TUCD{place + 1}", "")),
            utype=str(header.get(f"TUTYP{place + 1}", "")),
            description=header.comments[f"TTYPE{place + 1}"]
            if f"TTYPE{place + 1}" in header
            else "",
        )
        for place, column in enumerate(hdu.columns)
    )

    def values(place: int) -> Any:
        return hdu.data.field(place)

    return Table(
        columns=columns,
        values=values,
        cards=first | dict(_cards(hdu)),
        hdu=number,
    )


def _cards(hdu: Any) -> Iterator[tuple[str, Any]]:
    for keyword in hdu.header:
        if keyword not in _COMMENTARY:
            yield keyword, hdu.header[keyword]


def _is_spectrum(table: Table, options: TableOptions | None = None) -> bool:
    try:
        roles(table, options or TableOptions())
    except SeveralColumnsError:  # these speak of a spectrum as well
        return True
    except LoaderError:
        return False
    return True
