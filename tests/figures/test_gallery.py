from itertools import pairwise

import numpy as np

from specoracle.figures.calibration import calibration_figure
from specoracle.figures.confusion import confusion_figure
from specoracle.figures.gallery import COLUMNS, gallery_figure

WAVELENGTH = np.linspace(6519.0, 6732.0, 140)


def drawn(n):
    flux = np.ones((n, 140))
    ivar = np.ones((n, 140))
    ivar[:, 5] = 0.0
    return gallery_figure(WAVELENGTH, flux, ivar, [f"{i} <b>x</b>" for i in range(n)])


def test_a_pane_a_spectrum_with_gaps_where_pixels_are_bad():
    figure = drawn(7)
    assert len(figure.data) == 7
    assert all(np.isnan(trace.y[5]) for trace in figure.data)
    assert np.isfinite(figure.data[0].y[6])


def test_panes_do_not_overlap():
    layout = drawn(COLUMNS + 2).layout
    domains = [layout[f"xaxis{n or ''}"].domain for n in ("", *range(2, COLUMNS + 1))]
    assert all(a[1] < b[0] for a, b in pairwise(domains))
    assert layout.yaxis.domain[0] > layout[f"yaxis{COLUMNS + 1}"].domain[1]


def test_a_title_is_no_markup():
    assert "&lt;b>" in drawn(1).layout.annotations[0].text


def test_nothing_to_show_is_an_empty_figure():
    assert len(drawn(0).data) == 0


def test_a_spectrum_without_a_good_pixel_is_an_empty_pane():
    figure = gallery_figure(WAVELENGTH, np.ones((1, 140)), np.zeros((1, 140)), ["bad"])
    assert np.isnan(figure.data[0].y).all()


def test_empty_bins_are_left_out_of_the_calibration():
    nan = np.nan
    figure = calibration_figure(
        np.array([0.1, nan]),
        np.array([0.2, nan]),
        np.array([0.0, 0.0]),
        np.array([0.5, 1.0]),
        np.array([9, 0]),
    )
    assert list(figure.data[1].x) == [0.1]
    assert figure.data[1].error_y.array[0] == 0.3


def test_every_count_of_the_confusion_can_be_read():
    counts = np.array([[9, 1], [0, 0]])
    share = np.array([[0.9, 0.1], [np.nan, np.nan]])
    figure = confusion_figure(counts, share, ["a", "b"])
    assert [note.text for note in figure.layout.annotations] == ["9", "1", "0", "0"]
    assert list(figure.layout.yaxis.ticktext) == ["a", "b"]
