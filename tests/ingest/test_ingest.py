import csv
import shutil
import subprocess
import sys
import threading

import dask
import numpy as np
import pytest
from distributed import Client

from specoracle.archive.archive import Archive
from specoracle.archive.layout import Layout
from specoracle.errors import ArchiveError, BusyError
from specoracle.ingest.ingest import IngestCount, count_refused, refused_files
from specoracle.simulate.lamost_files import write_star
from specoracle.simulate.survey import survey_star


@pytest.fixture
def folder(survey, tmp_path):
    """A survey that can be added to: its first 40 files."""
    root = tmp_path / "files"
    root.mkdir()
    for path in sorted(survey.rglob("*.fits"))[:40]:
        shutil.copy2(path, root)
    return root


def listing(folder):
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file()
    }


def rejected(folder):
    with (folder / "rejected.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_running_scheduler_makes_the_archive_of_a_local_cluster(
    ingest, survey, archive_folder, content, tmp_path
):
    seen = []
    count = ingest(
        [survey],
        tmp_path / "archive",
        progress=lambda done, total: seen.append((done, total)),
    )
    assert count == IngestCount(n_files=120, n_spectra=120, n_refused=0)
    assert content(tmp_path / "archive") == content(archive_folder)
    assert seen[-1] == (120, 120)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert rejected(tmp_path / "archive") == []
    assert sorted(listing(tmp_path / "archive")) == [
        "archive.json",
        "catalogue/0001-0000.parquet",
        "index/identifiers.npy",
        "index/shards.json",
        "ingest.lock",
        "plan/0001.jsonl",
        "rejected.csv",
        "shards/0001-0000.h5",
    ]


def test_workers_need_neither_torch_nor_jupyter(ingest, scheduler, folder, tmp_path):
    ingest([folder], tmp_path / "archive")
    with Client(scheduler, set_as_default=False) as client:
        loaded = client.run(lambda: sorted({name.split(".")[0] for name in sys.modules}))
    assert len(loaded) == 2
    for names in loaded.values():
        assert "specoracle" in names
        heavy = {"torch", "IPython", "ipykernel", "ipywidgets", "anywidget", "jupyter_core"}
        assert not heavy & set(names)


def test_refused_files_are_listed_with_reasons(ingest, folder, tmp_path):
    good = sorted(folder.iterdir())
    (folder / "cut.fits").write_bytes(good[0].read_bytes()[:9000])
    (folder / "deep").mkdir()
    (folder / "deep" / "Škoda Hα.fits").write_text("no spectrum")
    (folder / "gone.fits").symlink_to(folder / "nowhere")
    (folder / "zz-copy.fits").write_bytes(good[1].read_bytes())
    count = ingest([folder], tmp_path / "archive")
    assert count == IngestCount(n_files=44, n_spectra=40, n_refused=4)
    rows = rejected(tmp_path / "archive")
    assert [(row["path"], row["exception"]) for row in rows] == [
        (str(folder / "cut.fits"), rows[0]["exception"]),
        (str(folder / "deep" / "Škoda Hα.fits"), "LoaderError"),
        (str(folder / "gone.fits"), "FileNotFoundError"),
        (str(folder / "zz-copy.fits"), "Duplicate"),
    ]
    assert all(" expected " in row["reason"] for row in rows)
    assert count_refused(Layout(tmp_path / "archive")) == 4
    assert [entry.path for entry in refused_files(Layout(tmp_path / "archive"))] == [
        row["path"] for row in rows
    ]


def test_which_of_two_copies_is_kept_does_not_depend_on_chance(
    ingest, folder, content, tmp_path
):
    for path in sorted(folder.iterdir())[::3]:
        (folder / f"0-{path.name}").write_bytes(path.read_bytes())
    contents = set()
    for number, files_per_part in enumerate((1, 7, 7, 100)):
        count = ingest(
            [folder], tmp_path / f"archive-{number}", files_per_part=files_per_part
        )
        assert (count.n_spectra, count.n_refused) == (40, 14)
        contents.add(content(tmp_path / f"archive-{number}"))
        kept = {row["path"] for row in rejected(tmp_path / f"archive-{number}")}
        assert not any("/0-" in path for path in kept)
    # The order of refusals follows the parts, everything else the files.
    assert len(contents) == 1


