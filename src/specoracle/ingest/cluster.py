"""A Dask cluster to ingest on: one that is given, or a local one for this job.

Loopback TCP without TLS would let every other user of a shared machine run code as us,
so the local cluster gets temporary certificates. For a scheduler at a ``tls://`` address
the certificates are those of Dask's own settings, ``distributed.comm.tls``.
"""

import json
import logging
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib import import_module
from pathlib import Path

import dask
from dask.utils import parse_timedelta
from distributed import Client, LocalCluster
from distributed.security import Security
from distributed.utils import silence_logging_cmgr

from specoracle.errors import ArchiveError, MissingExtraError

GATEWAY = "gateway:"
"""Begins the name of a cluster that dask-gateway runs."""


@contextmanager
def connect(scheduler: str | Client | None, *, n_workers: int) -> Iterator[Client]:
    """Connect to a scheduler, or start a local cluster that ends with the block.

    Parameters
    ----------
    scheduler
        Address such as ``tcp://host:8786`` or ``tls://host:8786``; the ``.json`` file
        that ``dask scheduler --scheduler-file`` writes, waited for; ``gateway:NAME`` for
        a running cluster of the dask-gateway that Dask's settings name; a client that is
        connected, and stays so; or ``None`` for a cluster of processes on this machine.
    n_workers
        Processes of the local cluster; ignored with a scheduler.

    Raises
    ------
    ArchiveError
        If nobody answers at the scheduler's address.
    MissingExtraError
        If dask-gateway is asked for and not installed.
    """
    if isinstance(scheduler, Client):
        yield scheduler
    elif scheduler is None:
        with _local(n_workers) as client:
            yield client
    else:
        # What goes wrong is raised here, in one sentence instead of Dask's many lines.
        with silence_logging_cmgr(logging.CRITICAL), _remote(scheduler) as client:
            yield client


@contextmanager
def _local(n_workers: int) -> Iterator[Client]:
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


def _remote(scheduler: str) -> AbstractContextManager[Client]:
    if scheduler.startswith(GATEWAY):
        return _gateway(scheduler.removeprefix(GATEWAY))
    address = _address(Path(scheduler)) if scheduler.endswith(".json") else scheduler
    try:
        _check_certificates(address)
        return Client(address, set_as_default=False)
    except (OSError, ValueError) as reason:
        raise ArchiveError(
            f"Scheduler: expected a Dask scheduler at {address}, got {reason}. Check the "
            "address, such as tcp://host:8786, and run the same command again."
        ) from reason


def _check_certificates(address: str) -> None:
    """Refuse at once what Dask would refuse with a traceback from another thread."""
    if not address.startswith("tls://") or dask.config.get(
        "distributed.client.security-loader", None
    ):
        return
    if Security().get_connection_args("client")["ssl_context"] is None:
        raise ValueError("no certificates in distributed.comm.tls of Dask's settings")


def _address(card: Path) -> str:
    """Read a scheduler's card, which appears when the scheduler has started."""
    timeout = parse_timedelta(dask.config.get("distributed.comm.timeouts.connect"))
    deadline = time.monotonic() + timeout
    while True:
        try:
            return str(json.loads(card.read_text(encoding="utf-8"))["address"])
        except (OSError, ValueError, KeyError) as reason:  # not there yet, or in part
            if time.monotonic() > deadline:
                raise ArchiveError(
                    f"{card}: expected the file of a running Dask scheduler within "
                    f"{timeout:g} s, got {reason}. Start 'dask scheduler "
                    f"--scheduler-file {card}', and run the same command again."
                ) from reason
        time.sleep(0.1)


@contextmanager
def _gateway(name: str) -> Iterator[Client]:
    try:
        gateway = import_module("dask_gateway").Gateway
    except ImportError as reason:
        raise MissingExtraError(
            f"{GATEWAY}{name}: expected the package dask-gateway, got none. Install the "
            "version of your gateway: pip install dask-gateway."
        ) from reason
    with ExitStack() as stack:
        try:
            cluster = stack.enter_context(stack.enter_context(gateway()).connect(name))
            client = stack.enter_context(cluster.get_client(set_as_default=False))
        except (OSError, ValueError) as reason:
            raise ArchiveError(
                f"{GATEWAY}{name}: expected a running cluster of a dask-gateway, got "
                f"{reason}. Check the name, and gateway.address and gateway.auth in Dask's "
                "settings."
            ) from reason
        yield client
