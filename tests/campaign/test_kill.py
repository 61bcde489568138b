"""Annotators whose process is killed: what the screen acknowledged is in the journal."""

import ast
import random
import subprocess
import sys
import time

from specoracle.campaign.campaign import Campaign

ANNOTATE = """
import random, sys
from specoracle.campaign.campaign import Campaign

rng = random.Random(int(sys.argv[2]))
batch = Campaign.open(sys.argv[1], "hunt").batch("vera")
print("ready", flush=True)
for _ in range(5000):
    verb = rng.choice(["label", "label", "label", "skip", "undo", "comment"])
    name = batch.current.identifier
    if verb == "label":
        batch.label(rng.choice(batch.classes), identifier=name)
    elif verb == "comment":
        batch.comment(f"note {rng.random()}", identifier=name)
    else:
        getattr(batch, verb)()
    said = {m.identifier: batch.answers.get(m.identifier) for m in batch.members}
    print({n: (a.value, a.skipped, a.comment) for n, a in said.items() if a}, flush=True)
"""


def acknowledged_before_a_kill(workspace, seed):
    """Answers as they were shown last before the process was killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", ANNOTATE, workspace, str(seed)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    time.sleep(random.Random(seed).uniform(0.05, 0.6))
    process.kill()
    lines = process.stdout.read().splitlines(keepends=True)
    process.wait()
    process.stdout.close()
    whole = [line for line in lines if line.endswith("\n")]
    return ast.literal_eval(whole[-1]) if whole else None


def test_killed_while_labelling_nothing_acknowledged_is_lost(campaign):
    n_checked = 0
    for seed in range(8):
        shown = acknowledged_before_a_kill(campaign.workspace.folder, seed)
        opened = Campaign.open(campaign.workspace.folder, "hunt")
        batch = opened.batch("vera")
        kept = {n: (a.value, a.skipped, a.comment) for n, a in batch.answers.items()}
        opened.close()
        if shown is None:
            continue
        # At most the one action that was under way may have been saved unseen.
        differing = {n for n in kept.keys() | shown.keys() if kept.get(n) != shown.get(n)}
        assert len(differing) <= 1
        n_checked += 1
    assert n_checked >= 4
    opened = Campaign.open(campaign.workspace.folder, "hunt")
    events = [recorded.event for recorded in opened.journal.events("hunt")]
    opened.close()
    members = {m.identifier for m in campaign.batch("vera").members}
    assert {event.identifier for event in events} <= members
    assert len({event.uuid for event in events}) == len(events) > 50
