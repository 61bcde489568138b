"""Score and train the paper's network on a GPU, with all that it takes from a disk.

    PYTHONPATH=src python3 tests/bench/gpu_speed.py --json gpu_speed.json

Makes an archive of 4.1 million spectra in a temporary folder (5.6 GB), scores it from the
disk and from the page cache, and trains on a set of the paper's size. Elsewhere,
``--device cpu --rows 20000 --epochs 2 --train 640`` goes the same way in little.
"""

import argparse
import gc
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import huge_books
import numpy as np
import torch
from stars import CLASSES, labelled_stars, stars
from torch.utils.flop_counter import FlopCounterMode
from verdict import Figure, columns, table, write_json

from specoracle.archive.archive import Archive
from specoracle.archive.books import close_books
from specoracle.archive.layout import Layout
from specoracle.campaign.scores import read_scores, write_scores
from specoracle.campaign.scoring import pool_scores
from specoracle.models import checkpoint, pieces, training
from specoracle.models.classifier import NetworkClassifier
from specoracle.models.precision import chosen_precision
from specoracle.models.skoda2020 import Skoda2020

ROWS, TRAINED_ON, EPOCHS = 4_100_000, 18_306, 65
"""Sizes of the paper's archive and of its last training set, and epochs of the issue."""

SIZES = (1024, 4096, 8192, 16384, 32768)
PRECISIONS = ("float32", "tf32", "bfloat16")


def make_archive(folder, n_rows):
    layout, context = Layout(folder / "archive"), get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        huge_books.make(layout, n_rows, stars, each=pool.map)
    close_books(layout, huge_books.names_of(n_rows))
    return layout


def forget(layout):
    """Have the kernel drop the archive's pages, so that they come from the disk again."""
    for path in layout.shards.iterdir():
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def finish(device):
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def seconds(device, work, *arguments):
    gc.collect()
    finish(device)
    begun = time.perf_counter()
    work(*arguments)
    finish(device)
    return time.perf_counter() - begun


def score(folder, model, result):
    """What a round does to its pool, once the archive is open."""
    archive = Archive(folder)
    inside = np.ones(len(archive), bool)
    blocks = pool_scores(archive, model, CLASSES, inside)
    write_scores(result, blocks, n_spectra=len(archive), classes=CLASSES)


def read(folder):
    for block in Archive(folder).blocks("flux"):
        block.values.max()


def classifier_of(asked, **settings):
    usual = {
        "balance": False,
        "seed": 1,
        "device": asked.device,
        "max_epochs": asked.epochs,
    }
    return NetworkClassifier(**usual | {"patience": 10**6} | settings)


def same(one, other):
    weights, others = (each.network_.state_dict() for each in (one, other))
    equal = all(torch.equal(weights[name], others[name]) for name in weights)
    return equal and one.history_ == other.history_


@contextmanager
def put(module, name, value):
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)


def training_figures(asked, device, X, y, say):
    taken, models = [], []
    for _ in range(2):
        models.append(classifier_of(asked))
        taken.append(seconds(device, models[-1].fit, X, y))
        say(f"trained in {taken[-1]:.2f} s, last loss {models[-1].history_.loss[-1]:.4f}")
    rows = []
    for name in ("recorded", "told kernel by kernel"):
        step = training.CapturedStep if name == "recorded" else lambda step, _: step
        for precision in PRECISIONS:
            with put(training, "CapturedStep", step):
                fit = classifier_of(asked, precision=precision, max_epochs=2).fit
                both = seconds(device, fit, X, y)
                fit = classifier_of(asked, precision=precision, max_epochs=1).fit
                once = seconds(device, fit, X, y)
            rows.append((name, precision, f"{both - once:.3f}", f"{2 * once - both:.2f}"))
    say("\n".join(columns(("steps", "precision", "s an epoch", "s to begin"), rows)))
    equal = same(*models)
    resumed = same(classifier_of(asked, max_epochs=4).fit(X, y), resume(asked, X, y))
    say(f"trained twice, the same bits: {equal}; resumed, the same bits: {resumed}")
    name = f"training, {len(X):,} spectra, {asked.epochs} epochs [s]"
    figures = [Figure(name=name, values=taken, peer="", at_most=20.0)]
    for name, answer in (("trained twice", equal), ("killed and resumed", resumed)):
        figures.append(
            Figure(name=f"{name}, same bits", values=[answer], peer="", at_least=1)
        )
    return models[0], figures


def resume(asked, X, y):
    """A training of four epochs that is killed after two."""

    def kill(done, _):
        if done == 2:
            raise KeyboardInterrupt

    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "kept"
        settings = {"max_epochs": 4, "checkpoint": kept}
        with put(checkpoint, "SECONDS_BETWEEN", 0.0):
            try:
                classifier_of(asked, progress=kill, **settings).fit(X, y)
            except KeyboardInterrupt:
                assert kept.exists()
        return classifier_of(asked, **settings).fit(X, y)


def size_table(model, device, flux, say):
    """Spectra a second by size of mini-batch and precision, out of memory."""
    rows = []
    for size in SIZES:
        row = [f"{size}"]
        for precision in PRECISIONS:
            model.precision = precision
            with put(pieces, "SCORING_SIZE", {device.type: size, "cpu": size}):
                model.predict_log_proba(flux[:size])
                taken = [seconds(device, model.predict_log_proba, flux) for _ in range(3)]
            row.append(f"{len(flux) / median(taken) / 1e6:.3f}")
        rows.append(row)
    model.precision = "auto"
    say("million spectra/s by size of mini-batch, from memory")
    say("\n".join(columns(("size", *PRECISIONS), rows)))


