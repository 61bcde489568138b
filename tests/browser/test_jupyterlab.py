import contextlib
import json
from urllib.parse import urlsplit

import pytest
from annotator import SAVED, ready

from specoracle.panel.frontend import notebook

pytestmark = pytest.mark.browser

DRAWN = "[data-testid=spectrum]:not([data-shows=''])"


@pytest.fixture
def lab(jupyterlab, page, campaign):
    """The app's notebook in JupyterLab, its cells run."""
    with notebook_of(jupyterlab, page, campaign, "labelling_app(campaign=NAME)"):
        ready(page)
        yield page


@contextlib.contextmanager
def notebook_of(jupyterlab, page, campaign, expression):
    """Run an expression in the app's notebook."""
    cells = json.loads(notebook().read_text("utf-8"))
    cells["cells"][1]["source"] = (
        "import os\nimport specoracle\n"
        "from specoracle.app import labelling_app\n"
        "from specoracle.panel.performance_panel import PerformancePanel\n"
        f"NAME = {campaign.name!r}\n{expression}"
    )
    path = jupyterlab.folder / f"{campaign.name}.ipynb"
    path.write_text(json.dumps(cells), "utf-8")
    # Else the tabs of the test before come back.
    page.goto(jupyterlab.url.replace("/lab", f"/lab/tree/{path.name}") + "&reset")
    # What is run before the kernel has answered is lost.
    page.wait_for_selector("text=(ipykernel) | Idle")
    page.click(".jp-CodeCell .cm-content")
    page.keyboard.press("Shift+Enter")
    try:
        yield
    finally:
        # A notebook keeps its kernel when its page is left; that is JupyterLab's way.
        address, _, token = jupyterlab.url.partition("/lab?token=")
        headers = {"Authorization": f"token {token}"}
        for kernel in page.request.get(f"{address}/api/kernels", headers=headers).json():
            page.request.delete(f"{address}/api/kernels/{kernel['id']}", headers=headers)


def shown(page):
    return page.get_attribute("[data-testid=spectrum]", "data-shows")


def press(page, key):
    before = shown(page)
    page.keyboard.press(key)
    page.wait_for_selector(f"{DRAWN}:not([data-shows='{before}'])")
    page.wait_for_selector(SAVED)
    return before


def labels(campaign):
    return {i: a.value for i, a in campaign.batch("vera").answers.items()}


def cells(page):
    return page.evaluate(
        """() => [...document.querySelectorAll(".jp-Notebook .jp-Cell")]
            .map(cell => cell.className.match(/jp-\\w+Cell/)[0])"""
    )


def test_keys_label_and_change_nothing_in_the_notebook(lab, campaign):
    lab.click("[data-testid=heading]")
    before = cells(lab)
    given = {press(lab, "1"): "emission", press(lab, "3"): "absorption"}
    # In JupyterLab these insert, delete, cut and retype cells.
    for key in "abxddzmyjkc":
        lab.keyboard.press(key)
    lab.keyboard.press("Escape")
    assert cells(lab) == before
    assert lab.query_selector(".jp-Dialog") is None
    # z undid the second answer, y did it again.
    lab.wait_for_selector(SAVED)
    assert labels(campaign) == given


def test_a_reload_shows_the_present_spectrum_and_not_the_first(lab, campaign):
    lab.click("[data-testid=heading]")
    given = {press(lab, "1"): "emission", press(lab, "2"): "double-peak"}
    present = shown(lab)
    lab.click("[data-command='docmanager:save']")
    lab.wait_for_selector(".lm-TabBar-tab.jp-mod-dirty", state="hidden")
    lab.reload()
    ready(lab)
    assert shown(lab) == present
    assert lab.text_content("[data-testid=identifier]") == present
    lab.click("[data-testid=heading]")
    given[press(lab, "3")] = "absorption"
    assert labels(campaign) == given


def test_running_the_cell_again_replaces_the_desk(lab, campaign):
    old = "[data-testid=spectrum][data-old]"
    for _ in range(3):
        lab.evaluate("document.querySelector('[data-testid=spectrum]').dataset.old = 1")
        lab.click(".jp-CodeCell .cm-content")
        lab.keyboard.press("Control+Enter")
        lab.wait_for_selector(old, state="detached")
        ready(lab)
    lab.click("[data-testid=heading]")
    given = {press(lab, "1"): "emission"}
    assert labels(campaign) == given
    assert lab.locator("[data-testid=spectrum]").count() == 1


