"""``specoracle recipe``."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Look at recipes and what they do.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """List the built-in recipes and their steps."""
    from specoracle.recipes.built_in import RECIPES

    for recipe in RECIPES.values():
        typer.echo(str(recipe))


@app.command()
def steps() -> None:
    """List the steps that a recipe can have, and their parameters."""
    from dataclasses import MISSING, fields

    from specoracle.recipes.steps import STEPS

    for name, step in STEPS.items():
        typer.echo(f"{name}: {(step.__doc__ or '').splitlines()[0]}")
        for each in fields(step):
            given = "" if each.default is MISSING else f" = {each.default}"
            typer.echo(f"    {each.name}{given}")


@app.command()
def show(
    recipe: Annotated[str, typer.Argument(help="A built-in recipe, or a file ….toml.")],
) -> None:
    """Print a recipe as the TOML file that would make it."""
    from specoracle.recipes.recipe_file import find_recipe, toml

    typer.echo(toml(find_recipe(recipe)), nl=False)


@app.command()
def trace(
    recipe: Annotated[str, typer.Argument(help="A built-in recipe, or a file ….toml.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A survey file.")],
    output: Annotated[Path, typer.Option(help="The page to write.")] = Path("trace.html"),
    spectrum: Annotated[
        int, typer.Option(min=1, help="Which spectrum of a file of several.")
    ] = 1,
) -> None:
    """Draw what each step of a recipe makes of a spectrum, as a page for the browser."""
    from specoracle.errors import LoaderError
    from specoracle.figures.recipe_trace import trace_figure
    from specoracle.loaders.survey_file import load
    from specoracle.recipes.recipe_file import find_recipe
    from specoracle.report.page import write_page
    from specoracle.report.section import Picture

    chosen, found = find_recipe(recipe), load(file)
    if spectrum > len(found):
        raise LoaderError(
            f"{file}: expected at least {spectrum} spectra, got {len(found)}. Choose one "
            "of these with --spectrum."
        )
    observation = found[spectrum - 1]
    traced = chosen.trace(observation.spectrum, observation.catalogue)
    picture = Picture(figure=trace_figure(traced), caption=f"From {file.name}.")
    write_page(
        output,
        title=f"{traced.identifier}: recipe {traced.recipe}",
        summary=str(chosen),
        sections=[picture],
    )
    typer.echo(f"{output} shows {len(traced.stages)} stages of {traced.identifier}.")
