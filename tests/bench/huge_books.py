"""How the books of an archive of 10^7 or 10^8 rows behave; one figure a line.

``python tests/bench/huge_books.py --rows 10000000 [--flux]`` makes such an archive in a
temporary folder: shards and books as an ingest writes them, of made-up spectra. Without
``--flux`` the numbers of the spectra are never written, so that the disk holds 10^8.
Every figure is that of a process of its own; peak RSS counts mapped pages as well.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import h5py
import numpy as np
import pyarrow.compute as pc

from specoracle.archive.archive import Archive
from specoracle.archive.books import close_books, describe_packed
from specoracle.archive.index import shard_hashes
from specoracle.archive.known import KnownIdentifiers
from specoracle.archive.layout import ArchiveFacts, Layout, write_facts
from specoracle.archive.rows import open_rows
from specoracle.recipes.built_in import recipe_named
from specoracle.spectra.observation import NUMBERS, TEXTS

ROWS_PER_SHARD = 65_536
N_PIXELS = 140
SUBCLASSES = np.array([f"{letter}{n}" for letter in "AFGKM" for n in range(10)], "S2")
NUMBERS_OF_ROWS = {"offset": "<f8", "gain": "<f8", "hdu": "<i4", "source_row": "<i4"}
NUMBERS_OF_ROWS |= {"size": "<i8", "mtime": "<i8", "crc": "<u4", "checksum": "<u4"}


def identifiers(start, stop):
    return [
        f"lamost:56000-PLAN{n // 4000:05d}_sp{n // 250 % 16 + 1:02d}-{n % 250 + 1:03d}"
        for n in range(start, stop)
    ]


def noise(rng, n):
    return rng.random((n, N_PIXELS), "f4")


def write_shard(path, start, stop, flux=None):
    n, rng = stop - start, np.random.default_rng(start)
    text = h5py.string_dtype("utf-8", 12)
    with h5py.File(path, "w") as file:
        file.attrs.update({"format": "specoracle-rows", "version": 1})
        for name, values in {"flux": flux, "ivar": flux and noise}.items():
            dataset = file.create_dataset(name, (n, N_PIXELS), "<f4")
            if values:
                dataset[...] = values(rng, n)
        for name, dtype in NUMBERS_OF_ROWS.items():
            file.create_dataset(name, (n,), dtype)
        file["quality"] = np.zeros(n, "u1")
        names = [name.encode() for name in identifiers(start, stop)]
        file["identifier"] = np.array(names, h5py.string_dtype("utf-8", len(names[0])))
        for name in ("root", "path"):
            file.create_dataset(name, (n,), text)
        for name in NUMBERS:
            file[f"catalogue/{name}"] = rng.lognormal(3.0, 0.8, n)
        for name in set(TEXTS) - {"subclass"}:
            file.create_dataset(f"catalogue/{name}", (n,), text)
        subclass = rng.choice(SUBCLASSES, n)
        file["catalogue/subclass"] = subclass.astype(h5py.string_dtype("utf-8", 2))
        for name in ("path", "reason", "exception"):
            file[f"refused/{name}"] = np.array([], text)


def names_of(n_rows):
    return [f"0001-{number:04d}.h5" for number in range(-(-n_rows // ROWS_PER_SHARD))]


def make(layout, n_rows, flux=None, each=map):
    """Make shards; ``each`` may be the ``map`` of a pool of processes."""
    layout.shards.mkdir(parents=True)
    write_facts(layout, ArchiveFacts(recipe=recipe_named("halpha")))
    for _ in each(partial(make_shard, layout, n_rows, flux), range(len(names_of(n_rows)))):
        pass


def make_shard(layout, n_rows, flux, number):
    name, start = names_of(n_rows)[number], number * ROWS_PER_SHARD
    stop = min(start + ROWS_PER_SHARD, n_rows)
    write_shard(layout.shards / name, start, stop, flux)
    describe_packed(layout, name)


def close(layout, n_rows):
    begin = time.perf_counter()
    close_books(layout, names_of(n_rows))
    yield "close the books for the first time", time.perf_counter() - begin, "s"


def open_it(layout, n_rows):
    begin = time.perf_counter()
    assert len(Archive(layout.folder)) == n_rows
    yield "open", time.perf_counter() - begin, "s"


def look_up(layout, n_rows):
    archive = Archive(layout.folder)
    rows = np.random.default_rng(1).integers(0, n_rows, 1000).tolist()
    names = [identifiers(row, row + 1) for row in rows]
    for title in ("look up one identifier, first time", "look up one identifier, warm"):
        taken = []
        for row, name in zip(rows, names, strict=True):
            begin = time.perf_counter()
            assert archive.rows(name)[0] == row
            taken.append(time.perf_counter() - begin)
        yield title, 1e3 * float(np.median(taken)), "ms, median of 1,000"
    begin = time.perf_counter()
    for (name,) in names[:100]:
        archive.catalogue_row(name)
    yield "catalogue row of one identifier", 10 * (time.perf_counter() - begin), "ms"
    begin = time.perf_counter()
    assert archive.rows([name for (name,) in names]).tolist() == rows
    yield "look up 1,000 identifiers at once", time.perf_counter() - begin, "s"


def query(layout, n_rows):
    where = (pc.field("snr_r") > 50) & (pc.field("subclass") == "M5")
    columns = ["identifier", "ra", "dec"]
    for title in ("filtered query, first time", "filtered query, warm"):
        begin = time.perf_counter()
        batches = Archive(layout.folder).catalogue_batches(columns, where)
        share = sum(len(batch) for batch in batches) / n_rows
        yield title, time.perf_counter() - begin, f"s, {share:.2%} of the rows"


def in_order(layout, n_rows):
    archive = Archive(layout.folder)
    for title in ("flux in order, first time", "flux in order, from the page cache"):
        begin = time.perf_counter()
        for block in archive.blocks("flux"):
            block.values.max()
        seconds = time.perf_counter() - begin
        yield title, 4e-9 * N_PIXELS * n_rows / seconds, "GB/s, maximum of each block"


def add(layout, n_rows):
    """What an ingest does to the books of an archive that is there, for one shard."""
    name = "0002-0000.h5"
    write_shard(layout.shards / name, n_rows, n_rows + ROWS_PER_SHARD)
    begin = time.perf_counter()
    seen = KnownIdentifiers(layout)
    with open_rows(layout.shards / name) as file:
        hashes = shard_hashes(file)
    assert not seen.holds(hashes).any()
    seen.add(hashes)
    yield "know the identifiers there are", time.perf_counter() - begin, "s"
    begin = time.perf_counter()
    describe_packed(layout, name)
    close_books(layout, [*names_of(n_rows), name])
    yield "close the books after one more shard", time.perf_counter() - begin, "s"


MEASURES = {m.__name__: m for m in (close, open_it, look_up, query, in_order, add)}


def peak_rss():
    """Megabytes; of this program alone, where rusage counts that which started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1e3


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def measure(name, layout, n_rows):
    before = peak_rss()
    for title, value, unit in MEASURES[name](layout, n_rows):
        say(f"{title:<40} {value:10.3f} {unit}")
    say(f"{'  peak RSS':<40} {peak_rss():10.0f} MB, {before:.0f} of them for imports")


def measure_all(folder, n_rows, *, flux):
    begin = time.perf_counter()
    make(Layout(folder), n_rows, noise if flux else None)
    size = sum(path.stat().st_size for path in folder.rglob("*.*")) / 1e9
    say(f"{n_rows:,} rows, {size:.1f} GB, made in {time.perf_counter() - begin:.0f} s")
    for name in MEASURES:
        if flux or name != "in_order":
            words = ["--measure", name, "--rows", str(n_rows), "--folder", folder]
            subprocess.run([sys.executable, __file__, *words], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--flux", action="store_true", help="write it: 1.1 kB a row")
    parser.add_argument("--folder", help="where to make the temporary folder")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        measure(asked.measure, Layout(Path(asked.folder)), asked.rows)
        return
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        measure_all(Path(folder) / "archive", asked.rows, flux=asked.flux)


if __name__ == "__main__":
    main()
