import numpy as np
import pytest
import torch

from specoracle.models.logit_adjustment import class_weights
from specoracle.models.member import Course, Member, rng_of
from specoracle.models.residual import Residual
from specoracle.models.validation import Split, stratified


@pytest.fixture(autouse=True)
def _as_in_an_ensemble():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def lines(n=60, n_pixels=48, seed=1):
    rng = np.random.default_rng(seed)
    sign = np.tile([1.0, -1.0, -1.0], n // 3)
    X = rng.normal(0, 0.3, (n, n_pixels)) + sign[:, None] * np.hanning(n_pixels)
    return X.astype(np.float32), (sign > 0).astype(np.intp)


def member(*, course, split=None, flux=None):
    X, y = lines()
    if flux is not None:
        X = flux
    torch.manual_seed(1)
    return Member(
        Residual(48, 2),
        X,
        y,
        split=split or stratified(y, share=0.2, rng=rng_of(1, 0, 0)),
        course=course,
        offset=np.zeros(2, np.float32),
        weights=class_weights(y, 2, power=0.5),
        seed=1,
        number=0,
        device=torch.device("cpu"),
        precision="float32",
    )


@pytest.mark.parametrize(
    ("n_spectra", "size"), [(5, 8), (30, 8), (100, 8), (300, 32), (600, 64), (20000, 64)]
)
def test_small_sets_have_small_mini_batches(n_spectra, size):
    assert Course().size(n_spectra) == size


@pytest.mark.parametrize("n_spectra", [30, 300, 2000, 20000])
def test_small_sets_are_seen_more_often_and_large_ones_often_enough(n_spectra):
    course = Course()
    steps = course.epochs(n_spectra) * np.ceil(n_spectra / course.size(n_spectra))
    assert steps >= course.least_steps
    assert course.epochs(n_spectra) >= course.least_epochs
    assert Course(max_epochs=3).epochs(n_spectra) == 3


def test_the_learning_rate_rises_and_falls_to_almost_nothing():
    course = Course(learning_rate=1.0)
    rates = np.array([course.rate(epoch, 40) for epoch in range(40)])
    top = rates.argmax()
    assert rates[top] == 1.0
    assert (np.diff(rates[: top + 1]) > 0).all()
    assert (np.diff(rates[top:]) < 0).all()
    assert rates[-1] < 0.01


def test_the_loss_falls_on_both_sides():
    history = member(course=Course(least_steps=120)).train()
    assert np.mean(history.loss[-3:]) < 0.5 * np.mean(history.loss[:3])
    assert np.mean(history.validation[-3:]) < 0.7 * np.mean(history.validation[:3])


def test_it_stops_when_validation_no_longer_improves_and_keeps_the_best_weights():
    X, y = lines()
    split = stratified(y, share=0.3, rng=rng_of(1, 0, 0))
    # Spectra to validate on that contradict those to train on: learning makes it worse.
    X[split.validation] *= -1
    trained = member(course=Course(least_steps=120), split=split, flux=X)
    history = trained.train()
    best = int(np.argmin(history.validation))
    patience = round(0.4 * trained.n_epochs)
    assert len(history.loss) == best + 1 + patience < trained.n_epochs
    assert trained._validate() == history.validation[best]


def test_without_validation_the_last_weights_are_kept():
    split = Split(training=np.arange(60), validation=np.arange(0))
    trained = member(course=Course(least_steps=20, least_epochs=2), split=split)
    history = trained.train()
    assert history.validation == ()
    assert len(history.loss) == trained.n_epochs


def test_flux_of_missing_pixels_is_never_looked_at():
    X, _ = lines()
    X[:, 10:20] = np.nan
    found = []
    for junk in (np.float32(1e30), np.float32(-3)):
        # What had been there before it was marked as missing.
        flux = np.where(np.isnan(X), junk, X)
        flux[:, 10:20] = np.nan
        trained = member(course=Course(least_steps=8, least_epochs=2), flux=flux)
        found.append(trained.train())
    assert found[0] == found[1]
