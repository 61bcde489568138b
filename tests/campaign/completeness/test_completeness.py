import numpy as np
import pytest

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.completeness import completeness as module
from specoracle.campaign.completeness.completeness import injection_completeness
from specoracle.campaign.completeness.injection_grid import (
    Cell,
    Grid,
    injected_spectra,
    snr_beside,
)
from specoracle.campaign.completeness.line_free import line_free_spectra
from specoracle.campaign.completeness.round_model import prepared_input
from specoracle.campaign.completeness.table import read_completeness
from specoracle.campaign.judging.performance import trained_on
from specoracle.campaign.transition import next_round
from specoracle.errors import CampaignError
from specoracle.spectra.lines import HALPHA

SMALL = Grid(equivalent_widths=(0.5, 30.0), separations=(0.0, 400.0), snr=(5.0,), draws=2)


class Brightest:
    """Calls a spectrum emission where Hα is its brightest pixel."""

    classes_ = np.array(["absorption", "emission"])

    def __init__(self, wavelength):
        self._near = np.abs(wavelength - HALPHA) < 15.0

    def predict_proba(self, X):
        found = self._near[np.argmax(X, axis=1)].astype(float)
        return np.stack([1.0 - found, found], axis=1)


@pytest.fixture
def trained(answered, quick):
    next_round(answered, classifier=quick())
    return answered


@pytest.fixture
def model(trained):
    return Brightest(trained.archive.wavelength)


def cell(table, snr, width, separation):
    chosen = table["snr"] == snr
    chosen &= (table["equivalent_width"] == width) & (table["separation"] == separation)
    (row,) = table[chosen]
    return row


def test_strong_lines_are_found_and_none_where_none_was_injected(trained, model):
    found = injection_completeness(trained, SMALL, model=model)
    strong = cell(found, 5.0, 30.0, 0.0)
    assert strong["completeness"] > 0.95
    assert strong["low"] < strong["completeness"] <= strong["high"]
    assert strong["n_spectra"] == 2 * strong["n_stars"]
    assert strong["truth"] == "emission"
    # Of the few hosts one or the other may be brightest there as it is.
    assert cell(found, 5.0, 0.0, 0.0)["high"] < strong["low"]
    assert cell(found, 5.0, 0.5, 0.0)["completeness"] < strong["completeness"]
    assert cell(found, 5.0, 30.0, 400.0)["truth"] == "double-peak"
    assert cell(found, 5.0, 30.0, 400.0)["n_named"] == 0  # this model knows no such class
    assert found.meta["HOSTS"] >= found.meta["STARS"] > 0


def test_no_host_is_of_a_star_that_was_trained_on(trained):
    hosts = line_free_spectra(trained, 1)
    labels = trained.labels()
    learnt = trained_on(trained, 1)
    assert {labels[name] for name in hosts.identifiers} == {"absorption"}
    assert not set(hosts.identifiers) & set(learnt)
    archive = trained.archive
    both = [
        np.stack([t[c].to_numpy() for c in ("ra", "dec")], axis=1)
        for t in (
            archive.catalogue(["ra", "dec"], archive.rows(list(hosts.identifiers))),
            archive.catalogue(["ra", "dec"], archive.rows(sorted(learnt))),
        )
    ]
    apart = np.abs(both[0][:, None] - both[1]).max(axis=2) * 3600
    assert apart.min() > 1.0


def test_hosts_may_be_named_by_an_expression(trained):
    hosts = line_free_spectra(trained, 1, where="snr_r > 0", most=7)
    assert len(hosts.identifiers) == 7
    targets = {n for n, c in trained.labels().items() if c != "absorption"}
    assert not set(hosts.identifiers) & targets


def test_a_class_that_is_looked_for_is_not_line_free(trained):
    with pytest.raises(CampaignError, match="out of absorption, got emission"):
        line_free_spectra(trained, 1, classes=["emission"])


def test_without_hosts_it_is_said_what_to_do(trained, monkeypatch):
    monkeypatch.setattr(
        "specoracle.campaign.completeness.line_free.trained_on", lambda *_: trained.labels()
    )
    with pytest.raises(CampaignError, match="Label the estimation sample"):
        line_free_spectra(trained, 1)


