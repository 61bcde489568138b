import numpy as np

from specoracle.figures.completeness_map import completeness_map


def figure():
    share = np.array([[[0.1, 0.9], [0.5, np.nan]], [[0.0, 1.0], [0.2, 0.3]]])
    return completeness_map(
        np.array([1.0, 2.0]), np.array([10.0, 40.0]), ["one", "two"], share, share, share
    )


def test_every_cell_says_its_share():
    texts = [note.text for note in figure().layout.annotations]
    assert [t for t in texts if t not in {"one", "two"}] == [
        "0.10",
        "0.90",
        "0.50",
        "–",
        "0.00",
        "1.00",
        "0.20",
        "0.30",
    ]


def test_a_map_a_kind_of_line_on_one_scale():
    drawn = figure()
    assert [trace.type for trace in drawn.data] == ["heatmap", "heatmap"]
    assert {trace.coloraxis for trace in drawn.data} == {"coloraxis"}
    assert (drawn.layout.coloraxis.cmin, drawn.layout.coloraxis.cmax) == (0.0, 1.0)
    assert list(drawn.layout.xaxis2.ticktext) == ["1", "2"]
    assert list(drawn.layout.yaxis.ticktext) == ["10", "40"]
