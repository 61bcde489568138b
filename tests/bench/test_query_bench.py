"""The benchmark of queries at a small size: that it runs, never times."""

import query_speed


def test_all_figures_of_queries_are_measured(monkeypatch):
    monkeypatch.setattr(query_speed, "SHORT", 200)
    figures = query_speed.figures(2500, 30)
    assert len(figures) == 9
    assert all(figure.measured > 0 for figure in figures)
    assert [figure.name for figure in figures if figure.target] == ["mixed batch"]