def test_hosts_whose_files_are_gone_are_counted_or_refused(trained, model, monkeypatch):
    from specoracle.errors import LoaderError

    def gone(*_):
        raise LoaderError("gone")

    monkeypatch.setattr(Campaign, "observation", gone)
    with pytest.raises(CampaignError, match=r"none will do \(gone\)"):
        injection_completeness(trained, SMALL, model=model)


def test_a_run_that_was_stopped_goes_on_where_it_was(trained, model, monkeypatch):
    monkeypatch.setattr(module, "HOSTS_PER_PART", 2)
    whole = injection_completeness(trained, SMALL, model=model)
    folder = module.completeness_folder(trained, 1)
    (folder / "completeness.ecsv").unlink()
    made = []
    done = module._done

    def stops(*words):
        if len(made) == 1:
            raise KeyboardInterrupt
        made.append(words)
        return done(*words)

    monkeypatch.setattr(module, "_done", stops)
    with pytest.raises(KeyboardInterrupt):
        injection_completeness(trained, SMALL, model=model)
    assert len(list(folder.glob("*/*.npz"))) == 1
    made.clear()
    monkeypatch.setattr(module, "_done", lambda *words: made.append(words) or done(*words))
    again = injection_completeness(trained, SMALL, model=model)
    n_hosts = len(line_free_spectra(trained, 1).identifiers)
    assert len(made) == -(-n_hosts // 2) - 1
    assert list(folder.iterdir()) == [folder / "completeness.ecsv"]
    for name in whole.colnames:
        assert whole[name].tolist() == again[name].tolist()


def test_what_is_known_already_is_not_done_again(trained, model, monkeypatch):
    first = injection_completeness(trained, SMALL, model=model)
    monkeypatch.setattr(module, "_done", None)
    again = injection_completeness(trained, SMALL, model=model)
    assert again["completeness"].tolist() == first["completeness"].tolist()
    kept = read_completeness(module.completeness_folder(trained, 1))
    assert kept.meta == again.meta


def test_a_classifier_that_is_not_saved_has_to_be_passed(trained):
    with pytest.raises(CampaignError, match=r"LogisticRegression.*not saved\. Pass it"):
        injection_completeness(trained, SMALL)


def test_before_the_first_training_there_is_nothing_to_judge(campaign):
    with pytest.raises(CampaignError, match="got none yet"):
        injection_completeness(campaign, SMALL)


def test_a_spectrum_without_a_line_goes_the_way_of_the_archive(trained, model):
    name = line_free_spectra(trained, 1).identifiers[0]
    observation = trained.observation(name)
    cut = trained.archive.recipe.cut(observation.spectrum, observation.catalogue)
    X = prepared_input(trained.archive.recipe, [cut], model)
    assert X[0].tolist() == trained.prepared(name).flux.tolist()


def test_hosts_are_brought_down_to_the_signal_to_noise_ratio_asked_for(trained):
    host = trained.observation(line_free_spectra(trained, 1).identifiers[0])
    own = snr_beside(host.spectrum, 0.0)
    grid = Grid(equivalent_widths=(1.0,), separations=(0.0,), snr=(own / 2, own * 2))
    made = list(injected_spectra(host, grid, seed=1))
    assert {grid.cells[m.cell].snr for m in made} == {own / 2}  # none can be brought up
    assert snr_beside(made[0].spectrum, 0.0) == pytest.approx(own / 2, rel=0.05)


@pytest.mark.parametrize(
    ("separation", "truth"),
    [(0.0, "emission"), (220.0, "unresolved"), (230.0, "double-peak")],
)
def test_two_peaks_are_two_when_further_apart_than_one_full_width(separation, truth):
    # At R = 1800 a peak of 150 km/s is seen with hypot(150, 166.55) = 224.1 km/s.
    assert Grid().truth(Cell(20.0, 4.0, separation)) == truth


@pytest.mark.parametrize(
    "wrong",
    [
        {"snr": ()},
        {"snr": (0.0,)},
        {"equivalent_widths": (1.0, 1.0)},
        {"separations": (-1.0,)},
        {"draws": 0},
        {"width": float("nan")},
    ],
)
def test_values_that_make_no_line_are_refused(wrong):
    with pytest.raises(CampaignError, match="Lines to inject: expected"):
        Grid(**wrong)
