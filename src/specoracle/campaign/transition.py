"""From one round to the next: train, score the pool, ask again.

Only one transition of a campaign runs at a time. What it computes appears in the round's
folder by rename, and the round opens in one transaction at the end; killed anywhere in
between, the same call goes on from what stands.
"""

import json
from collections.abc import Callable

import numpy as np
from filelock import FileLock, Timeout

from specoracle.campaign.asking.choosing import choose
from specoracle.campaign.attribution import write_attributions
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.inputs import row_features, takes_missing
from specoracle.campaign.mapping import draw_map
from specoracle.campaign.networks import preset_classifier
from specoracle.campaign.pool import is_inside
from specoracle.campaign.scores import write_scores
from specoracle.campaign.scoring import Classifier, pool_scores
from specoracle.campaign.training_set import TrainingSet
from specoracle.durable import sweep, write_text
from specoracle.errors import BusyError, CampaignError
from specoracle.journal.event import BLIND

Progress = Callable[[str, float], None]


def next_round(
    campaign: Campaign,
    *,
    classifier: Classifier | None = None,
    progress: Progress | None = None,
    mapped: bool = True,
) -> int:
    """Train on the labels there are, score the pool, and open the next round.

    Parameters
    ----------
    campaign
        The campaign; its open batch is closed, labels already given count.
    classifier
        Any scikit-learn classifier; the preset's network when left out.
    progress
        Called with what is being done, and how much of the whole, from 0 to 1.
    mapped
        Whether to draw the map of the round, which a replay has no use for.

    Returns
    -------
    int
        Number of the round that is open now.

    Raises
    ------
    BusyError
        If another transition of this campaign is running.
    CampaignError
        If there are labels of fewer than two classes and the open batch is not answered.
        Where it is, the round has no model and its batch looks on for another class.
    """
    try:
        with FileLock(campaign.folder.lock, blocking=False):
            progress = progress or (lambda *_: None)
            return _next_round(campaign, classifier, progress, mapped=mapped)
    except Timeout as reason:
        raise BusyError(
            f"{campaign.name}: expected nobody to be training it, got a round that is "
            "being prepared at this moment. Wait for it; its batch will open by itself."
        ) from reason


def _next_round(
    campaign: Campaign,
    classifier: Classifier | None,
    progress: Progress,
    *,
    mapped: bool,
) -> int:
    number = campaign.round_number + 1
    folder = campaign.folder.round(number)
    sweep(folder.folder)
    training = TrainingSet(labels=campaign.training_labels(), elsewhere=campaign.elsewhere)
    if len(training.classes) < 2:
        return _ask_on(campaign, training, number, progress, mapped=mapped)
    seed = int(np.random.default_rng([campaign.facts.seed, number]).integers(2**31))
    model = classifier
    # Not `or`: an unfitted ensemble of scikit-learn has no length to tell truth by.
    if model is None:
        trained = campaign.last_trained
        model = preset_classifier(
            campaign.facts,
            seed=seed,
            checkpoint=folder.checkpoint,
            progress=progress,
            before=campaign.folder.round(trained).folder if trained else None,
        )
    model_hash = _train(campaign, model, training, number)
    progress("Scoring the pool", 0.6)
    _score(campaign, model, number)
    progress("Choosing the next batch", 0.9)
    new = choose(campaign, model, training, number=number, model_hash=model_hash)
    shown = [*(m.identifier for m in new.members), *training.labels]
    if mapped:
        features = row_features(campaign.archive, model)
        draw_map(campaign.archive, folder.map, shown, campaign.facts, features=features)
        progress("Asking the model what it looked at", 0.95)
        write_attributions(campaign, model, new.members, number=number)
    campaign.journal.open_round(campaign.name, new)
    progress("Done", 1.0)
    return number


def _ask_on(
    campaign: Campaign,
    training: TrainingSet,
    number: int,
    progress: Progress,
    *,
    mapped: bool,
) -> int:
    """Open a round without a model, as a single class teaches nothing: look on.

    Raises
    ------
    CampaignError
        If the open batch is not answered yet, in which the other class may be.
    """
    dealt_with = campaign.dealt_with()
    members = campaign.journal.members(campaign.name, number - 1)
    unanswered = [m for m in members if m.identifier not in dealt_with]
    if unanswered or not training.labels:
        counts = training.counts(campaign.facts.classes)
        got = ", ".join(f"{count} {name}" for name, count in counts.items())
        raise CampaignError(
            f"{campaign.name}: expected labels of at least two classes to train on, got "
            f"{got}. Label the {len(unanswered)} spectra of the open batch that wait; if "
            "none is of another class, the next batch looks elsewhere."
        )
    progress("Looking for another class", 0.5)
    new = choose(campaign, None, training, number=number, model_hash=BLIND)
    shown = [*(m.identifier for m in new.members), *training.labels]
    if mapped:
        draw_map(campaign.archive, campaign.folder.round(number).map, shown, campaign.facts)
    campaign.journal.open_round(campaign.name, new)
    progress("Done", 1.0)
    return number


def _train(
    campaign: Campaign, model: Classifier, training: TrainingSet, number: int
) -> str:
    """Fit and save the model; returns its hash."""
    model.fit(*training.arrays(campaign.archive, missing=takes_missing(model)))
    folder = campaign.folder.round(number)
    record = {"round": number, "labels": training.labels}
    write_text(folder.training, json.dumps(record, ensure_ascii=False) + "\n")
    about = {
        "campaign": campaign.name,
        "round": number,
        "recipe": campaign.archive.recipe.record(),
        "labels_by_class": training.counts(campaign.facts.classes),
    }
    if training.elsewhere is not None:
        about["labelled_elsewhere"] = len(training.elsewhere.labels)
    if not (hasattr(model, "network_") or hasattr(model, "networks_")):
        card = {"format": "specoracle-model", "classifier": repr(model), **about}
        write_text(folder.folder / "model.json", json.dumps(card, indent=2) + "\n")
        return f"refitted:{number}"
    from specoracle.models.saved import save_model

    model_hash = save_model(folder.folder, model, about)  # type: ignore[arg-type]
    for checkpoint in folder.checkpoints:
        checkpoint.unlink()
    return model_hash


def _score(campaign: Campaign, model: Classifier, number: int) -> None:
    facts, archive = campaign.facts, campaign.archive
    inside = is_inside(archive, campaign.folder, facts)
    write_scores(
        campaign.folder.round(number).scores,
        pool_scores(archive, model, facts.classes, inside, n_draws=facts.n_draws),
        n_spectra=len(archive),
        classes=facts.classes,
    )
