"""The model that a round has trained, and what it is given of spectra of no archive."""

import json
from collections.abc import Sequence
from typing import cast

import numpy as np
import numpy.typing as npt

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.inputs import takes_missing
from specoracle.campaign.scoring import Classifier
from specoracle.errors import CampaignError, MissingExtraError
from specoracle.recipes.recipe import Recipe
from specoracle.recipes.window import Cut


def round_model(campaign: Campaign, number: int) -> Classifier:
    """Load the model of a round.

    Raises
    ------
    CampaignError
        If it is none of ours: others are not saved.
    MissingExtraError
        If torch is not installed.
    """
    folder = campaign.folder.round(number).folder
    try:
        card = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as reason:
        raise CampaignError(
            f"{folder}: expected a model card, got {type(reason).__name__}. Train the "
            "round again."
        ) from reason
    if "network" not in card:
        raise CampaignError(
            f"{campaign.name}: expected a network of this package in round {number}, got "
            f"{card.get('classifier', 'another model')}, which is not saved. Pass it, "
            "fitted, as model=…"
        )
    try:
        from specoracle.models.saved import load_model
    except ImportError as reason:
        raise MissingExtraError(
            f"Model: expected torch and scikit-learn, got {reason}. Install them with "
            "pip install 'specoracle[models]'."
        ) from reason
    return cast(Classifier, load_model(folder)[0])


def prepared_input(
    recipe: Recipe, cuts: Sequence[Cut], model: Classifier
) -> npt.NDArray[np.float32]:
    """Take spectra through the recipe to what a model is given.

    Returns
    -------
    npt.NDArray[np.float32]
        Shape ``(n_spectra, n_pixels)``; NaN where a pixel must not be used, for a model
        that can make something of that.
    """
    prepared = recipe.prepare(cuts)
    flux = np.asarray(prepared.flux, np.float32)
    if not takes_missing(model):
        return flux
    return np.where(prepared.ivar > 0, flux, np.float32(np.nan))
