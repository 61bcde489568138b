"""A real Chromium, real servers, and a workspace to label.

Without Chromium or Playwright these tests are skipped with a reason; where the
environment variable CI is set, they fail instead.
"""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "bench")]

CLASSES = ("emission", "double-peak", "absorption")


def unavailable(reason):
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def chromium():
    """One browser for all tests of a file.

    As long as it runs, Playwright keeps an event loop running in this thread; other
    tests are not to see it.
    """
    from desk_servers import FLAGS, NAMES

    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        unavailable("Playwright is not installed: pip install 'specoracle[dev]'")
    with sync_playwright() as playwright:
        installed = next(filter(None, map(shutil.which, NAMES)), None)
        path = installed or playwright.chromium.executable_path
        if not Path(path).exists():
            unavailable("There is no Chromium: apt install chromium")
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    """A fresh page on a laptop's screen; an uncaught error of its scripts is ours."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    opened.requested = []
    opened.broken = []
    opened.on("request", lambda request: opened.requested.append(request.url))
    opened.on("websocket", lambda socket: opened.requested.append(socket.url))
    opened.on("pageerror", lambda error: opened.broken.append(str(error)))
    yield opened
    context.close()
    assert not opened.broken


@pytest.fixture(scope="session")
def workspace(tmp_path_factory):
    """An archive of simulated stars; each test has a campaign of its own over it."""
    from specoracle.ingest.ingest import ingest_survey
    from specoracle.recipes.built_in import recipe_named
    from specoracle.simulate.survey import simulate_survey

    folder = tmp_path_factory.mktemp("stars")
    simulate_survey(folder / "files", n_spectra=80, prevalence=0.4, seed=3)
    files, recipe = [str(folder / "files")], recipe_named("halpha")
    ingest_survey(files, folder / "archive", recipe=recipe, n_workers=1)
    return folder


@pytest.fixture
def campaign(workspace, request):
    """A campaign that has trained one round and asks for the answers of the second."""
    neighbours = pytest.importorskip("sklearn.neighbors")
    from specoracle.campaign.facts import CampaignFacts
    from specoracle.campaign.opening import create_campaign
    from specoracle.campaign.transition import next_round
    from specoracle.campaign.workspace import Workspace
    from specoracle.simulate.survey import read_truth

    facts = CampaignFacts(
        name="c" + re.sub(r"\W", "-", request.node.name)[-60:],
        classes=CLASSES,
        targets=CLASSES[:2],
        batch_size=16,
        candidate_size=4,
        estimation_size=8,
        estimation_growth=4,
        max_epochs=3,
    )
    made = create_campaign(Workspace(workspace), facts)
    truth = read_truth(workspace / "files")
    first = made.batch("a program")
    for member in first.members:
        first.label(truth[member.identifier], identifier=member.identifier)
    next_round(made, classifier=neighbours.KNeighborsClassifier(3))
    yield made
    made.close()


@pytest.fixture(scope="session")
def voila(workspace, tmp_path_factory):
    """The app as ``specoracle app`` serves it."""
    from desk_servers import voila
    from servers import running

    folder = tmp_path_factory.mktemp("voila")
    with running(voila(workspace), folder, workspace) as server:
        yield server


@pytest.fixture
def desk(voila, page, campaign):
    """An annotator at the desk of the campaign."""
    from annotator import Desk

    yield Desk(page, f"{voila.url}&campaign={campaign.name}")
    page.goto("about:blank")
    # A page that is left ends its kernel.
    voila.wait_without_kernels()


@pytest.fixture(scope="module")
def preheated(workspace, tmp_path_factory):
    """The app with one kernel in advance."""
    from desk_servers import voila
    from servers import running

    folder = tmp_path_factory.mktemp("preheated")
    with running([*voila(workspace), "--preheat", "1"], folder, workspace) as server:
        yield server


@pytest.fixture(scope="session")
def jupyterlab(workspace, tmp_path_factory):
    """JupyterLab in an empty folder."""
    from desk_servers import jupyterlab
    from servers import running

    folder = tmp_path_factory.mktemp("lab")
    with running(jupyterlab(folder), folder, workspace) as server:
        yield server
