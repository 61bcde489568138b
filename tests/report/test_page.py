import re

import numpy as np

from specoracle.figures.curve import curve_figure
from specoracle.report.page import write_page
from specoracle.report.section import Figures, Picture, Table, Text


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
    assert '<th scope="row">plain</th>' in text
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


def test_a_figure_has_a_description_and_its_numbers_as_a_table(tmp_path):
    path = tmp_path / "report.html"
    numbers = Table(title="numbers", columns=["n"], rows=[["7"]])
    figure = curve_figure(np.array([1]), {"a": np.array([[0.5, 0.4, 0.6]])})
    picture = Picture(
        figure=figure, caption="below", description='what "it" shows', numbers=numbers
    )
    write_page(path, title="t", summary="s", sections=[picture])
    text = path.read_text(encoding="utf-8")
    assert 'role="img" aria-label="what &#34;it&#34; shows"' in text
    assert "<summary>As a table</summary>" in text
    assert '<th scope="row">7</th>' in text


def test_paragraphs_and_key_figures_are_text(tmp_path):
    path = tmp_path / "report.html"
    hostile = "<img onerror=alert(1)>"
    sections = [Text(title=hostile, text=hostile), Figures(values=[(hostile, hostile)])]
    write_page(path, title="t", summary="s", sections=sections)
    text = path.read_text(encoding="utf-8")
    assert "<img" not in text
    assert text.count("&lt;img onerror=alert(1)&gt;") == 4


def test_halves_stand_side_by_side(tmp_path):
    path = tmp_path / "report.html"
    figure = curve_figure(np.array([1]), {"a": np.array([[0.5, 0.4, 0.6]])})
    half = Picture(figure=figure, caption="half", half=True)
    whole = Picture(figure=figure, caption="whole")
    write_page(path, title="t", summary="s", sections=[whole, half, half, whole, half])
    text = path.read_text(encoding="utf-8")
    assert text.count('<div class="halves">') == 2
    assert text.count("<div") == text.count("</div>")
