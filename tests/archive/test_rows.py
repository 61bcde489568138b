import zlib
from dataclasses import fields

import h5py
import numpy as np
import pytest

from specoracle.archive.rows import (
    VERSION,
    Rows,
    concatenate,
    open_rows,
    read_rows,
    row_checksums,
    take,
    write_rows,
)
from specoracle.errors import ArchiveError

ARRAYS = [
    field.name for field in fields(Rows) if field.name not in {"catalogue", "refused"}
]


def same(one, other):
    for name in ARRAYS:
        a, b = getattr(one, name), getattr(other, name)
        np.testing.assert_array_equal(a, b, name)
        assert getattr(a, "dtype", None) == getattr(b, "dtype", None), name
    assert list(one.catalogue) == list(other.catalogue)
    for name, values in one.catalogue.items():
        np.testing.assert_array_equal(values, other.catalogue[name], name)
    assert list(one.refused) == list(other.refused)


def test_rows_come_back_as_they_were_written(tmp_path, rows):
    write_rows(tmp_path / "part.h5", rows())
    same(read_rows(tmp_path / "part.h5"), rows())


def test_a_part_of_refused_files_alone_comes_back(tmp_path, rows):
    refusals = rows().refused
    none = take(rows(), np.array([], np.intp), [])
    write_rows(tmp_path / "part.h5", none)
    back = read_rows(tmp_path / "part.h5")
    assert len(back) == 0
    assert back.flux.shape == (0, 140)
    assert back.refused == refusals


def test_the_checksum_is_crc32_of_flux_and_ivar_as_stored(tmp_path, rows):
    made = rows()
    expected = [
        zlib.crc32(flux.astype("<f4").tobytes() + ivar.astype("<f4").tobytes())
        for flux, ivar in zip(made.flux, made.ivar, strict=True)
    ]
    assert made.checksum.tolist() == expected
    swapped = row_checksums(made.flux.astype(">f4"), np.asfortranarray(made.ivar))
    assert swapped.tolist() == expected
    write_rows(tmp_path / "part.h5", made)
    with h5py.File(tmp_path / "part.h5") as file:
        assert file["checksum"][...].tolist() == expected


def test_the_file_opens_in_any_hdf5_reader_with_contiguous_rows(tmp_path, rows):
    write_rows(tmp_path / "part.h5", rows())
    with h5py.File(tmp_path / "part.h5") as file:
        for name in ("flux", "ivar"):
            assert file[name].dtype == np.dtype("<f4")
            assert file[name].chunks is None
        assert file["path"].asstr(errors="surrogateescape")[...].tolist() == rows().path


def test_concatenation_keeps_the_order(rows):
    joined = concatenate([rows("a"), rows("bb")])
    assert joined.identifier == rows("a").identifier + rows("bb").identifier
    np.testing.assert_array_equal(
        joined.flux, np.concatenate([rows("a").flux, rows("bb").flux])
    )
    assert len(joined.refused) == 6


def test_taking_rows_keeps_each_of_its_columns(rows):
    taken = take(rows(), np.array([2, 0]), [])
    assert taken.identifier == ["lamost:a-2", "lamost:a-0"]
    assert taken.path == [rows().path[2], rows().path[0]]
    np.testing.assert_array_equal(taken.flux, rows().flux[[2, 0]])
    np.testing.assert_array_equal(taken.catalogue["ra"], rows().catalogue["ra"][[2, 0]])
    assert taken.catalogue["plan"] == ["Hα", ""]


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"version": VERSION + 1}, f"got version {VERSION + 1}. Upgrade specoracle"),
        ({"format": "another"}, "expected rows of a Specoracle archive"),
    ],
)
def test_a_file_of_a_newer_version_or_another_format_is_refused(
    tmp_path, rows, attributes, message
):
    path = tmp_path / "part.h5"
    write_rows(path, rows())
    with h5py.File(path, "a") as file:
        file.attrs.update(attributes)
    for opened in (read_rows, open_rows):
        with pytest.raises(ArchiveError, match=message):
            opened(path)
