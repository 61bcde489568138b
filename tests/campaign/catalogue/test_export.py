import csv
import tracemalloc

import numpy as np
import pyarrow.parquet as pq
import pytest
from astropy.io import fits
from astropy.io.votable import parse
from astropy.io.votable.ucd import parse_ucd
from astropy.io.votable.xmlutil import validate_schema
from astropy.table import MaskedColumn, Table
from astropy.units import Unit

from specoracle.campaign.catalogue.columns import COLUMNS
from specoracle.campaign.catalogue.export import FORMATS, read_table, write_table
from specoracle.campaign.catalogue.table import described
from specoracle.errors import CampaignError

HOSTILE = [
    "plain",
    "",
    "λ Hα ünïcode 星 🌟",
    'comma, "quotes"; semicolon',
    "two\nlines\r\nand\ttab",
    '=HYPERLINK("http://evil","x")',
    "+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(1)",
    "'=quoted",
    "<script>alert(1)</script>&amp;]]>",
    "C:\\users\\x41 \\u0041",
    " blank at both ends ",
    "bell\x07 and nul\x00",
    "nan",
    "--",
    "N/A",
    "12",
]


def table():
    n = len(HOSTILE)
    numbers = np.linspace(-1.5, 1e9, n)
    numbers[2] = np.nan
    joined = np.ma.MaskedArray(np.arange(n), mask=np.arange(n) == 3)
    columns = {
        "identifier": np.array([f"survey:{i}" for i in range(n)]),
        "ra": numbers,
        "calibrated": np.arange(n) % 2 == 0,
        "label": np.array(HOSTILE),
        "labelled_by": np.array(HOSTILE[::-1]),
        "asked": np.array([""] * n),
        "gaia_text": np.array(HOSTILE),
        "gaia_number": joined,
    }
    made = Table(meta={"CAMPAIGN": "hunt for Hα\n'x'", "ROUND": 3, "MODEL": "2024"})
    for name, values in columns.items():
        made[name] = described(name, values)
    return made


@pytest.fixture(params=sorted(FORMATS))
def written(request, tmp_path):
    path = tmp_path / f"candidates{request.param}"
    write_table(path, table())
    return path


def test_what_is_read_back_is_what_was_written(written):
    made, found = table(), read_table(written)
    assert found.colnames == made.colnames
    for name in made.colnames:
        assert found[name].tolist() == made[name].tolist(), name
        assert found[name].dtype.kind == made[name].dtype.kind
        assert found[name].description == made[name].description
        assert found[name].meta == made[name].meta
    if written.suffix != ".csv":  # which has no place for it
        assert found.meta == made.meta
        assert found["ra"].unit == Unit("deg")


def test_a_table_without_candidates_can_be_written_and_read(tmp_path):
    for suffix in FORMATS:
        path = tmp_path / f"none{suffix}"
        write_table(path, table()[:0])
        found = read_table(path)
        assert (len(found), found.colnames) == (0, table().colnames)


def test_the_votable_is_valid(tmp_path):
    path = tmp_path / "candidates.vot"
    write_table(path, table())
    found = parse(path, verify="exception")
    assert found.version == "1.4"
    (system,) = found.resources[0].coordinate_systems
    assert system.system == "ICRS"
    ra = found.get_first_table().get_field_by_id_or_name("ra")
    assert (ra.unit, ra.ucd, ra.ref) == (Unit("deg"), "pos.eq.ra;meta.main", system.ID)


def test_the_votable_keeps_to_the_schema(tmp_path):
    path = tmp_path / "candidates.vot"
    write_table(path, table())
    try:
        status, _, errors = validate_schema(str(path), version="1.4")
    except OSError:
        pytest.skip("no xmllint on this machine")
    assert status == 0, errors


@pytest.mark.parametrize("name", COLUMNS)
def test_ucd_and_unit_of_a_column_are_of_the_vocabulary(name):
    parse_ucd(COLUMNS[name].ucd, check_controlled_vocabulary=True)
    Unit(COLUMNS[name].unit, format="vounit")


def test_fits_keeps_to_its_standard(tmp_path):
    path = tmp_path / "candidates.fits"
    write_table(path, table())
    with fits.open(path) as hdus:
        hdus.verify("exception")
        header, data = hdus[1].header, hdus[1].data
        assert (header["TTYPE2"], header["TUNIT2"]) == ("ra", "deg")
        assert header["TUCD2"] == "pos.eq.ra;meta.main"
        assert np.isnan(data["ra"][2])
        text = b"".join(bytes(cell, "latin-1") for cell in data["label"])
        assert all(0x20 <= byte <= 0x7E for byte in text)


def test_no_cell_of_the_csv_is_a_formula(tmp_path):
    path = tmp_path / "candidates.csv"
    write_table(path, table())
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    cells = [row[name] for row in rows for name in ("label", "labelled_by", "gaia_text")]
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r"))]
    assert rows[2]["ra"] == ""


def test_parquet_has_nulls_and_units(tmp_path):
    path = tmp_path / "candidates.parquet"
    write_table(path, table())
    found = pq.read_table(path)
    assert found["ra"].null_count == 1
    assert found.schema.field("ra").metadata[b"unit"] == b"deg"


def test_a_missing_number_is_not_zero(written):
    found = read_table(written)
    assert isinstance(found["ra"], MaskedColumn)
    assert np.flatnonzero(found["ra"].mask).tolist() == [2]
    assert np.flatnonzero(found["gaia_number"].mask).tolist() == [3]


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(CampaignError, match=r"\.fits, \.vot.*got \.txt"):
        write_table(tmp_path / "candidates.txt", table())
    assert list(tmp_path.iterdir()) == []


def test_half_of_a_surrogate_pair_does_not_stop_the_export(tmp_path):
    made = table()[:1]
    made["label"] = described("label", np.array(["bad \udcff name"]))
    for suffix in FORMATS:
        path = tmp_path / f"candidates{suffix}"
        write_table(path, made)
        assert "bad" in read_table(path)["label"][0]


def test_fits_of_much_text_takes_little_more_memory_than_the_text(tmp_path):
    n = 50_000
    texts = np.array([f"{number:030d}" for number in range(n)])
    numbers = np.where(np.arange(n) % 2, np.nan, 1.5)
    made = Table([described("identifier", texts), described("snr_r", numbers)])
    write_table(tmp_path / "warm.fits", made[:10])
    tracemalloc.start()
    write_table(tmp_path / "large.fits", made)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # A letter is one byte in FITS and four in numpy. Twice the table is room for the
    # cells as text of Python's, and for the file; astropy's own way took seven times.
    assert peak < 2.5 * texts.nbytes
    (widths, *_) = fits.getdata(tmp_path / "large.fits").dtype.descr
    assert widths[1] == "|S30"
