import hashlib
import threading

import numpy as np
import pytest

from specoracle.archive import index as module
from specoracle.archive.index import Index, hash_identifiers, index_path, write_index
from specoracle.archive.layout import Layout


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path)


def test_a_hash_is_the_first_eight_bytes_of_blake2b():
    names = ["lamost:55859-F5902_sp01-001", "Hα"]
    expected = [
        int.from_bytes(hashlib.blake2b(n.encode(), digest_size=8).digest(), "little")
        for n in names
    ]
    assert hash_identifiers(names).tolist() == expected
    assert hash_identifiers([name.encode() for name in names]).tolist() == expected
    assert hash_identifiers([]).shape == (0,)


def test_every_identifier_finds_its_row(layout):
    names = [f"star-{n}" for n in range(1000)]
    write_index(layout, [hash_identifiers(names)], keep=False)
    found = Index(layout).candidates(names)
    assert [rows.tolist() for rows in found] == [[n] for n in range(1000)]


@pytest.mark.parametrize("rows_per_range", [1, 7, 100, 1 << 20])
@pytest.mark.parametrize("counts", [[0], [1, 0, 3], [100, 250, 0, 31]])
def test_merging_shard_by_shard_is_sorting_all_at_once(
    layout, monkeypatch, rows_per_range, counts
):
    monkeypatch.setattr(module, "ROWS_PER_RANGE", rows_per_range)
    rng = np.random.default_rng(3)
    hashes = [rng.integers(0, 1 << 63, n).astype(np.uint64) << np.uint64(1) for n in counts]
    joined = np.concatenate(hashes)
    order = np.argsort(joined, kind="stable")
    np.save(layout.folder / "expected.npy", np.stack([joined[order], order]))
    expected = (layout.folder / "expected.npy").read_bytes()
    write_index(layout, hashes, keep=False)
    whole = np.load(index_path(layout))
    np.testing.assert_array_equal(whole, np.stack([joined[order], order]))
    for number, values in enumerate(hashes):
        write_index(layout, [values], keep=number > 0)
    np.testing.assert_array_equal(np.load(index_path(layout)), whole)
    assert len(expected) == index_path(layout).stat().st_size
    assert [path.name for path in layout.index.iterdir()] == ["identifiers.npy"]


def test_identifiers_that_share_a_hash_are_all_candidates(layout):
    first, second = hash_identifiers(["a", "b", "a"]), hash_identifiers(["c", "a"])
    write_index(layout, [first], keep=False)
    write_index(layout, [second], keep=True)
    index = Index(layout)
    (rows,) = index.candidates(["a"])
    assert rows.tolist() == [0, 2, 4]
    np.testing.assert_array_equal(
        index.run.hashes, np.sort(np.concatenate([first, second]))
    )


def test_an_index_is_whole_while_another_takes_its_place(layout):
    names = [[f"star-{n}" for n in range(count)] for count in (40, 90)]
    hashes = [hash_identifiers(few) for few in names]
    write_index(layout, hashes[:1], keep=False)
    done = threading.Event()

    def replace():
        while not done.is_set():
            for few in hashes:
                write_index(layout, [few], keep=False)

    thread = threading.Thread(target=replace)
    thread.start()
    try:
        runs = [Index(layout).run for _ in range(2000)]
    finally:
        done.set()
        thread.join()
    assert {len(run.rows) for run in runs} == {40, 90}
    assert all(sorted(run.rows.tolist()) == list(range(len(run.rows))) for run in runs)


def test_an_archive_without_an_index_is_empty(layout):
    (rows,) = Index(layout).candidates(["a"])
    assert rows.size == 0
