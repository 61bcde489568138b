"""An ECSV file by astropy, as a table of ours."""

from collections.abc import Sequence

from astropy.table import Table as AstropyTable

from specoracle.loaders.tables.table import Column, Table


def read_ecsv(lines: Sequence[str]) -> Table:
    """Return what an ECSV file says."""
    table = AstropyTable.read(lines, format="ascii.ecsv")
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
        cards=dict(table.meta),
        remarks="\n".join(map(str, remarks)) if isinstance(remarks, list) else "",
    )
