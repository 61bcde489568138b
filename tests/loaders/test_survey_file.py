import contextlib
import gzip
import re

import numpy as np
import pytest
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders.survey_file import load, parse
from specoracle.simulate.lamost_files import LAYOUTS, fits_bytes
from specoracle.simulate.survey import survey_star


def refusal(path):
    """What a refused file is refused with: its name, expected, got."""
    with pytest.raises(LoaderError) as caught:
        load(path)
    message = str(caught.value)
    assert re.search(rf"{re.escape(path.name)}: .*[Ee]xpected .* got ", message), message
    return message


@pytest.mark.parametrize("layout", ["dr1", "image", "table"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.55, 0.7])
def test_a_truncated_file_is_refused(tmp_path, request, layout, share):
    content = request.getfixturevalue(layout)()
    # The padding after the data does not count: cut before it.
    whole = len(content.rstrip(b"\0"))
    path = tmp_path / "cut.fits"
    path.write_bytes(content[: int(share * whole)])
    refusal(path)


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_a_truncated_gzip_is_refused(tmp_path, image, share):
    packed = gzip.compress(image())
    path = tmp_path / "cut.fits.gz"
    path.write_bytes(packed[: int(share * len(packed))])
    assert "Fetch the file again" in refusal(path)


def test_a_gzip_whose_checksum_is_wrong_is_refused(tmp_path, image):
    packed = bytearray(gzip.compress(image()))
    packed[-8] ^= 1  # RFC 1952: the last eight bytes are CRC-32 and length
    path = tmp_path / "flipped.fits.gz"
    path.write_bytes(packed)
    assert "CRC check failed" in refusal(path)


