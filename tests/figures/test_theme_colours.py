"""Can people with any kind of colour vision tell the classes apart?"""

import re
from itertools import combinations

import numpy as np
import pytest

from specoracle.figures.theme import DARK, INK, PALETTE, PAPER
from specoracle.panel.frontend import frontend

# Machado, Oliveira & Fernandes (2009), IEEE TVCG 15, 1291, severity 1.0, linear RGB.
DEFICIENCIES = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colour):
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(
        channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
    )


def lab(rgb):
    """CIE 1976 L*a*b* of linear sRGB, D65 (IEC 61966-2-1)."""
    to_xyz = [
        [0.4124, 0.3576, 0.1805],
        [0.2126, 0.7152, 0.0722],
        [0.0193, 0.1192, 0.9505],
    ]
    ratio = np.array(to_xyz) @ rgb / [0.9505, 1.0, 1.089]
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(one, other, deficiency):
    seen = [
        np.clip(np.array(DEFICIENCIES[deficiency]) @ linear(colour), 0, 1)
        for colour in (one, other)
    ]
    return np.linalg.norm(lab(seen[0]) - lab(seen[1]))


def test_the_difference_of_black_and_white_is_a_hundred():
    assert difference("#000000", "#ffffff", "normal") == pytest.approx(100, abs=0.1)


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_colours_of_the_first_four_classes_can_be_told_apart(deficiency):
    # A CIE 1976 difference of 2.3 is just noticeable (Mahy et al. 1994); ours are dots.
    for one, other in combinations(PALETTE[:4], 2):
        assert difference(one, other, deficiency) > 5 * 2.3, (one, other)


def contrast(one, other):
    """Contrast ratio of WCAG 2.2."""
    lights = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@pytest.mark.parametrize("name", ["ink", "muted", "good", "bad", "accent", "line"])
def test_every_text_colour_is_readable_on_every_surface(name):
    css = (frontend("panel") / "panel.css").read_text("utf-8")
    schemes = re.findall(r"\{[^{}]*--so-scheme: \w+;[^{}]*\}", css)
    assert len(schemes) == 3
    for scheme in schemes:
        colours = dict(re.findall(r"--so-([\w-]+): (#[0-9a-f]{6});", scheme))
        for surface in ("page", "surface", "raised"):
            assert contrast(colours[name], colours[surface]) >= 4.5, (name, surface)


def test_a_spectrum_stands_out_on_light_and_dark():
    assert contrast(INK, PAPER) > 7
    assert contrast(DARK[INK], DARK[PAPER]) > 7
