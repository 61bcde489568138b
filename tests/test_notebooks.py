import json
from pathlib import Path

import pytest

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")

NOTEBOOKS = sorted(Path(__file__).parents[1].joinpath("notebooks").glob("*.ipynb"))


def executed(path, folder):
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(notebook, timeout=240).execute(cwd=folder)
    return notebook


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    # A notebook must run for a reader who has set nothing; and a warning of a library
    # is an error in our tests, but none in a kernel.
    for variable in ("SPECORACLE_WORKSPACE", "SPECORACLE_ANNOTATOR", "PYTHONWARNINGS"):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.notebook
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_a_clean_kernel(path, tmp_path):
    notebook = executed(path, tmp_path)
    if path.stem == "app":
        # Without a workspace the page says how to get one, and shows no traceback.
        assert "No workspace" in json.dumps(notebook.metadata.widgets)
    assert not list(tmp_path.iterdir()), "a notebook leaves nothing behind"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_tells_a_story_and_holds_no_code_of_its_own(path):
    cells = nbformat.read(path, as_version=4).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
    assert cells[0].cell_type == "markdown"
    assert prose[0].startswith("# ")
    assert len(cells) < 25
    assert all(source.count("\n") < 15 for source in code)
    lines = [line for source in code for line in source.split("\n")]
    assert not [line for line in lines if line.startswith(("def ", "class "))]
    assert not [line for line in lines if "print(" in line]
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


def test_there_are_notebooks_to_test():
    assert {"app", "archive", "quickstart"} <= {path.stem for path in NOTEBOOKS}
