"""``specoracle campaign candidates``, ``report``, ``methods``: what a campaign yields."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[Path, typer.Argument(metavar="WORKSPACE", help="The workspace.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The campaign.")]
Round = Annotated[
    int | None, typer.Option("--round", help="A trained round; the last one by default.")
]


class Per(StrEnum):
    """What a row of the catalogue is."""

    SPECTRUM = "spectrum"
    OBJECT = "object"


def candidates(
    workspace: Folder,
    name: Name,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help="File that ends in .fits, .vot, .ecsv, .csv or .parquet."
        ),
    ],
    per: Annotated[
        Per, typer.Option(help="One row a spectrum, or an object on the sky.")
    ] = Per.SPECTRUM,
    neighbours: Annotated[
        int, typer.Option(min=0, max=20, help="Most similar labelled spectra to name.")
    ] = 3,
    round_number: Round = None,
) -> None:
    """Write the candidate catalogue of a trained round, and what to expect of it."""
    from specoracle.campaign.campaign import Campaign
    from specoracle.campaign.catalogue.candidates import candidates as find
    from specoracle.campaign.catalogue.export import format_of, write_table
    from specoracle.campaign.catalogue.objects import candidate_objects

    format_of(output)  # a wrong name is said before the work is done
    campaign = Campaign.open(workspace, name)
    try:
        found = find(campaign, round_number=round_number, n_neighbours=neighbours)
    finally:
        campaign.close()
    found = candidate_objects(found) if per is Per.OBJECT else found
    write_table(output, found)
    kind = "candidates" if per is Per.SPECTRUM else "objects"
    typer.echo(f"{len(found)} {kind} of round {found.meta['ROUND']} written to {output}.")
    n_labels = found.meta["NCALIB"]
    typer.echo(
        f"Probabilities are calibrated on {n_labels} labels of uniformly drawn spectra."
        if n_labels
        else "Probabilities are not calibrated: too few labels of uniformly drawn spectra."
    )


def report(
    workspace: Folder,
    name: Name,
    output: Annotated[Path, typer.Option("--output", "-o", help="HTML to write.")],
    round_number: Round = None,
) -> None:
    """Write a self-contained HTML report of the campaign, or of one of its rounds."""
    from specoracle.campaign.campaign import Campaign
    from specoracle.report.campaign_report import write_campaign_report

    campaign = Campaign.open(workspace, name)
    try:
        write_campaign_report(output, campaign, round_number=round_number)
    finally:
        campaign.close()
    typer.echo(f"Report written to {output}.")


def methods(
    workspace: Folder,
    name: Name,
    latex: Annotated[
        bool, typer.Option("--latex", help="Escape what LaTeX would read as a command.")
    ] = False,
    round_number: Round = None,
) -> None:
    """Print a paragraph for a paper that says what was done, with its numbers."""
    from specoracle.campaign.campaign import Campaign
    from specoracle.campaign.catalogue.methods import latex_text, methods_text

    campaign = Campaign.open(workspace, name)
    try:
        text = methods_text(campaign, round_number=round_number)
    finally:
        campaign.close()
    typer.echo(latex_text(text) if latex else text)
