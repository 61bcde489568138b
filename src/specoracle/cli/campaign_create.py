"""``specoracle campaign create``: the settings of a campaign, and what is known before."""

import csv
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specoracle.errors import CampaignError
from specoracle.query.names import StrategyName

if TYPE_CHECKING:
    from specoracle.campaign.elsewhere import Elsewhere
    from specoracle.campaign.facts import CampaignFacts, Preset
    from specoracle.query.shares import Shares

Folder = Annotated[Path, typer.Argument(metavar="WORKSPACE", help="The workspace.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The campaign.")]


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
        str, typer.Option(help="Network and settings: default or skoda2020.")
    ] = "default",
    strategy: Annotated[
        str | None,
        typer.Option(help=f"How to ask: mixed, {', '.join(StrategyName)}."),
    ] = None,
    batch: Annotated[
        int | None, typer.Option(help="Spectra asked about in a round.")
    ] = None,
    candidates: Annotated[
        int | None,
        typer.Option(help="How many are likely targets, where --shares has no say."),
    ] = None,
    estimation: Annotated[
        int | None,
        typer.Option(help="Size of the first estimation sample, asked about beside."),
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
    known: Annotated[
        Path | None,
        typer.Option(help="CSV with identifier and label of objects known before."),
    ] = None,
    elsewhere: Annotated[
        Path | None,
        typer.Option(help="Another archive with labelled spectra to begin from."),
    ] = None,
    elsewhere_labels: Annotated[
        Path | None,
        typer.Option(help="CSV with identifier and label of these."),
    ] = None,
    warm_start: Annotated[
        bool, typer.Option(help="Train from the weights of the round before.")
    ] = False,
    shares: Annotated[
        str | None,
        typer.Option(help="Make-up of a mixed batch [%]: margin=60,random=40, say."),
    ] = None,
    arbiter: Annotated[
        str | None,
        typer.Option(help="Annotator whose word decides where others disagree."),
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
        estimation_growth=_growth(default, estimation) if growth is None else growth,
        seed=seed,
        where=_where(workspace, where, selection),
        shares=_shares(shares),
        warm_start=warm_start,
        arbiter=arbiter,
    )
    campaign = create_campaign(
        Workspace(workspace),
        facts,
        known=read_labels(known) if known else None,
        elsewhere=_elsewhere(workspace, facts, elsewhere, elsewhere_labels),
    )
    n = len(campaign.journal.members(name, 0))
    campaign.close()
    typer.echo(
        f"Campaign {name}: {n} spectra wait to be labelled. Open the labelling desk with\n"
        f"  specoracle app {workspace}"
    )


def read_labels(path: Path) -> dict[str, str]:
    """Read a table with the columns identifier and label."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return {row["identifier"]: row["label"] for row in csv.DictReader(file)}
    except (OSError, KeyError, UnicodeDecodeError) as reason:
        raise CampaignError(
            f"{path}: expected a CSV table with the columns identifier and label, got "
            f"{type(reason).__name__}: {reason}. Correct the table."
        ) from reason


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


def _elsewhere(
    workspace: Path, facts: "CampaignFacts", folder: Path | None, labels: Path | None
) -> "Elsewhere | None":
    from specoracle.archive.archive import Archive
    from specoracle.campaign.elsewhere import read_labelled
    from specoracle.campaign.workspace import Workspace

    if (folder is None) != (labels is None):
        raise CampaignError(
            "Campaign: expected --elsewhere and --elsewhere-labels together, got one of "
            "them. Name the archive and the table of its labels."
        )
    if folder is None or labels is None:
        return None
    with closing(Archive(Workspace(workspace).archive)) as archive:
        recipe = archive.recipe
    return read_labelled(folder, read_labels(labels), recipe, facts)


def _growth(preset: "Preset", estimation: int | None) -> int:
    """As many as in the first sample, where its size was asked for."""
    return preset.estimation_growth if estimation is None else estimation


def _shares(text: str | None) -> "Shares | None":
    from specoracle.query.shares import shares_from

    if text is None:
        return None
    try:
        pairs = [pair.split("=") for pair in _names(text)]
        named = {name.strip(): float(share) for name, share in pairs}
    except ValueError as reason:
        raise CampaignError(
            f"Shares: expected NAME=PERCENT with commas between, got {text!r}. Write "
            "--shares margin=60,random=40, say."
        ) from reason
    return shares_from(named)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
