"""Seconds and memory of the report and the catalogue of candidates of a large pool.

``python tests/bench/report_speed.py --rows 4000000`` makes an archive of so many spectra
in a temporary folder, their flux never written, with a campaign of some trained rounds and
a labelled estimation sample beside it, and prints each figure beside its target. Each is
that of a process of its own.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np
from huge_books import close, make, peak_rss
from query_speed import made_up
from verdict import Figure, conclude

from specoracle.archive.archive import Archive
from specoracle.archive.layout import Layout
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.facts import CampaignFacts
from specoracle.campaign.scores import write_scores
from specoracle.campaign.scoring import Scores
from specoracle.campaign.workspace import Workspace
from specoracle.durable import appearing, write_text
from specoracle.journal.event import Action, LabelEvent, Role
from specoracle.journal.journal import EstimationMember, Journal, Member, NewRound

CLASSES = ("absorption", "emission", "double-peak")
N_ROUNDS = 5
N_SAMPLE = 100
"""Drawn in each round; as many are asked beside it."""

BELOW = (-0.99, -0.9, -0.5, -0.1, -0.01)
"""Probabilities that part the strata, the most probable first, negative."""

SECONDS, MEGABYTES = 5.0, 1000.0
"""Targets at four million, on two cores, of memory beyond the scores."""

NAME = "bench"


def make_campaign(folder, n_rows, n_rounds):
    """Write what a campaign of some rounds leaves behind."""
    space = Workspace(folder)
    make(Layout(space.archive), n_rows)
    list(close(Layout(space.archive), n_rows))
    facts = CampaignFacts(name=NAME, classes=CLASSES, targets=CLASSES[1:])
    facts.write(space.campaign(NAME).facts)
    archive, journal = Archive(space.archive), Journal(space.journal)
    trained = {}
    for number in range(n_rounds + 1):
        trained |= write_round(space, archive, journal, trained, number)
    journal.close()
    archive.close()


def write_round(space, archive, journal, trained, number):
    """Score, draw, open and answer one round; returns what it adds to the training set."""
    n_rows, rng = len(archive), np.random.default_rng(number)
    logs = made_up(n_rows, 1)  # the same every round: only its size counts
    target = np.exp(logs[:, 1:]).sum(axis=1)
    folder = space.campaign(NAME).round(number)
    strata = np.searchsorted(BELOW, -target).astype("u1")
    drawn = stratified(strata, rng)
    with appearing(folder.draw) as partial, h5py.File(partial, "w") as file:
        file["stratum"], file["probability"] = strata, drawn.probability
    if number:
        write_scores(folder.scores, [Scores(logs)], n_spectra=n_rows, classes=CLASSES)
        record = {"round": number, "labels": trained}
        write_text(folder.training, json.dumps(record))
    asked = rng.choice(n_rows, N_SAMPLE, replace=False)
    rows = np.concatenate([drawn.rows, np.setdiff1d(asked, drawn.rows)])
    names = archive.identifiers(rows)
    roles = [Role.ESTIMATION] * len(drawn.rows) + [Role.ORACLE] * len(rows)
    journal.open_round(NAME, new_round(number, names, roles, drawn, strata))
    labels = ["emission" if rng.random() < target[row] else "absorption" for row in rows]
    journal.record_all(
        LabelEvent(
            campaign=NAME,
            round_number=number,
            annotator="vera",
            identifier=name,
            role=role,
            action=Action.LABEL,
            value=label,
        )
        for name, role, label in zip(names, roles, labels, strict=False)
    )
    n_drawn = len(drawn.rows)
    return dict(zip(names[n_drawn:], labels[n_drawn:], strict=True))


class Drawn(NamedTuple):
    rows: np.ndarray
    probability: np.ndarray


def stratified(strata, rng):
    """Draw as many from every stratum, as far as it goes."""
    n_strata = len(BELOW) + 1
    sizes = np.bincount(strata, minlength=n_strata)
    wanted = np.minimum(sizes, N_SAMPLE // n_strata)
    rows = [
        rng.choice(np.flatnonzero(strata == number), n, replace=False)
        for number, n in enumerate(wanted)
    ]
    return Drawn(np.sort(np.concatenate(rows)), wanted / np.maximum(sizes, 1))


def new_round(number, names, roles, drawn, strata):
    n_drawn = len(drawn.rows)
    members = [
        Member(
            identifier=name,
            role=role,
            position=position,
            reason="bench",
            probability=None if role is Role.ESTIMATION else 1e-4,
        )
        for position, (name, role) in enumerate(zip(names, roles, strict=False))
    ]
    sample = [
        EstimationMember(
            identifier=name,
            draw=number,
            stratum=int(strata[row]),
            probability=float(drawn.probability[strata[row]]),
            model_hash="bench",
        )
        for name, row in zip(names[:n_drawn], drawn.rows.tolist(), strict=True)
    ]
    return NewRound(number=number, model_hash="bench", members=members, estimation=sample)


def report(campaign, folder):
    from specoracle.report.campaign_report import write_campaign_report

    write_campaign_report(folder / "report.html", campaign)


def catalogue(campaign, folder):
    from specoracle.campaign.catalogue.candidates import candidates, write_candidates

    found = candidates(campaign)
    write_candidates(folder / "candidates.fits", found)


MEASURES = {"report": report, "catalogue": catalogue}


def measure(name, folder):
    """Seconds and megabytes of one of them, imports included."""
    campaign = Campaign.open(folder, NAME)
    before = peak_rss()
    begun = time.perf_counter()
    MEASURES[name](campaign, folder)
    seconds = time.perf_counter() - begun
    return seconds, peak_rss() - before


def figures(n_rows, n_rounds=N_ROUNDS):
    """Make the pool and measure everything; each in a process of its own."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        make_campaign(folder, n_rows, n_rounds)
        for name in MEASURES:
            words = [sys.executable, __file__, "--measure", name, "--folder", place]
            done = subprocess.run(words, check=True, capture_output=True, text=True)
            seconds, megabytes = json.loads(done.stdout.splitlines()[-1])
            judged = name == "report"
            yield Figure(
                name=name,
                values=[seconds],
                peer=f"seconds, {n_rows:,} spectra, {n_rounds} rounds",
                at_most=SECONDS if judged else None,
            )
            yield Figure(
                name=f"{name}, memory",
                values=[megabytes],
                peer="MB beyond what is imported, the scores among them",
                at_most=MEGABYTES if judged else None,
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=4_000_000)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        sys.stdout.write(json.dumps(measure(asked.measure, asked.folder)) + "\n")
        return
    found = list(figures(asked.rows))
    conclude(found)


if __name__ == "__main__":
    main()
