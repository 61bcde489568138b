import numpy as np
import pytest

from specoracle.errors import LoaderError
from specoracle.loaders.survey_file import load
from specoracle.loaders.tables import text_table
from specoracle.spectra.air import air_to_vacuum

WAVELENGTH = np.array([6560.5, 6561.0, 6561.5])
FLUX = np.array([1.25, 0.5, 2.0])


def one(tmp_path, text, loader=None, name="star.txt"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (observation,) = load(path, loader=loader)
    return observation.spectrum


def refusal(tmp_path, text, loader=None):
    with pytest.raises(LoaderError, match=r"^star\.txt: ") as caught:
        one(tmp_path, text, loader)
    return str(caught.value)


BLANKS = "6560.5 1.25\n6561.0 0.5\n6561.5 2.0\n"

TEXTS = {
    "blanks": BLANKS,
    "tabs": BLANKS.replace(" ", "\t"),
    "commas": BLANKS.replace(" ", ","),
    "semicolons": BLANKS.replace(" ", " ; "),
    "header": "wavelength,flux\n" + BLANKS.replace(" ", ","),
    "header with units": "Wavelength (Angstrom),Flux [erg/s/cm2]\n"
    + BLANKS.replace(" ", ","),
    "comment as header": "# observed in 2011\n# wave flux\n" + BLANKS,
    "comments between": BLANKS.replace("\n", "\n# half\n", 1),
    "Windows": BLANKS.replace("\n", "\r\n"),
    "byte order mark": "\ufeff" + BLANKS,
    "blank lines and indentation": "\n\n   " + BLANKS.replace("\n", "\n   "),
    "swapped columns": "flux wave\n1.25 6560.5\n0.5 6561.0\n2.0 6561.5\n",
    "Fortran": "6.5605D+03 1.25\n6.5610D+03 0.5\n6.5615D+03 2.0\n",
    "decreasing": "6561.5 2.0\n6561.0 0.5\n6560.5 1.25\n",
    "nm": "wave[nm] flux\n656.05 1.25\n656.10 0.5\n656.15 2.0\n",
    "micron of its name": "lambda_um flux\n.65605 1.25\n.6561 0.5\n.65615 2.0\n",
    "nm that can be nothing else": "656.05 1.25\n656.1 0.5\n656.15 2\n",
    "quoted": '"wave","flux","note"\n6560.5,1.25,"a, b"\n6561,.5,""\n6561.5,2,"c"\n',
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_text_is_read_however_it_is_written(tmp_path, text):
    spectrum = one(tmp_path, text)
    np.testing.assert_allclose(spectrum.wavelength, WAVELENGTH, rtol=1e-12)
    np.testing.assert_array_equal(spectrum.flux, FLUX)


@pytest.mark.parametrize("coding", ["utf-16", "utf-8-sig", "latin-1"])
def test_odd_encodings_are_understood(tmp_path, coding):
    text = "# Ondřejov, λ in Å\n" if coding != "latin-1" else "# Wellenlänge in Å\n"
    np.testing.assert_array_equal(one(tmp_path, (text + BLANKS).encode(coding)).flux, FLUX)


def test_a_third_column_without_a_name_is_the_error(tmp_path):
    spectrum = one(tmp_path, "6560.5 1.25 0.5\n6561.0 0.5 0.25\n6561.5 2.0 0\n")
    np.testing.assert_array_equal(spectrum.ivar, [4, 16, 0])


@pytest.mark.parametrize(
    ("name", "values", "ivar"),
    [("err", ".5 .25 0", [4, 16, 0]), ("ivar", "4 16 0", [4, 16, 0]),
     ("variance", ".25 .0625 0", [4, 16, 0]), ("e_flux", ".5 .25 nan", [4, 16, 0])],
)  # fmt: skip
def test_noise_goes_by_its_name(tmp_path, name, values, ivar):
    rows = zip(WAVELENGTH, FLUX, values.split(), strict=True)
    text = f"wave flux {name}\n" + "\n".join(" ".join(map(str, row)) for row in rows)
    np.testing.assert_array_equal(one(tmp_path, text).ivar, ivar)


@pytest.mark.parametrize(
    ("header", "loader"),
    [
        ("# wavelengths in air\n", None),
        ("wave_air flux\n", None),
        ("lambdaAir flux\n", None),
        ("AWAV flux\n", None),
        ("", "table:medium=air"),
        ("wave_vac flux\n", "table:medium=air"),
    ],
)
def test_wavelengths_in_air_come_out_in_vacuum(tmp_path, header, loader):
    spectrum = one(tmp_path, header + BLANKS, loader)
    np.testing.assert_array_equal(spectrum.wavelength, air_to_vacuum(WAVELENGTH))


@pytest.mark.parametrize("header", ["", "# airmass 1.2\n", "# air or vacuum?\n"])
def test_wavelengths_of_which_nothing_is_said_are_in_vacuum(tmp_path, header):
    np.testing.assert_array_equal(one(tmp_path, header + BLANKS).wavelength, WAVELENGTH)


def test_a_logarithm_goes_by_its_name(tmp_path):
    text = "loglam flux\n3.5 1\n3.6 2\n3.7 3\n"
    np.testing.assert_allclose(
        one(tmp_path, text).wavelength, [3162.27766, 3981.071706, 5011.872336]
    )


def test_options_name_columns_by_name_or_number(tmp_path):
    text = "n x y s\n1 656.05 1.25 .5\n2 656.10 .5 .25\n3 656.15 2 .5\n"
    for loader in (
        "table:wavelength=x,flux=y,error=s,unit=nm",
        "table: wavelength=2, flux=3, error=4, unit=nm",
    ):
        spectrum = one(tmp_path, text, loader)
        np.testing.assert_allclose(spectrum.wavelength, WAVELENGTH)
        np.testing.assert_array_equal(spectrum.flux, FLUX)
        np.testing.assert_array_equal(spectrum.ivar, [4, 16, 4])


def test_an_ecsv_file_is_read_with_its_units(tmp_path):
    from astropy.table import Table

    table = Table({"spectral": WAVELENGTH / 10, "flux": FLUX})
    table["spectral"].unit = "nm"
    table["spectral"].description = "Air wavelength"
    table.write(tmp_path / "a.ecsv", format="ascii.ecsv")
    (observation,) = load(tmp_path / "a.ecsv")
    np.testing.assert_allclose(
        observation.spectrum.wavelength, air_to_vacuum(WAVELENGTH), rtol=1e-12
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1500 1\n1600 2\n", "a unit of the wavelengths, got none, and 1500 to 1600"),
        ("6560 1\n6560 2\n", "each wavelength once, got 1 of 2"),
        ("6560 1\n6562 2\n6561 3\n", "got 1 that turn back"),
        ("6560 nan\n6561 nan\n", "known somewhere, got 2 pixels without"),
        ("6560 1 -1\n6561 2 1\n", "column 3: expected an error that is never negative"),
        ("wave flux\n6560 1\n6561 high\n", "column 'flux': expected numbers, got 1 of 2"),
        ("6560 1\n6561 2\n6562\n", "expected 2 cells in each row, got 1 in row 3"),
        ("1 2 3 4\n2 3 4 5\n", "expected a column of wavelength, got 4 columns"),
        ("a b\n6560 1\n6561 2\n", "a column of wavelength, got 2 columns 'a', 'b'"),
        ("wave lambda flux\n1 2 3\n2 3 4\n", "got 2: 'wave' and 'lambda'"),
        ("vel[km/s] flux\n1 2\n2 3\n", "expected a column of wavelength"),
    ],
)  # fmt: skip
def test_a_bad_table_is_refused_with_what_is_wrong(tmp_path, text, words):
    assert words in refusal(tmp_path, text)


@pytest.mark.parametrize(
    ("loader", "words"),
    [
        ("table:wavelength=lam", "expected a column 'lam', got 2 columns '', ''"),
        ("table:unit=parsnip", "unit of wavelength, frequency or energy, got 'parsnip'"),
        ("table:unit=km/s", "got a velocity axis in km/s"),
    ],
)
def test_options_that_do_not_fit_are_refused(tmp_path, loader, words):
    assert words in refusal(tmp_path, BLANKS, loader)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"text",
        b"wavelength,flux\n",
        b"6560 1\n",
        b"<html>\n1 2\n3\n",
        b"\0\1 2\n1 2\n",
    ],
)
def test_what_holds_no_two_rows_of_numbers_is_not_recognised(tmp_path, text):
    assert "expected a layout that one of the loaders knows" in refusal(tmp_path, text)


def test_a_text_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(text_table, "LARGEST", 10)
    assert "at most 10 bytes of text" in refusal(tmp_path, BLANKS)
