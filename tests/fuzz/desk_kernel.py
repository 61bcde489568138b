"""The kernel's side of a desk, to be killed: a process of its own for each connection.

It runs the real widget on the real batch and journal, fed with the messages of a page.
What takes long, the imports, is done once, before the processes part.
"""

import json
import os
import signal
import socket
import sys
from dataclasses import asdict
from pathlib import Path

from specoracle.campaign.answering.batch import Batch
from specoracle.journal.journal import Journal
from specoracle.panel.answers import Answers

CAMPAIGN, CLASSES = "hunt", ("absorption", "emission", "double-peak")


def serve(folder, address):
    """Fork a kernel for whoever connects, until killed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(address))
        listener.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                kernel(folder, connection)
                os._exit(0)
            connection.close()


def kernel(folder, connection):
    """Answer a page's messages, one line each."""
    lines = connection.makefile("r", encoding="utf-8")
    annotator = json.loads(lines.readline())["annotator"]

    def tell(words):
        connection.sendall((json.dumps(words) + "\n").encode())

    # Told first: it may be killed while it opens the journal.
    tell({"pid": os.getpid()})
    journal = Journal(folder / "journal.sqlite")
    batch = Batch(
        journal,
        CAMPAIGN,
        0,
        classes=CLASSES,
        annotator=annotator,
        place=folder / f"{annotator}.txt",
        content_hash=lambda name: f"hash of {name}",
    )
    page = Answers(batch)
    tell({"answers": answers(batch), "shown": page.shown})
    for line in lines:
        page._handle_custom_msg(json.loads(line), [])
        tell({"shown": page.shown})
    journal.close()


def answers(batch):
    return {name: asdict(answer) for name, answer in batch.answers.items()}


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]))
