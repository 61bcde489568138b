import json
from itertools import pairwise

import numpy as np
import plotly.io
import pytest

from specoracle.figures.spectrum import HALF_WINDOW, spectrum_figure
from specoracle.spectra.lines import HALPHA, LINES


def simulated(n_pixels=3900, start=3700.0, stop=9100.0):
    wavelength = np.linspace(start, stop, n_pixels)
    flux = 100 + np.random.default_rng(0).normal(0, 2, n_pixels).astype(np.float32)
    return wavelength, flux, np.full(n_pixels, 0.25, np.float32)


def test_the_lower_pane_is_centred_on_halpha_in_vacuum():
    figure = spectrum_figure(*simulated())
    assert figure.layout.xaxis2.range == (HALPHA - HALF_WINDOW, HALPHA + HALF_WINDOW)
    # SDSS line list, vacuum.
    assert pytest.approx(6564.614) == HALPHA
    marked = {shape.x0 for shape in figure.layout.shapes if shape.xref == "x2"}
    assert HALPHA in marked


def test_the_axes_say_vacuum_angstrom_and_the_unit_of_the_flux():
    layout = spectrum_figure(*simulated(), unit="erg").layout
    assert layout.xaxis2.title.text == "Wavelength in vacuum (Å)"
    assert layout.yaxis.title.text == "Flux (erg)"


def test_unusable_pixels_are_gaps():
    wavelength, flux, ivar = simulated()
    ivar[100:110] = 0
    flux[200] = np.nan
    _, whole, _ = spectrum_figure(wavelength, flux, ivar).data
    assert np.flatnonzero(np.isnan(whole.y)).tolist() == [*range(100, 110), 200]


def test_an_unusable_pixel_does_not_stretch_the_axes():
    wavelength, flux, ivar = simulated()
    flux[2000], ivar[2000] = 1e9, 0
    low, high = spectrum_figure(wavelength, flux, ivar).layout.yaxis.range
    assert 50 < low < high < 150


def test_the_whole_range_shows_a_strong_line_to_its_tip():
    wavelength, flux, ivar = simulated()
    flux = flux + 900 * np.exp(-(((wavelength - HALPHA) / 3) ** 2))
    assert spectrum_figure(wavelength, flux, ivar).layout.yaxis.range[1] > flux.max()


def test_the_band_is_one_sigma_to_either_side():
    wavelength, flux, ivar = simulated()
    band, _, line = spectrum_figure(wavelength, flux, ivar).data
    n_pixels = len(line.y)
    upper = band.y[1 : n_pixels + 1]
    # ivar 0.25 is a standard deviation of 2.
    np.testing.assert_allclose(upper, line.y + 2, rtol=1e-6)


def test_the_band_is_interrupted_where_pixels_are_unusable():
    wavelength, flux, ivar = simulated()
    near = np.flatnonzero(np.abs(wavelength - HALPHA) < HALF_WINDOW)
    ivar[near[30:35]] = 0
    band = spectrum_figure(wavelength, flux, ivar).data[0]
    # One gap before each of the two polygons and one after the last.
    assert np.isnan(band.x).sum() == 3


@pytest.mark.parametrize(
    ("start", "stop"), [(6519.0, 6732.0), (6251.0, 6767.0), (3700.0, 5900.0)]
)
def test_any_range_can_be_drawn_and_marks_only_its_own_lines(start, stop):
    figure = spectrum_figure(*simulated(300, start, stop))
    inside = [x for x in LINES.values() if start < x < stop]
    marked = [shape.x0 for shape in figure.layout.shapes if shape.xref == "x"]
    assert sorted(marked) == sorted(inside)


def test_a_spectrum_without_a_usable_pixel_says_so():
    wavelength, flux, _ = simulated()
    figure = spectrum_figure(wavelength, flux, np.zeros_like(flux))
    texts = [note.text for note in figure.layout.annotations]
    assert "No usable pixel in this spectrum" in texts


def test_a_note_from_outside_is_no_markup():
    figure = spectrum_figure(*simulated(), note="<a href='x'>&</a>")
    assert figure.layout.annotations[-1].text == "&lt;a href='x'>&amp;&lt;/a>"


def test_the_figure_tells_the_page_whose_spectrum_it_shows():
    layout = spectrum_figure(*simulated(), identifier="survey:1").layout
    assert layout.meta == {"shows": "survey:1"}
    assert layout.uirevision == "survey:1"


def test_the_zoom_of_one_spectrum_does_not_last_into_the_next():
    figures = [spectrum_figure(*simulated(), identifier=name) for name in "ab"]
    assert len({figure.layout.uirevision for figure in figures}) == 2


def test_names_of_lines_do_not_touch():
    figure = spectrum_figure(*simulated())
    names = [note for note in figure.layout.annotations if note.xref == "x"]
    names.sort(key=lambda note: note.x)
    # 6 px a letter of 11 px type, in a pane of 850 px.
    scale = 850 / 5400
    for left, right in pairwise(names):
        free = scale * (right.x - left.x) - 6 * (len(left.text) + len(right.text)) / 2
        assert free > 0, (left.text, right.text)


def test_the_figure_is_valid_json_for_the_report():
    assert json.loads(plotly.io.to_json(spectrum_figure(*simulated())))["data"]
