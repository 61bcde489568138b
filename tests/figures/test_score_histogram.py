import numpy as np
import pytest

from specoracle.figures.score_histogram import log_odds, score_histogram


def test_log_odds_are_those_of_the_textbook():
    assert log_odds([0.5, 0.8]).tolist() == pytest.approx([0.0, np.log(4.0)])
    assert np.isinf(log_odds([0.0, 1.0])).all()


def test_a_bar_a_bin_and_stratum_and_no_point_a_spectrum():
    edges = np.linspace(-12, 12, 25)
    counts = np.zeros((2, 24), int)
    counts[0, 23], counts[1, :10] = 5, 100_000
    drawn = score_histogram(edges, counts, ["first", "second"], confirmed=np.array([1.0]))
    bars = [trace for trace in drawn.data if trace.type == "bar"]
    assert [bar.name for bar in bars] == ["first", "second"]
    assert np.nansum(bars[1].y) == 1_000_000
    assert all(len(bar.x) == 24 for bar in bars)
    marks = drawn.data[-1]
    assert marks.x[0] == pytest.approx(11.5)  # certainty stands in the outermost bin


def test_ticks_are_probabilities():
    edges = np.linspace(-12, 12, 25)
    axis = score_histogram(edges, np.ones((1, 24), int), ["all"]).layout.xaxis
    place = dict(zip(axis.ticktext, axis.tickvals, strict=True))
    assert place["0.5"] == 0.0
    assert place["0.9"] == pytest.approx(np.log(9.0))
