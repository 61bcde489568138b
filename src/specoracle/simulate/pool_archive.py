"""Write spectra that are in memory straight into an archive, as an ingest would."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from specoracle.archive.books import close_books, describe_packed
from specoracle.archive.layout import ArchiveFacts, Layout, write_facts
from specoracle.archive.rows import Rows, concatenate, write_rows
from specoracle.recipes.preparation import Prepared
from specoracle.recipes.recipe import Recipe
from specoracle.simulate.pool_member import PoolMember
from specoracle.spectra.observation import NUMBERS, TEXTS

AT_ONCE = 256
"""Spectra prepared together."""

SHARD = "0001-0000.h5"


def write_archive(folder: Path, members: Iterable[PoolMember], recipe: Recipe) -> None:
    """Write an archive of one shard, its rows in the order of the members.

    Parameters
    ----------
    folder
        New folder of the archive.
    members
        What to write; each spectrum is forgotten once it is prepared.
    recipe
        How spectra are prepared.
    """
    layout = Layout(folder)
    layout.shards.mkdir(parents=True, exist_ok=True)
    write_facts(layout, ArchiveFacts(recipe=recipe))
    rows = concatenate(_prepared(some, recipe) for some in _in_groups(iter(members)))
    write_rows(layout.shards / SHARD, rows)
    describe_packed(layout, SHARD)
    close_books(layout, [SHARD])


def _in_groups(members: Iterator[PoolMember]) -> Iterator[list[PoolMember]]:
    while some := list(islice(members, AT_ONCE)):
        yield some


def _prepared(members: list[PoolMember], recipe: Recipe) -> Rows:
    n = len(members)
    prepared = recipe.prepare([recipe.cut(member.spectrum) for member in members])
    unknown = np.full(n, np.nan)
    numbers = dict.fromkeys(NUMBERS, unknown)
    numbers["snr_r"] = np.array([member.snr for member in members])
    columns: dict[str, Any] = {
        column.name: np.ascontiguousarray(getattr(prepared, column.name))
        for column in fields(Prepared)
    }
    return Rows(
        **columns,
        identifier=[member.spectrum.identifier for member in members],
        root=[""] * n,
        path=[""] * n,
        hdu=np.zeros(n, np.int32),
        source_row=np.zeros(n, np.int32),
        size=np.zeros(n, np.int64),
        mtime=np.zeros(n, np.int64),
        crc=np.zeros(n, np.uint32),
        catalogue={**numbers, **{name: [""] * n for name in TEXTS}},
    )
