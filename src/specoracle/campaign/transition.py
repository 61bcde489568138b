"""From one round to the next: train, score the pool, ask again.

Only one transition of a campaign runs at a time. What it computes appears in the round's
folder by rename, and the round opens in one transaction at the end; killed anywhere in
between, the same call goes on from what stands.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from filelock import FileLock, Timeout

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.facts import CampaignFacts
from specoracle.campaign.mapping import draw_map
from specoracle.campaign.next_batch import (
    Question,
    members,
    questions_by_score,
    questions_for_discovery,
    target_score,
)
from specoracle.campaign.opening import sample_members
from specoracle.campaign.pool import is_inside, pool_rows, unlike_anything, without
from specoracle.campaign.scores import read_scores, write_draw, write_scores
from specoracle.campaign.scoring import Classifier, log_probabilities
from specoracle.durable import sweep, write_text
from specoracle.errors import BusyError, CampaignError, MissingExtraError
from specoracle.estimation.design import among, draw, score_strata
from specoracle.journal.journal import EstimationMember, NewRound

Progress = Callable[[str, float], None]


def next_round(
    campaign: Campaign,
    *,
    classifier: Classifier | None = None,
    progress: Progress | None = None,
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

    Returns
    -------
    int
        Number of the round that is open now.

    Raises
    ------
    BusyError
        If another transition of this campaign is running.
    CampaignError
        If there are labels of fewer than two classes.
    """
    try:
        with FileLock(campaign.folder.lock, blocking=False):
            return _next_round(campaign, classifier, progress or (lambda *_: None))
    except Timeout as reason:
        raise BusyError(
            f"{campaign.name}: expected nobody to be training it, got a round that is "
            "being prepared at this moment. Wait for it; its batch will open by itself."
        ) from reason


def _next_round(
    campaign: Campaign, classifier: Classifier | None, progress: Progress
) -> int:
    number = campaign.round_number + 1
    folder = campaign.folder.round(number)
    sweep(folder.folder)
    labels = campaign.training_labels()
    seed = int(np.random.default_rng([campaign.facts.seed, number]).integers(2**31))
    model = classifier
    # Not `or`: an unfitted ensemble of scikit-learn has no length to tell truth by.
    if model is None:
        model = _network(campaign.facts, seed, folder.checkpoint, progress)
    model_hash = _train(campaign, model, labels, number)
    progress("Scoring the pool", 0.6)
    _score(campaign, model, number)
    progress("Choosing the next batch", 0.9)
    new = _choose(campaign, number, model_hash, labels)
    shown = [*(m.identifier for m in new.members), *labels]
    features = getattr(model, "features", None)
    draw_map(campaign.archive, folder.map, shown, campaign.facts, features=features)
    campaign.journal.open_round(campaign.name, new)
    progress("Done", 1.0)
    return number


def _network(
    facts: CampaignFacts, seed: int, checkpoint: Path, progress: Progress
) -> Classifier:
    try:
        from specoracle.models.classifier import NetworkClassifier
    except ImportError as reason:
        raise MissingExtraError(
            f"Training: expected torch and scikit-learn, got {reason}. Install them with "
            "pip install 'specoracle[models]'."
        ) from reason

    def epochs(done: int, most: int) -> None:
        # Most trainings stop early, so the bar approaches its end and never claims it.
        progress(f"Training, epoch {done}", 0.55 * (1 - np.exp(-done / min(most, 60))))

    return NetworkClassifier(
        facts.preset,
        seed=seed,
        max_epochs=facts.max_epochs,
        checkpoint=checkpoint,
        progress=epochs,
    )


