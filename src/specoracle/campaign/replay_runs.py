"""One run of a comparison: an arm on a pool with a seed, and its result in one file.

The run is a campaign in a folder of its own beside the result; killed, it goes on from
there. Nothing but the result is left when it is done.

What is judged, at a geometric grid of the number of answers:

- the part that is *asked* about, as a campaign would hand it out: answered targets first,
  the rest by score, answered others last;
- the part that is *held out*, by score alone. Its stars are others than those asked about,
  so it tells what the model has learnt, not what has been looked up.
"""

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Archive
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.next_batch import target_score
from specoracle.campaign.oracle import answer_all
from specoracle.campaign.performance import trained_on
from specoracle.campaign.replay import ANNOTATOR, opened
from specoracle.campaign.replay_arm import Arm, SometimesWrong, arm_facts, arm_named
from specoracle.campaign.replay_classifier import fitted, new_classifier, uninformed
from specoracle.campaign.replay_pool import PoolPlan, label_of, prepared_pool
from specoracle.campaign.replay_ranking import Ranking, judge_ranking
from specoracle.campaign.scores import read_scores
from specoracle.campaign.scoring import log_probabilities
from specoracle.campaign.transition import next_round
from specoracle.campaign.workspace import Workspace
from specoracle.durable import write_text
from specoracle.journal.event import Role
from specoracle.simulate.pool import ASKED, HELD_OUT, Pool, TrueMember

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
        if number and n in judged and all(look["answers"] != n for look in looks):
            looks.append(_look(campaign, plan, pool, n))
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
        note = campaign.folder.round(number + 1).folder / "seconds.txt"
        write_text(note, f"{time.monotonic() - began:.2f}")


def _look(campaign: Campaign, plan: RunPlan, pool: Pool, n: int) -> dict[str, Any]:
    """Judge the last trained round."""
    number = campaign.round_number
    truth = pool.truth()
    labels, targets = trained_on(campaign, number), set(campaign.facts.targets)
    names = [name for name, label in label_of(pool).items() if label in targets]
    note = campaign.folder.round(number).folder / "seconds.txt"
    look = {
        "round": number,
        "answers": n,
        "labels": len(labels),
        "targets": len(set(names) & labels.keys()),
        "seconds": float(note.read_text()) if note.exists() else None,
        ASKED: _figures(_judged_asked(campaign, truth, labels)),
    }
    if pool.archive(HELD_OUT).exists():
        look[HELD_OUT] = _figures(_judged_held_out(campaign, plan, pool))
    return look


def _judged_asked(
    campaign: Campaign, truth: Sequence[TrueMember], labels: dict[str, str]
) -> Ranking:
    facts, archive = campaign.facts, campaign.archive
    scores = read_scores(campaign.folder.round(campaign.round_number).scores)
    score = target_score(facts, scores)
    answered = archive.rows(list(labels))
    score[answered] = [2.0 if x in facts.targets else -1.0 for x in labels.values()]
    return judge_ranking(score, _is_target(truth, facts.targets))


def _judged_held_out(campaign: Campaign, plan: RunPlan, pool: Pool) -> Ranking:
    facts = campaign.facts
    archive = Archive(pool.archive(HELD_OUT))
    try:
        model = fitted(campaign, plan.classifier)
        everything = np.ones(len(archive), np.bool_)
        blocks = list(log_probabilities(archive, model, facts.classes, everything))
    finally:
        archive.close()
    score = target_score(facts, np.concatenate(blocks))
    return judge_ranking(score, _is_target(pool.truth(HELD_OUT), facts.targets))


def _is_target(
    truth: Sequence[TrueMember], targets: Sequence[str]
) -> npt.NDArray[np.bool_]:
    return np.array([member.label in targets for member in truth], np.bool_)


def _figures(ranking: Ranking) -> dict[str, Any]:
    return {
        "completeness": round(ranking.completeness, 5),
        "average_precision": round(ranking.average_precision, 5),
        "found": "".join("1" if each else "0" for each in ranking.found),
    }


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
