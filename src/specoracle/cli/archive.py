"""``specoracle ingest`` and ``specoracle archive``."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.filesize import decimal

from specoracle.cli import books, catalogue, flags
from specoracle.cli.progress import counting, duration

if TYPE_CHECKING:
    from specoracle.archive.join import JoinCount
    from specoracle.ingest.forecast import Forecast

app = typer.Typer(help="Look at an archive.", no_args_is_help=True)

WORKERS = 2


def ingest(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SRC",
            help="Folders (walked recursively), files, patterns, or @list.txt with one "
            "of these a line.",
        ),
    ],
    archive: Annotated[
        Path, typer.Option("--archive", help="The archive; made when there is none.")
    ],
    recipe: Annotated[
        str | None,
        typer.Option(
            help="How spectra are prepared: a name of 'specoracle recipe list', or a file "
            "….toml. By default that of the archive, and halpha for a new one."
        ),
    ] = None,
    loader: Annotated[
        str | None,
        typer.Option(
            help="Who reads the files, for all of them: a name, table:OPTIONS, FILE.py or "
            "FILE.py:FUNCTION; see docs/loaders.md."
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, help="Processes on this machine.")
    ] = WORKERS,
    scheduler: Annotated[
        str | None,
        typer.Option(help="Address of a running Dask scheduler, to work there instead."),
    ] = None,
    joined: Annotated[
        list[Path] | None,
        typer.Option("--join", help="A catalogue to join at the end; see 'archive join'."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="End with the counts as JSON.")
    ] = False,
) -> None:
    """Bring survey files into an archive.

    Killed at any moment, the same command goes on where it stopped. Files that cannot be
    read are listed in rejected.csv with the reason; they never stop the run. Files added
    to the folders later are taken in by the same command.
    """
    from specoracle.ingest.ingest import ingest_survey as run
    from specoracle.recipes.recipe_file import find_recipe

    chosen = None if recipe is None else find_recipe(recipe)
    _expect(joined or [])
    with counting("Ingesting") as progress:
        count = run(
            sources,
            archive,
            recipe=chosen,
            loader=loader,
            n_workers=workers,
            scheduler=scheduler,
            announce=_announce,
            progress=progress,
        )
    joins = [_join(archive, file) for file in joined or ()]
    if as_json:
        record = asdict(count) | ({"joined": list(map(asdict, joins))} if joins else {})
        typer.echo(json.dumps(record))
        return
    typer.echo(
        f"{count.n_files:,} files read. The archive {archive} holds "
        f"{count.n_spectra:,} spectra; {count.n_refused:,} refused"
        + (f", see {archive / 'rejected.csv'}." if count.n_refused else ".")
    )
    for done in joins:
        catalogue.say_joined(done)


def _expect(files: list[Path]) -> None:
    """Say before an ingest what is wrong with the catalogues to join at its end."""
    if files:
        from specoracle.archive.catalogue_file import catalogue_format

        for file in files:
            catalogue_format(file)


def _join(archive: Path, file: Path) -> "JoinCount":
    from specoracle.archive.join import join_catalogue

    with counting(f"Joining {file.name}") as progress:
        return join_catalogue(archive, file, progress=progress)


def _announce(expected: "Forecast") -> None:
    if not expected.n_spectra:
        return
    # Standard error, as the bar that follows.
    typer.echo(
        f"{expected.n_files:,} files to read, about {expected.n_spectra:,} spectra: "
        f"{duration(expected.seconds)}, and {decimal(expected.n_bytes)} of the "
        f"{decimal(expected.n_free)} that are free.",
        err=True,
    )


@app.command()
def info(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The archive.")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say what an archive holds."""
    from specoracle.archive.archive import Archive
    from specoracle.ingest.ingest import count_refused
    from specoracle.spectra.quality import Quality

    archive = Archive(folder)
    grid = archive.recipe.grid
    quality = archive.column("quality")
    about = {
        "spectra": len(archive),
        "unusable": int((quality & Quality.UNUSABLE > 0).sum()),
        "padded": int((quality & Quality.PADDED > 0).sum()),
        "refused": count_refused(archive.layout),
        "recipe": archive.recipe.name,
        "window": f"{grid.start:g}–{grid.stop:g} Å in vacuum, {grid.n_pixels} pixels",
        "shards": len(archive.shards),
        "megabytes": round(_size(archive.layout.folder) / 1e6, 1),
        "loader": archive.facts.loader.get("name", "the first that recognises a file"),
        "joined": ", ".join(archive.joins) or "nothing",
        "roots": archive.facts.roots,
    }
    if as_json:
        typer.echo(json.dumps(about, ensure_ascii=False))
        return
    for name, value in about.items():
        shown = ", ".join(value.values()) if isinstance(value, dict) else f"{value}"
        typer.echo(f"{name:<10} {shown}")


app.command()(books.verify)
app.command()(catalogue.join)
app.command()(catalogue.unjoin)
app.command()(catalogue.objects)
app.command()(catalogue.select)
app.command()(books.migrate)
app.command()(flags.flag)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
