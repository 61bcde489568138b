import numpy as np

from specoracle.figures.learning_curves import learning_curves_figure

FEW = np.array([100.0, 200.0]), np.array([[0.2, 0.1, 0.3], [0.6, 0.5, 0.8]])
MANY = np.array([100.0, 200.0, 400.0]), np.array([[0.1, 0.0, 0.2]] * 3)


def test_arms_of_different_length_have_a_curve_and_a_band_each():
    figure = learning_curves_figure({"default": FEW, "random": MANY})
    curves = {trace.name: trace for trace in figure.data if trace.name}
    assert list(curves["default"].x) == [100, 200]
    assert list(curves["random"].x) == [100, 200, 400]
    np.testing.assert_allclose(curves["default"].error_y.array, [0.1, 0.2])
    assert list(figure.data[0].y) == [0.3, 0.8, 0.5, 0.1]


def test_answers_stand_on_a_logarithmic_axis_with_the_levels_across():
    figure = learning_curves_figure({"default": FEW}, levels=(0.8, 0.9))
    assert figure.layout.xaxis.type == "log"
    assert [shape.y0 for shape in figure.layout.shapes] == [0.8, 0.9]
