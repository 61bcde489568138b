"""The paper's network on a processor, beside the same one in Keras, in one run.

    python tests/bench/model_speed.py

Keras has an environment of its own, which is made in ``.cache`` at the first run and has
``tensorflow-cpu`` in it. It predicts with its own best size of mini-batch; both train with
the paper's. The two take turns, so that a busy minute meets both.
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from statistics import median

import numpy as np
import torch
from rounds import Taken, Way, clock, interleave, ratios
from stars import CLASSES, labelled_stars
from torch import nn
from verdict import Figure, columns, conclude

from specoracle.models.classifier import NetworkClassifier
from specoracle.models.precision import chosen_precision
from specoracle.models.skoda2020 import CHANNELS

ENVIRONMENT = Path(__file__).parents[2] / ".cache" / "keras"
SIZES = (64, 256, 1024, 4096, 16384)
"""Mini-batches that Keras may choose among to predict; the last is the paper's."""

PRECISIONS = ("float32", "bfloat16")


class MissingKerasError(Exception):
    """There is no environment with Keras and none can be made."""


def keras_python():
    """Python of the environment with Keras, made if it is not there."""
    python = ENVIRONMENT / "bin" / "python"
    made = ENVIRONMENT / "made"
    if not made.exists():
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        words = [python, "-m", "pip", "install", "--quiet", "tensorflow-cpu"]
        done = subprocess.run(words, check=False, capture_output=True, text=True)
        if done.returncode:
            raise MissingKerasError(done.stderr.strip().rpartition("\n")[2])
        made.touch()
    return python