def test_after_a_killed_kernel_the_cell_brings_everything_back(lab, jupyterlab, campaign):
    lab.click("[data-testid=heading]")
    given = {press(lab, "1"): "emission", press(lab, "2"): "double-peak"}
    undone = press(lab, "3")
    lab.keyboard.press("z")
    lab.wait_for_selector(SAVED)
    lab.wait_for_selector(f"[data-testid=spectrum][data-shows='{undone}']")
    kernel = max(jupyterlab.kernels(), key=lambda one: one.create_time())
    kernel.kill()
    lab.click(".jp-Dialog button:has-text('Ok')")
    # The page says so by itself, and what to do.
    lab.wait_for_selector("[data-testid=saved][data-state=error]")
    assert "was ended or restarted" in lab.inner_text("[data-testid=saved]")
    assert "run the cell again" in lab.inner_text("[data-testid=saved]")
    lab.click("[data-testid=heading]")
    lab.keyboard.press("1")
    lab.wait_for_selector("[data-testid=saved]:has-text('“emission” is kept')")
    assert shown(lab) == undone
    assert labels(campaign) == given

    lab.wait_for_selector("text=(ipykernel) | Idle")
    lab.click(".jp-CodeCell .cm-content")
    lab.keyboard.press("Control+Enter")
    # What was pressed while nobody listened is saved, once, and the next one shown.
    lab.wait_for_selector(f"{DRAWN}:not([data-shows='{undone}'])")
    lab.wait_for_selector(SAVED)
    given[undone] = "emission"
    assert labels(campaign) == given
    assert lab.locator("[data-testid=spectrum]").count() == 1
    lab.click("[data-testid=heading]")
    lab.keyboard.press("z")
    # The spectrum is drawn before the answers are; a key in between answers nothing.
    lab.wait_for_selector(SAVED)
    lab.wait_for_selector(f"[data-testid=spectrum][data-shows='{undone}']")
    lab.keyboard.press("y")
    lab.wait_for_selector(SAVED)
    given[press(lab, "3")] = "absorption"
    assert labels(campaign) == given
    events = [one.event for one in campaign.journal.events(campaign.name)]
    own = [str(event.action) for event in events if event.annotator == "vera"]
    assert own == ["label"] * 3 + ["undo", "label", "undo", "redo", "label"]


def test_typing_in_the_notebook_labels_nothing(lab, campaign):
    lab.click(".jp-CodeCell .cm-content")
    lab.keyboard.type("123")
    lab.click("[data-testid=heading]")
    # Whatever a key did stands before what the next one does.
    first = shown(lab)
    assert press(lab, "2") == first
    assert labels(campaign) == {first: "double-peak"}


def test_the_desk_asks_nobody_else_for_anything(lab):
    hosts = {
        urlsplit(url).hostname
        for url in lab.requested
        if urlsplit(url).scheme not in ("blob", "data")
    }
    assert hosts == {"127.0.0.1"}


def test_the_desk_follows_the_theme_of_jupyterlab(lab):
    lab.wait_for_selector("[data-testid=map][data-drawn]")
    ink = """() => {
      const canvas = document.querySelector(".so-viewer-canvas");
      const { data } = canvas.getContext("2d").getImageData(
        0, 0, canvas.width, canvas.height);
      let [sum, n] = [0, 0];
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] > 250) [sum, n] = [sum + data[i], n + 1];
      }
      return sum / n;
    }"""
    paper = (
        """() => document.querySelector("[data-testid=map] .main-svg").style.background"""
    )
    light, before = lab.evaluate(ink), lab.evaluate(paper)
    lab.evaluate("document.body.dataset.jpThemeLight = 'false'")
    lab.wait_for_function(f"before => ({paper})() !== before", arg=before)
    assert lab.evaluate(ink) > light + 60


def test_figures_of_the_desk_open_and_close_in_jupyterlab(lab, campaign):
    lab.click("[data-testid=heading]")
    before = cells(lab)
    lab.keyboard.press("f")
    lab.wait_for_selector("[data-testid=figure][data-drawn]")
    for key in "1abxddm":
        lab.keyboard.press(key)
    lab.keyboard.press("Escape")
    lab.wait_for_selector("[data-testid=figure]", state="detached")
    assert cells(lab) == before
    assert labels(campaign) == {}


def test_figures_stand_alone_in_a_notebook(jupyterlab, page, campaign):
    opened = "specoracle.Campaign.open(os.environ['SPECORACLE_WORKSPACE'], NAME)"
    alone = f"PerformancePanel({opened})"
    with notebook_of(jupyterlab, page, campaign, alone):
        page.wait_for_selector("[data-testid=topics][data-topic='Learning curve']")
        page.wait_for_selector("[data-testid=figure][data-drawn]")
        page.click("[role=tab]:text-is('Confusion')")
        page.wait_for_selector("[data-testid=topics][data-topic='Confusion']")
        page.wait_for_selector("[data-testid=figure] .heatmaplayer image")
        assert not page.is_visible("[data-testid=close-figures]")
