"""Save networks without pickle: safetensors, and a card that says what they are.

The card names an architecture of our own registry; no file decides which code runs. Whoever
saved a network of their own gives its code again when loading.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import nn

from specoracle.durable import appearing, write_text
from specoracle.errors import CampaignError
from specoracle.models.classifier import NetworkClassifier
from specoracle.models.ensemble import EnsembleClassifier
from specoracle.models.networks import NETWORKS, Factory, factory, name_of

VERSION = 2
"""Version of the model card; newer ones are refused. 2 came with ensembles."""

WEIGHTS, CARD = "model.safetensors", "model.json"
UNDO = "undo"
"""What an ensemble adds to its logits, among the weights."""

Saved = NetworkClassifier | EnsembleClassifier
"""What can be saved."""


def save_model(folder: Path, classifier: Saved, about: Mapping[str, Any]) -> str:
    """Write weights and model card into ``folder``; return the hash of the weights.

    Parameters
    ----------
    folder
        Where to write.
    classifier
        A fitted one.
    about
        What else the card says: recipe, labels by class, archive.
    """
    weights = save({k: v.cpu().contiguous() for k, v in _tensors(classifier).items()})
    sha = hashlib.sha256(weights).hexdigest()
    card = {
        "format": "specoracle-model",
        "version": VERSION,
        "network": name_of(classifier.network),
        "n_pixels": classifier.n_features_in_,
        "classes": classifier.classes_.tolist(),
        "seed": classifier.seed,
        **_training(classifier),
        "torch": torch.__version__,
        "sha256": sha,
        **about,
    }
    with appearing(folder / WEIGHTS) as partial:
        partial.write_bytes(weights)
    write_text(folder / CARD, json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    return sha


def load_model(
    folder: Path, *, network: Factory | None = None
) -> tuple[Saved, dict[str, Any]]:
    """Read a saved classifier and its card.

    Parameters
    ----------
    folder
        Where it was written.
    network
        What made the networks, if it is not of this package.

    Raises
    ------
    CampaignError
        If it is missing, damaged, of a newer version or of another architecture.
    """
    card, weights = _read(folder)
    classifier = _classifier(folder, card, network)
    classifier.classes_ = np.array(card["classes"])
    classifier.n_features_in_ = card["n_pixels"]
    try:
        _take_over(classifier, load(weights))
    except (SafetensorError, RuntimeError, KeyError) as reason:
        raise _refuse(folder, f"{type(reason).__name__}: {reason}") from reason
    return classifier, card


def _training(classifier: Saved) -> dict[str, Any]:
    """What the card says of how it was trained."""
    if isinstance(classifier, EnsembleClassifier):
        histories = classifier.history_
        return {
            "members": classifier.members,
            "epochs": [len(history.loss) for history in histories],
            "final_loss": [history.loss[-1] for history in histories],
            "validation_loss": [
                min(history.validation, default=None) for history in histories
            ],
        }
    return {
        "balance": classifier.balance,
        "epochs": len(classifier.history_.loss),
        "final_loss": classifier.history_.loss[-1],
    }


def _tensors(classifier: Saved) -> dict[str, torch.Tensor]:
    if isinstance(classifier, NetworkClassifier):
        return dict(classifier.network_.state_dict())
    named = {UNDO: torch.from_numpy(classifier.undo_)}
    for number, network in enumerate(classifier.networks_):
        named |= {f"{number}/{name}": v for name, v in network.state_dict().items()}
    return named


def _read(folder: Path) -> tuple[dict[str, Any], bytes]:
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        weights = (folder / WEIGHTS).read_bytes()
    except (OSError, ValueError) as reason:
        raise _refuse(folder, f"{type(reason).__name__}: {reason}") from reason
    if card.get("version", 0) > VERSION:
        raise _refuse(folder, f"version {card.get('version')} of the card")
    if hashlib.sha256(weights).hexdigest() != card["sha256"]:
        raise _refuse(folder, "weights that do not match the card")
    return card, weights


def _classifier(folder: Path, card: Mapping[str, Any], network: Factory | None) -> Saved:
    name = card.get("network")
    if network is None and name not in NETWORKS:
        raise CampaignError(
            f"{folder}: expected a model of this version of specoracle, got network "
            f"{name!r}. If it is your own, give it to load_model as network=…"
        )
    if network is not None and name_of(network) != name:
        raise _refuse(folder, f"network {name!r} and not {name_of(network)!r}")
    made_by = network or str(name)
    if "members" in card:
        return EnsembleClassifier(made_by, members=card["members"], seed=card["seed"])
    return NetworkClassifier(made_by, seed=card["seed"])


def _take_over(classifier: Saved, tensors: dict[str, torch.Tensor]) -> None:
    if isinstance(classifier, NetworkClassifier):
        classifier.network_ = _network(classifier, tensors)
        return
    classifier.undo_ = tensors[UNDO].numpy()
    classifier.networks_ = [
        _network(classifier, _under(f"{number}/", tensors))
        for number in range(classifier.members)
    ]


def _under(prefix: str, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


def _network(classifier: Saved, tensors: dict[str, torch.Tensor]) -> nn.Module:
    made = factory(classifier.network)
    network = made(classifier.n_features_in_, classifier.classes_.size)
    network.load_state_dict(tensors)
    return network.to(classifier._device())


def _refuse(folder: Path, got: str) -> CampaignError:
    return CampaignError(
        f"{folder}: expected a model of this version of specoracle, got {got}. Train the "
        "round again, or upgrade specoracle."
    )
