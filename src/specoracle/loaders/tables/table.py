"""A table that may hold spectra, whatever file it comes from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What a table says of one of its columns.

    Attributes
    ----------
    place
        Number of the column, from 0.
    name, unit
        As the file has them; empty where it has none.
    ucd, utype
        What a VOTable says of its meaning.
    description
        In words.
    """

    place: int
    name: str
    unit: str = ""
    ucd: str = ""
    utype: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One row a pixel, or one row of array columns a spectrum.

    Attributes
    ----------
    columns
        What is said of each.
    values
        Gives the values of the column of a place, masked or not.
    cards
        Header cards or parameters by name; untrusted.
    remarks
        Comments of the file.
    hdu
        Where in the file it stands.
    """

    columns: tuple[Column, ...]
    values: Callable[[int], Any]
    cards: Mapping[str, Any] = field(default_factory=dict)
    remarks: str = ""
    hdu: int = 0

    @property
    def names(self) -> str:
        """Names of the first columns, for messages."""
        known = [repr(column.name) for column in self.columns]
        return ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
