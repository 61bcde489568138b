"""Recipes in a small TOML file.

::

    name = "hbeta"

    [[steps]]
    do = "clip-cosmics"

    [[steps]]
    do = "resample"
    start = 4800.0
    stop = 4920.0
    n_pixels = 100

    [[steps]]
    do = "scale"
    how = "robust"
"""

import json
import tomllib
from pathlib import Path
from typing import Any

from specoracle.errors import RecipeError
from specoracle.recipes.built_in import RECIPES, recipe_named
from specoracle.recipes.recipe import Recipe
from specoracle.recipes.steps import step_of


def find_recipe(name: str) -> Recipe:
    """Return a built-in recipe by its name, or the one in a file ``….toml``.

    Raises
    ------
    RecipeError
        If there is none, or the file makes no sense.
    """
    return read_recipe(Path(name)) if name.endswith(".toml") else recipe_named(name)


def read_recipe(path: Path) -> Recipe:
    """Read a recipe from a TOML file.

    Parameters
    ----------
    path
        A file with ``name`` and one table ``[[steps]]`` a step.

    Raises
    ------
    RecipeError
        If it cannot be read or makes no sense; the message names file, step and remedy.
    """
    try:
        record = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as reason:
        raise RecipeError(
            f"{path}: expected a readable TOML file, got {reason}. Correct the file; "
            "'specoracle recipe show optical' prints one to begin with."
        ) from reason
    name, steps = _parts(path, record)
    found = []
    for number, each in enumerate(steps, start=1):
        try:
            found.append(step_of(each))
        except RecipeError as reason:
            raise RecipeError(f"{path}, step {number}: {reason}") from reason
    try:
        return Recipe(name=name, steps=tuple(found))
    except RecipeError as reason:
        raise RecipeError(f"{path}: {reason}") from reason


def toml(recipe: Recipe) -> str:
    """Write a recipe as the text of a TOML file, which makes it again.

    Examples
    --------
    >>> print(toml(RECIPES["ondrejov"]).split("[[steps]]")[1].strip())
    do = "blur"
    pixels = 7.0
    """
    record = recipe.record()
    lines = [f"name = {_value(record['name'])}"]
    for step in record["steps"]:
        lines += ["", "[[steps]]", *(f"{key} = {_value(v)}" for key, v in step.items())]
    return "\n".join(lines) + "\n"


def _parts(path: Path, record: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    name, steps = record.get("name"), record.get("steps")
    tables = isinstance(steps, list) and all(isinstance(each, dict) for each in steps)
    if not (
        isinstance(name, str) and name and tables and not record.keys() - {"name", "steps"}
    ):
        raise RecipeError(
            f"{path}: expected a name and tables [[steps]], got "
            f"{', '.join(record) or 'none'}. Correct the file; 'specoracle recipe show "
            "optical' prints one to begin with."
        )
    if name in RECIPES:
        raise RecipeError(
            f"{path}: expected a name of its own, got {name!r}, which is a built-in "
            "recipe. Rename it."
        )
    return name, list(steps or [])


def _value(value: object) -> str:
    if isinstance(value, str):
        # Strings of TOML are those of JSON, but for one character.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
