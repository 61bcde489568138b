import json

import pytest

from specoracle.errors import CampaignError
from specoracle.report.replay_comparison import (
    comparison_tables,
    markdown,
    write_comparison,
)

STARS = list(range(20))


def result(folder, arm, seed, found):
    looks = [
        {
            "round": number,
            "answers": 100 * 2**number,
            "labels": 100,
            "targets": 3 * number,
            "seconds": 1.5,
            "asked": {
                "found": "1" * n + "0" * (20 - n),
                "completeness": n / 20,
                "average_precision": 0.5,
            },
        }
        for number, n in enumerate(found)
    ]
    facts = {
        "format": "specoracle-replay",
        "pool": "a",
        "arm": arm,
        "seed": seed,
        "prevalence": 0.01,
        "wrong": 0.0,
        "classifier": "network",
        "targets": ["emission"],
        "n_spectra": {"asked": 2000},
        "stars": {"asked": STARS},
        "looks": looks,
    }
    path = folder / f"{arm}-{seed}.json"
    path.write_text(json.dumps(facts), encoding="utf-8")
    return path


@pytest.fixture
def results(tmp_path):
    arms = {"default": [8, 16, 18], "random": [2, 4, 16], "margin": [1, 2, 3]}
    return [
        result(tmp_path, arm, seed, found) for arm, found in arms.items() for seed in (1, 2)
    ]


def test_the_table_has_labels_ratios_and_bounds(results):
    (table,) = comparison_tables(results)
    rows = {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}
    assert rows["default"]["Answers to 80%"] == "200 (200 – 200)"
    assert rows["default"]["80%, over random"] == "0.50 (0.50 – 0.50)"
    # Random never reaches 90 %, so its budget of 400 stands in: at most 400 / 400.
    assert rows["default"]["90%, over random"] == "≤ 1.00 (1.00 – 1.00)"
    assert rows["margin"]["Answers to 80%"] == "> 400 (> 400 – > 400)"
    assert rows["margin"]["80%, over random"] == "≥ 1.00"
    assert rows["margin"]["90%, over random"] == "both censored"
    assert rows["random"]["80%, over random"] == "–"
    assert rows["default"]["Seeds"] == "2"
    assert rows["default"]["Targets labelled"] == "6"


def test_the_table_is_written_as_markdown(results):
    lines = markdown(comparison_tables(results)).splitlines()
    assert lines[0].startswith("### pool a; 2,000 spectra")
    widths = {line.count("|") for line in lines if line.startswith("|")}
    assert len(widths) == 1


def test_the_page_has_tables_and_curves(results, tmp_path):
    write_comparison(tmp_path / "page.html", results)
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Completeness at 90 % precision" in text
    assert "both censored" in text


def test_without_results_there_is_nothing_to_compare():
    with pytest.raises(CampaignError, match="expected results, got none"):
        comparison_tables([])
