"""The benchmark of queries at a small size: that it runs, never times."""

import query_speed

from specoracle.query.names import StrategyName


def test_all_figures_of_queries_are_measured():
    figures = query_speed.figures(2500, 30)
    assert all(figure.measured > 0 for figure in figures)
    with_target = {figure.name for figure in figures if figure.target}
    assert with_target == {"mixed batch", *(f"strategy {name}" for name in StrategyName)}
