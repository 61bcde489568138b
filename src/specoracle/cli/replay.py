"""``specoracle replay``: compare presets and strategies on pools with known truth."""

from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="Where pools and results are kept.")
]


def replay(
    folder: Folder,
    pool: Annotated[
        str,
        typer.Option(
            help="One or more, with commas. a: simulated stars; b: lines injected into "
            "real spectra; c: real spectra with the class of their pipeline."
        ),
    ] = "a",
    presets: Annotated[
        str,
        typer.Option(
            help="Presets, STRATEGY, or STRATEGY@PRESET for another preset's network."
        ),
    ] = "random,skoda2020",
    seeds: Annotated[int, typer.Option(min=1, help="How many.")] = 10,
    first_seed: Annotated[int, typer.Option(min=0, help="The first of them.")] = 0,
    n: Annotated[int, typer.Option("--n", min=100, help="Spectra of a pool.")] = 10_000,
    prevalence: Annotated[
        float, typer.Option(min=0, max=1, help="Share of targets.")
    ] = 0.01,
    budget: Annotated[int, typer.Option(min=1, help="Answers of a run.")] = 1600,
    batch_size: Annotated[
        int | None, typer.Option(min=1, help="Answers of a round; the preset's otherwise.")
    ] = None,
    wrong: Annotated[
        float, typer.Option(min=0, max=1, help="Share of wrong answers.")
    ] = 0.0,
    known: Annotated[
        int, typer.Option(min=0, help="Targets of each class known before.")
    ] = 1,
    classifier: Annotated[
        str, typer.Option(help="network, or linear for a quick linear one.")
    ] = "network",
    max_epochs: Annotated[int, typer.Option(min=1, help="Of a training.")] = 1000,
    targets: Annotated[
        str, typer.Option(help="Classes looked for in pool c; K otherwise.")
    ] = "",
    spectra: Annotated[
        Path | None,
        typer.Option(help="Folder of LAMOST files that pools b and c are made from."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Runs at the same time.")] = 2,
) -> None:
    """Compare presets and strategies on pools whose truth is known.

    What has a result in FOLDER is not run again, so a comparison can be interrupted, and
    grow by seeds, arms and pools; its tables and figures are of all the results there are.
    """
    from specoracle.campaign.replay.pool import PoolPlan
    from specoracle.campaign.replay.queue import plans, run_all, source_of

    pools = [
        PoolPlan(
            kind=kind,
            folder=folder / "pools",
            seed=seed,
            n=n,
            prevalence=prevalence,
            source=source_of(kind, folder, spectra),
            targets=tuple(targets.split(",")) if targets and kind == "c" else (),
        )
        for seed in range(first_seed, first_seed + seeds)
        for kind in pool.split(",")
    ]
    queue = plans(
        pools,
        presets.split(","),
        budget=budget,
        batch_size=batch_size,
        wrong=wrong,
        n_known=known,
        max_epochs=max_epochs,
        classifier=classifier,
    )
    run_all(queue, folder / "results", n_workers=workers, say=typer.echo)
    _compare(folder)


def _compare(folder: Path) -> None:
    from specoracle.durable import write_text
    from specoracle.report.replay_comparison import (
        comparison_tables,
        markdown,
        write_comparison,
    )

    results = sorted((folder / "results").glob("*.json"))
    table = markdown(comparison_tables(results))
    write_text(folder / "comparison.md", table)
    write_comparison(folder / "comparison.html", results)
    typer.echo(table)
    typer.echo(f"Learning curves: {folder / 'comparison.html'}")
