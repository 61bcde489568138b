"""``specoracle simulate`` and ``specoracle demo``."""

from pathlib import Path
from typing import Annotated

import typer

from specoracle.cli.progress import counting


def simulate(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="New or empty folder.")],
    n: Annotated[int, typer.Option(min=1, help="Number of spectra.")] = 2000,
    layout: Annotated[
        str, typer.Option(help="image (releases 2–8) or table (release 9 on).")
    ] = "image",
    gzip: Annotated[bool, typer.Option("--gzip", help="Compress the files.")] = False,
    prevalence: Annotated[
        float, typer.Option(min=0, max=1, help="Share of emission-line stars.")
    ] = 0.01,
    seed: Annotated[int, typer.Option(help="Same seed, same files.")] = 0,
) -> None:
    """Write made-up stars as LAMOST files, with a table of the truth."""
    from specoracle.simulate.survey import simulate_survey

    with counting("Simulating") as progress:
        truth = simulate_survey(
            out,
            n_spectra=n,
            layout=layout,
            compress=gzip,
            prevalence=prevalence,
            seed=seed,
            progress=progress,
        )
    typer.echo(f"{n:,} spectra written to {out}; the truth is in {truth}.")


def demo(
    workspace: Annotated[
        Path, typer.Option(help="Where to put archive, campaigns and results.")
    ] = Path("demo-workspace"),
    spectra: Annotated[
        Path | None,
        typer.Option(
            help="Real LAMOST files: the pipeline's spectral class answers, and M and K "
            "stars are looked for. Simulated emission-line stars when left out."
        ),
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(min=1, help="Repeat with this many seeds.")
    ] = None,
    rounds: Annotated[int | None, typer.Option(min=1, help="Rounds to train.")] = None,
) -> None:
    """Run the whole loop with a simulated oracle, beside random choice."""
    from specoracle.demo import run_demo

    run_demo(workspace, spectra=spectra, n_seeds=seeds, n_rounds=rounds, say=typer.echo)
