from typer.testing import CliRunner

from specoracle.cli.main import app
from specoracle.recipes.built_in import RECIPES
from specoracle.recipes.recipe_file import read_recipe

RUN = CliRunner()


def output(*words):
    done = RUN.invoke(app, ["recipe", *map(str, words)])
    assert done.exit_code == 0, done.output
    return done.output


def test_recipes_and_steps_are_listed():
    assert [line.split(" (")[0] for line in output("list").splitlines()] == list(RECIPES)
    steps = output("steps")
    assert "blur: Blur with a Gaussian" in steps
    assert "    pad = refuse" in steps


def test_a_recipe_is_shown_as_the_file_that_makes_it(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(output("show", "optical").replace('"optical"', '"mine"'))
    assert read_recipe(path).steps == RECIPES["optical"].steps


def test_a_trace_is_a_page_with_the_name_of_each_step(survey, tmp_path):
    file = sorted(survey.rglob("*.fits*"))[0]
    page = tmp_path / "trace.html"
    said = output("trace", "coarse", file, "--output", page)
    assert "4 stages of lamost:" in said
    text = page.read_text("utf-8")
    assert "resample: start = 3850.0" in text
    assert "http" not in text.split("<script")[0]


def test_a_spectrum_that_a_file_lacks_is_refused(survey, tmp_path):
    file = sorted(survey.rglob("*.fits*"))[0]
    done = RUN.invoke(app, ["recipe", "trace", "halpha", str(file), "--spectrum", "2"])
    assert done.exit_code == 1
    assert "expected at least 2 spectra, got 1" in str(done.exception)
