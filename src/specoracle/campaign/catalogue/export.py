"""Write tables, and read them back: FITS, VOTable, ECSV, CSV, Parquet.

Text is text in all of them: what a format cannot hold is escaped, see
`specoracle.campaign.catalogue.escaped_text`, and what a spreadsheet would compute begins
with an apostrophe in CSV. Missing text is ``""``; a missing number is null, masked or NaN.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from astropy.table import Table

from specoracle.campaign.catalogue.export_astropy import (
    read_ecsv,
    read_fits,
    read_votable,
    write_ecsv,
    write_fits,
    write_votable,
)
from specoracle.campaign.catalogue.export_plain import (
    read_csv,
    read_parquet,
    write_csv,
    write_parquet,
)
from specoracle.durable import appearing
from specoracle.errors import CampaignError


class Format(NamedTuple):
    """How a format is written, and read back."""

    write: Callable[[Path, Table], None]
    read: Callable[[Path], Table]


FORMATS = {
    ".fits": Format(write_fits, read_fits),
    ".vot": Format(write_votable, read_votable),
    ".xml": Format(write_votable, read_votable),
    ".ecsv": Format(write_ecsv, read_ecsv),
    ".csv": Format(write_csv, read_csv),
    ".parquet": Format(write_parquet, read_parquet),
}
"""Formats, by the ending of the file."""


def write_table(path: Path, found: Table) -> None:
    """Write a table in the format that the file's name says, whole or not at all.

    Parameters
    ----------
    path
        Name that ends in ``.fits``, ``.vot``, ``.ecsv``, ``.csv`` or ``.parquet``.
    found
        The candidates, or the completeness of a grid.

    Raises
    ------
    CampaignError
        If the name ends otherwise.
    """
    kind = format_of(path)
    with appearing(path) as partial:
        kind.write(partial, found)


def read_table(path: Path) -> Table:
    """Read what `write_table` wrote.

    Raises
    ------
    CampaignError
        If the name has no known ending.
    """
    return format_of(path).read(path)


def format_of(path: Path) -> Format:
    """Choose a format by the end of a file's name."""
    kind = FORMATS.get(Path(path).suffix.lower())
    if kind is None:
        raise CampaignError(
            f"{path}: expected a name that ends in {', '.join(FORMATS)}, got "
            f"{Path(path).suffix or 'no ending'}. Choose another name."
        )
    return kind
