"""``specoracle archive flag``."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specoracle.cli.progress import counting

if TYPE_CHECKING:
    from specoracle.archive.flagging import Flagged

WORDS = {
    "SKY_RESIDUAL": "with lines of the night sky",
    "NEBULAR": "with nebular lines",
    "NEBULAR_SHARED": "of these with neighbours that show them too",
    "COSMIC_AT_LINE": "with a cosmic hit on Hα",
}
"""How flags are called on the screen."""


def flag(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The archive.")],
    resolution: Annotated[
        float,
        typer.Option(min=1.0, help="λ / FWHM of the spectra; 1800 is LAMOST and SDSS."),
    ] = 1800.0,
    as_json: Annotated[
        bool, typer.Option("--json", help="End with the counts as JSON.")
    ] = False,
) -> None:
    """Flag spectra whose emission at Hα may not be the star's.

    Looks for what is left of the night sky's lines, for narrow lines of a nebula, whether
    neighbouring fibres show them too, and for cosmic hits. Writes one file a shard to
    DIR/flags; no shard is changed. Interrupted, or after files were added, the same
    command does what is missing.
    """
    from specoracle.archive.flagging import flag_lines

    with counting("Flagging") as progress:
        flagged = flag_lines(folder, resolution=resolution, progress=progress)
    if as_json:
        typer.echo(json.dumps(asdict(flagged)))
    else:
        _say(folder, flagged)


def _say(folder: Path, flagged: "Flagged") -> None:
    typer.echo(f"{flagged.n_spectra:,} spectra of the archive {folder} were looked at:")
    for name, words in WORDS.items():
        typer.echo(f"{flagged.n_flagged[name]:>9,} {words}")
