import colorsys

import pytest

from specoracle.figures.theme import (
    DARK,
    INK,
    MUTED,
    PALETTE,
    PAPER,
    ROLE_COLOURS,
    class_colours,
    empty_figure,
    faded,
)


def luminance(colour):
    # Relative luminance, WCAG 2.2, "relative luminance".
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", [INK, MUTED])
def test_text_can_be_read_on_light_and_on_dark(colour):
    assert contrast(colour, PAPER) >= 4.5
    assert contrast(DARK[colour], DARK[PAPER]) >= 4.5


@pytest.mark.parametrize("colour", ROLE_COLOURS.values())
def test_roles_can_be_seen_on_light(colour):
    assert contrast(colour, PAPER) >= 2.5


def test_classes_have_different_colours_as_long_as_there_are_any():
    assert len(set(class_colours(len(PALETTE)))) == len(PALETTE)
    assert len(class_colours(9)) == 9


def test_class_colours_differ_in_hue():
    hues = [
        colorsys.rgb_to_hsv(*(int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)))[0]
        for c in class_colours(3)
    ]
    assert min(abs(a - b) for i, a in enumerate(hues) for b in hues[:i]) > 0.1


def test_a_colour_can_be_faded():
    assert faded("#000000", 0.5) == "rgba(0, 0, 0, 0.5)"


def test_an_empty_figure_says_why():
    assert empty_figure("Nothing yet").layout.annotations[0].text == "Nothing yet"
