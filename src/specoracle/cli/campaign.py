"""``specoracle campaign``: create, answer, train, look, and take the candidates."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specoracle.cli.progress import sharing
from specoracle.errors import CampaignError

if TYPE_CHECKING:
    from specoracle.campaign.campaign import Campaign
    from specoracle.estimation.estimate import Estimate

app = typer.Typer(help="Run a campaign without a screen.", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(metavar="WORKSPACE", help="The workspace.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The campaign.")]


@app.command()
def create(
    workspace: Folder,
    name: Name,
    classes: Annotated[
        str, typer.Option(help="Class names, separated by commas, in key order.")
    ],
    targets: Annotated[
        str, typer.Option(help="The classes looked for, separated by commas.")
    ],
    preset: Annotated[
        str, typer.Option(help="Network and defaults: skoda2020 or default.")
    ] = "skoda2020",
    strategy: Annotated[
        str | None, typer.Option(help="Query strategy: entropy, margin or random.")
    ] = None,
    batch: Annotated[
        int | None, typer.Option(help="Spectra asked about in a round.")
    ] = None,
    candidates: Annotated[
        int | None, typer.Option(help="How many of them are the likeliest targets.")
    ] = None,
    estimation: Annotated[
        int | None, typer.Option(help="Size of the first estimation sample.")
    ] = None,
    growth: Annotated[
        int | None, typer.Option(help="Spectra added to it in every later round.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    where: Annotated[
        str | None,
        typer.Option(help="Expression that selects part of the archive, for good."),
    ] = None,
    selection: Annotated[
        str | None,
        typer.Option(help="Or the name of one, of 'archive select --save'."),
    ] = None,
) -> None:
    """Create a campaign over the workspace's archive and open its first batch."""
    from specoracle.campaign.facts import PRESETS, CampaignFacts
    from specoracle.campaign.opening import create_campaign
    from specoracle.campaign.workspace import Workspace

    if preset not in PRESETS:
        raise CampaignError(
            f"Preset: expected one of {', '.join(PRESETS)}, got {preset!r}. Choose one "
            "of these."
        )
    default = PRESETS[preset]
    size = default.estimation_size if estimation is None else estimation
    facts = CampaignFacts(
        name=name,
        classes=_names(classes),
        targets=_names(targets),
        preset=preset,
        strategy=strategy or default.strategy,
        batch_size=default.batch_size if batch is None else batch,
        candidate_size=default.candidate_size if candidates is None else candidates,
        estimation_size=size,
        estimation_growth=size if growth is None else growth,
        seed=seed,
        where=_where(workspace, where, selection),
    )
    campaign = create_campaign(Workspace(workspace), facts)
    n = len(campaign.journal.members(name, 0))
    campaign.close()
    typer.echo(
        f"Campaign {name}: {n} spectra wait to be labelled. Open the labelling desk with\n"
        f"  specoracle app {workspace}"
    )


@app.command()
def answer(
    workspace: Folder,
    name: Name,
    labels: Annotated[
        Path,
        typer.Option(help="CSV with the columns identifier and label."),
    ],
    annotator: Annotated[str, typer.Option(help="Who answers.")] = "table of labels",
) -> None:
    """Answer the open batch from a table of known labels; others are skipped."""
    from specoracle.campaign.oracle import KnownLabels, answer_all

    campaign = _open(workspace, name)
    batch = campaign.batch(annotator)
    n = answer_all(batch, KnownLabels(_read_labels(labels)))
    campaign.close()
    typer.echo(f"{n} of {len(batch.members)} spectra labelled, the others skipped.")


@app.command("import")
def import_(
    workspace: Folder,
    name: Name,
    labels: Annotated[
        Path, typer.Option(help="CSV with the columns identifier and label.")
    ],
    annotator: Annotated[str, typer.Option(help="Who gave them.")] = "imported",
) -> None:
    """Bring in labels that were given elsewhere, to train on."""
    campaign = _open(workspace, name)
    table = _read_labels(labels)
    campaign.import_labels(table, annotator=annotator)
    campaign.close()
    typer.echo(f"{len(table)} labels imported.")


@app.command()
def train(workspace: Folder, name: Name) -> None:
    """Train the next round, score the pool, and open the next batch."""
    from specoracle.campaign.transition import next_round

    campaign = _open(workspace, name)
    with sharing("Training") as progress:
        number = next_round(campaign, progress=progress)
    n = len(campaign.journal.members(name, number))
    campaign.close()
    typer.echo(f"Round {number} is open: {n} spectra wait to be labelled.")


@app.command()
def status(workspace: Folder) -> None:
    """Show all campaigns: labels, and the estimate of precision and completeness."""
    from specoracle.campaign.campaign import Campaign
    from specoracle.campaign.performance import performance
    from specoracle.campaign.workspace import Workspace

    space = Workspace(workspace)
    space.check()
    names = space.campaign_names()
    if not names:
        typer.echo("No campaign yet. Create one with 'specoracle campaign create'.")
    for name in names:
        campaign = Campaign(space, name)
        labels = campaign.labels()
        counts = ", ".join(
            f"{list(labels.values()).count(c)} {c}" for c in campaign.facts.classes
        )
        typer.echo(f"{name}: round {campaign.round_number}, labels: {counts}")
        for done in performance(campaign):
            typer.echo(
                f"  round {done.round_number}: {done.n_labels} labels, "
                f"{done.n_candidates} candidates, precision {_interval(done.precision)}, "
                f"completeness {_interval(done.completeness)}"
            )
        campaign.close()


@app.command()
def candidates(
    workspace: Folder,
    name: Name,
    output: Annotated[Path, typer.Option("--output", "-o", help="CSV to write.")],
) -> None:
    """Write the candidate table of the last trained round."""
    from specoracle.campaign.candidates import candidates as find
    from specoracle.campaign.candidates import write_candidates

    campaign = _open(workspace, name)
    found = find(campaign)
    campaign.close()
    write_candidates(output, found)
    typer.echo(f"{len(found)} candidates written to {output}.")


@app.command()
def report(
    workspace: Folder,
    name: Name,
    output: Annotated[Path, typer.Option("--output", "-o", help="HTML to write.")],
) -> None:
    """Write a self-contained HTML report of the campaign."""
    from specoracle.report.campaign_report import write_campaign_report

    campaign = _open(workspace, name)
    write_campaign_report(output, campaign)
    campaign.close()
    typer.echo(f"Report written to {output}.")


def _open(workspace: Path, name: str) -> "Campaign":
    from specoracle.campaign.campaign import Campaign

    return Campaign.open(workspace, name)


def _where(workspace: Path, where: str | None, selection: str | None) -> str | None:
    from specoracle.archive.layout import Layout
    from specoracle.archive.selection import read_selection
    from specoracle.campaign.workspace import Workspace

    if selection is None:
        return where
    if where is not None:
        raise CampaignError(
            "Campaign: expected --where or --selection, got both. Choose one of them."
        )
    return read_selection(Layout(Workspace(workspace).archive), selection).where


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _interval(estimate: "Estimate") -> str:
    if estimate.n == 0:
        return "unknown"
    return f"{estimate.value:.2f} ({estimate.low:.2f}–{estimate.high:.2f})"


def _read_labels(path: Path) -> dict[str, str]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return {row["identifier"]: row["label"] for row in csv.DictReader(file)}
    except (OSError, KeyError, UnicodeDecodeError) as reason:
        raise CampaignError(
            f"{path}: expected a CSV table with the columns identifier and label, got "
            f"{type(reason).__name__}: {reason}. Correct the table."
        ) from reason