class Keras:
    """The peer, in a process that waits while others are measured."""

    def __init__(self, python, folder):
        script = Path(__file__).with_name("keras_peer.py")
        self._process = subprocess.Popen(
            [python, script, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.about = self._answer()

    def ask(self, **words):
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self):
        self._process.communicate()

    def _answer(self):
        line = self._process.stdout.readline()
        if not line:
            raise MissingKerasError("its process ended")
        return json.loads(line)


def keras_weights(network):
    """The weights in Keras' order: pixels before channels, inputs before outputs."""
    weights = []
    for layer in network.modules():
        if not isinstance(layer, (nn.Conv1d, nn.Linear)):
            continue
        weight = layer.weight.detach().numpy()
        if isinstance(layer, nn.Linear) and not any(w.ndim == 2 for w in weights):
            by_channel = weight.reshape(len(weight), CHANNELS[-1], -1)
            weight = by_channel.transpose(0, 2, 1).reshape(weight.shape)
        weights += [weight.T, layer.bias.detach().numpy()]
    return weights


def untrained(n_pixels, n_classes):
    """A classifier whose weights are still those it begins with."""
    X = np.zeros((n_classes, n_pixels), "f4")
    settings = {"max_epochs": 0, "balance": False, "device": "cpu", "seed": 1}
    return NetworkClassifier(**settings).fit(X, range(n_classes))


def run(python, folder, *, n_spectra, n_trained, epochs, n_rounds, say):
    flux, kinds = labelled_stars(np.random.default_rng(1), n_spectra)
    model = untrained(flux.shape[1], len(CLASSES))
    np.save(folder / "flux.npy", flux)
    np.save(folder / "kinds.npy", kinds)
    np.savez(folder / "weights.npz", *keras_weights(model.network_))
    keras = Keras(python, folder)
    try:
        found = predicting(keras, model, flux, folder, n_rounds, say)
        settings = {"size": 64, "epochs": epochs, "n": n_trained}
        found += train(keras, flux[:n_trained], kinds[:n_trained], settings, n_rounds, say)
    finally:
        keras.close()
    return found, keras.about


def predicting(keras, model, flux, folder, n_rounds, say):
    n = len(flux)
    sizes = [size for size in SIZES if size <= n]
    tried = {
        size: min(keras.ask(do="predict", size=size)["seconds"] for _ in range(3))
        for size in sizes
    }
    best = min(tried, key=tried.get)
    rates = ", ".join(f"{size}: {n / seconds:,.0f}" for size, seconds in tried.items())
    say(f"Keras, spectra/s by mini-batch: {rates}; its best is {best}")

    def peer():
        return Taken(keras.ask(do="predict", size=best)["seconds"])

    def ours(precision):
        model.precision = precision
        return clock(model.predict_proba, flux)

    ways = {f"Keras, mini-batch {best}": Way(n, peer)}
    ways |= {p: Way(n, lambda p=p: ours(p)) for p in PRECISIONS}
    for way in ways.values():
        way.run()
    exact = np.load(folder / "keras.npy")
    taken = interleave(ways, n_rounds)
    say("\n".join(rate_table("predict", taken)))
    figures = []
    least = {"float32": 1.0}
    if chosen_precision("auto", torch.device("cpu")) == "bfloat16":
        least["bfloat16"] = 1.3
    for precision in PRECISIONS:
        model.precision = precision
        step = float(np.abs(model.predict_proba(flux) - exact).max())
        peer = f"Keras in float32; max |Δp| {step:.1g}"
        figures.append(faster(f"predict in {precision}", taken, precision, least, peer))
    return figures


def train(keras, flux, kinds, settings, n_rounds, say):
    n = len(flux) * settings["epochs"]
    losses = {}

    def peer():
        answer = keras.ask(do="train", **settings)
        losses.setdefault("Keras", []).append(answer["loss"])
        return Taken(answer["seconds"])

    def ours(precision):
        model = NetworkClassifier(
            max_epochs=settings["epochs"],
            mini_batch_size=settings["size"],
            patience=10**6,
            balance=False,
            device="cpu",
            precision=precision,
            seed=len(losses.get(precision, ())) + 1,
        )
        taken = clock(model.fit, flux, kinds)
        losses.setdefault(precision, []).append(model.history_.loss[-1])
        return taken

    keras.ask(do="train", **settings | {"epochs": 1})
    ways = {"Keras": Way(n, peer)}
    ways |= {p: Way(n, lambda p=p: ours(p)) for p in PRECISIONS}
    taken = interleave(ways, n_rounds)
    say("\n".join(rate_table("train", taken)))
    auto = chosen_precision("auto", torch.device("cpu"))
    figures = []
    for precision in PRECISIONS:
        title, peer = f"train in {precision}", "Keras, mini-batch 64"
        figures.append(faster(title, taken, precision, {auto: 1.2}, peer))
        loss = median(losses[precision]) / median(losses["Keras"])
        peer = f"Keras' {median(losses['Keras']):.3f}"
        title = f"last loss in {precision}, ratio"
        figures.append(Figure(name=title, values=[loss], peer=peer, at_most=1.1))
    return figures


def faster(title, taken, ours, least, peer):
    keras = next(series["wall"] for name, series in taken.items() if "Keras" in name)
    times = ratios(keras, taken[ours]["wall"])
    return Figure(
        name=f"{title}, times faster", values=times, peer=peer, at_least=least.get(ours)
    )


def rate_table(title, taken):
    rows = []
    for name, series in taken.items():
        rates = sorted(1e6 / each for each in series["wall"])
        numbers = (rates[0], median(rates), rates[-1])
        rows.append([name, *(f"{number:,.0f}" for number in numbers)])
    return columns((f"{title}, spectra/s", "lowest", "median", "highest"), rows)


def processor():
    """Its name, where the system tells, and how many there are."""
    known = getattr(torch.cpu, "get_capabilities", dict)()
    name = known.get("cpu_name") or platform.processor() or platform.machine()
    return f"{name}, {torch.get_num_threads()} threads"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--spectra", type=int, default=16_384, help="to predict")
    parser.add_argument("--train", type=int, default=2048, help="spectra to train on")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="file for the figures")
    asked = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder:
            figures, about = run(
                keras_python(),
                Path(folder),
                n_spectra=asked.spectra,
                n_trained=asked.train,
                epochs=asked.epochs,
                n_rounds=asked.rounds,
                say=_print,
            )
    except MissingKerasError as reason:
        sys.exit(f"model_speed: expected Keras to measure against, got none ({reason}).")
    about["processor"] = processor()
    _print("\n" + ", ".join(f"{name} {value}" for name, value in about.items()))
    conclude(figures, asked.json, **about)


def _print(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