def test_files_added_later_come_behind_the_rows_there_are(
    ingest, folder, survey, archive_folder, tmp_path
):
    archive = tmp_path / "archive"
    ingest([folder], archive)
    reader, before = Archive(archive), listing(archive)
    names = reader.identifiers(np.arange(40))
    flux, catalogue = reader.column("flux"), reader.catalogue()
    moments = []

    def look(done, total):
        moments.append(done)
        other = Archive(archive)
        assert other.identifiers(np.arange(len(other))) == names
        assert other.catalogue().equals(catalogue)
        assert other.rows(names).tolist() == list(range(40))
        with pytest.raises(ArchiveError, match="got one that it does not hold"):
            other.rows([new])
        other.close()

    new = survey_star(6, 0, label="emission").identifier
    for index in range(24):
        star = survey_star(6, index, label="emission")
        write_star(folder, star, layout="table", compress=True)
    count = ingest([folder], archive, files_per_part=8, progress=look)
    assert count == IngestCount(n_files=24, n_spectra=64, n_refused=0)
    assert len(moments) == 3
    after = listing(archive)
    assert after["shards/0001-0000.h5"] == before["shards/0001-0000.h5"]
    assert after["plan/0001.jsonl"] == before["plan/0001.jsonl"]
    # The reader that was open all the time still sees what it saw.
    np.testing.assert_array_equal(reader.column("flux"), flux)
    assert reader.catalogue().equals(catalogue)
    assert reader.rows(names).tolist() == list(range(40))
    reader.close()
    grown = Archive(archive)
    assert grown.identifiers(np.arange(40)) == names
    np.testing.assert_array_equal(grown.column("flux")[:40], flux)
    assert grown.catalogue().slice(0, 40).equals(catalogue)
    assert grown.rows([new]).tolist() != []
    assert grown.source(new).path.is_file()
    grown.close()


def test_a_reader_sees_a_consistent_archive_at_any_time(ingest, folder, tmp_path):
    archive, done, seen, faults = tmp_path / "archive", threading.Event(), set(), []
    ingest([folder], archive)

    def read():
        while not done.is_set():
            reader = Archive(archive)
            names = reader.identifiers(np.arange(len(reader)))
            seen.add(len(names))
            if reader.catalogue(["identifier"])["identifier"].to_pylist() != names:
                faults.append("the catalogue has other rows")
            if reader.rows(names).tolist() != list(range(len(names))):
                faults.append("the index has other rows")
            reader.close()

    def read_or_tell():
        try:
            read()
        except Exception as reason:
            faults.append(repr(reason))

    thread = threading.Thread(target=read_or_tell)
    thread.start()
    try:
        for number in range(4):
            for index in range(3):
                write_star(folder, survey_star(7 + number, index, label="absorption"))
            ingest([folder], archive)
    finally:
        done.set()
        thread.join()
    assert faults == []
    assert seen <= {40, 43, 46, 49, 52}


def test_nothing_new_changes_nothing(ingest, folder, content, tmp_path):
    archive = tmp_path / "archive"
    ingest([folder], archive)
    before = content(archive)
    # The same files by other names: one by one, by a pattern, by another folder.
    for sources in (
        [folder],
        [folder / "*.fits"],
        sorted(folder.iterdir()),
        [tmp_path / "*s"],
    ):
        count = ingest(sources, archive, scheduler="tcp://127.0.0.1:1")  # not needed
        assert count == IngestCount(n_files=0, n_spectra=40, n_refused=0)
        assert content(archive) == before
    assert sorted(path.name for path in (archive / "plan").iterdir()) == ["0001.jsonl"]


def test_another_recipe_is_refused(ingest, folder, tmp_path):
    ingest([folder], tmp_path / "archive")
    before = listing(tmp_path / "archive")
    with pytest.raises(ArchiveError, match=r"own recipe halpha \(.*\), got optical \("):
        ingest([folder], tmp_path / "archive", recipe="optical")
    assert listing(tmp_path / "archive") == before


def test_an_archive_that_somebody_adds_to_is_busy(ingest, folder, tmp_path):
    archive = tmp_path / "archive"
    archive.mkdir()
    code = (
        "import sys, filelock\n"
        "with filelock.FileLock(sys.argv[1]):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, archive / "ingest.lock"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        other.stdout.readline()
        with pytest.raises(BusyError, match="expected an archive nobody is adding to"):
            ingest([folder], archive)
        assert list(listing(archive)) == ["ingest.lock"]
        other.kill()
    assert ingest([folder], archive).n_spectra == 40


def test_files_of_which_none_is_a_spectrum_are_an_error_that_says_where_to_look(
    ingest, tmp_path
):
    (tmp_path / "files").mkdir()
    for number in range(3):
        (tmp_path / "files" / f"{number}.fits").write_text("no spectrum")
    with pytest.raises(
        ArchiveError, match=r"got none from 3 files.*rejected\.csv says why"
    ):
        ingest([tmp_path / "files"], tmp_path / "archive")
    assert len(rejected(tmp_path / "archive")) == 3


def test_sources_that_are_not_there_leave_no_archive_behind(ingest, tmp_path):
    with pytest.raises(ArchiveError, match="Check the path"):
        ingest([tmp_path / "none"], tmp_path / "archive")
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "http://127.0.0.1:1", "nobody"])
def test_a_scheduler_that_is_not_there_is_refused_by_its_address(
    ingest, folder, tmp_path, address
):
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "300ms"}),
        pytest.raises(ArchiveError, match=rf"Dask scheduler at {address}, got .*Check the"),
    ):
        ingest([folder], tmp_path / "archive", scheduler=address)
    assert not list((tmp_path / "archive").glob("parts/*"))


def test_an_archive_whose_first_ingest_was_cut_short_has_refused_nothing_yet(tmp_path):
    assert count_refused(Layout(tmp_path)) == 0
