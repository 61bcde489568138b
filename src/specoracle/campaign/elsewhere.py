"""Spectra that were labelled elsewhere: another telescope's archive, to begin from.

The first network of Škoda, Podsztavek & Tvrdík (2020) knew 13,335 spectra of the Ondřejov
telescope and none of the survey that it went on to search. Such spectra are copied into
the campaign when it is created; they are trained on in every round, beside the labels of
its own, and never asked about.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Archive
from specoracle.campaign.facts import CampaignFacts
from specoracle.campaign.importing import check_classes
from specoracle.durable import appearing
from specoracle.errors import CampaignError, RecipeError
from specoracle.recipes.recipe import Recipe
from specoracle.spectra.quality import Quality

Flux = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Elsewhere:
    """Labelled spectra of another archive, prepared as the campaign's own.

    Attributes
    ----------
    identifiers
        Which, shape ``(n_spectra,)``.
    labels
        Class of each, shape ``(n_spectra,)``.
    flux, ivar
        Prepared flux and inverse variance, shape ``(n_spectra, n_pixels)``.
    """

    identifiers: npt.NDArray[np.str_]
    labels: npt.NDArray[np.str_]
    flux: Flux
    ivar: Flux

    def of(self, classes: tuple[str, ...]) -> Flux:
        """Return the flux of the members of some classes."""
        return self.flux[np.isin(self.labels, classes)]


def read_labelled(
    folder: Path, labels: Mapping[str, str], recipe: Recipe, facts: CampaignFacts
) -> Elsewhere:
    """Read the labelled spectra of another archive.

    Parameters
    ----------
    folder
        That archive.
    labels
        Class by identifier.
    recipe
        Of the campaign's own archive.
    facts
        The campaign.

    Raises
    ------
    RecipeError
        If its spectra are not prepared like the campaign's.
    CampaignError
        If a class is unknown, or no labelled spectrum can be used.
    ArchiveError
        If an identifier is not in that archive.
    """
    check_classes(facts, labels)
    with closing(Archive(folder)) as archive:
        if not archive.recipe.fits_same_network(recipe):
            raise RecipeError(
                f"{folder}: expected spectra prepared as the campaign's, {recipe}, got "
                f"{archive.recipe}. Ingest them again with a recipe of the same "
                "wavelengths and scaling."
            )
        rows = archive.rows(list(labels))
        good = archive.column("quality", rows) & Quality.UNUSABLE == 0
        if not good.any():
            raise CampaignError(
                f"{folder}: expected labelled spectra of good quality, got none among "
                f"{len(labels)}. Look at its quality column and at the table of labels."
            )
        return Elsewhere(
            identifiers=np.array(list(labels), dtype=np.str_)[good],
            labels=np.array(list(labels.values()), dtype=np.str_)[good],
            flux=archive.column("flux", rows[good]),
            ivar=archive.column("ivar", rows[good]),
        )


def write_elsewhere(path: Path, labelled: Elsewhere) -> None:
    """Keep the spectra with the campaign, which needs no other archive from then on."""
    with appearing(path) as partial, partial.open("wb") as file:
        np.savez(
            file,
            identifiers=labelled.identifiers,
            labels=labelled.labels,
            flux=labelled.flux,
            ivar=labelled.ivar,
        )


def read_elsewhere(path: Path) -> Elsewhere | None:
    """Read them again; ``None`` where the campaign began without."""
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as kept:
        return Elsewhere(**{name: kept[name] for name in Elsewhere.__dataclass_fields__})
