import numpy as np
import pytest
import torch
from scipy.special import logsumexp

from specoracle.errors import CampaignError
from specoracle.models import checkpoint
from specoracle.models.ensemble import EnsembleClassifier
from specoracle.models.member import Course
from specoracle.models.warm_start import Start

SHORT = Course(least_steps=12, least_epochs=3)


def lines(n=48, n_pixels=60, seed=1):
    """Flat noise with a bump up (emission) or down (absorption), and some gaps."""
    rng = np.random.default_rng(seed)
    sign = np.tile([1.0, -1.0, -1.0], n // 3)
    bump = np.exp(-0.5 * ((np.arange(n_pixels) - 30) / 3) ** 2)
    X = rng.normal(0, 0.1, (n, n_pixels)) + sign[:, None] * bump
    X[::5, :8] = np.nan
    return X.astype(np.float32), np.where(sign > 0, "emission", "absorption")


def fitted(**settings):
    usual = {"members": 2, "seed": 1, "course": SHORT, "device": "cpu"}
    return EnsembleClassifier(**usual | settings).fit(*lines())


def assert_equal_weights(one, other):
    for network, same in zip(one.networks_, other.networks_, strict=True):
        weights, others = network.state_dict(), same.state_dict()
        assert all(torch.equal(weights[name], others[name]) for name in weights)


@pytest.fixture(scope="module")
def ensemble():
    return fitted()


def test_it_learns_to_tell_emission_from_absorption():
    X, y = lines(seed=2)
    classifier = fitted(course=Course(least_steps=100))
    assert (classifier.predict(X) == y).mean() == 1.0


def test_probabilities_are_the_mean_of_the_members(ensemble):
    X, _ = lines(seed=2)
    members = ensemble.member_log_proba(X)
    assert members.shape == (48, 2, 2)
    np.testing.assert_allclose(logsumexp(members, axis=1), 0, atol=1e-5)
    expected = np.exp(members.astype(np.float64)).mean(axis=2)
    np.testing.assert_allclose(ensemble.predict_proba(X), expected, rtol=1e-5)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_same_seed_gives_the_same_networks_bit_by_bit(precision):
    assert_equal_weights(fitted(precision=precision), fitted(precision=precision))


@pytest.mark.gpu
@pytest.mark.parametrize("precision", ["float32", "auto"])
def test_the_same_seed_gives_the_same_networks_on_a_gpu(precision):
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device on this machine")
    settings = {"precision": precision, "device": "cuda"}
    assert_equal_weights(fitted(**settings), fitted(**settings))


def test_members_differ_and_none_depends_on_the_others(ensemble):
    three = fitted(members=3)
    three.networks_ = three.networks_[:2]
    assert_equal_weights(ensemble, three)
    X, _ = lines()
    members = ensemble.member_log_proba(X)
    assert not np.allclose(members[:, :, 0], members[:, :, 1], atol=1e-3)


def test_training_leaves_the_global_random_state_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    fitted()
    assert torch.equal(torch.rand(3), expected)


def test_features_of_all_members_are_side_by_side(ensemble):
    X, _ = lines()
    assert ensemble.features(X).shape == (48, 2 * 64)


def test_each_member_is_validated_on_other_spectra(ensemble):
    assert all(len(h.validation) == len(h.loss) for h in ensemble.history_)
    assert ensemble.history_[0].validation != ensemble.history_[1].validation


def test_a_single_spectrum_of_a_class_is_enough_to_train():
    X, y = lines()
    keep = np.r_[np.flatnonzero(y == "absorption"), np.flatnonzero(y == "emission")[:1]]
    classifier = EnsembleClassifier(members=1, course=SHORT).fit(X[keep], y[keep])
    assert classifier.history_[0].validation == ()
    assert np.isfinite(classifier.predict_proba(X)).all()


def test_one_class_is_not_enough():
    with pytest.raises(CampaignError, match="at least two classes, got \\['emission'\\]"):
        EnsembleClassifier().fit(lines()[0], ["emission"] * 48)


def test_an_unknown_network_is_refused():
    with pytest.raises(CampaignError, match="one of residual, skoda2020, got 'resnet'"):
        EnsembleClassifier("resnet").fit(*lines())


def test_a_user_brings_a_network_in_one_line():
    def mine(n_pixels, n_classes):
        return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(n_pixels, n_classes))

    X, y = lines()
    X = np.nan_to_num(X)
    classifier = EnsembleClassifier(
        mine, members=2, course=Course(augmentation=None, least_steps=100)
    ).fit(X, y)
    assert not classifier.masks
    assert (classifier.predict(X) == y).mean() > 0.9
    assert classifier.features(X).shape == (48, 2 * 2)  # its logits, having no others


def test_missing_pixels_are_told_apart_from_any_flux(ensemble):
    assert ensemble.masks
    X, _ = lines(seed=2)
    assert np.isfinite(ensemble.predict_log_proba(X)).all()


def test_a_warm_start_begins_where_the_last_round_ended(ensemble):
    still = Course(learning_rate=0.0, least_steps=1, least_epochs=1)
    again = fitted(course=still, start=Start.of(ensemble))
    assert_equal_weights(ensemble, again)
    # With another class, the last layer begins anew and the others do not.
    X, y = lines()
    y = np.where(np.arange(48) % 7 == 0, "nebula", y)
    more = EnsembleClassifier(members=1, course=still, start=Start.of(ensemble)).fit(X, y)
    one, other = (each.networks_[0] for each in (ensemble, more))
    assert torch.equal(one.hidden[0].weight, other.hidden[0].weight)
    assert other.output.out_features == 3


def test_progress_is_of_all_members_and_never_falls():
    seen = []
    fitted(progress=lambda done, most: seen.append((done, most)))
    done, most = np.array(seen).T
    assert set(most) == {max(most)}
    assert (np.diff(done) > 0).all()


def test_a_resumed_training_equals_an_uninterrupted_one(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "SECONDS_BETWEEN", 0.0)

    def killed(done, _):
        if done >= 3:
            raise KeyboardInterrupt

    kept = tmp_path / "kept"
    with pytest.raises(KeyboardInterrupt):
        fitted(checkpoint=kept, progress=killed)
    told = []
    resumed = fitted(checkpoint=kept, progress=lambda done, _: told.append(done))
    assert len(told) < len(resumed.history_[0].loss) + len(resumed.history_[1].loss)
    assert_equal_weights(resumed, fitted())


def test_members_with_dropout_do_not_depend_on_each_other_either():
    X, y = lines()
    X = np.nan_to_num(X)
    course = Course(augmentation=None, least_steps=4, least_epochs=2)
    one, two = (
        EnsembleClassifier("skoda2020", members=n, seed=1, course=course).fit(X, y)
        for n in (1, 2)
    )
    two.networks_ = two.networks_[:1]
    assert_equal_weights(one, two)
