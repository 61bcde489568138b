"""Kill the kernel of a desk at random moments; no acknowledged answer may be lost.

Pages of two annotators on one journal send random messages and keep what they have not
heard of; their kernels are killed (SIGKILL) again and again, and each page goes on with a
new one. After each kill the new kernel must show what was
acknowledged, and in the end the database is read without the package.

Run with ``--n`` kills.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from desk_kernel import CAMPAIGN, CLASSES
from said import Said

from specoracle.journal.event import Role
from specoracle.journal.journal import Journal, Member, NewRound

N_MEMBERS = 40
ACTIONS = ["label"] * 8 + ["skip", "bad", "unsure", "flag", "unlabel", "undo", "redo"]
ACTIONS += ["comment", "comment"]
ALIVE = 0.15
"""Longest time a kernel lives after it has opened the journal [s]."""


@dataclass
class Found:
    """What a run found."""

    n_kills: int = 0
    n_kills_with_an_answer_on_the_way: int = 0
    n_acknowledged: int = 0
    wrong: list[str] = field(default_factory=list)


class Page:
    """A page that keeps what it has not heard of, as the browser's does."""

    def __init__(self, annotator, address, rng):
        self.annotator, self.address, self.rng = annotator, address, rng
        self.said, self.sent = Said(), {}
        self.pending = None
        self.found = Found()
        self.reopen()

    def reopen(self):
        """Load the page anew: what the kernel shows, and what it is sent again."""
        while True:
            self.connection = socket.socket(socket.AF_UNIX)
            self.connection.connect(str(self.address))
            self.lines = self.connection.makefile("r", encoding="utf-8")
            self.send({"annotator": self.annotator})
            self.pid = json.loads(self.lines.readline())["pid"]
            if self.rng.random() < 0.1:
                self.kill()
                continue
            told = self.hear()
            if told is not None:
                break
        self.shown = told["shown"]
        self.compare(told["answers"])
        if self.pending is not None:
            self.ask(self.pending | {"again": True})

    def compare(self, answers):
        """Refuse a kernel that shows less, more or other than was acknowledged."""
        expected = [self.said.states()]
        if self.pending is not None:
            expected.append(self.said.after(self.pending).states())
        if answers not in expected:
            differing = {
                name: (answers.get(name), expected[0].get(name))
                for name in answers.keys() | expected[0].keys()
                if answers.get(name) != expected[0].get(name)
            }
            self.found.wrong.append(f"{self.annotator}: {differing}, {self.pending}")

    def work(self, n_kills):
        """Answer until so many kernels were killed."""
        while self.found.n_kills < n_kills:
            moment = self.rng.uniform(0, ALIVE)
            killer = threading.Timer(moment, os.kill, (self.pid, signal.SIGKILL))
            killer.start()
            while self.ask(self.message()):
                pass
            killer.join()
            self.close()
            self.found.n_kills += 1
            self.found.n_kills_with_an_answer_on_the_way += self.pending is not None
            self.reopen()

    def message(self):
        rng, action = self.rng, self.rng.choice(ACTIONS)
        identifier = self.shown["identifier"]
        if action == "comment":
            identifier = f"star-{rng.randrange(N_MEMBERS)}"
        message = {"action": action, "identifier": identifier, "milliseconds": 5}
        message["uuid"] = f"{rng.getrandbits(128):032x}"
        value = {
            "label": rng.choice(CLASSES),
            "bad": "artefact",
            "unsure": rng.random() < 0.5,
            "flag": rng.random() < 0.5,
        }.get(action)
        text = rng.choice(["", f"note {rng.random()}", "\u202e😀 <b>"])
        return message | {"value": value, "text": text}

    def ask(self, message):
        """Send a message and take in what became of it; says whether anything did."""
        self.pending = message
        told = self.hear() if self.send(message) else None
        if told is None:
            return False
        self.shown = told["shown"]
        if self.shown["about"] != message["uuid"] or self.shown["state"] != "saved":
            self.found.wrong.append(f"{message}: {self.shown['message']}")
        elif self.said.hear(message):
            self.sent[message["uuid"]] = message
        self.found.n_acknowledged += 1
        self.pending = None
        return True

    def send(self, message):
        try:
            self.connection.sendall((json.dumps(message) + "\n").encode())
        except OSError:
            return False
        return True

    def hear(self):
        try:
            line = self.lines.readline()
        except OSError:
            return None
        return json.loads(line) if line.endswith("\n") else None

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        self.close()

    def close(self):
        self.lines.close()
        self.connection.close()


def campaign(n_kills, *, seed, folder, annotators=("vera", "cecilia")):
    """Kill so many kernels; returns what was found."""
    members = [
        Member(identifier=f"star-{n}", role=Role.ORACLE, position=n)
        for n in range(N_MEMBERS)
    ]
    journal = Journal(folder / "journal.sqlite")
    journal.open_round(CAMPAIGN, NewRound(number=0, model_hash="blind", members=members))
    journal.close()
    address = folder / "kernels"
    command = [sys.executable, Path(__file__).with_name("desk_kernel.py"), folder, address]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout.readline() == "ready\n"
            pages = [
                Page(annotator, address, random.Random(f"{seed} {annotator}"))
                for annotator in annotators
            ]
            share = -(-n_kills // len(pages))
            working = [threading.Thread(target=page.work, args=(share,)) for page in pages]
            [thread.start() for thread in working]
            [thread.join() for thread in working]
            [page.close() for page in pages]
        finally:
            server.kill()
    total = Found()
    for page in pages:
        total.n_kills += page.found.n_kills
        total.n_acknowledged += page.found.n_acknowledged
        on_the_way = page.found.n_kills_with_an_answer_on_the_way
        total.n_kills_with_an_answer_on_the_way += on_the_way
        total.wrong += page.found.wrong + misplaced(folder / "journal.sqlite", page)
    return total


def misplaced(path, page):
    """Differences between a page's acknowledged messages and the rows of the database."""
    query = (
        "SELECT uuid, identifier, action, value, comment, content_hash FROM label_event "
        "WHERE annotator = ?"
    )
    with contextlib.closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(query, [page.annotator]).fetchall()
    wrong = [f"{row}: nobody sent it" for row in rows if row[0] not in page.sent]
    wrong += [f"{uuid}: lost" for uuid in page.sent.keys() - {row[0] for row in rows}]
    for uuid, identifier, action, value, comment, content_hash in rows:
        sent = page.sent.get(uuid)
        if sent is None or action in ("undo", "redo"):
            continue
        said = {"label": value == sent["value"], "comment": comment == sent["text"]}
        right = identifier == sent["identifier"] and content_hash == f"hash of {identifier}"
        if not (right and said.get(action, True)):
            wrong.append(f"{uuid}: misassigned")
    return wrong


def main():
    """Run the campaign and print what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--n", type=int, default=1000, help="kills")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        found = campaign(asked.n, seed=asked.seed, folder=Path(folder))
    lines = [
        f"{found.n_kills} kernels killed, "
        f"{found.n_kills_with_an_answer_on_the_way} with an answer on the way; "
        f"{found.n_acknowledged} answers acknowledged; "
        f"{len(found.wrong)} lost or misassigned ({time.perf_counter() - begun:.0f} s)",
        *found.wrong[:20],
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(bool(found.wrong))


if __name__ == "__main__":
    main()
