"""Create a campaign and open its round 0: the first batch and the first sample."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from filelock import FileLock, Timeout

from specoracle.archive.archive import Archive
from specoracle.archive.selection import select
from specoracle.campaign.asking.first_questions import first_questions
from specoracle.campaign.asking.next_batch import members
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.elsewhere import Elsewhere, write_elsewhere
from specoracle.campaign.facts import CampaignFacts
from specoracle.campaign.importing import import_events
from specoracle.campaign.judging.draw_file import Design, write_draw
from specoracle.campaign.mapping import draw_map
from specoracle.campaign.pool import initial_strata, pool_rows, without
from specoracle.campaign.selected import write_selected
from specoracle.campaign.training_set import TrainingSet
from specoracle.campaign.workspace import CampaignFolder, Workspace
from specoracle.errors import BusyError, CampaignError
from specoracle.estimation.design import Draw, draw
from specoracle.estimation.strata import Stratum
from specoracle.journal.event import BLIND
from specoracle.journal.journal import EstimationMember, Journal, NewRound

KNOWN_BEFORE = "known before"
"""Who gave the labels that a campaign begins with."""


def create_campaign(
    workspace: Workspace,
    facts: CampaignFacts,
    *,
    known: Mapping[str, str] | None = None,
    elsewhere: Elsewhere | None = None,
    mapped: bool = True,
) -> Campaign:
    """Create a campaign and open round 0.

    Killed half-way, it is finished by calling it again.

    Parameters
    ----------
    workspace
        A workspace with an archive.
    facts
        The settings.
    known
        Labels that there are before the first question, by identifier: a catalogue of
        known objects, say. They are trained on, and the mixed strategy asks first about
        what is like the members of target classes among them.
    elsewhere
        Labelled spectra of another archive, see `read_labelled`, to train on too.
    mapped
        Whether to draw the map of the batch.

    Raises
    ------
    CampaignError
        If there is a campaign of that name, the archive has no usable spectrum, or a
        known label is of no class or spectrum of the campaign.
    """
    workspace.check()
    training = TrainingSet(labels=known or {}, elsewhere=elsewhere)
    folder = workspace.campaign(facts.name)
    folder.folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder.lock, blocking=False):
            _open_round_zero(workspace, folder, facts, training, mapped=mapped)
    except Timeout as reason:
        raise BusyError(
            f"{facts.name}: expected a new campaign, got one that is being created at "
            "this moment. Wait for it, or choose another name."
        ) from reason
    return Campaign(workspace, facts.name)


def sample_members(
    archive: Archive, drawn: Draw, strata: Stratum, *, number: int, model_hash: str
) -> list[EstimationMember]:
    """Describe the rows of a draw for the journal."""
    names = archive.identifiers(drawn.rows)
    return [
        EstimationMember(
            identifier=name,
            draw=number,
            stratum=int(strata[row]),
            probability=float(drawn.probability[strata[row]]),
            model_hash=model_hash,
        )
        for name, row in zip(names, drawn.rows, strict=True)
    ]


def _open_round_zero(
    workspace: Workspace,
    folder: CampaignFolder,
    facts: CampaignFacts,
    training: TrainingSet,
    *,
    mapped: bool,
) -> None:
    journal = Journal(workspace.journal)
    archive = Archive(workspace.archive)
    try:
        if folder.facts.exists() and journal.last_round(facts.name) is not None:
            raise CampaignError(
                f"{facts.name}: expected the name of a new campaign, got one that exists. "
                "Choose another name."
            )
        _select(archive, folder, facts)
        _keep(folder, training.elsewhere)
        usable = pool_rows(archive, folder, facts)
        if not len(usable):
            raise CampaignError(
                f"{workspace.archive}: expected spectra of good quality, got none among "
                f"{_pool_size(archive, facts)}. Look at rejected.csv and the quality "
                "column."
            )
        imported = import_events(
            facts, archive, training.labels, round_number=0, annotator=KNOWN_BEFORE
        )
        facts.write(folder.facts)
        new = _first_batch(archive, folder, facts, usable, training)
        shown = [member.identifier for member in new.members]
        if mapped:
            draw_map(archive, folder.round(0).map, shown, facts)
        # Creation that was killed just here is called again: none is recorded twice.
        recorded = {each.event.identifier for each in journal.events(facts.name)}
        journal.record_all(e for e in imported if e.identifier not in recorded)
        journal.open_round(facts.name, new)
    finally:
        archive.close()
        journal.close()


def _select(archive: Archive, folder: CampaignFolder, facts: CampaignFacts) -> None:
    """Fix the part of the archive that the campaign is about, if it is not all."""
    folder.selected.unlink(missing_ok=True)
    if facts.where is not None:
        write_selected(folder.selected, archive, select(archive, facts.where))


def _keep(folder: CampaignFolder, elsewhere: Elsewhere | None) -> None:
    folder.elsewhere.unlink(missing_ok=True)
    if elsewhere is not None:
        write_elsewhere(folder.elsewhere, elsewhere)


def _pool_size(archive: Archive, facts: CampaignFacts) -> str:
    if facts.where is None:
        return f"{len(archive)}"
    return f"those of {len(archive)} that fit {facts.where!r}"


def _first_batch(
    archive: Archive,
    folder: CampaignFolder,
    facts: CampaignFacts,
    usable: npt.NDArray[np.int64],
    training: TrainingSet,
) -> NewRound:
    rng = np.random.default_rng([facts.seed, 0])
    sample: Sequence[EstimationMember] = []
    if facts.estimation_size:
        strata = initial_strata(archive, usable, seed=facts.seed)
        drawn = draw(strata, facts.estimation_size, rng=rng)
        design = Design(name="signal", seed=(facts.seed, 0))
        write_draw(folder.round(0).draw, strata, drawn.probability, design)
        sample = sample_members(archive, drawn, strata, number=0, model_hash=BLIND)
    names = [m.identifier for m in sample]
    answered = archive.rows(list(training.labels))
    questions = first_questions(
        archive,
        facts,
        without(usable, answered),
        members=training.members(archive, facts.targets),
        answered=answered,
        rng=rng,
    )
    unanswered = [name for name in names if name not in training.labels]
    batch, marked = members(archive, questions, names, unanswered=unanswered, rng=rng)
    return NewRound(
        number=0,
        model_hash=BLIND,
        members=batch,
        estimation=sample,
        would_be_asked=marked,
    )
