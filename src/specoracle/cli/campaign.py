"""``specoracle campaign``: create, answer, train, look, and take the candidates."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specoracle.cli import results
from specoracle.cli.campaign_create import Folder, Name, create, read_labels
from specoracle.cli.progress import sharing

if TYPE_CHECKING:
    from specoracle.campaign.campaign import Campaign

app = typer.Typer(help="Run a campaign without a screen.", no_args_is_help=True)
app.command()(create)
app.command("candidates")(results.candidates)
app.command("report")(results.report)
app.command("methods")(results.methods)


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
    """Answer the open batch from a table of known labels; others go on waiting."""
    from specoracle.campaign.oracle import KnownLabels, answer_all

    campaign = _open(workspace, name)
    batch = campaign.batch(annotator)
    n = answer_all(batch, KnownLabels(read_labels(labels)), skips=False)
    campaign.close()
    typer.echo(
        f"{n} of {len(batch.members)} spectra labelled; {batch.n_unanswered} of the batch "
        "wait for an answer."
    )


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
    table = read_labels(labels)
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
def preview(
    workspace: Folder,
    name: Name,
    n: Annotated[int, typer.Option("-n", "--number", min=1, help="How many to list.")] = 20,
) -> None:
    """Show in seconds what the answers since the last training change."""
    from specoracle.campaign.preview import preview as look

    campaign = _open(workspace, name)
    found = look(campaign)
    campaign.close()
    above = sum(one.after >= 0.5 for one in found)
    joined = sum(one.after >= 0.5 > one.before for one in found)
    typer.echo(f"{above} spectra without a label are probably targets, {joined} newly so.")
    for one in found[:n]:
        typer.echo(f"  {one.after:.3f} (was {one.before:.3f})  {one.identifier}")


@app.command()
def status(
    workspace: Folder,
    price: Annotated[
        float,
        typer.Option(help="Targets missed by the list that 100 labels must find."),
    ] = 10.0,
    precision: Annotated[
        float, typer.Option(help="What the lower limit of precision is to reach.")
    ] = 0.8,
    budget: Annotated[
        int | None, typer.Option(help="Labels that may be given in all.")
    ] = None,
) -> None:
    """Show all campaigns: labels, how good the list is, and whether to stop.

    Whether to stop is a look at the estimate; looks are recorded, as each makes the next
    one less certain.
    """
    from specoracle.campaign.campaign import Campaign
    from specoracle.campaign.judging.annotator_error import annotator_error, error_lines
    from specoracle.campaign.judging.performance import performance
    from specoracle.campaign.judging.performance_text import performance_lines
    from specoracle.campaign.judging.stopping import advice_lines, stopping_advice
    from specoracle.campaign.workspace import Workspace
    from specoracle.estimation.stopping_evidence import Costs

    costs = Costs(price=price, precision=precision, budget=budget)
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
        rounds = performance(campaign)
        for done in rounds:
            for line in performance_lines(done):
                typer.echo(f"  {line}")
        if campaign.last_trained:
            for line in (
                *error_lines(annotator_error(campaign, campaign.last_trained)),
                *advice_lines(stopping_advice(campaign, costs, rounds=rounds)),
            ):
                typer.echo(f"  {line}")
        campaign.close()


def _open(workspace: Path, name: str) -> "Campaign":
    from specoracle.campaign.campaign import Campaign

    return Campaign.open(workspace, name)
