import json
from pathlib import Path

import pytest

from specoracle.archive.layout import ArchiveFacts, Layout, read_facts, write_facts
from specoracle.errors import ArchiveError
from specoracle.recipes.built_in import recipe_named


@pytest.fixture
def layout(tmp_path):
    made = Layout(tmp_path / "archive")
    write_facts(made, ArchiveFacts(recipe=recipe_named("optical")))
    return made


def test_facts_come_back_as_they_were_written(layout):
    odd = Path(b"/data/caf\xe9".decode("utf-8", "surrogateescape"))
    facts = read_facts(layout)
    assert facts.recipe == recipe_named("optical")
    assert {"specoracle", "numpy", "h5py", "astropy"} <= set(facts.software)
    for folder in (Path("/data/Škoda"), odd):
        _, facts = facts.with_root(folder)
    write_facts(layout, facts)
    assert read_facts(layout) == facts
    assert list(facts.roots.values()) == ["/data/Škoda", str(odd)]


def test_a_root_keeps_its_name(layout):
    first, facts = read_facts(layout).with_root(Path("/data/a"))
    second, facts = facts.with_root(Path("/data/b"))
    again, facts = facts.with_root(Path("/data/a"))
    assert first == again != second
    assert facts.roots == {first: "/data/a", second: "/data/b"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 5}, "version 4 or older, got version 5. Upgrade specoracle"),
        ({"version": 1}, "expected an archive of version 4, got version 1. Run 'spec"),
        ({"version": "1"}, "expected a Specoracle archive, got another JSON file"),
        ({"format": "other"}, "expected a Specoracle archive, got another JSON file"),
    ],
)
def test_a_newer_or_a_foreign_archive_is_refused(layout, change, message):
    record = json.loads(layout.facts.read_text())
    layout.facts.write_text(json.dumps(record | change))
    with pytest.raises(ArchiveError, match=message):
        read_facts(layout)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"version": 1}', "\udcff"])
def test_a_damaged_record_is_refused(layout, text):
    layout.facts.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(ArchiveError, match=r"archive\.json: expected .* got "):
        read_facts(layout)


def test_a_record_without_its_recipe_is_refused(layout):
    record = json.loads(layout.facts.read_text())
    del record["recipe"]
    layout.facts.write_text(json.dumps(record))
    with pytest.raises(ArchiveError, match=r"archive\.json: expected .* got "):
        read_facts(layout)


def test_a_folder_that_is_no_archive_is_refused(tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(
            ArchiveError, match=r"expected an archive, got .*'specoracle ingest"
        ):
            read_facts(Layout(folder))
