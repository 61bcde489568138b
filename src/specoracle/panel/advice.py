"""Whether to go on, in a sentence, with the reasons for whoever wants them."""

from collections.abc import Sequence
from dataclasses import dataclass

import anywidget
import traitlets

from specoracle.panel.frontend import module, style


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceWords:
    """What is said.

    Attributes
    ----------
    sentence
        The advice.
    figure
        The estimate to lead with, in words; empty while there is none.
    floor
        What lies below the score floor, which that estimate leaves out.
    stop
        Whether stopping is advised.
    reasons
        Of each criterion, whether it speaks for stopping, and why.
    """

    sentence: str
    figure: str = ""
    floor: str = ""
    stop: bool = False
    reasons: Sequence[tuple[bool, str]] = ()


class Advice(anywidget.AnyWidget):
    """A calm line, which opens on demand; replace it with `show`."""

    _esm = module("advice")
    _css = style("advice")

    shown = traitlets.Dict().tag(sync=True)

    def show(self, words: AdviceWords) -> None:
        """Say something else, on every view there is and will be."""
        self.shown = {
            "figure": words.figure,
            "floor": words.floor,
            "sentence": words.sentence,
            "stop": words.stop,
            "reasons": [{"met": met, "text": text} for met, text in words.reasons],
        }
