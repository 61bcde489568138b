"""``specoracle archive verify`` and ``specoracle archive migrate``."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from specoracle.cli.progress import counting

if TYPE_CHECKING:
    from specoracle.archive.verify import Damage, Verified

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The archive.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]

NAMED = 10
"""Damaged spectra named on the screen; JSON has all of them."""


def verify(
    folder: Folder,
    repair: Annotated[
        bool,
        typer.Option(
            "--repair/--check",
            help="Mend what can be mended, or only look (the default).",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare every file of an archive with its checksum.

    With --repair, index, catalogue, rejected.csv and the list of shards are made anew
    from the shards where they are wrong. A damaged shard is moved aside; the same ingest
    command then reads its survey files again. Ends with status 0 only when all is well
    or mended.
    """
    from specoracle.archive.mend import mend_archive
    from specoracle.archive.verify import verify_archive

    with counting("Verifying") as progress:
        compare = mend_archive if repair else verify_archive
        verified = compare(folder, progress)
    if as_json:
        typer.echo(json.dumps(_record(verified), ensure_ascii=True))
    else:
        _say(folder, verified)
    if not verified.well:
        raise typer.Exit(1)


def migrate(folder: Folder, as_json: AsJson = False) -> None:
    """Bring an archive of an older version forward; everything in it is kept."""
    from specoracle.archive.layout import VERSION, Layout, read_facts
    from specoracle.archive.migrate import migrate as bring_forward

    layout = Layout(folder.resolve())
    had = bring_forward(layout)
    read_facts(layout)  # says so when there is no archive
    if as_json:
        typer.echo(json.dumps({"from": had, "to": VERSION}))
    elif had == VERSION:
        typer.echo(f"The archive {folder} is of version {VERSION} already.")
    else:
        typer.echo(f"The archive {folder} was of version {had}, and is now of {VERSION}.")


def _record(verified: "Verified") -> dict[str, Any]:
    return {
        "well": verified.well,
        "spectra": verified.listing.n_spectra,
        "files": verified.n_files,
        "damages": [asdict(damage) for damage in verified.damages],
    }


def _say(folder: Path, verified: "Verified") -> None:
    for damage in verified.damages:
        typer.echo(f"{damage.file}: {damage.found}. {damage.advice or 'Made anew.'}")
        _name_spectra(damage)
    n_bad = sum(not damage.mended for damage in verified.damages)
    state = f"{n_bad:,} of them damaged" if n_bad else "all of them whole"
    typer.echo(
        f"The archive {folder} holds {verified.listing.n_spectra:,} spectra in "
        f"{verified.n_files:,} files, {state}."
    )


def _name_spectra(damage: "Damage") -> None:
    for identifier in damage.identifiers[:NAMED]:
        typer.echo(f"  {identifier}")
    if (more := len(damage.identifiers) - NAMED) > 0:
        typer.echo(f"  … and {more:,} more; --json names all of them")
