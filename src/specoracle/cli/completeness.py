"""``specoracle completeness``: which injected lines, or known objects, are found."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from specoracle.cli.progress import counting
from specoracle.cli.results import Folder, Name, Round
from specoracle.errors import CampaignError

if TYPE_CHECKING:
    from specoracle.campaign.campaign import Campaign
    from specoracle.campaign.completeness.injection_grid import Grid


def completeness(
    workspace: Folder,
    name: Name,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Table to write: .ecsv, .csv, .fits or .vot."),
    ] = None,
    known: Annotated[
        Path | None,
        typer.Option(help="Catalogue of known objects to judge by instead of injection."),
    ] = None,
    radius: Annotated[
        float, typer.Option(help="With --known: farthest a match may be, in arcsec.")
    ] = 3.0,
    widths: Annotated[
        str, typer.Option(help="Equivalent widths in Å, separated by commas.")
    ] = "0.5,1,2,4,8,16",
    separations: Annotated[
        str, typer.Option(help="Distances of two peaks in km/s; 0 for a single one.")
    ] = "0,150,300,450",
    snr: Annotated[
        str, typer.Option(help="Signal-to-noise ratios a pixel, separated by commas.")
    ] = "10,20,40",
    fwhm: Annotated[
        float, typer.Option(help="Width of a peak before the instrument, in km/s.")
    ] = 150.0,
    resolution: Annotated[
        float, typer.Option(help="Resolving power of the spectra.")
    ] = 1800.0,
    hosts: Annotated[
        str | None,
        typer.Option(help="Expression that says which spectra are line-free."),
    ] = None,
    line_free: Annotated[
        str | None,
        typer.Option(help="Or the labels that do; all that are not targets by default."),
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="Most spectra to inject into.")] = 200,
    draws: Annotated[int, typer.Option(help="Times that each gets every line.")] = 1,
    seed: Annotated[int, typer.Option(help="Seed of the noise and of the choice.")] = 0,
    loader: Annotated[
        str | None, typer.Option(help="Loader of one's own, as of the ingest.")
    ] = None,
    round_number: Round = None,
) -> None:
    """Inject lines into real spectra and count those found; or count known objects.

    What is done stands on disk: the same command goes on where it was stopped.
    """
    from specoracle.campaign.campaign import Campaign
    from specoracle.campaign.completeness.injection_grid import Grid

    if output is not None:
        _check_output(output)
    campaign = Campaign.open(workspace, name, loader=loader)
    try:
        if known is not None:
            _known(campaign, known, radius, round_number, output)
            return
        grid = Grid(
            equivalent_widths=_numbers(widths),
            separations=_numbers(separations),
            snr=_numbers(snr),
            width=fwhm,
            resolution=resolution,
            draws=draws,
            seed=seed,
        )
        classes = None if line_free is None else _names(line_free)
        _inject(campaign, grid, classes, hosts, most, round_number, output)
    finally:
        campaign.close()


def _inject(
    campaign: "Campaign",
    grid: "Grid",
    classes: tuple[str, ...] | None,
    where: str | None,
    most: int,
    round_number: int | None,
    output: Path | None,
) -> None:
    from specoracle.campaign.catalogue.export import write_table
    from specoracle.campaign.completeness.completeness import injection_completeness

    with counting("Injecting") as progress:
        table = injection_completeness(
            campaign,
            grid,
            round_number=round_number,
            classes=classes,
            where=where,
            most_hosts=most,
            progress=progress,
        )
    if output is not None:
        write_table(output, table)
    meta = table.meta
    typer.echo(
        f"Lines in {meta['HOSTS']} spectra of {meta['STARS']} stars; left out: "
        f"{meta['TRAINED']} that the model was trained on, {meta['REFUSED']} that cannot "
        "be used."
    )
    typer.echo("    S/N  EW (Å)  km/s  truth         stars  completeness (95 %)")
    for row in table:
        typer.echo(_line(row))
    if output is not None:
        typer.echo(f"Table written to {output}.")


def _known(
    campaign: "Campaign",
    known: Path,
    radius: float,
    round_number: int | None,
    output: Path | None,
) -> None:
    from specoracle.campaign.catalogue.export import write_table
    from specoracle.campaign.completeness.known_objects import known_completeness

    with counting("Matching") as progress:
        result, missed = known_completeness(
            campaign, known, radius=radius, round_number=round_number, progress=progress
        )
    typer.echo(result.said)
    if output is not None:
        write_table(output, missed)
        typer.echo(f"{len(missed)} spectra of missed objects written to {output}.")


def _line(values: Any) -> str:
    share = "not known"
    if values["n_stars"]:
        share = f"{values['completeness']:.2f} ({values['low']:.2f}–{values['high']:.2f})"
    return (
        f"{values['snr']:7g} {values['equivalent_width']:7g} {values['separation']:5g}  "
        f"{values['truth']:<12} {values['n_stars']:6d}  {share}"
    )


def _check_output(output: Path) -> None:
    from specoracle.campaign.catalogue.export import format_of

    format_of(output)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(word) for word in _names(text))
    except ValueError as reason:
        raise CampaignError(
            f"Numbers: expected some separated by commas, got {text!r}. Correct them."
        ) from reason
