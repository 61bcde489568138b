import re
import shutil
import subprocess

import pytest

from specoracle.panel.frontend import module


@pytest.mark.parametrize(
    "widget", ["answers", "gallery", "heading", "plot", "queue", "viewer"]
)
def test_a_widget_is_one_module_that_imports_nothing(widget, tmp_path):
    source = module(widget)
    assert not re.search(r"^import ", source, re.MULTILINE)
    assert len(re.findall("^export default", source, re.MULTILINE)) == 1
    node = shutil.which("node")
    if node is None:
        pytest.skip("There is no Node.js to parse it")
    path = tmp_path / f"{widget}.mjs"
    path.write_text(source, "utf-8")
    # A name that two joined modules use at their top level is a syntax error.
    subprocess.run([node, "--check", path], check=True)


def test_what_is_imported_stands_before_what_imports_it():
    source = module("viewer")
    assert source.index("function toAir(") < source.index("function inFrame(")
    assert source.index("class Store ") < source.index("function render(")
