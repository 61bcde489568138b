import numpy as np

from specoracle.figures.curve import curve_figure

ESTIMATES = np.array([[0.5, 0.3, 0.8], [0.9, 0.7, 0.95], [np.nan] * 3])


def two_curves():
    n_labels = np.array([100, 200, 300])
    return curve_figure(n_labels, {"precision": ESTIMATES, "completeness": ESTIMATES})


def test_every_estimate_has_its_interval():
    curve = next(trace for trace in two_curves().data if trace.name == "precision")
    np.testing.assert_allclose(curve.y + curve.error_y.array, ESTIMATES[:, 1 + 1])
    np.testing.assert_allclose(curve.y - curve.error_y.arrayminus, ESTIMATES[:, 1])


def test_the_band_covers_the_known_intervals_only():
    band = two_curves().data[0]
    assert list(band.x) == [100, 200, 200, 100]
    assert list(band.y) == [0.8, 0.95, 0.7, 0.3]


def test_curves_differ_in_colour_dash_and_marker():
    curves = [trace for trace in two_curves().data if trace.name]
    for look in ("line.color", "line.dash", "marker.symbol"):
        assert len({trace[look] for trace in curves}) == len(curves)


def test_without_curves_there_are_still_axes():
    figure = curve_figure(np.array([], dtype=int), {})
    assert figure.layout.xaxis.title.text == "Labels"
