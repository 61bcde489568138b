"""The benchmark of estimation at a small size: that it runs, never times."""

import estimation_speed


def test_all_figures_of_estimation_are_measured():
    figures = estimation_speed.figures(20_000, 100)
    assert [figure.name for figure in figures if figure.target] == [
        "drawing and estimating",
        "memory",
    ]
    assert all(figure.measured >= 0 for figure in figures)
