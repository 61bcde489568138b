import numpy as np
import pytest
from astropy.table import Table

from specoracle.archive.archive import Archive
from specoracle.archive.join import join_catalogue
from specoracle.archive.selection import (
    read_selection,
    save_selection,
    select,
    selection_names,
)
from specoracle.errors import SelectionError


@pytest.fixture
def archive(workspace):
    opened = Archive(workspace / "archive")
    yield opened
    opened.close()


def test_the_rows_that_fit_are_selected(archive):
    table = archive.catalogue()
    snr, magnitude = np.array(table["snr_r"]), np.array(table["mag_g"])
    limit = float(np.median(snr))
    found = select(archive, f"snr_r > {limit} and mag_g < 18 and object_class == 'STAR'")
    np.testing.assert_array_equal(found, np.flatnonzero((snr > limit) & (magnitude < 18)))
    assert 0 < len(found) < 120
    assert select(archive, "snr_r < -1").tolist() == []
    assert select(archive, "missing(z)").dtype == np.int64


def test_joined_columns_select_too(packed, tmp_path):
    names = ["lamost:a-1", "lamost:c-2"]
    Table({"identifier": names, "v": [1.5, 2.5]}).write(tmp_path / "x.ecsv")
    join_catalogue(packed.folder, tmp_path / "x.ecsv", columns=["v"])
    archive = Archive(packed.folder)
    assert select(archive, "x_v > 2").tolist() == [8]
    assert select(archive, "x_v > 1 and subclass == 'G5'").tolist() == [1]
    assert select(archive, "x_v is not missing or plan == 'G5'").tolist() == [1, 4, 7, 8]
    archive.close()


def test_a_saved_selection_is_read_again(archive):
    saved = save_selection(archive, "bright", "snr_r > 20")
    assert saved.n_selected == len(select(archive, "snr_r > 20"))
    assert read_selection(archive.layout, "bright") == saved
    again = save_selection(archive, "bright", "snr_r > 30")
    assert read_selection(archive.layout, "bright") == again != saved
    save_selection(archive, "all", "snr_r >= 0 or missing(snr_r)")
    assert selection_names(archive.layout) == ["all", "bright"]


def test_what_cannot_be_saved_or_read_is_refused(archive):
    with pytest.raises(SelectionError, match=r"some of the 120 spectra to fit, got none"):
        save_selection(archive, "none", "snr_r < -1")
    with pytest.raises(SelectionError, match="Selection name: expected letters"):
        save_selection(archive, "../x", "snr_r > 1")
    with pytest.raises(SelectionError, match=r"selections \(none yet\), got 'faint'"):
        read_selection(archive.layout, "faint")
    path = archive.layout.folder / "selections" / "odd.json"
    path.parent.mkdir()
    path.write_text("{")
    with pytest.raises(SelectionError, match="expected a saved selection"):
        read_selection(archive.layout, "odd")
