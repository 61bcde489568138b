import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from specoracle.archive.archive import Archive
from specoracle.archive.catalogue import described_shard
from specoracle.archive.listing import read_shards
from specoracle.errors import ArchiveError


@pytest.fixture
def archive(packed):
    opened = Archive(packed.folder)
    yield opened
    opened.close()


def test_every_shard_is_described_by_a_file_of_its_own(packed, archive):
    tables = []
    for shard in read_shards(packed):
        described = described_shard(packed, shard.name)
        assert described.same_rows(shard)
        path = (packed.catalogue / shard.name).with_suffix(".parquet")
        tables.append(pq.read_table(path).drop_columns("row"))
    assert pa.concat_tables(tables).equals(archive.catalogue())
    assert described_shard(packed, "none.h5") is None


def test_what_is_missing_is_null(archive):
    table = archive.catalogue()
    assert table["z"].to_pylist()[1] is None
    assert table["plan"].to_pylist()[:3] == [None, "G5", "Hα"]
    assert table["snr"].to_pylist()[:3] == [20.0, 1.5, None]
    assert table.schema.field("cosmics").type == pa.float64()
    assert table.schema.field("quality").type == pa.uint8()


def test_rows_come_in_any_order_and_as_often_as_asked(archive):
    whole = archive.catalogue()
    rng = np.random.default_rng(3)
    for rows in (rng.integers(0, 9, 40), [8, 0, 8], np.arange(9)[::-1], [4], []):
        taken = archive.catalogue(rows=np.array(rows, int))
        assert taken.equals(whole.take(np.array(rows, int)))
    taken = archive.catalogue(["plan", "identifier"], rows=np.array([7, 1]))
    assert taken.to_pylist() == [
        {"plan": "G5", "identifier": "lamost:c-1"},
        {"plan": "G5", "identifier": "lamost:a-1"},
    ]


def test_only_the_files_of_the_rows_are_read(packed, archive):
    for name in ("0001-9999", "0001-10000"):
        (packed.catalogue / f"{name}.parquet").unlink()
    taken = archive.catalogue(["identifier"], rows=np.array([8, 6]))
    assert taken["identifier"].to_pylist() == ["lamost:c-2", "lamost:c-0"]


def test_batches_join_to_the_catalogue_with_its_row_numbers(archive):
    whole = pa.concat_tables(archive.catalogue_batches())
    assert whole["row"].to_pylist() == list(range(9))
    assert whole.drop_columns("row").equals(archive.catalogue())


def test_a_filter_yields_the_rows_that_fit(archive):
    whole = archive.catalogue()
    where = (pc.field("ra") > 0) & (pc.field("plan") == "G5")
    found = pa.concat_tables(archive.catalogue_batches(["dec"], where))
    expected = [
        row
        for row, (ra, plan) in enumerate(
            zip(whole["ra"].to_pylist(), whole["plan"].to_pylist(), strict=True)
        )
        if ra > 0 and plan == "G5"
    ]
    assert found.column_names == ["dec", "row"]
    assert found["row"].to_pylist() == expected
    assert found["dec"].equals(whole["dec"].take(expected))


def test_an_unknown_column_is_refused_with_the_known_ones(archive):
    for read in (archive.catalogue, lambda names: next(archive.catalogue_batches(names))):
        with pytest.raises(ArchiveError, match=r"out of identifier, ra, .*got magnitude"):
            read(["identifier", "magnitude"])


def test_a_column_that_older_files_have_not_is_null_there(packed, archive):
    path = packed.catalogue / "0001-9999.parquet"
    table = pq.read_table(path)
    pq.write_table(table.drop_columns("snr"), path)
    assert archive.catalogue(["snr"])["snr"].to_pylist()[:5] == [None] * 3 + [20.0, 1.5]


@pytest.mark.parametrize("content", [None, b"", b"no Parquet", b"PAR1"])
def test_a_file_that_cannot_be_read_is_named(packed, archive, content):
    path = packed.catalogue / "0001-10000.parquet"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    for read in (archive.catalogue, lambda: list(archive.catalogue_batches())):
        with pytest.raises(ArchiveError, match=r"0001-10000.parquet: expected .*--repair"):
            read()
    assert len(archive.catalogue(["ra"], rows=np.array([0]))) == 1


def test_a_reader_sees_no_rows_that_were_added_after_it_opened(packed, archive, rows):
    from specoracle.archive.books import close_books, describe_packed
    from specoracle.archive.rows import write_rows

    before = archive.catalogue()
    write_rows(packed.shards / "0003-0000.h5", rows("d"))
    describe_packed(packed, "0003-0000.h5")
    names = [shard.name for shard in read_shards(packed)]
    unfinished = Archive(packed.folder)
    close_books(packed, [*names, "0003-0000.h5"])
    for reader in (archive, unfinished):
        assert len(reader) == 9
        assert reader.catalogue().equals(before)
        assert sum(len(batch) for batch in reader.catalogue_batches(["ra"])) == 9
        with pytest.raises(ArchiveError, match="lamost:d-0: expected an identifier"):
            reader.rows(["lamost:d-0"])
    grown = Archive(packed.folder)
    assert grown.rows(["lamost:d-0"]).tolist() == [9]
    assert grown.catalogue().slice(0, 9).equals(before)