def _train(
    campaign: Campaign, model: Classifier, labels: Mapping[str, str], number: int
) -> str:
    """Fit and save the model; returns its hash."""
    if len(set(labels.values())) < 2:
        counts = {
            name: list(labels.values()).count(name) for name in campaign.facts.classes
        }
        raise CampaignError(
            f"{campaign.name}: expected labels of at least two classes to train on, got "
            f"{counts}. Label more of the open batch."
        )
    rows = campaign.archive.rows(list(labels))
    model.fit(campaign.archive.column("flux", rows), np.array(list(labels.values())))
    folder = campaign.folder.round(number)
    record = {"round": number, "labels": labels}
    write_text(folder.training, json.dumps(record, ensure_ascii=False) + "\n")
    about = {
        "campaign": campaign.name,
        "round": number,
        "recipe": campaign.archive.recipe.record(),
        "labels_by_class": {
            c: list(labels.values()).count(c) for c in campaign.facts.classes
        },
    }
    if not hasattr(model, "network_"):
        card = {"format": "specoracle-model", "classifier": repr(model), **about}
        write_text(folder.folder / "model.json", json.dumps(card, indent=2) + "\n")
        return f"refitted:{number}"
    from specoracle.models.saved import save_model

    model_hash = save_model(folder.folder, model, about)  # type: ignore[arg-type]
    folder.checkpoint.unlink(missing_ok=True)
    return model_hash


def _score(campaign: Campaign, model: Classifier, number: int) -> None:
    inside = is_inside(campaign.archive, campaign.folder, campaign.facts)
    write_scores(
        campaign.folder.round(number).scores,
        log_probabilities(campaign.archive, model, campaign.facts.classes, inside),
        n_spectra=len(campaign.archive),
        classes=campaign.facts.classes,
    )


def _choose(
    campaign: Campaign, number: int, model_hash: str, labels: Mapping[str, str]
) -> NewRound:
    """Draw into the sample, query, and mix; deterministic in seed and labels."""
    facts, archive = campaign.facts, campaign.archive
    rng = np.random.default_rng([facts.seed, number])
    usable = pool_rows(archive, campaign.folder, facts)
    scores = read_scores(campaign.folder.round(number).scores)
    added = _extend_sample(campaign, number, model_hash, scores, usable, rng)
    sample = sorted(campaign.sample() | {m.identifier for m in added})
    dealt_with = campaign.dealt_with()
    settled = archive.rows(sorted(set(labels) | dealt_with - set(sample)))
    marked = archive.rows(sorted(campaign.journal.would_be_asked(campaign.name)))
    eligible = without(without(usable, settled), marked)
    batch, would_be_asked = members(
        archive,
        _questions(campaign, scores, eligible, labels, rng),
        sample,
        unanswered=[name for name in sample if name not in dealt_with],
        rng=rng,
    )
    return NewRound(
        number=number,
        model_hash=model_hash,
        members=batch,
        estimation=added,
        would_be_asked=would_be_asked,
    )


def _questions(
    campaign: Campaign,
    scores: npt.NDArray[np.float32],
    eligible: npt.NDArray[np.int64],
    labels: Mapping[str, str],
    rng: np.random.Generator,
) -> list[Question]:
    """Ask by score; while no target is known, discovery has the candidates' places."""
    facts, archive = campaign.facts, campaign.archive
    if not facts.candidate_size or set(labels.values()) & set(facts.targets):
        return questions_by_score(facts, scores, eligible, rng)
    labelled = archive.rows(list(labels))
    unlike = unlike_anything(archive, eligible, labelled, facts.candidate_size)
    return questions_for_discovery(facts, scores, eligible, unlike, rng)


def _extend_sample(
    campaign: Campaign,
    number: int,
    model_hash: str,
    scores: npt.NDArray[np.float32],
    usable: npt.NDArray[np.int64],
    rng: np.random.Generator,
) -> list[EstimationMember]:
    """Draw once more, with strata by this round's score, independent of labels."""
    if not campaign.facts.estimation_growth:
        return []
    by_score = score_strata(target_score(campaign.facts, scores[usable]))
    strata = among(usable, by_score, len(campaign.archive))
    drawn = draw(strata, campaign.facts.estimation_growth, rng=rng)
    write_draw(campaign.folder.round(number).draw, strata, drawn.probability)
    return sample_members(
        campaign.archive, drawn, strata, number=number, model_hash=model_hash
    )
