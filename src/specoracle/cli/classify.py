"""``specoracle classify``."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from specoracle.cli.progress import counting, duration


def classify(
    model: Annotated[
        Path,
        typer.Argument(metavar="MODEL", help="Folder of a round, with model.json in it."),
    ],
    archive: Annotated[Path, typer.Argument(metavar="ARCHIVE", help="The archive.")],
    output: Annotated[
        Path, typer.Option(help="Table to write, ….parquet or ….csv.")
    ] = Path("classes.parquet"),
    as_json: Annotated[
        bool, typer.Option("--json", help="End with the counts as JSON.")
    ] = False,
) -> None:
    """Apply a saved model to an archive, also to one of another survey.

    The archive's recipe must leave the same wavelengths and scaling as that of the spectra
    the model was trained on. Probabilities are not calibrated: use them to rank.
    """
    from specoracle.campaign.classify import classify as run

    with counting("Classifying") as progress:
        done = run(model, archive, output, announce=_announce, progress=progress)
    if as_json:
        typer.echo(json.dumps(asdict(done), ensure_ascii=False))
        return
    found = ", ".join(f"{count:,} {name}" for name, count in done.n_predicted.items())
    typer.echo(
        f"{output}: {done.n_spectra:,} spectra, {found}"
        + (f", {done.n_unusable:,} that cannot be judged." if done.n_unusable else ".")
    )


def _announce(n_spectra: int, seconds: float) -> None:
    typer.echo(f"{n_spectra:,} spectra to score: {duration(seconds)}.", err=True)
