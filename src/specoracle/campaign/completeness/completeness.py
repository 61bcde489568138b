"""Completeness by injection: which lines the campaign's model finds in real spectra.

Lines are added to survey files as published, before the recipe, and go through the very
recipe and model of a round. What is done stands on disk part by part, so that a run which
is stopped goes on where it was.
"""

import hashlib
import json
import shutil
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from astropy.table import Table

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.catalogue.candidates import trained_round
from specoracle.campaign.completeness.injection_grid import Grid, injected_spectra
from specoracle.campaign.completeness.line_free import LineFree, line_free_spectra
from specoracle.campaign.completeness.round_model import prepared_input, round_model
from specoracle.campaign.completeness.table import (
    Outcomes,
    completeness_table,
    read_completeness,
    write_completeness,
)
from specoracle.campaign.scoring import Classifier
from specoracle.durable import appearing
from specoracle.errors import CampaignError, LoaderError, RecipeError, SpectrumError

HOSTS_PER_PART = 4
"""Hosts done between two looks at the disk."""

NOT_INJECTED = -1
"""Stands for a spectrum that was not made: its host has too low an S/N."""

Progress = Callable[[int, int], None]
Predicted = npt.NDArray[np.int16]


class Part(NamedTuple):
    """What became of some hosts."""

    predicted: Predicted
    """Column of the predicted class, shape ``(n_hosts, n_cells, n_draws)``."""
    refused: list[str]
    """Why each host could not be used; ``""`` where it could."""


def injection_completeness(
    campaign: Campaign,
    grid: Grid | None = None,
    *,
    round_number: int | None = None,
    classes: Sequence[str] | None = None,
    where: str | None = None,
    most_hosts: int = 200,
    model: Classifier | None = None,
    progress: Progress | None = None,
) -> Table:
    """Inject lines into real spectra and count which the model of a round finds.

    Parameters
    ----------
    campaign
        The campaign; the survey files of its archive have to be there.
    grid
        Which lines.
    round_number
        A trained round; the last one when left out.
    classes, where, most_hosts
        Which spectra are line-free, see `specoracle.campaign.completeness.line_free`.
    model
        A fitted classifier, where that of the round is none of ours.
    progress
        Called with hosts done and to do.

    Returns
    -------
    Table
        One row a cell of the grid, see `specoracle.campaign.completeness.table`; it is kept
        in the folder of the round as well.

    Raises
    ------
    CampaignError
        If there is no model, or no host to inject into.
    """
    grid = grid or Grid()
    number = trained_round(campaign, round_number)
    fitted = model if model is not None else round_model(campaign, number)
    hosts = line_free_spectra(
        campaign, number, classes=classes, where=where, most=most_hosts, seed=grid.seed
    )
    folder = completeness_folder(campaign, number)
    key = _key(campaign, number, grid, hosts, fitted)
    if (done := read_completeness(folder)) is not None and done.meta["KEY"] == key:
        return done
    parts = list(_parts(campaign, fitted, grid, hosts, folder / key, progress))
    outcomes = _outcomes(campaign, hosts, parts)
    table = completeness_table(outcomes, grid, campaign.facts)
    table.meta |= {"CAMPAIGN": campaign.name, "ROUND": number, "KEY": key}
    write_completeness(folder, table)
    shutil.rmtree(folder / key, ignore_errors=True)
    return table


def completeness_folder(campaign: Campaign, number: int) -> Path:
    """Where the completeness of a round is kept."""
    return campaign.folder.round(number).folder / "completeness"


def _key(
    campaign: Campaign, number: int, grid: Grid, hosts: LineFree, model: Classifier
) -> str:
    """Name of a run: the same for whatever gives the same result."""
    about = {
        "grid": grid.record(),
        "hosts": hosts.identifiers,
        "recipe": campaign.archive.recipe.record(),
        "model": campaign.journal.model_hash(campaign.name, number),
        "classifier": type(model).__name__,
    }
    text = json.dumps(about, sort_keys=True)
    return hashlib.blake2b(text.encode("utf-8"), digest_size=8).hexdigest()


def _parts(
    campaign: Campaign,
    model: Classifier,
    grid: Grid,
    hosts: LineFree,
    folder: Path,
    progress: Progress | None,
) -> Iterator[Part]:
    names = hosts.identifiers
    for first in range(0, len(names), HOSTS_PER_PART):
        path = folder / f"{first:06d}.npz"
        some = names[first : first + HOSTS_PER_PART]
        part = _read_part(path)
        if part is None:
            part = _done(campaign, model, grid, some)
            _write_part(path, part)
        yield part
        if progress is not None:
            progress(first + len(some), len(names))


def _done(campaign: Campaign, model: Classifier, grid: Grid, names: Sequence[str]) -> Part:
    """Inject into some hosts, and ask the model about all of it at once."""
    shape = (len(names), len(grid.cells), grid.draws)
    predicted = np.full(shape, NOT_INJECTED, np.int16)
    refused, places, cuts = [], [], []
    for host, name in enumerate(names):
        try:
            observation = campaign.observation(name)
            seed = zlib.crc32(name.encode("utf-8", "surrogateescape"))
            for made in injected_spectra(observation, grid, seed=seed):
                cut = campaign.archive.recipe.cut(made.spectrum, observation.catalogue)
                cuts.append(cut)
                places.append((host, made.cell, made.draw))
            refused.append("")
        except (LoaderError, SpectrumError, RecipeError) as reason:
            refused.append(str(reason))
    if cuts:
        X = prepared_input(campaign.archive.recipe, cuts, model)
        classes = [campaign.facts.classes.index(str(name)) for name in model.classes_]
        best = np.asarray(model.predict_proba(X)).argmax(axis=1)
        predicted[tuple(np.array(places).T)] = np.array(classes, np.int16)[best]
    return Part(predicted, refused)


def _outcomes(campaign: Campaign, hosts: LineFree, parts: Sequence[Part]) -> Outcomes:
    refused = Counter(reason for part in parts for reason in part.refused if reason)
    predicted = np.concatenate([part.predicted for part in parts])
    n_used = int((predicted != NOT_INJECTED).any(axis=(1, 2)).sum())
    if not n_used:
        why = refused.most_common(1)[0][0] if refused else "all have too low an S/N"
        raise CampaignError(
            f"{campaign.name}: expected hosts that lines can be injected into, got "
            f"{len(predicted)} of which none will do ({why}). Lower --snr, or name others "
            "with --hosts."
        )
    return Outcomes(
        predicted=predicted,
        star=hosts.star,
        n_refused=sum(refused.values()),
        n_trained=hosts.n_trained,
    )


def _write_part(path: Path, part: Part) -> None:
    with appearing(path) as partial, partial.open("wb") as file:
        refused = np.array(part.refused, dtype=np.str_)
        np.savez_compressed(file, predicted=part.predicted, refused=refused)


def _read_part(path: Path) -> Part | None:
    try:
        with np.load(path, allow_pickle=False) as file:
            return Part(file["predicted"], file["refused"].tolist())
    except (OSError, ValueError, KeyError, zlib.error):
        return None
