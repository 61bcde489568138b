"""The benchmark of reports at a small size: that it runs, never times."""

import report_speed


def test_report_and_catalogue_are_measured():
    figures = list(report_speed.figures(3000, n_rounds=2))
    assert [f.name for f in figures] == [
        "report",
        "report, memory",
        "catalogue",
        "catalogue, memory",
    ]
    assert all(figure.measured > 0 for figure in figures)
