"""Query strategies that look beyond the score: at features, members, classes and labels.

Those that compare candidates with each other do so on a short list: the ones of smallest
margin, or of a pool without use for a margin some 20,000 drawn by chance.
"""

import numpy as np

from specoracle.errors import CampaignError
from specoracle.query.acquisition import Scores, entropy, margin
from specoracle.query.candidates import Candidates, Labelled
from specoracle.query.class_balance import balanced
from specoracle.query.clustering import Features
from specoracle.query.density import information_density, mean_direction
from specoracle.query.discovery import distance_to_nearest, farthest_first
from specoracle.query.gradient_embedding import diverse_gradients
from specoracle.query.likely import targets_probability
from specoracle.query.short_list import MOST, Taken
from specoracle.query.strategy import Choice, Row, best, chosen
from specoracle.query.typicality import typical

Looked = tuple[Row, Features]
"""Positions of some candidates, and their features."""

USUAL = 2_000
"""Candidates that tell the mean direction of a pool, to some 2 %."""


def contradictory(candidates: Candidates, n: int, *, rng: np.random.Generator) -> Choice:
    """Ask what the members of an ensemble decide differently (BALD).

    Raises
    ------
    CampaignError
        If there is no ensemble.
    """
    scores = candidates.mutual_information
    if scores is None:
        raise CampaignError(
            "mutual_information: expected scores of several networks, got those of one. "
            "Train an ensemble, as the preset default does, or choose another strategy."
        )
    return chosen(candidates, best(scores, n, rng=rng), scores, "mutual information")


def likely_targets(candidates: Candidates, n: int, *, rng: np.random.Generator) -> Choice:
    """Ask about the most probable members of the classes that are looked for."""
    logs = candidates.log_probabilities
    scores = targets_probability(logs, candidates.targets)
    # What no class has any probability for is not to be judged.
    scores = np.where(np.exp(logs).sum(axis=1) > 0, scores, np.nan)
    return chosen(candidates, best(scores, n, rng=rng), scores, "probability")


def balanced_by_class(
    candidates: Candidates, n: int, *, rng: np.random.Generator
) -> Choice:
    """Ask by entropy within each predicted class, most of those with fewest labels."""
    logs = candidates.log_probabilities
    scores = entropy(logs)
    counts = np.bincount(candidates.labelled.column, minlength=logs.shape[1]).tolist()
    positions = balanced(scores, logs, n, labelled=counts, rng=rng)
    return chosen(candidates, positions, scores, "of its predicted class, entropy")


def dense(candidates: Candidates, n: int, *, rng: np.random.Generator) -> Choice:
    """Ask by entropy times the mean similarity to the pool."""
    scores = entropy(candidates.log_probabilities)
    positions, features = _short_list(candidates, scores, n, rng)
    _, usual = _sample(candidates, USUAL, rng)
    direction = mean_direction([usual])
    weighted = information_density(scores[positions], features, direction)
    order = best(weighted, n, rng=rng)
    return chosen(candidates, positions[order], scores, "stands for many, entropy")


def long_gradients(candidates: Candidates, n: int, *, rng: np.random.Generator) -> Choice:
    """Ask what would move the last layer far, each another way (BADGE)."""
    scores = margin(candidates.log_probabilities)
    positions, features = _short_list(candidates, scores, n, rng)
    logs = candidates.log_probabilities[positions]
    order = diverse_gradients(logs, features, n, rng=rng)
    return chosen(candidates, positions[order], scores, "teaches much, margin")


def core_set(candidates: Candidates, n: int, *, rng: np.random.Generator) -> Choice:
    """Ask about what is farthest from all labelled and from each other."""
    scores = margin(candidates.log_probabilities)
    positions, features = _short_list(candidates, scores, n, rng)
    known = _known(candidates.labelled, features)
    if len(known):
        distance = distance_to_nearest(features, known)
    else:
        distance = np.linalg.norm(features - features.mean(axis=0), axis=1)
    order = farthest_first(features, distance, n)
    words = "far from all labelled, margin"
    return chosen(candidates, positions[order], scores, words)


def typical_first(candidates: Candidates, n: int, *, rng: np.random.Generator) -> Choice:
    """Ask about the typical members of the largest clusters without a label."""
    positions, features = _sample(candidates, MOST, rng)
    order = typical(features, _known(candidates.labelled, features), n, rng=rng)
    reason = ("typical of its cluster",) * len(order)
    return Choice(rows=candidates.rows[positions[order]], reason=reason)


def _short_list(
    candidates: Candidates, scores: Scores, n: int, rng: np.random.Generator
) -> Looked:
    """List those of largest score."""
    taken = Taken(candidates=candidates, open=np.isfinite(scores))
    listed = taken.short_list(scores, n, rng=rng)
    return listed.positions, _there(listed.features)


def _sample(candidates: Candidates, size: int, rng: np.random.Generator) -> Looked:
    """Draw some candidates by chance."""
    n = len(candidates.rows)
    positions = np.sort(rng.choice(n, min(n, size), replace=False))
    return positions, _there(candidates.features_at(positions))


def _there(features: Features | None) -> Features:
    if features is None:
        raise CampaignError(
            "Query strategy: expected features of the candidates, got none. Choose a "
            "strategy that needs none, such as margin."
        )
    return features


def _known(labelled: Labelled, features: Features) -> Features:
    """Features of the labelled that can be compared; none is a shape of ``(0, …)``."""
    known = (
        np.zeros((0, features.shape[1]))
        if labelled.features is None
        else (labelled.features())
    )
    return known[np.isfinite(known).all(axis=1)]
