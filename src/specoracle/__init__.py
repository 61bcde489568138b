"""Specoracle: active deep learning on large archives of spectra, driven from Jupyter.

The names below are loaded when they are first used, so that importing the package costs
nothing and needs no optional dependency.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from specoracle.app import labelling_app
    from specoracle.archive.archive import Archive
    from specoracle.campaign.answering.batch import Batch
    from specoracle.campaign.campaign import Campaign
    from specoracle.campaign.catalogue.candidates import candidates, write_candidates
    from specoracle.campaign.facts import CampaignFacts
    from specoracle.campaign.judging.performance import performance
    from specoracle.campaign.opening import create_campaign
    from specoracle.campaign.oracle import KnownLabels, answer_all
    from specoracle.campaign.transition import next_round
    from specoracle.campaign.workspace import Workspace
    from specoracle.errors import SpecoracleError
    from specoracle.ingest.ingest import ingest_survey
    from specoracle.loaders.own_spectrum import spectrum
    from specoracle.loaders.survey_file import load
    from specoracle.recipes.built_in import RECIPES
    from specoracle.recipes.recipe import Recipe
    from specoracle.recipes.recipe_file import read_recipe
    from specoracle.simulate.survey import read_truth, simulate_survey
    from specoracle.spectra.spectrum import Spectrum

_HOMES = {
    "RECIPES": "recipes.built_in",
    "Archive": "archive.archive",
    "Batch": "campaign.answering.batch",
    "Campaign": "campaign.campaign",
    "CampaignFacts": "campaign.facts",
    "KnownLabels": "campaign.oracle",
    "Recipe": "recipes.recipe",
    "SpecoracleError": "errors",
    "Spectrum": "spectra.spectrum",
    "Workspace": "campaign.workspace",
    "answer_all": "campaign.oracle",
    "candidates": "campaign.catalogue.candidates",
    "create_campaign": "campaign.opening",
    "ingest_survey": "ingest.ingest",
    "labelling_app": "app",
    "load": "loaders.survey_file",
    "next_round": "campaign.transition",
    "performance": "campaign.judging.performance",
    "read_recipe": "recipes.recipe_file",
    "read_truth": "simulate.survey",
    "simulate_survey": "simulate.survey",
    "spectrum": "loaders.own_spectrum",
    "write_candidates": "campaign.catalogue.candidates",
}

__all__ = [
    "RECIPES",
    "Archive",
    "Batch",
    "Campaign",
    "CampaignFacts",
    "KnownLabels",
    "Recipe",
    "SpecoracleError",
    "Spectrum",
    "Workspace",
    "answer_all",
    "candidates",
    "create_campaign",
    "ingest_survey",
    "labelling_app",
    "load",
    "next_round",
    "performance",
    "read_recipe",
    "read_truth",
    "simulate_survey",
    "spectrum",
    "write_candidates",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'specoracle' has no attribute {name!r}")
    return getattr(import_module(f"specoracle.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
