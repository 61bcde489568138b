"""From a key to the next spectrum on the screen, in Voilà and in JupyterLab.

``python tests/bench/desk_speed.py`` simulates stars of 3,900 pixels, labels them in a real
Chromium as fast as a quick person would, and prints each figure beside its target. The
time of a step runs from the key event until the browser has painted the next spectrum; the
answer has been written durably in between.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from desk_servers import chromium, jupyterlab, kernel_of, served, voila
from verdict import Figure, table, write_json

N_STARS, BATCH = 400, 100
DRAWN = "[data-testid=spectrum]:not([data-shows=''])"

# A step ends when the frame in which the next spectrum was drawn has been handed over.
CLOCK = """
globalThis.desk = { steps: [], pressed: 0 };
addEventListener("keydown", (event) => {
  desk.pressed = event.timeStamp;
  desk.before = document.querySelector("[data-testid=spectrum]")?.dataset.shows;
}, { capture: true });
new MutationObserver((changes) => {
  for (const { target } of changes) {
    const shows = target.dataset.shows;
    if (!desk.pressed || !shows || shows === desk.before) continue;
    const { pressed } = desk;
    desk.pressed = 0;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => desk.steps.push(performance.now() - pressed);
      port2.postMessage(0);
    });
  }
}).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-shows"] });
"""

AT_THE_END = """() => {
  const { shows } = document.querySelector("[data-testid=spectrum]").dataset;
  return [...document.querySelectorAll("[data-testid=queue] li")].at(-1)
    .dataset.identifier === shows;
}"""

ANSWERS_FOLLOWED = """() => document.querySelector("[data-testid=answers]")
  ?.dataset.identifier === document.querySelector("[data-testid=spectrum]").dataset.shows"""


@dataclass
class Sitting:
    """What was measured of one page."""

    steps: list[float] = field(default_factory=list)
    n_bytes: list[int] = field(default_factory=list)
    kernel: list[float] = field(default_factory=list)
    heap: list[float] = field(default_factory=list)


class Page:
    """A page of the desk that is pressed keys on."""

    def __init__(self, browser, server):
        self.server, self.received = server, 0
        self.context = browser.new_context(viewport={"width": 1366, "height": 768})
        self.context.add_init_script(CLOCK)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("websocket", self._listen)

    def open(self, url):
        """Go to a desk in Voilà; returns the seconds until the first spectrum is drawn."""
        begun = time.perf_counter()
        self.page.goto(url)
        self.page.wait_for_selector(DRAWN)
        return time.perf_counter() - begun

    def step(self, key):
        """Press a key and wait for the next spectrum; returns milliseconds."""
        # A key that comes before the answers know of the spectrum is refused.
        self.page.wait_for_function(ANSWERS_FOLLOWED)
        n = self.page.evaluate("desk.steps.length")
        self.page.keyboard.press(key)
        self.page.wait_for_function("n => desk.steps.length > n", arg=n, polling=20)
        return self.page.evaluate("desk.steps.at(-1)")

    def wait_for_all(self):
        """Wait for what comes after the spectrum, and is no part of a step."""
        self.page.wait_for_selector("[data-testid=map][data-drawn]")
        self.page.wait_for_selector("[data-testid=primary-figure]:not(:empty)")
        self.page.wait_for_timeout(3000)

    def label(self, n, pause, sitting=None):
        """Label so many, from the beginning again when the batch is done."""
        sitting = sitting or Sitting()
        for number in range(n):
            self.page.wait_for_timeout(1000 * pause * random.uniform(0.6, 1.4))
            if self.page.evaluate(AT_THE_END):
                self.page.click("[data-testid=queue] li")
                self.page.wait_for_timeout(300)
            before = self.received
            sitting.steps.append(self.step(str(1 + number % 2)))
            sitting.n_bytes.append(self.received - before)
            if number % 100 == 99:
                sitting.kernel.append(kernel_of(self.server).memory_info().rss / 1e6)
                sitting.heap.append(self._heap())
        return sitting

    def gallery(self):
        """Open the gallery; returns the milliseconds until a page of it is drawn."""
        self.page.keyboard.press("g")
        drawn = self.page.wait_for_selector("[data-testid=gallery][data-milliseconds]")
        milliseconds = float(drawn.get_attribute("data-milliseconds"))
        self.page.keyboard.press("g")
        return milliseconds

    def _heap(self):
        session = self.context.new_cdp_session(self.page)
        session.send("HeapProfiler.collectGarbage")
        used = session.send("Runtime.getHeapUsage")["usedSize"]
        session.detach()
        return used / 1e6

    def _listen(self, socket):
        socket.on("framereceived", self._count)

    def _count(self, frame):
        self.received += len(frame)


def percentile(values, share):
    """Return the value that this share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def workspace(folder, n_stars):
    """Make an archive and a campaign that has trained a round."""
    from sklearn.neighbors import KNeighborsClassifier

    from specoracle.campaign.facts import CampaignFacts
    from specoracle.campaign.opening import create_campaign
    from specoracle.campaign.transition import next_round
    from specoracle.campaign.workspace import Workspace
    from specoracle.ingest.ingest import ingest_survey
    from specoracle.recipes.built_in import recipe_named
    from specoracle.simulate.survey import read_truth, simulate_survey

    simulate_survey(folder / "files", n_spectra=n_stars, prevalence=0.4, seed=3)
    files, recipe = [str(folder / "files")], recipe_named("halpha")
    ingest_survey(files, folder / "archive", recipe=recipe, n_workers=1)
    facts = CampaignFacts(
        name="stars",
        classes=("emission", "double-peak", "absorption"),
        targets=("emission", "double-peak"),
        batch_size=BATCH,
        estimation_size=20,
        max_epochs=200,
    )
    campaign = create_campaign(Workspace(folder), facts)
    truth = read_truth(folder / "files")
    first = campaign.batch("a program")
    for member in first.members:
        first.label(truth[member.identifier], identifier=member.identifier)
    next_round(campaign, classifier=KNeighborsClassifier(3))
    campaign.close()
    return folder


