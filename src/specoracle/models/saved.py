"""Save a network without pickle: safetensors, and a card that says what it is.

The card names an architecture of our own registry; no file decides which code runs.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.torch import load, save

from specoracle.durable import appearing, write_text
from specoracle.errors import CampaignError
from specoracle.models.classifier import NetworkClassifier
from specoracle.models.skoda2020 import NETWORKS

VERSION = 1
"""Version of the model card; newer ones are refused."""

WEIGHTS, CARD = "model.safetensors", "model.json"


def save_model(
    folder: Path, classifier: NetworkClassifier, about: Mapping[str, Any]
) -> str:
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
    weights = save({k: v.cpu() for k, v in classifier.network_.state_dict().items()})
    sha = hashlib.sha256(weights).hexdigest()
    card = {
        "format": "specoracle-model",
        "version": VERSION,
        "network": classifier.network,
        "n_pixels": classifier.n_features_in_,
        "classes": classifier.classes_.tolist(),
        "seed": classifier.seed,
        "balance": classifier.balance,
        "epochs": len(classifier.history_.loss),
        "final_loss": classifier.history_.loss[-1],
        "sha256": sha,
        **about,
    }
    with appearing(folder / WEIGHTS) as partial:
        partial.write_bytes(weights)
    write_text(folder / CARD, json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    return sha


def load_model(folder: Path) -> tuple[NetworkClassifier, dict[str, Any]]:
    """Read a saved network and its card.

    Raises
    ------
    CampaignError
        If it is missing, damaged, of a newer version or of an unknown architecture.
    """
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        weights = (folder / WEIGHTS).read_bytes()
    except (OSError, ValueError) as reason:
        raise _refuse(folder, f"{type(reason).__name__}: {reason}") from reason
    if card.get("version", 0) > VERSION or card.get("network") not in NETWORKS:
        raise _refuse(
            folder, f"version {card.get('version')} of network {card.get('network')!r}"
        )
    if hashlib.sha256(weights).hexdigest() != card["sha256"]:
        raise _refuse(folder, "weights that do not match the card")
    classifier = NetworkClassifier(card["network"], seed=card["seed"])
    classifier.classes_ = np.array(card["classes"])
    classifier.n_features_in_ = card["n_pixels"]
    network = NETWORKS[card["network"]](card["n_pixels"], len(card["classes"]))
    try:
        network.load_state_dict(load(weights))
    except (SafetensorError, RuntimeError) as reason:
        raise _refuse(folder, f"{type(reason).__name__}: {reason}") from reason
    classifier.network_ = network.to(classifier._device())
    return classifier, card


def _refuse(folder: Path, got: str) -> CampaignError:
    return CampaignError(
        f"{folder}: expected a model of this version of specoracle, got {got}. Train the "
        "round again, or upgrade specoracle."
    )
