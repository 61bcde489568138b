"""An annotator at the desk in a browser."""

from contextlib import suppress

from specoracle.campaign.answering.streams import object_members
from specoracle.errors import CampaignError

SAVED = "[data-testid=saved][data-state=saved]:not([data-waits])"

# The spectrum is drawn first, heading and answers follow, then the list; the tool bar is
# filled after the first drawing, which is then made anew at another height.
READY = """() => {
  const find = (name) => document.querySelector(`[data-testid=${name}]`);
  const spectrum = find("spectrum");
  const shows = spectrum?.dataset.shows;
  const stage = spectrum?.querySelector(".so-viewer-stage");
  const line = find("queue")?.querySelector("[aria-current=true]");
  return Boolean(shows) && find("training") !== null
    && spectrum.closest(".specoracle-panel")?.answersClaim !== undefined
    && find("answers")?.dataset.identifier === shows
    && find("identifier")?.textContent === shows
    && line?.dataset.identifier === shows
    && stage.querySelector("canvas").height
      === Math.round(stage.clientHeight * devicePixelRatio);
}"""


def ready(page):
    """Until all of the desk is about the spectrum that is drawn, and hears keys."""
    page.wait_for_function(READY)


class Desk:
    """What an annotator sees and does."""

    def __init__(self, page, url):
        self.page = page
        page.goto(url)
        self.wait()

    def wait(self):
        """Until a spectrum is really drawn, and all else is about it."""
        ready(self.page)

    @property
    def spectrum(self):
        """Identifier of the spectrum whose line is on the screen."""
        return self.page.get_attribute("[data-testid=spectrum]", "data-shows")

    def press(self, key):
        """Press a key and wait until it is saved and the next spectrum drawn."""
        before = self.spectrum
        self.page.keyboard.press(key)
        self.page.wait_for_function(
            """before => {
              const shows = document.querySelector("[data-testid=spectrum]").dataset.shows;
              const saved = document.querySelector(
                "[data-testid=saved][data-state=saved]:not([data-waits])");
              return saved && shows && shows !== before;
            }""",
            arg=before,
        )
        self.wait()
        return before

    def saved(self):
        self.page.wait_for_selector(SAVED)

    def answers(self):
        """Answers in the queue, by identifier."""
        return self.page.evaluate(
            """() => Object.fromEntries(
              [...document.querySelectorAll("[data-testid=queue] li")]
                .map(line => [
                  line.dataset.identifier,
                  line.querySelector(".so-queue-answer").textContent,
                ])
                .filter(([, answer]) => answer))"""
        )

    def go_to(self, identifier):
        self.page.click(f"[data-testid=queue] li[data-identifier='{identifier}']")
        self.page.wait_for_selector(f"[data-testid=spectrum][data-shows='{identifier}']")
        ready(self.page)


def in_database(campaign):
    """Vera's labels of the open batch, read anew."""
    return {i: a.value for i, a in campaign.batch("vera").answers.items() if a.value}


def with_another_spectrum(campaign):
    """Spectra of an object of the batch that has several that may be shown."""
    for member in campaign.batch("vera").members:
        with suppress(CampaignError):
            return [one.identifier for one in object_members(campaign, member)]
    raise LookupError("No object of the batch has two spectra that may be shown")
