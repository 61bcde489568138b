"""One run of a comparison: an arm on a pool with a seed, and its result in one file.

The run is a campaign in a folder of its own beside the result; killed, it goes on from
there. Nothing but the result is left when it is done.
"""

import json
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.oracle import answer_all
from specoracle.campaign.replay.arm import Arm, SometimesWrong, arm_facts, arm_named
from specoracle.campaign.replay.classifier import new_classifier, uninformed
from specoracle.campaign.replay.looks import SECONDS, look
from specoracle.campaign.replay.pool import PoolPlan, label_of, prepared_pool
from specoracle.campaign.replay.replay import ANNOTATOR, opened
from specoracle.campaign.transition import next_round
from specoracle.campaign.workspace import Workspace
from specoracle.durable import write_text
from specoracle.journal.event import Role
from specoracle.simulate.pool import ASKED, HELD_OUT, Pool

FORMAT = "specoracle-replay"

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """One run.

    Attributes
    ----------
    pool
        The pool.
    arm
        As `arm_named` reads it.
    budget
        Answers after which the run ends.
    batch_size
        Answers a round; the preset's when left out.
    wrong
        Share of wrong answers.
    n_known
        Members of each target class that are known before the first question.
    max_epochs
        Most passes of a training over its set.
    classifier
        ``"network"``, or ``"linear"`` for a linear head on frozen features.
    """

    pool: PoolPlan
    arm: str
    budget: int = 1600
    batch_size: int | None = None
    wrong: float = 0.0
    n_known: int = 1
    max_epochs: int = 1000
    classifier: str = "network"

    @property
    def name(self) -> str:
        """Name of the result, without its ending."""
        head = "" if self.classifier == "network" else f"-{self.classifier}"
        wrong = f"-wrong{self.wrong:g}" if self.wrong else ""
        targets = f"-{'-'.join(self.pool.targets)}" if self.pool.targets else ""
        seed = f"-s{self.pool.seed}" if self.pool.kind == "c" else ""
        return f"{self.pool.name}{seed}{targets}-{self.arm}{head}{wrong}"


def run_once(plan: RunPlan, results: Path) -> Path:
    """Run to the end, unless the result is there.

    Parameters
    ----------
    plan
        What to run.
    results
        Folder of the results.

    Returns
    -------
    Path
        The result, a JSON file.
    """
    result = results / f"{plan.name}.json"
    if result.exists():
        return result
    pool, arm = prepared_pool(plan.pool), arm_named(plan.arm)
    space = _workspace(results / "running" / plan.name, pool)
    campaign = opened(space, _facts(plan, arm), _known(plan, pool), mapped=False)
    try:
        looks = _run(campaign, plan, arm, pool)
    finally:
        campaign.close()
    write_text(result, json.dumps(_record(plan, pool, looks), ensure_ascii=False) + "\n")
    shutil.rmtree(space.folder, ignore_errors=True)
    return result


def grid(batch_size: int, budget: int) -> list[int]:
    """Numbers of answers at which a run is judged: whole batches, each some √2 apart.

    Examples
    --------
    >>> grid(100, 1600)
    [100, 200, 300, 400, 600, 800, 1100, 1600]
    """
    powers = 2.0 ** (np.arange(0, 60) / 2)
    rounds = np.unique(np.rint(powers).astype(np.int64))
    return [int(n) for n in rounds * batch_size if n <= budget]


def _run(campaign: Campaign, plan: RunPlan, arm: Arm, pool: Pool) -> list[dict[str, Any]]:
    oracle = SometimesWrong(label_of(pool), plan.pool.classes, plan.wrong, plan.pool.seed)
    notes = campaign.workspace.folder / "looks.json"
    looks = json.loads(notes.read_text("utf-8")) if notes.exists() else []
    judged = grid(campaign.facts.batch_size, plan.budget)
    while True:
        number = campaign.round_number
        n = _n_answers(campaign, before=number)
        if number and n in judged and all(each["answers"] != n for each in looks):
            looks.append({**look(campaign, pool, plan.classifier), "answers": n})
            write_text(notes, json.dumps(looks))
        if n >= judged[-1] or not campaign.batch(ANNOTATOR).members:
            return looks
        answer_all(campaign.batch(ANNOTATOR), oracle)
        after = _n_answers(campaign, before=number + 1)
        model = new_classifier(plan.classifier)
        if arm.is_blind and after not in judged:
            model = uninformed()
        began = time.monotonic()
        next_round(campaign, classifier=model, mapped=False)
        note = campaign.folder.round(number + 1).folder / SECONDS
        write_text(note, f"{time.monotonic() - began:.2f}")


def _n_answers(campaign: Campaign, *, before: int) -> int:
    """Count the answers that were given in the rounds before one; imports are none."""
    events = (recorded.event for recorded in campaign.journal.events(campaign.name))
    return sum(e.round_number < before and e.role is not Role.IMPORT for e in events)


def _workspace(folder: Path, pool: Pool) -> Workspace:
    """Make a workspace of its own for a run; the archive is the pool's."""
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "archive"
    if not link.is_symlink():
        link.symlink_to(pool.archive().resolve(), target_is_directory=True)
    return Workspace(folder)


def _facts(plan: RunPlan, arm: Arm) -> Any:
    changes: dict[str, Any] = {"seed": plan.pool.seed, "max_epochs": plan.max_epochs}
    if plan.batch_size is not None:
        changes["batch_size"] = plan.batch_size
    return arm_facts(
        arm, classes=plan.pool.classes, targets=plan.pool.looked_for, **changes
    )


def _known(plan: RunPlan, pool: Pool) -> dict[str, str]:
    """Draw known members of each target class; the same in all arms of a seed."""
    rng = np.random.default_rng([plan.pool.seed, 19])
    labels = label_of(pool)
    known: dict[str, str] = {}
    for target in plan.pool.looked_for:
        members = sorted(name for name, label in labels.items() if label == target)
        chosen = rng.permutation(len(members))[: plan.n_known]
        known |= {members[i]: target for i in chosen}
    return known


def _record(plan: RunPlan, pool: Pool, looks: list[dict[str, Any]]) -> dict[str, Any]:
    targets = plan.pool.looked_for
    parts = [part for part in (ASKED, HELD_OUT) if pool.archive(part).exists()]
    members = {part: pool.truth(part) for part in parts}
    return {
        "format": FORMAT,
        "version": VERSION,
        "pool": plan.pool.kind,
        "prevalence": plan.pool.prevalence,
        "seed": plan.pool.seed,
        **{k: v for k, v in asdict(plan).items() if k != "pool"},
        "classes": list(plan.pool.classes),
        "targets": list(targets),
        "n_spectra": {part: len(some) for part, some in members.items()},
        "stars": {
            part: [member.star for member in some if member.label in targets]
            for part, some in members.items()
        },
        "looks": looks,
    }
