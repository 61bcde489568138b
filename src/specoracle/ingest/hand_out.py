"""Hand parts out to workers, whatever happens to the workers.

Dask gives what a dead worker was doing to another. A part that kills every worker it is
given to is set aside, and when all others are done its files are tried one by one, with
nothing else running: a file that kills its workers even then is refused like a damaged one.
"""

import logging
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from itertools import islice
from pathlib import Path

from distributed import Client, Future, KilledWorker, as_completed
from distributed.comm.core import CommClosedError

from specoracle.archive.layout import Layout
from specoracle.archive.rows import Refused
from specoracle.errors import ArchiveError, SpecoracleError
from specoracle.ingest.plan import Part, packed
from specoracle.ingest.task import PartCount, part_path
from specoracle.ingest.worker import Order, check_software, do_packed, try_file

PARTS_PER_THREAD = 4
"""Parts submitted ahead for each thread of the workers; bounds the scheduler's memory."""

FEWEST_AHEAD = 32
"""Parts submitted ahead at least, so that a cluster that scales has a reason to grow."""

PATIENCE = 90.0
"""Seconds for a part to be seen here; a network file system may hide it for a minute."""

logger = logging.getLogger(__name__)


def hand_out(client: Client, order: Order, parts: Iterable[Part]) -> Iterator[PartCount]:
    """Have every part done, and yield what the tasks report, in the order they end.

    Parameters
    ----------
    client
        Connected to a cluster; workers may come and go.
    order
        What to do with each part.
    parts
        Taken from here only as workers get free.

    Raises
    ------
    ArchiveError
        If the scheduler is lost, workers have other software or do not see the same
        files, or a part kills its workers though none of its files does.
    """
    killers: list[Part] = []
    try:
        # Dask would let a worker die that cannot import what it is to do.
        client.run(exec, "import specoracle.ingest.worker")
        for count in _together(client, order, parts, killers):
            yield _seen(order, count)
        for part in killers:
            yield _seen(order, _alone(client, order, part))
    except SpecoracleError:
        raise
    except (ImportError, RuntimeError) as reason:  # Dask's words where imports fail
        raise ArchiveError(
            "Scheduler and workers: expected the environment of this machine, got "
            f"{' '.join(str(reason).split())}. Install specoracle there and run the same "
            "command again, it goes on."
        ) from reason
    # What Dask does to the tasks of a lost scheduler, and to a message that is under way.
    except (CancelledError, CommClosedError) as reason:
        raise ArchiveError(
            "Scheduler: expected it to run until all parts are done, got a lost "
            "connection. Nothing is lost: start a scheduler and run the same command "
            "again, it goes on."
        ) from reason


def _together(
    client: Client, order: Order, parts: Iterable[Part], killers: list[Part]
) -> Iterator[PartCount]:
    """Keep a few parts ahead of all workers; those that kill workers go to a list."""
    waiting = iter(parts)
    running: dict[Future[PartCount], Part] = {}
    ended = as_completed(loop=client.loop)

    def submit() -> None:
        for part in islice(waiting, max(0, _ahead(client) - len(running))):
            future = client.submit(do_packed, order, packed(part), pure=False)
            running[future] = part
            ended.add(future)

    submit()
    for future in ended:
        part = running.pop(future)
        try:
            yield future.result()
        except KilledWorker:
            killers.append(part)
        submit()


def _ahead(client: Client) -> int:
    try:
        n_threads = sum(client.nthreads().values())
    except OSError as reason:
        raise CancelledError from reason
    if not n_threads:
        logger.warning("The scheduler has no worker. Waiting for one.")
    return max(FEWEST_AHEAD, PARTS_PER_THREAD * n_threads)


def _alone(client: Client, order: Order, part: Part) -> PartCount:
    """Find the files of a part that kill a worker, and do the part without them."""
    refused = []
    for file in part.files:
        try:
            client.submit(try_file, order, file, pure=False).result()
        except KilledWorker as reason:
            _check_workers(client, order)
            refused.append(_refusal(file.location, reason))
    try:
        return client.submit(do_packed, order, packed(part), refused, pure=False).result()
    except KilledWorker as reason:
        raise ArchiveError(
            f"Part {part.name}, from {part.files[0].location} on: expected a worker that "
            f"survives it, got {reason.allowed_failures + 1} that died, the last at "
            f"{reason.last_worker.address}, though no file alone kills one. Give the "
            "workers more memory and run the same command again, it goes on."
        ) from reason


def _check_workers(client: Client, order: Order) -> None:
    """Make sure that it was the file: workers that die of anything refuse no file."""
    try:
        client.submit(check_software, order, pure=False).result()
    except KilledWorker as reason:
        raise ArchiveError(
            f"Workers: expected some that live, got {reason.allowed_failures + 1} that "
            "died of a task that reads no file. See what they log, such as that "
            "specoracle is not installed there, and run the same command again, it goes on."
        ) from reason


def _refusal(location: str, reason: KilledWorker) -> Refused:
    return Refused(
        path=location,
        reason=f"{Path(location).name}: expected a file that a worker can read, got one "
        f"that killed {reason.allowed_failures + 1} workers with nothing else running. "
        "Look into it, or give the workers more memory.",
        exception="KilledWorker",
    )


def _seen(order: Order, count: PartCount) -> PartCount:
    """Wait until the part that a worker reports is seen here as well."""
    path = part_path(Layout(order.folder), count.name)
    deadline = time.monotonic() + PATIENCE
    while not path.exists():
        if time.monotonic() > deadline:
            raise ArchiveError(
                f"{path}: expected the part that a worker wrote, got nothing. Give all "
                "workers the archive under the same path and run the same command again, "
                "it goes on."
            )
        list(path.parent.iterdir())  # NFS then forgets that the file was not there
        time.sleep(0.1)
    return count
