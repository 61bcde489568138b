import re

import pytest

from specoracle.errors import RecipeError
from specoracle.recipes.built_in import RECIPES
from specoracle.recipes.recipe import Recipe
from specoracle.recipes.recipe_file import find_recipe, read_recipe, toml

GOOD = """
name = "hbeta"

[[steps]]
do = "bridge"
widest = 12

[[steps]]
do = "resample"
start = 4800.0
stop = 4920.0
n_pixels = 100
"""


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "mine.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_a_recipe_is_read_from_toml(write):
    recipe = find_recipe(str(write(GOOD)))
    assert recipe.name == "hbeta"
    assert [step.do for step in recipe.steps] == ["bridge", "resample"]
    assert recipe.steps[0].widest == 12
    assert (recipe.grid.start, recipe.grid.stop, recipe.grid.n_pixels) == (4800, 4920, 100)


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_can_be_written_as_toml_and_read_again(write, name):
    mine = Recipe(name='mine "it\'s" \\ λ', steps=RECIPES[name].steps)
    assert read_recipe(write(toml(mine))) == mine


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "expected a readable TOML file, got"),
        (b"\xff\xfe", "expected a readable TOML file, got"),
        ("", r"expected a name and tables \[\[steps\]\], got none"),
        ("name = 'x'\nsteps = 3", r"tables \[\[steps\]\], got name, steps"),
        (GOOD + "\n[more]\nx = 1", r"got name, steps, more"),
        (GOOD.replace("hbeta", "halpha"), "name of its own, got 'halpha'"),
        (GOOD.replace('"bridge"', '"brigde"'), r"mine\.toml, step 1: expected do"),
        (
            GOOD.replace("= 100", '= "many"'),
            r"mine\.toml, step 2: Step resample: expected n_p",
        ),
        (GOOD[: GOOD.rindex("[[")], "expected one step resample"),
    ],
)
def test_nonsense_is_refused_with_file_step_and_remedy(write, text, said):
    with pytest.raises(RecipeError, match=said) as caught:
        read_recipe(write(text))
    assert re.search(
        r"mine\.toml.*expected .* got .*\. [A-Z]", str(caught.value), re.DOTALL
    )


def test_a_file_that_is_not_there_is_said_to_be(tmp_path):
    with pytest.raises(RecipeError, match=r"readable TOML file, got .*No such file"):
        find_recipe(str(tmp_path / "none.toml"))
