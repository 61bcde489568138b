"""Servers and a browser that the desk is measured with."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import psutil

import specoracle.errors

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextlib.contextmanager
def served(command, folder, **variables):
    """Run a server that prints its address with a token; yields address and process.

    ``variables`` join its environment.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "server.log"
    source = Path(specoracle.errors.__file__).parents[1]
    places = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    environment = {**os.environ, "PYTHONPATH": str(source), "HOME": str(folder)}
    environment |= {name: str(folder / name.lower()) for name in places} | variables
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
        )
    try:
        yield _address(process, log), psutil.Process(process.pid)
    finally:
        _end(process)


def voila(workspace):
    """Command of the app."""
    code = "from specoracle.cli import main; main()"
    options = ["app", str(workspace), "--port", str(_free_port()), "--no-browser"]
    return [sys.executable, "-c", code, *options, "--annotator", "vera"]


def jupyterlab(folder):
    """Command of JupyterLab, with the extension that an installed package enables."""
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={_free_port()}"]
    options += ["--ServerApp.jpserver_extensions", "specoracle.panel.prompt=True"]
    return [sys.executable, "-m", "jupyterlab", *options, f"--notebook-dir={folder}"]


@contextlib.contextmanager
def chromium():
    """Run a browser."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


def kernel_of(server):
    """Return the newest kernel of a server."""
    kernels = [child for child in server.children(recursive=True) if is_kernel(child)]
    return max(kernels, key=lambda kernel: kernel.create_time())


def is_kernel(process):
    """Whether a process is a kernel that runs."""
    try:
        return any("ipykernel" in word for word in process.cmdline())
    except psutil.Error:  # it has just ended
        return False


def _address(process, log):
    for _ in range(300):
        found = re.search(r"http://127\.0\.0\.1:\d+/\S*token=\S+", log.read_text())
        if found and process.poll() is None and _answers(found[0]):
            return found[0]
        time.sleep(0.2)
    raise SystemExit(f"The server did not start:\n{log.read_text()[-2000:]}")


def _answers(url):
    try:
        with urlopen(url.partition("?")[0].replace("/lab", "/login"), timeout=5):
            return True
    except OSError:
        return False


def _end(process):
    with contextlib.suppress(psutil.NoSuchProcess):
        children = psutil.Process(process.pid).children(recursive=True)
        process.terminate()
        _, alive = psutil.wait_procs([*children, process], timeout=15)
        for one in alive:
            one.kill()
    process.wait(15)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
