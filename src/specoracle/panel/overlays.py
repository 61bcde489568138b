"""Curves to compare a spectrum with: class means, the nearest labelled, its object."""

from typing import Any

import numpy as np
import numpy.typing as npt

from specoracle.campaign.answering.batch import Batch
from specoracle.campaign.campaign import Campaign
from specoracle.errors import ArchiveError
from specoracle.figures.theme import MUTED, PALETTE, class_colours
from specoracle.panel.wire import Wired, plain_curve

_NEAREST = 3
_OTHERS = 5
_MOST = 4096
"""Labelled spectra that are compared with, at most; more change neither mean nor nearest
enough to be worth the wait."""

Flux = npt.NDArray[np.float32]


class Overlays:
    """Prepared rows of labelled spectra, kept until labels change.

    Parameters
    ----------
    campaign
        Where spectra and earlier labels come from.
    batch
        Its answers count as labels too, its classes give the colours.
    """

    def __init__(self, campaign: Campaign, batch: Batch) -> None:
        self._campaign = campaign
        self._batch = batch
        self._earlier = campaign.labels()
        self._labels: dict[str, str] = {}
        self._flux: Flux = np.zeros((0, campaign.archive.wavelength.size), np.float32)

    def curves(self, name: str, identifier: str) -> list[Wired]:
        """Return the curves of one kind for one spectrum; none where there are none."""
        ways = {
            "means": self._means,
            "neighbours": self._neighbours,
            "object": self._object,
        }
        return ways[name](identifier) if name in ways else []

    def _means(self, _: str) -> list[Wired]:
        """Mean of the labelled spectra of each class."""
        self._refresh()
        given = np.array(list(self._labels.values()), dtype=object)
        return [
            self._curve(
                np.nanmean(self._flux[given == label], axis=0),
                f"{label}, mean of {(given == label).sum()}",
                self._colour(label),
            )
            for label in self._batch.classes
            if (given == label).any()
        ]

    def _neighbours(self, identifier: str) -> list[Wired]:
        """Return the labelled spectra with the least distance in prepared flux."""
        self._refresh()
        # A repeat would find its own first answer, which it is to be given without.
        own = set(self._same_object(identifier))
        names = list(self._labels)
        others = [number for number, name in enumerate(names) if name not in own]
        if not others:
            return []
        flux = self._row(identifier)
        away = np.nanmean(np.square(self._flux[others] - flux), axis=1)
        nearest = [others[n] for n in np.argsort(away, kind="stable")[:_NEAREST]]
        return [
            self._curve(
                self._flux[number],
                self._labels[names[number]],
                self._colour(self._labels[names[number]]),
                dash=[[], [6, 3], [2, 3]][rank],
            )
            for rank, number in enumerate(nearest)
        ]

    def _object(self, identifier: str) -> list[Wired]:
        """Return other observations of the same object on the sky."""
        others = [name for name in self._same_object(identifier) if name != identifier]
        return [
            self._curve(self._row(name), name, PALETTE[number % len(PALETTE)])
            for number, name in enumerate(others[:_OTHERS])
        ]

    def _same_object(self, identifier: str) -> list[str]:
        try:
            return self._campaign.archive.same_object(identifier)
        except ArchiveError:  # objects have not been looked for
            return [identifier]

    def _refresh(self) -> None:
        answers = {i: a.value for i, a in self._batch.answers.items() if a.value}
        labels = dict(list((self._earlier | answers).items())[-_MOST:])
        if labels == self._labels:
            return
        self._labels = labels
        self._flux = self._rows(list(labels))

    def _row(self, identifier: str) -> Flux:
        return self._rows([identifier])[0]

    def _rows(self, identifiers: list[str]) -> Flux:
        """Prepared flux, NaN where unusable."""
        archive = self._campaign.archive
        rows = archive.rows(identifiers)
        good = archive.column("ivar", rows) > 0
        return np.where(good, archive.column("flux", rows), np.float32(np.nan))

    def _colour(self, label: str) -> str:
        colours = class_colours(len(self._batch.classes))
        return dict(zip(self._batch.classes, colours, strict=True)).get(label, MUTED)

    def _curve(
        self, flux: Flux, label: str, colour: str, *, dash: list[Any] | None = None
    ) -> Wired:
        wired = plain_curve(self._campaign.archive.wavelength, flux)
        about = {"label": label, "colour": colour, "dash": dash or []}
        return Wired(wired.words | about, wired.buffers)
