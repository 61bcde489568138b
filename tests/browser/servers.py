"""Servers of the desk, and the kernels that they have started."""

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from desk_servers import is_kernel, served


@dataclass(frozen=True)
class Server:
    """A server that is ready, and the folder it runs in."""

    url: str
    process: psutil.Process
    folder: Path

    def kernels(self):
        """Kernels of the pages that are open, and of those that left one behind."""
        return [
            child for child in self.process.children(recursive=True) if is_kernel(child)
        ]

    def wait_without_kernels(self, seconds=90):
        """Until every kernel has ended."""
        for _ in range(10 * seconds):
            if not self.kernels():
                return
            time.sleep(0.1)
        pytest.fail(f"Kernels are left after {seconds} s: {self.kernels()}")


@contextlib.contextmanager
def running(command, folder, workspace):
    """A server of our own for Vera, from its first words to its end."""
    whose = {"SPECORACLE_WORKSPACE": str(workspace), "SPECORACLE_ANNOTATOR": "vera"}
    with served(command, folder, **whose) as (url, process):
        yield Server(url, process, folder)
