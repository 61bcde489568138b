"""A Dask cluster to ingest on: one that is given, or a local one for this job.

Loopback TCP without TLS would let every other user of a shared machine run code as us,
so the local cluster gets temporary certificates.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from distributed import Client, LocalCluster
from distributed.security import Security

from specoracle.errors import ArchiveError


@contextmanager
def connect(scheduler: str | None, *, n_workers: int) -> Iterator[Client]:
    """Connect to a scheduler, or start a local cluster that ends with the block.

    Parameters
    ----------
    scheduler
        Address such as ``tcp://host:8786`` or ``tls://host:8786``; ``None`` for a
        cluster of processes on this machine.
    n_workers
        Processes of the local cluster; ignored with a scheduler.

    Raises
    ------
    ArchiveError
        If nobody answers at the scheduler's address.
    """
    if scheduler is not None:
        with _client(scheduler) as client:
            yield client
        return
    with (
        LocalCluster(
            n_workers=n_workers,
            threads_per_worker=1,
            security=Security.temporary(),
            dashboard_address=None,
            # Even without a dashboard there is a server of health and metrics; on its
            # default port 8787 it would collide with any other Dask on the machine.
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            protocol="tls://",
            host="127.0.0.1",
            silence_logs=logging.CRITICAL,  # a task's error is raised here anyway
        ) as cluster,
        Client(cluster, security=cluster.security, set_as_default=False) as client,
    ):
        yield client


def _client(scheduler: str) -> Client:
    try:
        return Client(scheduler, set_as_default=False)
    except (OSError, ValueError) as reason:
        raise ArchiveError(
            f"Scheduler: expected a Dask scheduler at {scheduler}, got {reason}. Check the "
            "address, such as tcp://host:8786, and run the same command again."
        ) from reason
