import numpy as np

from specoracle.figures.map import map_figure
from specoracle.figures.theme import ROLE_COLOURS, ROLE_SYMBOLS, class_colours

CLASSES = ("emission", "absorption")
BLUE, ORANGE = class_colours(2)


def small_map(**settings):
    return map_figure(
        ["a", "b", "c", "d"],
        np.array([0.0, 1.0, 2.0, 3.0]),
        np.zeros(4),
        labels=["emission", None, None, "absorption"],
        classes=CLASSES,
        **settings,
    )


def traces(figure):
    return {trace.name: trace for trace in figure.data}


def test_every_point_carries_its_identifier():
    figure = small_map()
    assert sorted(name for trace in figure.data for name in trace.customdata) == list(
        "abcd"
    )


def test_colour_is_the_label():
    shown = traces(small_map())
    assert shown["emission"].marker.color == BLUE
    assert list(shown["absorption"].customdata) == ["d"]
    assert list(shown["unlabelled"].customdata) == ["b", "c"]


def test_members_of_the_batch_have_the_shape_of_their_role():
    shown = traces(small_map(roles={"b": "oracle", "c": "estimation"}))
    assert shown["oracle"].marker.symbol == ROLE_SYMBOLS["oracle"]
    assert shown["estimation"].marker.symbol == ROLE_SYMBOLS["estimation"]
    assert "unlabelled" not in shown


def test_a_member_is_hollow_until_it_is_labelled():
    shown = traces(small_map(roles={"a": "oracle", "b": "oracle"}))
    assert list(shown["oracle"].marker.color) == [BLUE, "rgba(0, 0, 0, 0)"]


def test_the_current_point_is_ringed():
    ring = small_map(current="c").data[-1]
    assert list(ring.customdata) == ["c"]
    assert ring.marker.symbol == "circle-open"


def test_a_current_spectrum_outside_the_map_is_not_ringed():
    assert "current" not in traces(small_map(current="elsewhere"))


def test_a_member_outside_the_map_is_left_out():
    assert "oracle" not in traces(small_map(roles={"elsewhere": "oracle"}))


def test_roles_differ_in_shape_and_in_colour():
    assert len(set(ROLE_SYMBOLS.values())) == len(ROLE_SYMBOLS)
    assert len(set(ROLE_COLOURS.values())) == len(ROLE_COLOURS)


def test_a_large_map_is_drawn_with_webgl():
    n_spectra = 5000
    figure = map_figure(
        [str(number) for number in range(n_spectra)],
        np.zeros(n_spectra),
        np.zeros(n_spectra),
        labels=[None] * n_spectra,
        classes=CLASSES,
    )
    assert {trace.type for trace in figure.data} == {"scattergl"}
