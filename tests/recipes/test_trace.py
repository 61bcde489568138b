import numpy as np

from specoracle.recipes.built_in import recipe_named


def test_a_trace_shows_what_each_step_left(spectrum):
    wavelength = np.linspace(3600.0, 9200.0, 4000)
    source = spectrum(wavelength, wavelength / 100, np.where(wavelength > 6000, 1.0, 0.0))
    recipe = recipe_named("coarse")
    trace = recipe.trace(source)
    titles = [stage.title for stage in trace]
    assert titles[0] == "as observed"
    assert titles[1] == "bridge"
    assert titles[2] == "resample: start = 3850.0, stop = 8900.0, n_pixels = 102"
    assert titles[3] == "scale: how = minmax"
    assert [stage.flux.shape for stage in trace][2:] == [(102,), (102,)]
    rows = recipe.prepare([recipe.cut(source)])
    np.testing.assert_array_equal(trace.stages[-1].flux.astype(np.float32), rows.flux[0])
    assert (trace.identifier, trace.recipe) == ("survey:7", "coarse")