@pytest.mark.parametrize(
    ("content", "got"),
    [
        (b"", "an empty file"),
        (b"wavelength,flux\n", "begins with b'waveleng'"),
        (b"<!DOCTYPE html><html>", "begins with b'<!DOCTYP'"),
        (gzip.compress(b"", mtime=0), "an empty file"),
        (gzip.compress(b"text", mtime=0), "begins with b'text'"),
        (b"SIMPLE", "astropy cannot read"),
        (b"SIMPLE  =                    T" + b"\xff" * 9000, "astropy cannot read"),
    ],
    ids=["empty", "csv", "html", "empty gzip", "text gzip", "one word", "half a header"],
)
def test_what_is_no_fits_is_refused(tmp_path, content, got):
    path = tmp_path / "spec-55859-F5902_sp01-001.fits"
    path.write_bytes(content)
    assert got in refusal(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "FileNotFoundError" in refusal(tmp_path / "gone.fits")


def test_a_folder_is_refused(tmp_path):
    assert "not a regular file" in refusal(tmp_path)


def test_a_name_that_lies_does_not_matter(tmp_path, image, table):
    for name, content in {
        "image.fits.gz": image(),
        "image.fits": gzip.compress(image()),
        "table.fits.fits": table(),
        "table.csv": table(),
    }.items():
        (tmp_path / name).write_bytes(content)
        assert len(load(tmp_path / name)) == 1


def pixel_table(name):
    """One row a pixel, as in SDSS and LAMOST medium-resolution files."""
    columns = [
        fits.Column(key, "E", array=np.ones(30)) for key in ("FLUX", "IVAR", "LOGLAM")
    ]
    return fits.BinTableHDU.from_columns(columns, name=name)


@pytest.mark.parametrize(
    ("telescope", "hdus", "got"),
    [
        (
            "LAMOST",
            [pixel_table("STARS"), pixel_table("COADD_R")],
            "STARS (table of 30 rows)",
        ),
        ("SDSS 2.5-M", [pixel_table("COADD")], "COADD (table of 30 rows)"),
        ("LAMOST", [], "PRIMARY (empty)"),
        ("LAMOST", [fits.ImageHDU(np.ones((5, 40)), name="COADD")], "COADD (5, 40)"),
    ],
    ids=["other tables", "SDSS", "nothing", "image"],
)
def test_an_unknown_layout_is_refused_with_what_it_holds(tmp_path, telescope, hdus, got):
    primary = fits.PrimaryHDU()
    primary.header["TELESCOP"] = telescope
    path = tmp_path / "a.fits"
    fits.HDUList([primary, *hdus]).writeto(path)
    message = refusal(path)
    assert "expected a layout that one of the loaders knows (lamost-lrs, sdss" in message
    assert got in message


@pytest.mark.parametrize("card", ["NAXIS1", "NAXIS2", "PCOUNT", "GCOUNT"])
def test_a_negative_size_is_refused(tmp_path, card):
    """With one in a later HDU, astropy would go back and read the same for ever."""
    path = tmp_path / "a.fits"
    hdus = [pixel_table(name) for name in ("STARS", "B", "C")]
    fits.HDUList([fits.PrimaryHDU(), *hdus]).writeto(path)
    whole = path.read_bytes()
    place = whole.rindex(f"{card:8}=".encode())
    path.write_bytes(
        whole[:place] + f"{card:8}= -3".ljust(30).encode() + whole[place + 30 :]
    )
    assert "none of a size below 0" in refusal(path)


def test_a_count_after_bytes_that_are_no_text_is_refused(tmp_path):
    path = tmp_path / "a.fits"
    path.write_bytes(b"SIMPLE  =                    T".ljust(80) + b"\xff\xfeNAXIS=12345")
    assert "'ÿþNAXIS=12345'" in refusal(path)


@pytest.mark.parametrize("missing", ["FLUX", "IVAR", "WAVELENGTH"])
def test_a_table_without_a_column_is_refused(tmp_path, table, missing):
    path = tmp_path / "a.fits"
    path.write_bytes(table(without=[missing]))
    assert "expected a layout" in refusal(path)


def test_five_rows_of_another_telescope_are_refused(tmp_path, image):
    path = tmp_path / "spSpec.fits"
    path.write_bytes(image(TELESCOP="SDSS 2.5-M"))
    assert "expected a layout" in refusal(path)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_simulated_files_are_read_as_simulated(layout):
    star = survey_star(7, 3, label="emission")
    (observation,) = parse(fits_bytes(star, layout=layout), "a.fits")
    assert observation.spectrum.identifier == star.identifier
    np.testing.assert_array_equal(observation.spectrum.flux, star.flux.astype(np.float32))
    np.testing.assert_array_equal(observation.spectrum.ivar, star.ivar.astype(np.float32))


@pytest.mark.parametrize(
    "written", ["NAXIS   = ", "  NAXIS = ", "naxis   = +0", "TFIELDS = "]
)
def test_a_count_that_no_file_has_is_refused_before_astropy_believes_it(image, written):
    card = f"{written}1000".ljust(80).encode()
    whole = image()
    place = whole.index(b"LMJD") // 80 * 80
    with pytest.raises(
        LoaderError, match=r"expected at most 999 axes and columns, none .*, got"
    ):
        parse(whole[:place] + card + whole[place + 80 :], "a.fits")


def test_a_count_is_looked_for_in_cards_alone(image):
    """The same letters in the middle of a card are a word of a comment."""
    assert (
        len(parse(image(COMMENT="of NAXIS = 1000 pixels, TFIELDS = 1000"), "a.fits")) == 1
    )


def test_what_is_loaded_has_its_bytes_in_the_order_of_this_machine(tmp_path, image):
    (tmp_path / "a.fits").write_bytes(image())
    (observation,) = load(tmp_path / "a.fits")
    assert observation.spectrum.flux.dtype.isnative
    assert observation.spectrum.ivar.dtype.isnative


def test_a_damaged_file_is_read_or_refused_but_never_breaks_the_run(image, table):
    rng = np.random.default_rng(5)
    for trial in range(300):
        content = bytearray(table() if trial % 2 else image())
        for place in rng.integers(0, len(content), rng.integers(1, 60)):
            content[place] = rng.integers(0, 256)
        with contextlib.suppress(LoaderError):
            parse(bytes(content), "damaged.fits")
