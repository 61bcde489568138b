"""Many runs side by side, and the command that machines without a screen run them with.

``python -m specoracle.campaign.replay.queue --help`` needs neither Dask nor a terminal
library; ``specoracle replay`` does the same and shows the comparison.
"""

import argparse
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing.process import BaseProcess
from pathlib import Path

from specoracle.campaign.replay.pool import KINDS, PoolPlan
from specoracle.campaign.replay.runs import RunPlan, run_once
from specoracle.simulate.hosts import collect_hosts, write_hosts

Say = Callable[[str], None]


def plans(
    pools: Sequence[PoolPlan], arms: Sequence[str], **settings: float | str | None
) -> list[RunPlan]:
    """Every arm on every pool; settings as in `RunPlan`."""
    # Pools innermost: neighbours in the queue make different pools at the same time.
    return [
        RunPlan(pool=pool, arm=arm, **settings)  # type: ignore[arg-type]
        for arm in arms
        for pool in pools
    ]


def source_of(kind: str, folder: Path, spectra: Path | None) -> Path | None:
    """Return what a pool is made from; hosts are collected into one small file first.

    Where that file, ``hosts.npz``, has been brought, pool b needs no survey files.
    """
    if kind != "b":
        return spectra
    hosts = folder / "hosts.npz"
    if spectra is not None and not hosts.exists():
        write_hosts(hosts, collect_hosts(spectra))
    return hosts if hosts.exists() else None


def run_all(
    queue: Sequence[RunPlan], results: Path, *, n_workers: int = 1, say: Say
) -> list[Path]:
    """Run what has no result yet, each run in a process with one thread.

    Parameters
    ----------
    queue
        What to run.
    results
        Folder of the results, one file a run.
    n_workers
        Runs at the same time; several share a GPU well.
    say
        Receives a line for each run that is done.

    Returns
    -------
    list of Path
        The results, in the order of the queue.
    """
    todo = [plan for plan in queue if not (results / f"{plan.name}.json").exists()]
    say(f"{len(queue)} runs, {len(queue) - len(todo)} of them done before.")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        n_workers, mp_context=context, initializer=_begin_worker
    ) as workers:
        running = {workers.submit(run_once, plan, results): plan for plan in todo}
        for number, future in enumerate(as_completed(running), start=1):
            if future.exception() is not None:
                workers.shutdown(cancel_futures=True)
            say(f"{number} of {len(todo)}: {future.result().name}")
    return [results / f"{plan.name}.json" for plan in queue]


def _begin_worker() -> None:
    """Give a process one thread, and no life after its parent's."""
    os.environ["OMP_NUM_THREADS"] = "1"
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def main(words: Sequence[str] | None = None) -> None:
    """Run what the command line says."""
    asked = _parser().parse_args(words)
    pools = [
        PoolPlan(
            kind=kind,
            folder=asked.folder / "pools",
            seed=seed,
            n=asked.n,
            prevalence=asked.prevalence,
            source=source_of(kind, asked.folder, asked.spectra),
            targets=tuple(asked.targets.split(",")) if asked.targets else (),
        )
        for seed in range(asked.first_seed, asked.first_seed + asked.seeds)
        for kind in asked.pool.split(",")
    ]
    queue = plans(
        pools,
        asked.presets.split(","),
        budget=asked.budget,
        batch_size=asked.batch_size,
        wrong=asked.wrong,
        n_known=asked.known,
        max_epochs=asked.max_epochs,
        classifier=asked.classifier,
    )
    run_all(queue, asked.folder / "results", n_workers=asked.workers, say=_say)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Compare presets and strategies.")
    add = parser.add_argument
    add("folder", type=Path, help="where pools and results are kept")
    kinds = ", ".join(f"{letter}: {words}" for letter, words in KINDS.items())
    add("--pool", default="a", help=f"one or more, with commas; {kinds}")
    add(
        "--presets", default="random,skoda2020", help="presets, STRATEGY or STRATEGY@PRESET"
    )
    add("--seeds", type=int, default=10, help="how many")
    add("--first-seed", type=int, default=0)
    add("--n", type=int, default=10_000, help="spectra of a pool")
    add("--prevalence", type=float, default=0.01, help="share of targets")
    add("--budget", type=int, default=1600, help="answers of a run")
    add("--batch-size", type=int, help="answers of a round; the preset's when left out")
    add("--wrong", type=float, default=0.0, help="share of wrong answers")
    add("--known", type=int, default=1, help="targets of each class known before")
    add("--max-epochs", type=int, default=1000)
    add("--classifier", default="network", help="network or linear")
    add("--targets", help="classes looked for in pool c; K when left out")
    add("--spectra", type=Path, help="folder of LAMOST files for pools b and c")
    add("--workers", type=int, default=1, help="runs at the same time")
    return parser


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
