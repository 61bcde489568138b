import gzip
import json

import numpy as np
import plotly.graph_objects as go
from ipywidgets.widgets.widget import _remove_buffers

from specoracle.panel.plot import Plot


def state_and_buffers(plot):
    state, _, buffers = _remove_buffers(plot.get_state())
    return state, buffers


def test_numbers_travel_as_binary_buffers():
    y = np.array([1.0, np.nan, 3.0], dtype=np.float32)
    _, buffers = state_and_buffers(Plot(go.Figure(go.Scatter(y=y))))
    (buffer,) = buffers
    np.testing.assert_array_equal(np.frombuffer(buffer, np.float32), y)


def test_text_travels_as_lists():
    names = np.array(["a", "b"], dtype=object)
    state, _ = state_and_buffers(Plot(go.Figure(go.Scatter(y=[1, 2], customdata=names))))
    assert state["figure"]["data"][0]["customdata"] == ["a", "b"]


def test_json_that_travels_holds_no_nan():
    figure = go.Figure(go.Scatter(y=[1.0, float("nan")]), layout={"meta": [np.nan, 1]})
    state, _ = state_and_buffers(Plot(figure))
    json.dumps(state["figure"], allow_nan=False)
    assert state["figure"]["data"][0]["y"] == [1.0, None]


def test_a_late_view_sees_the_present_figure():
    plot = Plot(go.Figure(layout={"title": {"text": "first"}}))
    plot.draw(go.Figure(layout={"title": {"text": "second"}}))
    assert plot.get_state()["figure"]["layout"]["title"]["text"] == "second"


def test_a_click_calls_back_with_the_identifier():
    plot, clicked = Plot(), []
    plot.on_click(clicked.append)
    plot._handle_custom_msg({"kind": "clicked", "identifier": "star-1"}, [])
    assert clicked == ["star-1"]


def test_plotly_js_is_sent_when_a_page_asks_for_it(monkeypatch):
    plot, sent = Plot(), []
    monkeypatch.setattr(plot, "send", lambda _, buffers: sent.extend(buffers))
    plot._handle_custom_msg({"kind": "plotly"}, [])
    source = gzip.decompress(sent[0]).decode()
    assert "plotly.js v" in source[:200]
    assert "module.exports" in source[:400]


def test_a_large_background_is_not_sent_again():
    names = [str(number) for number in range(2000)]
    x = np.arange(2000.0)

    def figure(title):
        background = go.Scatter(x=x, y=x, customdata=names)
        marked = go.Scatter(x=[1], y=[1], customdata=["1"])
        return go.Figure([background, marked], layout={"title": {"text": title}})

    plot, changed = Plot(figure("one")), []
    plot.observe(lambda change: changed.append(change["name"]))
    plot.draw(figure("two"))
    assert changed == ["figure"]
    assert len(plot.background) == 1
    assert len(plot.figure["data"]) == 1
