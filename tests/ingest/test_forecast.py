import shutil
import time

import pytest

from specoracle.errors import ArchiveError
from specoracle.ingest.discover import discover
from specoracle.ingest.forecast import (
    Forecast,
    forecast,
    refuse_when_full,
    sample,
)
from specoracle.ingest.ingest import ingest_survey
from specoracle.recipes.built_in import recipe_named

HALPHA = recipe_named("halpha")


def size_of(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_an_ingest_says_before_it_starts_what_it_then_takes(survey, tmp_path):
    said, begun = [], []
    start = time.monotonic()
    count = ingest_survey(
        [str(survey)],
        tmp_path / "archive",
        recipe=HALPHA,
        n_workers=1,
        announce=said.append,
        progress=lambda _, total: begun.append(total),
    )
    took = time.monotonic() - start
    (expected,) = said
    assert expected.n_files == begun[0] == count.n_files
    assert expected.n_spectra == count.n_spectra
    # The whole includes reading the sample, packing and books.
    assert 0 < expected.seconds < took
    # Small archives pay for empty columns of HDF5 and parquet too.
    assert 0.3 < expected.n_bytes / size_of(tmp_path / "archive") < 1.1
    assert expected.n_free == pytest.approx(shutil.disk_usage(tmp_path).free, rel=0.05)


def test_refused_files_are_foreseen(survey, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    for number, path in enumerate(sorted(survey.rglob("*.fits*"))[:20]):
        shutil.copy(path, folder / f"{number}.fits")
        (folder / f"{number}.dat").write_bytes(b"no FITS")
    rates = sample(discover([str(folder)]), HALPHA)
    assert rates.spectra_per_file == 0.5
    assert rates.seconds_per_file > 0


def test_workers_share_the_time_and_not_the_disk(survey, tmp_path):
    rates = sample(discover([str(survey)]), HALPHA)
    one = forecast(rates, 1000, n_workers=1, folder=tmp_path / "new" / "archive")
    four = forecast(rates, 1000, n_workers=4, folder=tmp_path)
    assert one.seconds == pytest.approx(4 * four.seconds)
    assert one.n_bytes == four.n_bytes


def test_a_disk_that_cannot_hold_the_archive_is_refused(tmp_path):
    tight = Forecast(n_files=10, n_spectra=10, seconds=1.0, n_bytes=1000, n_free=1999)
    with pytest.raises(ArchiveError, match=r"expected 0\.0 MB of free disk for 10 files"):
        refuse_when_full(tight, tmp_path)
    refuse_when_full(
        Forecast(n_files=10, n_spectra=10, seconds=1.0, n_bytes=1000, n_free=2000), tmp_path
    )