def writes(folder, n=200):
    """Milliseconds of each durable write, by the same code on the same disk."""
    from specoracle.campaign.campaign import Campaign

    campaign = Campaign.open(folder, "stars")
    batch = campaign.batch("a clock")
    record, times = campaign.journal.record, []

    def timed(event):
        begun = time.perf_counter()
        recorded = record(event)
        times.append(1e3 * (time.perf_counter() - begun))
        return recorded

    campaign.journal.record = timed
    for _ in range(n):
        batch.label("emission")
    campaign.close()
    return times


def in_lab(page, address, folder):
    """Run the app's notebook in JupyterLab."""
    from specoracle.panel.frontend import notebook

    path = folder / "desk.ipynb"
    cells = json.loads(notebook().read_text("utf-8"))
    path.write_text(json.dumps(cells), "utf-8")
    page.goto(address.replace("/lab", f"/lab/tree/{path.name}") + "&reset")
    page.wait_for_selector("text=(ipykernel) | Idle")
    page.click(".jp-CodeCell .cm-content")
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector(DRAWN)
    page.click("[data-testid=heading]")


def step_figures(where, sitting, *, p95):
    """Figures of a sitting."""
    steps, n = sitting.steps, f"{len(sitting.steps)} steps"
    yield Figure(
        name=f"{where}: step, median ms",
        values=[percentile(steps, 0.5)],
        peer=n,
        at_most=40 if p95 == 100 else None,
    )
    yield Figure(
        name=f"{where}: step, p95 ms", values=[percentile(steps, 0.95)], peer=n, at_most=p95
    )
    yield Figure(
        name=f"{where}: kB a step",
        values=[sum(sitting.n_bytes) / len(sitting.n_bytes) / 1e3],
        peer=n,
        at_most=40,
    )


def long_figures(sitting):
    """Figures of whether a long sitting slows down or grows."""
    third = len(sitting.steps) // 3
    early, late = sitting.steps[:third], sitting.steps[-third:]
    slower = percentile(late, 0.5) / percentile(early, 0.5)
    n = f"{len(sitting.steps)} labels"
    yield Figure(name="last to first third", values=[slower], peer=n, at_most=1.2)
    for name, values in (("kernel", sitting.kernel), ("browser", sitting.heap)):
        if len(values) > 2:
            grown = values[-1] - values[1]
            figure = f"{name}, MB more than after 200"
            yield Figure(name=figure, values=[grown], peer=n, at_most=20)


def in_voila(browser, folder, options):
    """Yield the figures of Voilà."""
    with served(voila(folder), folder / "voila") as (address, server):
        ready = []
        for _ in range(options.loads):
            page = Page(browser, server)
            ready.append(page.open(address))
            page.context.close()
        peer = f"{options.loads} loads"
        yield Figure(name="Voilà: page ready s", values=ready, peer=peer, at_most=5)
        page = Page(browser, server)
        page.open(address)
        page.wait_for_all()
        yield from step_figures("Voilà", page.label(options.n, options.pause), p95=100)
        yield Figure(
            name="Voilà: gallery of 48, ms",
            values=[page.gallery() for _ in range(3)],
            peer="3 times",
            at_most=1000,
        )
        if options.long:
            yield from long_figures(page.label(options.long, options.pause / 4))
        if options.train:
            page.page.click("[data-testid=train]")
            page.page.click("[data-testid=train]")
            page.page.wait_for_selector("[data-testid=training][data-phase=EXECUTING]")
            sitting = page.label(options.n, options.pause)
            yield from step_figures("Voilà, training", sitting, p95=150)
        page.context.close()


def in_jupyterlab(browser, folder, options):
    """Yield the figures of JupyterLab."""
    notebooks = folder / "lab"
    with served(jupyterlab(notebooks), notebooks) as (address, server):
        page = Page(browser, server)
        in_lab(page.page, address, notebooks)
        page.wait_for_all()
        sitting = page.label(options.n, options.pause)
        yield from step_figures("JupyterLab", sitting, p95=100)
        page.context.close()


def figures(folder, options):
    """Yield all figures."""
    import os

    workspace(folder, options.stars)
    os.environ["SPECORACLE_WORKSPACE"] = str(folder)
    os.environ["SPECORACLE_ANNOTATOR"] = "vera"
    times = writes(folder)
    yield Figure(
        name="durable write, p95 ms",
        values=[percentile(times, 0.95)],
        peer=f"{len(times)} writes",
        at_most=20,
    )
    with chromium() as browser:
        yield from in_jupyterlab(browser, folder, options)
        yield from in_voila(browser, folder, options)


def main(arguments=None):
    """Measure, print, and fail where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=90, help="steps of each sitting")
    parser.add_argument("--long", type=int, default=2000, help="labels of the long one")
    parser.add_argument("--pause", type=float, default=0.4, help="seconds between keys")
    parser.add_argument("--loads", type=int, default=4)
    parser.add_argument("--stars", type=int, default=N_STARS)
    parser.add_argument("--train", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        found = list(figures(Path(folder), options))
    sys.stdout.write("\n".join(table(found)) + "\n")
    if options.json:
        write_json(options.json, found)
    return int(any(figure.verdict == "SHORT" for figure in found))


if __name__ == "__main__":
    sys.exit(main())