def accuracy_table(model, flux, say):
    """How far scores are from those of the same weights in float32."""
    scores = {}
    for precision in PRECISIONS:
        model.precision = precision
        scores[precision] = model.predict_log_proba(flux).astype("f8")
    model.precision, model.device = "float32", "cpu"
    on_gpu = next(model.network_.parameters()).device
    model.network_.cpu()
    scores["float32, processor"] = model.predict_log_proba(flux).astype("f8")
    model.precision, model.device = "auto", on_gpu.type
    model.network_.to(on_gpu)
    exact, rows = scores.pop("float32"), []
    for name, found in scores.items():
        step, flips = np.abs(found - exact), found.argmax(1) != exact.argmax(1)
        change = np.abs(np.exp(found) - np.exp(exact))
        values = (step.max(), np.median(step.max(axis=1)), change.max())
        rows.append([name, *(f"{value:.2g}" for value in values), f"{flips.mean():.2g}"])
    header = ("precision", "max |Δ ln p|", "median", "max |Δ p|", "share of other classes")
    say(f"difference from float32 on {len(flux):,} spectra, ln p from {exact.min():.0f}")
    say("\n".join(columns(header, rows)))


def ceilings(device):
    """Bytes a second into the device, and products a second of large matrices."""
    n = 8192 if device.type == "cuda" else 512
    pinned = torch.rand(n, n).pin_memory() if device.type == "cuda" else torch.rand(n, n)
    into = [seconds(device, lambda: pinned.to(device, copy=True)) for _ in range(5)]
    found = {"bytes": 4 * n * n / median(into)}
    for precision, kind in (("tf32", torch.float32), ("bfloat16", torch.bfloat16)):
        before = torch.get_float32_matmul_precision()
        torch.set_float32_matmul_precision("high")
        one = torch.randn(n, n, device=device, dtype=kind)
        taken = [seconds(device, torch.mm, one, one) for _ in range(7)]
        torch.set_float32_matmul_precision(before)
        found[precision] = 2 * n**3 / median(taken)
    return found


def floating_point_operations():
    """Of one spectrum through the network; those of matrix products and convolutions."""
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        Skoda2020(140, 3).eval()(torch.zeros(1, 140))
    return counter.get_total_flops()


def scoring_figures(asked, device, layout, model, folder, say):
    rows, taken = asked.rows, {}
    result = folder / "scores.h5"
    score_it = (score, layout.folder, model, result)
    for name, before in (("from the disk", forget), ("from the page cache", str)):
        for what, work in (("read", (read, layout.folder)), ("score", score_it)):
            several = taken[what, name] = []
            for _ in range(asked.rounds):
                before(layout)
                several.append(seconds(device, *work))
    assert read_scores(result).shape == (rows, len(CLASSES))
    top, operations = ceilings(device), floating_point_operations()
    kind = chosen_precision("auto", device)
    rate = top.get(kind, top["tf32"])
    into, products = 4 * 140 * rows / top["bytes"], rows * operations / rate
    say(
        f"floor: {into:.3f} s for bytes at {top['bytes'] / 1e9:.1f} GB/s into the device; "
        f"{products:.3f} s for {operations / 1e6:.2f} MFLOP a spectrum at "
        f"{rate / 1e12:.3g} TFLOP/s in {kind}"
    )
    figures = []
    for (what, name), values in taken.items():
        most = 5.0 if what == "score" else None
        peer = f"{rows / median(values) / 1e6:.3f} million/s"
        title = f"{what} {rows:,} × 140 {name} [s]"
        figures.append(Figure(name=title, values=values, peer=peer, at_most=most))
    return figures


def run(asked, folder, say):
    device = torch.device(asked.device)
    begun = time.perf_counter()
    layout = make_archive(folder, asked.rows)
    say(f"{asked.rows:,} spectra written in {time.perf_counter() - begun:.1f} s")
    X, kinds = labelled_stars(np.random.default_rng(1), asked.train)
    model, figures = training_figures(asked, device, X, np.array(CLASSES)[kinds], say)
    flux = Archive(layout.folder).column("flux", np.arange(min(asked.rows, asked.compared)))
    size_table(model, device, flux, say)
    accuracy_table(model, flux[: len(flux) // 4], say)
    before = huge_books.peak_rss()
    figures += scoring_figures(asked, device, layout, model, folder, say)
    say(f"peak RSS {huge_books.peak_rss():.0f} MB, before scoring {before:.0f} MB")
    if device.type == "cuda":
        say(f"peak memory of the device {torch.cuda.max_memory_allocated() / 1e9:.2f} GB")
    return figures


def name_of(device):
    if device == "cpu":
        return "this processor"
    if not torch.cuda.is_available():
        sys.exit(
            "gpu_speed: expected a CUDA device, got a machine without one. Run it where "
            "there is one, or in little with --device cpu --rows 20000 --epochs 2 "
            "--train 640."
        )
    cuda = f"CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}"
    return f"{torch.cuda.get_device_name()}, torch {torch.__version__}, {cuda}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--train", type=int, default=TRAINED_ON)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--compared", type=int, default=262_144, help="spectra in tables")
    parser.add_argument("--folder", type=Path, help="where to make the archive")
    parser.add_argument("--json", type=Path, help="file for the figures")
    asked = parser.parse_args()
    name = name_of(asked.device)
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        figures = run(asked, Path(folder), huge_books.say)
    huge_books.say(f"\n{name}\n" + "\n".join(table(figures)))
    if asked.json:
        write_json(asked.json, figures, device=name)
    sys.exit(any(figure.verdict == "SHORT" for figure in figures))


if __name__ == "__main__":
    main()
