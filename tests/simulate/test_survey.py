import csv
from collections import Counter

import pytest

from specoracle.errors import ArchiveError, SpectrumError
from specoracle.simulate.survey import (
    TRUTH,
    draw_labels,
    read_truth,
    simulate_survey,
    survey_star,
)


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize(
    ("layout", "compress"), [("image", False), ("table", False), ("image", True)]
)
def test_the_same_seed_writes_the_same_bytes(tmp_path, layout, compress):
    for name in ("one", "other"):
        simulate_survey(
            tmp_path / name,
            n_spectra=12,
            layout=layout,
            compress=compress,
            prevalence=0.25,
            seed=5,
        )
    assert contents(tmp_path / "one") == contents(tmp_path / "other")
    assert len(contents(tmp_path / "one")) == 13


def test_a_star_does_not_depend_on_the_size_of_its_survey(tmp_path):
    simulate_survey(tmp_path / "few", n_spectra=3, prevalence=0.0)
    simulate_survey(tmp_path / "many", n_spectra=9, prevalence=0.0)
    few, many = contents(tmp_path / "few"), contents(tmp_path / "many")
    del few[TRUTH]
    assert few.items() <= many.items()


def test_another_seed_makes_other_stars():
    one, other = (survey_star(seed, 0, label="emission") for seed in (0, 1))
    assert one.flux[0] != other.flux[0]


@pytest.mark.parametrize(
    ("n_spectra", "prevalence", "n_emission"),
    [(1000, 0.01, 10), (997, 0.013, 13), (50, 0.0, 0), (7, 1.0, 7)],
)
def test_prevalence_is_exact_and_a_third_has_two_peaks(n_spectra, prevalence, n_emission):
    counts = Counter(draw_labels(n_spectra, prevalence, seed=2))
    assert counts.total() == n_spectra
    assert counts["emission"] + counts["double-peak"] == n_emission
    assert abs(counts["double-peak"] - n_emission / 3) < 1


def test_the_table_of_truth_names_every_file(tmp_path):
    path = simulate_survey(tmp_path, n_spectra=10, prevalence=0.4)
    with path.open(newline="") as table:
        rows = list(csv.DictReader(table))
    assert list(rows[0]) == [
        "file",
        "identifier",
        "label",
        "spectral_type",
        "snr_r",
        "equivalent_width",
        "separation",
        "width",
    ]
    assert all((tmp_path / row["file"]).is_file() for row in rows)
    assert all(
        (row["equivalent_width"] == "") == (row["label"] == "absorption") for row in rows
    )
    assert read_truth(tmp_path) == {row["identifier"]: row["label"] for row in rows}
    assert len(read_truth(tmp_path)) == 10


def test_progress_counts_to_the_end(tmp_path):
    seen = []
    simulate_survey(
        tmp_path, n_spectra=3, progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_spectra": 0}, "n_spectra: expected 1 or more, got 0"),
        ({"n_spectra": 5, "prevalence": 1.5}, "from 0 to 1, got 1.5"),
        ({"n_spectra": 5, "prevalence": float("nan")}, "from 0 to 1, got nan"),
        ({"n_spectra": 5, "layout": "csv"}, "image, table, got 'csv'"),
        ({"n_spectra": 5, "seed": -1}, "seed: expected 0 or more, got -1"),
    ],
)
def test_settings_out_of_range_are_refused_before_anything_is_written(
    tmp_path, settings, message
):
    with pytest.raises(SpectrumError, match=message):
        simulate_survey(tmp_path / "survey", **settings)
    assert not (tmp_path / "survey").exists()


def test_a_folder_that_holds_something_is_refused(tmp_path):
    simulate_survey(tmp_path, n_spectra=1)
    before = contents(tmp_path)
    with pytest.raises(ArchiveError, match="holds files"):
        simulate_survey(tmp_path, n_spectra=1)
    assert contents(tmp_path) == before


def test_a_folder_without_truth_says_what_to_do(tmp_path):
    with pytest.raises(ArchiveError, match="made again"):
        read_truth(tmp_path)
