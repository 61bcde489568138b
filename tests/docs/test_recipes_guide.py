"""The commands and the code of docs/recipes.md, in order, as a reader would run them."""

import re

import numpy as np
from guides import DOCS, blocks, commands, run

from specoracle.archive.archive import Archive
from specoracle.loaders.survey_file import load
from specoracle.recipes.built_in import RECIPES
from specoracle.recipes.steps import STEPS

GUIDE = "recipes.md"


def test_every_command_of_the_guide_runs(survey, tmp_path):
    (tmp_path / "survey").symlink_to(survey)
    (tmp_path / "survey.txt").write_text("survey")
    (file,) = blocks(GUIDE, "toml")
    (tmp_path / "hbeta.toml").write_text(file)
    star = sorted(survey.rglob("*.fits*"))[0]
    assert len(commands(GUIDE)) == 5
    said = [
        run(command.replace("survey/star.fits", str(star)), tmp_path)
        for command in commands(GUIDE)
    ]
    assert all(name in said[0] for name in RECIPES)
    assert all(name in said[1] for name in STEPS)
    assert "5 stages" in said[3]
    archive = Archive(tmp_path / "hunt" / "archive")
    assert (archive.recipe.name, len(archive)) == ("hbeta", 120)


def test_the_step_in_the_guide_does_what_it_says(survey):
    (code,) = blocks(GUIDE, "python")
    names = {"__name__": "guide"}
    exec(compile(code, GUIDE, "exec"), names)
    (observation,) = load(sorted(survey.rglob("*.fits*"))[0])
    last = names["recipe"].trace(observation.spectrum).stages[-1]
    observed = np.interp(
        last.wavelength, observation.spectrum.wavelength, observation.spectrum.flux
    )
    good = last.ivar > 0
    assert good.sum() > 90
    expected = -2.5 * np.log10(observed[good])
    # The logarithm of a mean of two pixels is not the mean of their logarithms.
    np.testing.assert_allclose(last.flux[good], expected, atol=0.05)


def test_the_guide_has_every_recipe_and_every_step():
    rows = re.findall(r"^\| `([\w-]+)` \|", (DOCS / GUIDE).read_text("utf-8"), re.MULTILINE)
    assert rows == [*RECIPES, *STEPS]
