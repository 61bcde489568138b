"""An astropy table, as ours."""

from collections.abc import Mapping
from typing import Any

from astropy.table import Table as AstropyTable

from specoracle.loaders.table import Column, Table


def table_of(table: AstropyTable, cards: Mapping[str, Any] | None = None) -> Table:
    """Return what an astropy table says."""
    columns = tuple(
        Column(
            place=place,
            name=column.name,
            unit=str(column.unit or ""),
            ucd=str(column.meta.get("ucd", "")),
            utype=str(column.meta.get("utype", "")),
            description=str(column.description or ""),
        )
        for place, column in enumerate(table.itercols())
    )
    remarks = table.meta.get("comments", [])
    return Table(
        columns=columns,
        values=lambda place: table.columns[place],
        cards={**table.meta, **(cards or {})},
        remarks="\n".join(map(str, remarks)) if isinstance(remarks, list) else "",
    )
