"""The benchmark of the desk at a small size: that it runs, never times."""

import shutil
from argparse import Namespace

import pytest

pytest.importorskip("playwright")
pytest.importorskip("sklearn")

import desk_servers
import desk_speed


def test_a_percentile_is_exceeded_by_no_larger_share():
    assert desk_speed.percentile([5, 1, 4, 2, 3], 0.5) == 3
    assert desk_speed.percentile(range(100), 0.95) == 95
    assert desk_speed.percentile([7], 0.95) == 7


@pytest.mark.browser
def test_all_figures_of_the_desk_are_measured(tmp_path, monkeypatch):
    if not any(map(shutil.which, desk_servers.NAMES)):
        pytest.skip("There is no Chromium")
    monkeypatch.setenv("SPECORACLE_WORKSPACE", str(tmp_path))
    monkeypatch.setenv("SPECORACLE_ANNOTATOR", "vera")
    monkeypatch.setattr(desk_speed, "BATCH", 12)
    options = Namespace(n=3, long=0, pause=0.2, loads=1, stars=40, train=False)
    found = {figure.name: figure for figure in desk_speed.figures(tmp_path, options)}
    assert all(figure.measured > 0 for figure in found.values())
    assert {"Voilà: page ready s", "JupyterLab: step, median ms"} <= found.keys()
    assert found["Voilà: kB a step"].measured < 40
