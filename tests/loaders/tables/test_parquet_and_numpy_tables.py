import io
import pickle

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from specoracle.errors import LoaderError
from specoracle.loaders.survey_file import load
from specoracle.loaders.tables import parquet_table
from specoracle.spectra.air import air_to_vacuum

WAVELENGTH = np.linspace(5000.0, 7000.0, 20)
FLUX = np.linspace(1.0, 2.0, 20)


def refusal(path):
    with pytest.raises(LoaderError, match=rf"^{path.name}: ") as caught:
        load(path)
    return str(caught.value)


def test_a_parquet_table_is_read_with_what_its_fields_say(tmp_path):
    about = {"unit": "nm", "description": "wavelength in air"}
    fields = [pa.field("x", pa.float64(), metadata=about), pa.field("flux", pa.float32())]
    table = pa.table([WAVELENGTH / 10, FLUX.astype("f4")], schema=pa.schema(fields))
    table = table.replace_schema_metadata(
        {"OBJECT": "Vega", "RA": "279.23", "DEC": "38.78"}
    )
    pq.write_table(table, tmp_path / "star.parquet")
    (observation,) = load(tmp_path / "star.parquet")
    np.testing.assert_allclose(
        observation.spectrum.wavelength, air_to_vacuum(WAVELENGTH), rtol=1e-12
    )
    assert observation.catalogue == {"object_name": "Vega", "ra": 279.23, "dec": 38.78}


def test_lists_of_a_parquet_table_are_a_spectrum_a_row(tmp_path):
    rows = {"wavelength": [WAVELENGTH, WAVELENGTH[:9]], "flux": [FLUX, FLUX[:9]]}
    pq.write_table(pa.table(rows), tmp_path / "stars.parquet")
    first, second = load(tmp_path / "stars.parquet")
    np.testing.assert_array_equal(first.spectrum.flux, FLUX)
    np.testing.assert_array_equal(second.spectrum.wavelength, WAVELENGTH[:9])


def test_a_null_of_a_parquet_table_is_an_unusable_pixel(tmp_path):
    flux = [None if place == 3 else value for place, value in enumerate(FLUX)]
    pq.write_table(pa.table({"wave": WAVELENGTH, "flux": flux}), tmp_path / "a.parquet")
    (observation,) = load(tmp_path / "a.parquet")
    assert np.flatnonzero(observation.spectrum.ivar == 0).tolist() == [3]


def test_a_parquet_file_of_too_many_numbers_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet_table, "LARGEST", 100)
    pq.write_table(pa.table({"wave": WAVELENGTH, "flux": FLUX}), tmp_path / "a.parquet")
    assert "at most 12 numbers, got 40" in refusal(tmp_path / "a.parquet")


@pytest.mark.parametrize("share", [0.1, 0.6, 0.99])
def test_a_parquet_file_cut_short_is_refused(tmp_path, share):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"wave": WAVELENGTH, "flux": FLUX}), path)
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    assert "cannot be read" in refusal(path)


def test_a_structured_array_is_a_table_also_with_fields_in_fields(tmp_path):
    inner = [("FLUX", ">f4", (20,)), ("WAVELENGTH", ">f4", (20,)), ("IVAR", ">f4", (20,))]
    array = np.zeros(3, [("header", "U10"), ("data", inner)])
    array["data"]["WAVELENGTH"] = WAVELENGTH
    array["data"]["FLUX"][1] = FLUX
    array["data"]["IVAR"] = 2
    np.save(tmp_path / "stars.npy", array)
    (observation,) = load(tmp_path / "stars.npy")
    assert observation.row == 1
    np.testing.assert_allclose(observation.spectrum.flux, FLUX, rtol=1e-7)
    np.testing.assert_array_equal(observation.spectrum.ivar, np.full(20, 2))


def test_rows_that_hold_nothing_are_no_spectra(tmp_path):
    array = np.zeros(3, [("flux", "f4", (20,)), ("wavelength", "f4", (20,))])
    np.save(tmp_path / "stars.npy", array)
    assert "got 3 rows that hold zeros or nothing" in refusal(tmp_path / "stars.npy")


class Bomb:
    def __reduce__(self):
        return (exec, ("raise SystemExit('the pickle was opened')",))


def test_objects_of_a_numpy_file_are_never_unpickled(tmp_path):
    file = io.BytesIO()
    header = {"descr": "|O", "fortran_order": False, "shape": (1,)}
    np.lib.format.write_array_header_1_0(file, header)
    (tmp_path / "a.npy").write_bytes(file.getvalue() + pickle.dumps([Bomb()]))
    assert "Python objects, which are never unpickled" in refusal(tmp_path / "a.npy")


def test_a_numpy_file_that_promises_more_than_it_holds_is_refused(tmp_path):
    file = io.BytesIO()
    kind = [("flux", "<f8"), ("wave", "<f8")]
    header = {"descr": kind, "fortran_order": False, "shape": (10**12,)}
    np.lib.format.write_array_header_1_0(file, header)
    (tmp_path / "a.npy").write_bytes(file.getvalue() + bytes(64))
    assert "expected 16,000,000,000,000 bytes" in refusal(tmp_path / "a.npy")


def test_bare_numbers_of_a_numpy_file_are_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.ones((2, 9)))
    assert "got bare numbers of shape (2, 9)" in refusal(tmp_path / "a.npy")
