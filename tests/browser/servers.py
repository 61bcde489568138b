"""Server processes of our own, from their first words to their end."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest
from desk_servers import is_kernel

import specoracle.errors


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


def app(workspace):
    code = "from specoracle.cli import main; main()"
    command = [sys.executable, "-c", code, "app", str(workspace)]
    return [*command, "--port", str(free_port()), "--no-browser", "--annotator", "vera"]


class running:  # noqa: N801 - reads as a verb after "with"
    """A server process of our own, from its first words to its end."""

    def __init__(self, command, folder, workspace):
        self.command, self.folder, self.workspace = command, folder, workspace

    def __enter__(self):
        log = self.folder / "server.log"
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                self.command,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=self.environment(),
            )
        for _ in range(300):
            found = re.search(r"http://127\.0\.0\.1:\d+/\S*token=\S+", log.read_text())
            if found and self.process.poll() is None and answers(found[0]):
                process = psutil.Process(self.process.pid)
                return Server(found[0], process, self.folder)
            time.sleep(0.2)
        self.__exit__()
        pytest.fail(f"The server did not start:\n{log.read_text()[-3000:]}")

    def __exit__(self, *_):
        with contextlib.suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.process.pid).children(recursive=True)
            self.process.terminate()
            _, alive = psutil.wait_procs([*children, self.process], timeout=15)
            for process in alive:
                process.kill()
        self.process.wait(15)

    def environment(self):
        home = self.folder / "home"
        home.mkdir()
        source = Path(specoracle.errors.__file__).parents[1]
        return {
            **os.environ,
            "PYTHONPATH": str(source),
            "HOME": str(home),
            "IPYTHONDIR": str(home / "ipython"),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "SPECORACLE_WORKSPACE": str(self.workspace),
            "SPECORACLE_ANNOTATOR": "vera",
        }


def answers(url):
    # Without the token, so that no kernel starts.
    try:
        with urlopen(url.partition("?")[0].replace("/lab", "/login"), timeout=5):
            return True
    except OSError:
        return False


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
