from itertools import pairwise

import numpy as np

from specoracle.figures.recipe_trace import trace_figure
from specoracle.recipes.built_in import recipe_named
from specoracle.spectra.spectrum import Spectrum

WAVELENGTH = np.linspace(3600.0, 9200.0, 4000)


def traced(name, **wrong):
    flux = 100 + np.sin(WAVELENGTH / 50)
    ivar = np.where((WAVELENGTH > 5000) & (WAVELENGTH < 5050), 0.0, 1.0)
    source = Spectrum(identifier="survey:7", wavelength=WAVELENGTH, flux=flux, ivar=ivar)
    return recipe_named(name).trace(source)


def test_there_is_a_pane_for_each_step_with_its_name():
    figure = trace_figure(traced("coarse"))
    titles = [note.text for note in figure.layout.annotations]
    assert [title.split(":")[0] for title in titles] == [
        "as observed",
        "1. bridge",
        "2. resample",
        "3. scale",
    ]
    domains = [figure.layout[f"yaxis{n}"].domain for n in ("", "2", "3", "4")]
    assert all(upper[0] > lower[1] for upper, lower in pairwise(domains))
    assert domains[0][1] == 1
    assert domains[-1][0] >= 0


def test_all_panes_show_the_same_wavelengths():
    figure = trace_figure(traced("halpha"))
    ranges = {tuple(figure.layout[f"xaxis{n}"].range) for n in ("", "2", "3")}
    ((low, high),) = ranges
    assert low < 6519
    assert high > 6732


def test_unusable_pixels_are_drawn_apart():
    figure = trace_figure(traced("coarse"))
    bad = next(trace for trace in figure.data if trace.name == "unusable")
    drawn = np.asarray(bad.x)[np.isfinite(np.asarray(bad.y))]
    # The gap, and a pixel of 1.4 Å on either side.
    assert 4997 < drawn.min() < 5000
    assert 5050 < drawn.max() < 5053
