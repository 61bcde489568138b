import re

import numpy as np

from specoracle.figures.curve import curve_figure
from specoracle.report.page import Picture, Table, write_page


def page(tmp_path, *, hostile="plain"):
    figure = curve_figure(
        np.array([10, 20]), {hostile: np.array([[0.5, 0.3, 0.7], [0.8, 0.6, 0.9]])}
    )
    path = tmp_path / "report.html"
    write_page(
        path,
        title=hostile,
        summary=hostile,
        sections=[
            Table(title=hostile, columns=[hostile], rows=[[hostile]], note=hostile),
            Picture(figure=figure, caption=hostile),
        ],
    )
    return path.read_text(encoding="utf-8")


def test_a_report_holds_everything_it_needs(tmp_path):
    text = page(tmp_path)
    markup = re.sub(
        r'<script type="text/plain" id="library">.*?</script>', "", text, flags=re.S
    )
    assert "src=" not in markup
    assert "href=" not in markup
    assert "<td>plain</td>" in text
    assert len(text) < 3_000_000


def test_hostile_text_is_text(tmp_path):
    hostile = "</script><script>alert('Hα')</script>"
    text = page(tmp_path, hostile=hostile)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_a_report_without_pictures_carries_no_library(tmp_path):
    path = tmp_path / "report.html"
    write_page(path, title="t", summary="s", sections=[])
    assert path.stat().st_size < 5000
