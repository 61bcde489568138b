"""Apply a saved model to an archive that it was not trained on.

What it says is written beside no campaign: a table with a row a spectrum, streamed, so
that memory does not grow with the archive.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from specoracle.archive.archive import Archive
from specoracle.campaign.inputs import inputs, takes_missing
from specoracle.campaign.scoring import Classifier, pool_scores
from specoracle.durable import appearing
from specoracle.errors import CampaignError, RecipeError
from specoracle.recipes.recipe import Recipe
from specoracle.spectra.quality import Quality

TRIED = 2048
"""Spectra that are scored to tell how long all will take."""

WRITERS: dict[str, Callable[..., Any]] = {
    ".csv": pa_csv.CSVWriter,
    ".parquet": pq.ParquetWriter,
}
"""Formats, by the ending of the file."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """What was written.

    Attributes
    ----------
    n_spectra
        Rows of the table.
    n_unusable
        Of these, spectra that could not be judged; their probabilities are missing.
    n_predicted
        Spectra by most probable class.
    """

    n_spectra: int
    n_unusable: int
    n_predicted: dict[str, int]


def classify(
    model_folder: Path,
    archive_folder: Path,
    output: Path,
    *,
    announce: Callable[[int, float], None] | None = None,
    progress: Progress | None = None,
) -> Classified:
    """Write what a saved model says of every spectrum of an archive.

    Parameters
    ----------
    model_folder
        A folder that holds a model and its card, such as that of a round.
    archive_folder
        Archive whose recipe leaves the same wavelengths and scaling as the model's.
    output
        Table to write, ``….parquet`` or ``….csv``: identifier, most probable class, and the
        probability of each class, which is not calibrated.
    announce
        Called before the first is written, with spectra to do and seconds to expect.
    progress
        Called with spectra done and to do.

    Raises
    ------
    CampaignError
        If there is no such model, its recipe is another, or the table has no known ending.
    ArchiveError
        If there is no such archive.
    """
    from specoracle.models.saved import load_model

    if output.suffix.lower() not in WRITERS:
        raise CampaignError(
            f"{output}: expected a name that ends in {' or '.join(sorted(WRITERS))}, got "
            f"{output.suffix or 'no ending'}. Choose another name."
        )
    model, card = load_model(model_folder)
    archive = Archive(archive_folder)
    try:
        _check_recipe(archive, card)
        if announce is not None:
            announce(len(archive), _seconds(archive, model))
        return _write(archive, model, output, progress)
    finally:
        archive.close()


def _check_recipe(archive: Archive, card: dict[str, Any]) -> None:
    try:
        trained_on = Recipe.from_record(card["recipe"])
    except (KeyError, TypeError, RecipeError) as reason:
        raise CampaignError(
            f"Model card: expected the recipe of what it was trained on, got {reason!r}. "
            "Train the round again."
        ) from reason
    if not trained_on.fits_same_network(archive.recipe):
        raise CampaignError(
            f"{archive.layout.folder}: expected spectra prepared as those that the model "
            f"was trained on, {trained_on}, got {archive.recipe}. Ingest the survey by the "
            "model's recipe."
        )


def _seconds(archive: Archive, model: Classifier) -> float:
    """Expect of all spectra what some took."""
    rows = np.arange(min(TRIED, len(archive)), dtype=np.int64)
    if not len(rows):
        return 0.0
    X = inputs(archive, rows, missing=takes_missing(model))
    model.predict_proba(X[:64])  # the first call pays for what is set up once
    begun = time.perf_counter()
    model.predict_proba(X)
    return (time.perf_counter() - begun) * len(archive) / len(rows)


def _write(
    archive: Archive, model: Classifier, output: Path, progress: Progress | None
) -> Classified:
    classes = [str(name) for name in model.classes_]
    counts, n_unusable, done = np.zeros(len(classes), np.int64), 0, 0
    with appearing(output) as partial, partial.open("wb") as file:
        schema = _schema(classes)
        with WRITERS[output.suffix.lower()](file, schema) as writer:
            for table, usable, predicted in _tables(archive, model, classes, schema):
                writer.write_table(table)
                counts += np.bincount(predicted[usable], minlength=len(classes))
                n_unusable += int((~usable).sum())
                done += table.num_rows
                if progress is not None:
                    progress(done, len(archive))
    found = dict(zip(classes, counts.tolist(), strict=True))
    return Classified(n_spectra=done, n_unusable=n_unusable, n_predicted=found)


def _schema(classes: list[str]) -> pa.Schema:
    probabilities = {f"probability_{name}": pa.float32() for name in classes}
    return pa.schema({"identifier": pa.string(), "predicted": pa.string()} | probabilities)


def _tables(
    archive: Archive, model: Classifier, classes: list[str], schema: pa.Schema
) -> Iterator[tuple[pa.Table, npt.NDArray[np.bool_], npt.NDArray[np.intp]]]:
    usable = archive.column("quality") & Quality.UNUSABLE == 0
    start = 0
    for block in pool_scores(archive, model, classes, usable):
        stop = start + len(block.log_probabilities)
        good = usable[start:stop]
        predicted = block.log_probabilities.argmax(axis=1)
        names = pa.array(np.array(classes)[predicted], mask=~good)
        probabilities = [
            pa.array(column, mask=~good) for column in np.exp(block.log_probabilities).T
        ]
        identifiers = pa.array(archive.identifiers(np.arange(start, stop)))
        yield (
            pa.table([identifiers, names, *probabilities], schema=schema),
            good,
            predicted,
        )
        start = stop
