"""``specoracle archive join``, ``unjoin``, ``objects`` and ``select``."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specoracle.cli.progress import counting

if TYPE_CHECKING:
    from specoracle.archive.join import JoinCount

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The archive.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]

SHOWN = ("identifier", "ra", "dec", "object_class", "subclass", "snr_r")


def join(
    folder: Folder,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A catalogue: FITS, VOTable, ECSV, CSV or Parquet."
        ),
    ],
    on: Annotated[
        str | None,
        typer.Option(
            help="position, identifier, or another text column of the archive, such as "
            "target. Left out: identifier where the file has the survey's keys, else "
            "position."
        ),
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="Column of FILE that holds the key.")
    ] = None,
    radius: Annotated[
        float, typer.Option(help="Farthest match by position, in arcseconds.")
    ] = 3.0,
    columns: Annotated[
        str | None, typer.Option(help="Columns of FILE, separated by commas; else all.")
    ] = None,
    prefix: Annotated[
        str | None,
        typer.Option(help="What its columns begin with here; else the file's name."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Join a catalogue to an archive: its columns appear beside the survey's.

    Joined again under the same prefix, the columns are replaced. Spectra that are added
    later are missing in them until then.
    """
    from specoracle.archive.join import join_catalogue

    with counting("Joining") as progress:
        count = join_catalogue(
            folder,
            file,
            on=on,
            key=key,
            radius=radius,
            columns=None if columns is None else names(columns),
            prefix=prefix,
            progress=progress,
        )
    if as_json:
        typer.echo(json.dumps(asdict(count), ensure_ascii=True))
    else:
        say_joined(count)


def say_joined(count: "JoinCount") -> None:
    """Say what a join found."""
    typer.echo(
        f"{count.n_matched:,} of {count.n_spectra:,} spectra matched by {count.on}, "
        f"{count.n_spectra - count.n_matched:,} did not; {count.n_used:,} of "
        f"{count.n_objects:,} objects of the file were used."
    )
    typer.echo(f"Columns: {', '.join(count.columns)}")


def unjoin(
    folder: Folder,
    prefix: Annotated[str, typer.Argument(metavar="PREFIX", help="Of the join.")],
) -> None:
    """Take the columns of a join out of an archive."""
    from specoracle.archive.join import drop_join

    drop_join(folder, prefix)
    typer.echo(f"The columns {prefix}_… are gone from {folder}.")


def objects(
    folder: Folder,
    radius: Annotated[
        float, typer.Option(help="Farthest two spectra may lie apart, in arcseconds.")
    ] = 3.0,
    on: Annotated[str, typer.Option(help="position, or target.")] = "position",
    as_json: AsJson = False,
) -> None:
    """Find which spectra are of one object on the sky: the column object_id.

    A campaign that is trained afterwards keeps all spectra of an object on one side of
    the estimation sample.
    """
    from specoracle.archive.objects import find_objects

    found = find_objects(folder, radius=radius, on=on)
    if as_json:
        typer.echo(json.dumps(asdict(found)))
        return
    typer.echo(
        f"{found.n_spectra:,} spectra are of {found.n_objects:,} objects; "
        f"{found.n_repeated:,} of these have more than one. {found.n_unknown:,} spectra "
        f"without a {on} stand for themselves."
    )


def select(
    folder: Folder,
    where: Annotated[
        str,
        typer.Argument(
            metavar="WHERE", help="Such as \"snr_r > 20 and object_class == 'STAR'\"."
        ),
    ],
    save: Annotated[
        str | None, typer.Option(help="Give the selection a name, for campaigns.")
    ] = None,
    n: Annotated[int, typer.Option("-n", min=0, help="Spectra to show.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Count the spectra that fit an expression over the catalogue, and show some."""
    from specoracle.archive.archive import Archive
    from specoracle.archive.selection import save_selection
    from specoracle.archive.selection import select as rows_of

    archive = Archive(folder)
    rows = rows_of(archive, where)
    if save is not None:
        save_selection(archive, save, where)
    shown = archive.catalogue(list(SHOWN), rows[:n]).to_pylist()
    if as_json:
        record = {"selected": len(rows), "spectra": len(archive), "sample": shown}
        typer.echo(json.dumps(record, ensure_ascii=True))
        return
    typer.echo(f"{len(rows):,} of {len(archive):,} spectra fit.")
    for row in shown:
        typer.echo("  " + "  ".join(_cell(row[name]) for name in SHOWN))
    if save is not None:
        typer.echo(f"Saved as {save}.")


def names(text: str) -> list[str]:
    """Split names at commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.5g}" if abs(value) < 10 else f"{value:.5f}".rstrip("0").rstrip(".")
    # Text of a header may hold what a terminal would obey.
    return "-" if value is None else "".join(c for c in str(value) if c.isprintable())
