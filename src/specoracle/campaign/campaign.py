"""A campaign: one pool, one set of classes, all rounds; opened from disk.

Everything it says is read from the archive, the journal and the rounds' folders, so any
number of processes may hold it open, and a kill loses nothing.
"""

import threading
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, Self

import numpy as np

from specoracle.archive.archive import Archive
from specoracle.campaign.answering.batch import Batch
from specoracle.campaign.elsewhere import Elsewhere, read_elsewhere
from specoracle.campaign.facts import CampaignFacts
from specoracle.campaign.importing import content_hash, import_events
from specoracle.campaign.scores import Map, read_map, read_scores
from specoracle.campaign.sky_objects import objects_of
from specoracle.campaign.workspace import CampaignFolder, Workspace
from specoracle.errors import CampaignError, LoaderError
from specoracle.journal.event import Role
from specoracle.journal.fold import Fold
from specoracle.journal.journal import Journal
from specoracle.loaders.survey_file import chosen_loader, read_again
from specoracle.spectra.observation import Observation
from specoracle.spectra.spectrum import Spectrum


class Campaign:
    """One campaign of a workspace.

    Parameters
    ----------
    workspace
        The workspace.
    name
        The campaign's name.
    loader
        Who reads survey files, as after ``--loader``, for an archive that was made with a
        loader of one's own. It has to be said again: an archive runs no code.

    Raises
    ------
    CampaignError
        If there is none of that name; the message lists those there are.
    LoaderError
        If there is no such loader.
    """

    def __init__(
        self, workspace: Workspace, name: str, *, loader: str | None = None
    ) -> None:
        workspace.check()
        self._loader = chosen_loader(loader)
        self.workspace = workspace
        self.folder: CampaignFolder = workspace.campaign(name)
        if not self.folder.facts.exists():
            names = ", ".join(workspace.campaign_names()) or "none yet"
            raise CampaignError(
                f"{workspace.folder}: expected one of its campaigns ({names}), got "
                f"{name!r}. Create it with 'specoracle campaign create'."
            )
        self.facts = CampaignFacts.read(self.folder.facts)
        self.archive = Archive(workspace.archive)
        self.journal = Journal(workspace.journal)
        self._hash = lru_cache(maxsize=4096)(partial(content_hash, self.archive))
        self._fold, self._sequence, self._lock = Fold(), 0, threading.RLock()

    @classmethod
    def open(cls, folder: Path | str, name: str, *, loader: str | None = None) -> Self:
        """Open a campaign of the workspace at ``folder``."""
        return cls(Workspace(Path(folder)), name, loader=loader)

    def reopened(self) -> Self:
        """Open the same campaign once more, e.g. for another thread."""
        again = type(self)(self.workspace, self.name)
        again._loader = self._loader
        return again

    def close(self) -> None:
        """Close archive and journal."""
        self.archive.close()
        self.journal.close()

    @property
    def name(self) -> str:
        """The campaign's name."""
        return self.facts.name

    @property
    def round_number(self) -> int:
        """The open round."""
        number = self.journal.last_round(self.name)
        if number is None:
            raise CampaignError(
                f"{self.name}: expected an open round, got a campaign that was not "
                "created to the end. Create it again under the same name."
            )
        return number

    @property
    def last_trained(self) -> int | None:
        """The newest round that has a model; ``None`` before the first training."""
        rounds = range(self.round_number, 0, -1)
        return next((number for number in rounds if self._has_model(number)), None)

    @property
    def trained_rounds(self) -> list[int]:
        """The rounds that have a model; one that knew a single class has none."""
        rounds = range(1, self.round_number + 1)
        return [number for number in rounds if self._has_model(number)]

    def batch(self, annotator: str) -> Batch:
        """Return the open batch as ``annotator`` sees it."""
        return Batch(
            self.journal,
            self.name,
            self.round_number,
            classes=self.facts.classes,
            annotator=annotator,
            place=self.folder.place(annotator),
            content_hash=self._hash,
        )

    @cached_property
    def elsewhere(self) -> Elsewhere | None:
        """Spectra labelled elsewhere that are trained on too; ``None`` without any."""
        return read_elsewhere(self.folder.elsewhere)

    @property
    def sequence(self) -> int:
        """Number of the last event of the campaign; it grows with each."""
        with self._lock:
            self._present()
            return self._sequence

    def labels(self) -> dict[str, str]:
        """Agreed labels of all roles, by identifier."""
        with self._lock:
            return self._present().labels(arbiter=self.facts.arbiter)

    def bad(self) -> set[str]:
        """Spectra that somebody called bad and nobody gave a class: they are no targets."""
        with self._lock:
            return self._present().bad(arbiter=self.facts.arbiter)

    def dealt_with(self) -> set[str]:
        """Spectra that somebody labelled, skipped or called bad: not to be asked again."""
        with self._lock:
            return self._present().dealt_with()

    def disagreements(self) -> list[str]:
        """Spectra on which annotators differ, and no arbiter has decided."""
        with self._lock:
            return self._present().disagreements(arbiter=self.facts.arbiter)

    def sample(self) -> set[str]:
        """Identifiers of the estimation sample."""
        return {m.identifier for m in self.journal.estimation_sample(self.name)}

    def training_labels(self) -> dict[str, str]:
        """Labels that may be trained on: none that belongs to the estimation sample.

        Nor those that nobody is sure of, nor those of spectra that somebody calls bad.

        A spectrum that was trained on before it was drawn stays; its label was not
        given because of the draw. Where the archive knows which spectra are of one object
        on the sky, this holds for the object: none of its spectra is trained on once one
        has been drawn.
        """
        first_seen = self._labelled_for_training()
        with self._lock:
            labels = self._present().lessons(arbiter=self.facts.arbiter)
        return {i: labels[i] for i in first_seen if i in labels}

    def import_labels(self, labels: Mapping[str, str], *, annotator: str) -> None:
        """Record labels that were given elsewhere.

        Raises
        ------
        CampaignError
            If a class is unknown, or an identifier not in the archive; then none is
            recorded.
        """
        self.journal.record_all(
            import_events(
                self.facts,
                self.archive,
                labels,
                round_number=self.round_number,
                annotator=annotator,
            )
        )

    def observed(self, identifier: str) -> Spectrum:
        """Return the spectrum as the survey published it; errors as of `observation`."""
        return self.observation(identifier).spectrum

    def observation(self, identifier: str) -> Observation:
        """Return the spectrum with what its header says, read from the survey's file.

        Raises
        ------
        LoaderError
            If the file is gone, holds another spectrum now, or needs a loader that was not
            passed.
        """
        source = self.archive.source(identifier)
        if not source.path.exists():
            raise LoaderError(
                f"{identifier}: expected its survey file at {source.path}, got none. "
                "Correct the roots in archive.json if the files have moved."
            )
        for observation in read_again(source.path, self.archive.facts.loader, self._loader):
            if observation.spectrum.identifier == identifier:
                return observation
        raise LoaderError(
            f"{identifier}: expected it in {source.path}, got another spectrum. The "
            "file was replaced after it had been ingested."
        )

    def prepared(self, identifier: str) -> Spectrum:
        """Return the spectrum as the network sees it."""
        return self.archive.spectrum(identifier)

    def catalogue_row(self, identifier: str) -> dict[str, Any]:
        """What the survey says of a spectrum; text is untrusted."""
        return self.archive.catalogue_row(identifier)

    def catalogue_rows(self, identifiers: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What the survey says of several spectra, in one reading."""
        return self.archive.catalogue_rows(identifiers)

    def opinion(self, identifier: str) -> dict[str, float] | None:
        """Class probabilities by the last model, ``None`` when there is none."""
        self.archive.rows([identifier])
        return self.opinions([identifier]).get(identifier)

    def opinions(self, identifiers: Sequence[str]) -> dict[str, dict[str, float]]:
        """Class probabilities by the last model, by identifier; empty without a model."""
        number = self.last_trained
        if number is None or not identifiers:
            return {}
        rows = self.archive.rows(identifiers)
        scores = np.exp(read_scores(self.folder.round(number).scores, rows)).tolist()
        return {
            name: dict(zip(self.facts.classes, one, strict=True))
            for name, one in zip(identifiers, scores, strict=True)
        }

    @property
    def model_hash(self) -> str:
        """Hash of the model whose opinion is the present one."""
        return self.journal.model_hash(self.name, self.last_trained or 0)

    def map(self) -> Map | None:
        """Return the map of batch and training set in the open round."""
        return read_map(self.folder.round(self.round_number).map)

    def _labelled_for_training(self) -> list[str]:
        """Spectra with an answer in a training role before any draw took their object."""
        sample = list(self.journal.estimation_sample(self.name))
        events = [recorded.event for recorded in self.journal.events(self.name)]
        names = [member.identifier for member in sample]
        names += [event.identifier for event in events]
        object_of = objects_of(self.archive, names)
        draws: dict[str, int] = {}
        for member in sample:
            drawn_object = object_of[member.identifier]
            draws[drawn_object] = min(member.draw, draws.get(drawn_object, member.draw))
        asked: dict[str, None] = {}
        for event in events:
            drawn = draws.get(object_of[event.identifier])
            if event.role is Role.ESTIMATION or event.role is Role.REPEAT:
                continue
            if drawn is None or event.round_number < drawn:
                asked[event.identifier] = None
        return list(asked)

    def _has_model(self, number: int) -> bool:
        return self.folder.round(number).scores.exists()

    def _present(self) -> Fold:
        """What stands now; only what was recorded since the last call is read."""
        for recorded in self.journal.events(self.name, after=self._sequence):
            self._fold.apply(recorded.event)
            self._sequence = recorded.sequence
        return self._fold
