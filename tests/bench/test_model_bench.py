"""The benchmarks of the network at a tiny size: that they run, never times."""

import contextlib
import io
import json
import sys

import gpu_speed
import model_speed
import numpy as np
import pytest
import torch
from stars import CLASSES, labelled_stars


def printed_by(main, *words):
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.setattr(sys, "argv", ["script", *map(str, words)])
        with pytest.raises(SystemExit):
            main()
    return printed.getvalue()


def figures_in(path):
    record = json.loads(path.read_text(encoding="utf-8"))
    return {figure["name"]: figure for figure in record["figures"]}


@pytest.fixture(scope="module")
def on_a_processor(tmp_path_factory):
    """What the benchmark of a GPU prints and leaves where there is none."""
    folder = tmp_path_factory.mktemp("gpu")
    words = ("--rows", 300, "--train", 70, "--epochs", 1, "--compared", 64, "--rounds", 1)
    words = (*words, "--device", "cpu", "--folder", folder, "--json", folder / "figures")
    return printed_by(gpu_speed.main, *words), figures_in(folder / "figures")


def test_all_figures_of_a_gpu_are_printed_and_kept(on_a_processor):
    printed, figures = on_a_processor
    assert len(figures) == 7
    assert all(name in printed for name in figures)
    # 34.04 MFLOP were counted by hand, layer by layer.
    assert "34.04 MFLOP" in printed


def test_the_benchmark_of_a_gpu_checks_that_training_repeats_itself(on_a_processor):
    _, figures = on_a_processor
    assert figures["trained twice, same bits"]["values"] == [True]
    assert figures["killed and resumed, same bits"]["values"] == [True]


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_without_a_gpu_its_benchmark_says_so():
    with pytest.raises(SystemExit, match="expected a CUDA device, got a machine without"):
        gpu_speed.name_of("cuda")


def test_the_network_and_keras_compute_the_same(tmp_path):
    if not (model_speed.ENVIRONMENT / "made").exists():
        pytest.skip("no environment with Keras; 'make bench' makes it")
    kept = tmp_path / "figures"
    words = ("--spectra", 64, "--train", 64, "--epochs", 1, "--rounds", 1, "--json", kept)
    printed = printed_by(model_speed.main, *words)
    figures = figures_in(kept)
    assert all(name in printed for name in figures)
    step = figures["predict in float32, times faster"]["peer"].rpartition(" ")[2]
    # Float32 in another order of sums.
    assert float(step) < 1e-5


def test_weights_are_handed_to_keras_in_its_order():
    model = model_speed.untrained(40, 2)
    weights = model_speed.keras_weights(model.network_)
    shapes = [weight.shape for weight in weights[::2]]
    assert shapes[:2] == [(3, 1, 64), (3, 64, 64)]
    # 40 pixels: 18 after the first pair, 7 after the second, 1 after the third.
    assert shapes[6:] == [(256, 512), (512, 512), (512, 2)]


def test_a_missing_keras_is_told(monkeypatch, capsys):
    def none():
        raise model_speed.MissingKerasError("no matching distribution")

    monkeypatch.setattr(model_speed, "keras_python", none)
    monkeypatch.setattr(sys, "argv", ["script"])
    with pytest.raises(SystemExit, match="got none"):
        model_speed.main()


def test_made_up_stars_differ_by_class():
    flux, kinds = labelled_stars(np.random.default_rng(1), 3000)
    assert flux.min() == -1
    assert flux.max() == 1
    # Around the middle of the line: dark in absorption, bright in emission.
    middle = [flux[kinds == kind, 68:72].mean() for kind in range(len(CLASSES))]
    assert middle[0] < middle[2] < middle[1]
