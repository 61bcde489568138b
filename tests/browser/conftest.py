"""A real Chromium, real servers, and a workspace to label.

Without Chromium or Playwright these tests are skipped with a reason; where the
environment variable CI is set, they fail instead.
"""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

import specoracle.errors

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "bench")]

CLASSES = ("emission", "double-peak", "absorption")


@dataclass(frozen=True)
class Server:
    """A server that is ready, and the folder it runs in."""

    url: str
    process: psutil.Process
    folder: Path

    def kernels(self):
        """Kernels of the pages that are open, and of those that left one behind."""
        from desk_servers import is_kernel

        return [
            child for child in self.process.children(recursive=True) if is_kernel(child)
        ]

    def wait_without_kernels(self, seconds=30):
        """Until every kernel has ended."""
        for _ in range(10 * seconds):
            if not self.kernels():
                return
            time.sleep(0.1)
        pytest.fail(f"Kernels are left after {seconds} s: {self.kernels()}")


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


def of_repeated_objects(folder, change, *, n_spectra):
    """A campaign of two rounds over simulated files that ``change(path, number)`` changes.

    Vera has answered the first round.
    """
    neighbours = pytest.importorskip("sklearn.neighbors")
    from specoracle.archive.objects import find_objects
    from specoracle.campaign.facts import CampaignFacts
    from specoracle.campaign.opening import create_campaign
    from specoracle.campaign.transition import next_round
    from specoracle.campaign.workspace import Workspace
    from specoracle.ingest.ingest import ingest_survey
    from specoracle.recipes.built_in import recipe_named
    from specoracle.simulate.survey import simulate_survey

    simulate_survey(folder / "files", n_spectra=n_spectra, prevalence=0.5, seed=4)
    for number, path in enumerate(sorted((folder / "files").rglob("*.fits"))):
        change(path, number)
    recipe = recipe_named("halpha")
    ingest_survey([str(folder / "files")], folder / "archive", recipe=recipe, n_workers=1)
    find_objects(folder / "archive")
    facts = CampaignFacts(
        name="repeated",
        classes=("emission", "other"),
        targets=("emission",),
        batch_size=12,
        candidate_size=4,
        estimation_size=4,
        estimation_growth=2,
        max_epochs=3,
    )
    made = create_campaign(Workspace(folder), facts)
    first = made.batch("vera")
    for number, member in enumerate(first.members):
        first.label(facts.classes[number % 2], identifier=member.identifier)
    next_round(made, classifier=neighbours.KNeighborsClassifier(3))
    return made


@pytest.fixture(scope="session")
def voila(workspace, tmp_path_factory):
    """The app as ``specoracle app`` serves it."""
    folder = tmp_path_factory.mktemp("voila")
    with running(app(workspace), folder, workspace) as server:
        yield server


@pytest.fixture(scope="module")
def preheated(workspace, tmp_path_factory):
    """The app with one kernel in advance."""
    folder = tmp_path_factory.mktemp("preheated")
    with running([*app(workspace), "--preheat", "1"], folder, workspace) as server:
        yield server


@pytest.fixture(scope="session")
def jupyterlab(workspace, tmp_path_factory):
    """JupyterLab in an empty folder."""
    folder = tmp_path_factory.mktemp("lab")
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    options = [f"--port={free_port()}", "--ip=127.0.0.1", f"--notebook-dir={folder}"]
    # An installed package enables it.
    options += ["--ServerApp.jpserver_extensions", "specoracle.panel.prompt=True"]
    with running([*command, *options], folder, workspace) as server:
        yield server


def app(workspace):
    code = "from specoracle.cli import main; main()"
    command = [sys.executable, "-c", code, "app", str(workspace)]
    return [*command, "--port", str(free_port()), "--no-browser", "--annotator", "vera"]


class running:  # noqa: N801 - reads as a verb after "with"
    """A server process of our own, from its first words to its end."""

    def __init__(self, command, folder, workspace):
        self.command, self.folder, self.workspace = command, folder, workspace

    def __enter__(self):
        log = self.folder / "server.log"
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                self.command,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=self.environment(),
            )
        for _ in range(300):
            found = re.search(r"http://127\.0\.0\.1:\d+/\S*token=\S+", log.read_text())
            if found and self.process.poll() is None and answers(found[0]):
                process = psutil.Process(self.process.pid)
                return Server(found[0], process, self.folder)
            time.sleep(0.2)
        self.__exit__()
        pytest.fail(f"The server did not start:\n{log.read_text()[-3000:]}")

    def __exit__(self, *_):
        with contextlib.suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.process.pid).children(recursive=True)
            self.process.terminate()
            _, alive = psutil.wait_procs([*children, self.process], timeout=15)
            for process in alive:
                process.kill()
        self.process.wait(15)

    def environment(self):
        home = self.folder / "home"
        home.mkdir()
        source = Path(specoracle.errors.__file__).parents[1]
        return {
            **os.environ,
            "PYTHONPATH": str(source),
            "HOME": str(home),
            "IPYTHONDIR": str(home / "ipython"),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "SPECORACLE_WORKSPACE": str(self.workspace),
            "SPECORACLE_ANNOTATOR": "vera",
        }


def answers(url):
    # Without the token, so that no kernel starts.
    try:
        with urlopen(url.partition("?")[0].replace("/lab", "/login"), timeout=5):
            return True
    except OSError:
        return False


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
