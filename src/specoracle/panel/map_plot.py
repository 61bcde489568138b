"""The map of the batch and the training set."""

from specoracle.campaign.answering.batch import Batch
from specoracle.campaign.campaign import Campaign
from specoracle.figures.map import map_figure
from specoracle.figures.theme import empty_figure
from specoracle.journal.event import Role, shown_role
from specoracle.panel.later import Later
from specoracle.panel.plot import Plot

_REST = 1.0
"""How long the hands have to rest before the map follows [s]: drawing it takes as long as
half a step, and a quick annotator answers twice a second."""


class MapPlot(Plot):
    """Where the batch lies; a click on one of its members goes there.

    Parameters
    ----------
    campaign
        Whose map it is.
    batch
        Its members are marked, its current one is ringed.
    """

    def __init__(self, campaign: Campaign, batch: Batch) -> None:
        self._batch = batch
        self._map = campaign.map()
        self._labels = campaign.labels()
        super().__init__(testid="map")
        self.on_click(self._goto)
        self._redraw_later = Later(self.redraw, _REST, restarts=True)
        batch.observe(self._redraw_later)
        self.redraw()

    def close(self) -> None:
        """Close the map with what it put off."""
        self._redraw_later.cancel()
        super().close()

    def redraw(self) -> None:
        """Draw the map with the answers there are now."""
        if self._map is None:
            self.draw(empty_figure("The map comes with the first trained round"))
            return
        batch, current = self._batch, self._batch.current
        # What was said before of a repeat is not shown: it is asked again, blind.
        asked = batch.asked
        again = {m.identifier: None for m in asked.members if m.role is Role.REPEAT}
        answers = {name: answer.value for name, answer in asked.answers.items()}
        labels = self._labels | again | answers
        self.draw(
            map_figure(
                self._map.identifiers,
                self._map.x,
                self._map.y,
                labels=[labels.get(name) for name in self._map.identifiers],
                classes=batch.classes,
                roles={m.identifier: shown_role(m.role) for m in asked.members},
                current=None if current is None else current.identifier,
                revision=f"round {batch.round_number}",
                title="Map of the batch and of what is labelled",
                # The queue and the class buttons explain shapes and colours already.
                legend=False,
            )
        )

    def _goto(self, identifier: str) -> None:
        if self._batch.asked.member(identifier) is not None:
            self._batch.goto(identifier)
