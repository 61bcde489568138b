"""Which label each spectrum has, and who gave it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from specoracle.campaign.campaign import Campaign
from specoracle.journal.event import Action, Recorded, Role
from specoracle.journal.fold import Fold


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLabel:
    """What people say of a spectrum at the moment.

    Attributes
    ----------
    label
        Class they agree on, or the arbiter's; ``""`` without one.
    by
        Who said so, sorted and joined by ``"; "``. Where they differ, what each said:
        ``"jan: emission; vera: absorption"``.
    disagreement
        Whether they differ.
    """

    label: str = ""
    by: str = ""
    disagreement: bool = False


def given_labels(campaign: Campaign, identifiers: Sequence[str]) -> dict[str, GivenLabel]:
    """Look up some spectra; those that nobody has labelled are left out."""
    wanted = set(identifiers)
    events = campaign.journal.events(campaign.name)
    fold = Fold(events)
    agreed = fold.labels(arbiter=campaign.facts.arbiter)
    differ = set(fold.disagreements(arbiter=campaign.facts.arbiter))
    return {
        name: _given(agreed.get(name, ""), said, differs=name in differ)
        for name, said in _said(fold, events, wanted).items()
    }


def labels_by_annotator(campaign: Campaign) -> dict[str, dict[str, int]]:
    """Count the labels that stand, by annotator and class; repeats are not counted."""
    events = campaign.journal.events(campaign.name)
    wanted = {recorded.event.identifier for recorded in events}
    counts: dict[str, dict[str, int]] = {}
    for said in _said(Fold(events), events, wanted).values():
        for annotator, value in said.items():
            of_one = counts.setdefault(annotator, {})
            of_one[value] = of_one.get(value, 0) + 1
    return dict(sorted(counts.items()))


def _said(
    fold: Fold, events: Iterable[Recorded], wanted: set[str]
) -> dict[str, dict[str, str]]:
    """Class that each annotator gives each spectrum now."""
    pairs = {
        (recorded.event.identifier, recorded.event.annotator): None
        for recorded in events
        if recorded.event.action in {Action.LABEL, Action.UNDO, Action.REDO}
        and recorded.event.role is not Role.REPEAT
        and recorded.event.identifier in wanted
    }
    said: dict[str, dict[str, str]] = {}
    for identifier, annotator in pairs:
        value = fold.judgement(annotator, identifier).value
        if value is not None:
            said.setdefault(identifier, {})[annotator] = value
    return said


def _given(label: str, said: dict[str, str], *, differs: bool) -> GivenLabel:
    if differs or not label:
        each = (f"{annotator}: {value}" for annotator, value in sorted(said.items()))
        return GivenLabel(by="; ".join(each), disagreement=differs)
    agree = sorted(annotator for annotator, value in said.items() if value == label)
    return GivenLabel(label=label, by="; ".join(agree))
