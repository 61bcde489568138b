"""Rows and archives by hand, with text of every kind."""

import numpy as np
import pytest

from specoracle.archive.books import close_books, describe_packed
from specoracle.archive.layout import ArchiveFacts, Layout, write_facts
from specoracle.archive.rows import Refused, Rows, write_rows
from specoracle.recipes.built_in import recipe_named
from specoracle.spectra.observation import NUMBERS, TEXTS

# Latin-1 bytes in a path are no UTF-8; Python reads them as lone surrogates.
NAMES = [
    "plain.fits",
    "Škoda/Hα 星.fits",
    b"caf\xe9/a.fits".decode("utf-8", "surrogateescape"),
]


@pytest.fixture
def rows():
    """Make three rows, ``tag`` in every identifier."""

    def make(tag="a"):
        rng = np.random.default_rng(len(tag))
        numbers = {name: rng.normal(size=3) for name in NUMBERS}
        numbers["z"][1] = np.nan
        texts = {name: ["", "G5", "Hα"] for name in TEXTS}
        return Rows(
            flux=rng.normal(size=(3, 140)).astype(np.float32),
            ivar=rng.uniform(size=(3, 140)).astype(np.float32),
            offset=rng.normal(size=3),
            gain=rng.normal(size=3),
            quality=np.array([0, 1, 7], np.uint8),
            bad_share=np.array([0, 0.5, 1], np.float32),
            snr=np.array([20, 1.5, np.nan], np.float32),
            gap=np.array([0, 8.7, 60], np.float32),
            cosmics=np.array([0, 1, 65535], np.uint16),
            identifier=[f"lamost:{tag}-{n}" for n in range(3)],
            root=["root1"] * 3,
            path=NAMES,
            hdu=np.array([0, 1, 1], np.int32),
            source_row=np.array([0, 0, 5], np.int32),
            size=np.array([2880, 1 << 40, 0], np.int64),
            mtime=np.array([1, 1 << 60, 0], np.int64),
            crc=np.array([0, 1, (1 << 32) - 1], np.uint32),
            catalogue=numbers | texts,
            refused=[
                Refused(path=name, reason="Hα: expected …, got …", exception="Error")
                for name in NAMES
            ],
        )

    return make


SHARDS = ("0001-9999.h5", "0001-10000.h5", "0002-0000.h5")


@pytest.fixture
def packed(rows, tmp_path):
    """An archive of three shards of three rows each, as an ingest leaves it."""
    layout = Layout(tmp_path / "archive")
    write_facts(layout, ArchiveFacts(recipe=recipe_named("halpha")))
    for number, name in enumerate(SHARDS):
        write_rows(layout.shards / name, rows("abc"[number]))
        describe_packed(layout, name)
    layout.plans.mkdir()
    (layout.plans / "0001.jsonl").write_text('{"plan": 1, "parts_per_shard": 1}\n[]\n')
    close_books(layout, SHARDS)
    return layout


@pytest.fixture
def flip():
    """Flip one bit of a file, at a place that the seed draws."""

    def change(path, seed=0, place=None):
        content = bytearray(path.read_bytes())
        rng = np.random.default_rng(seed)
        drawn = int(rng.integers(len(content)))
        content[drawn if place is None else place] ^= 1 << int(rng.integers(8))
        path.write_bytes(content)

    return change


@pytest.fixture
def contents():
    """Bytes of every file of an archive, by its path."""

    def read(layout):
        paths = [path for path in layout.folder.rglob("*") if path.is_file()]
        names = {path.relative_to(layout.folder).as_posix(): path for path in paths}
        return {n: names[n].read_bytes() for n in sorted(names) if n != "ingest.lock"}

    return read
