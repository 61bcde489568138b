"""A PostgreSQL server of our own, where its programs are installed."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory):
    """URL of an empty database without a password, on this machine only."""
    psycopg = pytest.importorskip("psycopg", reason="The driver is not installed: psycopg")
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    server = shutil.which("postgres") or (str(programs[-1]) if programs else None)
    if server is None:
        pytest.skip("There is no PostgreSQL: apt install postgresql")
    folder = Path(server).resolve().parent
    # The server refuses to run as root.
    user = "nobody" if os.getuid() == 0 else None
    place = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    if user is not None:
        os.chown(place, pwd.getpwnam(user).pw_uid, -1)
    data = place / "data"
    made = [folder / "initdb", "-D", data, "-U", "vera", "--auth=trust", "-E", "UTF8"]
    subprocess.run(
        [*made, "--no-sync"], user=user, cwd=place, check=True, stdout=subprocess.DEVNULL
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={data}"]
    process = subprocess.Popen(
        [server, "-D", data, "-p", str(port), *options],
        user=user,
        cwd=place,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"postgresql://vera@127.0.0.1:{port}/postgres"
    for _ in range(100):
        try:
            psycopg.connect(url).close()
            break
        except psycopg.OperationalError:  # it is starting up
            time.sleep(0.1)
    yield url
    process.terminate()
    process.wait(30)
    shutil.rmtree(place, ignore_errors=True)
