import json
import os
import subprocess
import sys
import threading
import time

import pytest

pytest.importorskip("voila")
server = pytest.importorskip("websockets.sync.server")

# In a process of its own: Voilà's half leaves its event loop open.
CODE = """
import os, time
from specoracle.panel.preheating import wait_for_page
wait_for_page()
print(os.environ["QUERY_STRING"])
wait_for_page()  # the cell again: at once
"""


def query_seen(**environment):
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def serving():
    """Serve as Voilà does: a socket that says what was asked for, once it is known."""
    opened = []

    def serve(handler):
        made = server.serve(handler, "127.0.0.1", 0)
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        opened.append((made, thread))
        return {
            "VOILA_PREHEAT": "True",
            "VOILA_APP_PORT": str(made.socket.getsockname()[1]),
            "VOILA_KERNEL_ID": "one",
        }

    yield serve
    for made, thread in opened:
        made.shutdown()
        thread.join()


def test_a_kernel_of_an_open_page_waits_for_nothing():
    assert query_seen(QUERY_STRING="campaign=hunt") == "campaign=hunt"


def test_a_kernel_in_advance_takes_the_address_of_the_page_and_no_older_one(serving):
    def handler(socket):
        assert socket.request.path == "/voila/query/one"
        time.sleep(0.5)
        socket.send(json.dumps({"QUERY_STRING": "campaign=hunt"}))

    waiting = serving(handler)
    assert query_seen(QUERY_STRING="campaign=stale", **waiting) == "campaign=hunt"


def test_a_connection_that_breaks_is_made_again_and_opens_no_desk(serving):
    asked = []

    def handler(socket):
        asked.append(socket)
        if len(asked) > 1:
            socket.send(json.dumps({"QUERY_STRING": "campaign=hunt"}))

    assert query_seen(**serving(handler)) == "campaign=hunt"
    assert len(asked) == 2
