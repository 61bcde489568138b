"""The whole loop in one call: files, archive, campaign, candidates, report.

Two arms run on every seed: active learning, and the same number of random labels. The
oracle is simulated, the code is that of a campaign with a person.
"""

import multiprocessing
import os
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess
from pathlib import Path

from specoracle.archive.archive import Archive
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.catalogue.candidates import candidates, write_candidates
from specoracle.campaign.facts import MIXED, CampaignFacts
from specoracle.campaign.opening import create_campaign
from specoracle.campaign.replay.replay import ReplayRound, replay
from specoracle.campaign.workspace import Workspace
from specoracle.errors import CampaignError
from specoracle.ingest.ingest import ingest_survey
from specoracle.recipes.built_in import recipe_named
from specoracle.report.replay_report import Arms, print_arms, write_replay_report
from specoracle.simulate.survey import read_truth, simulate_survey
from specoracle.spectra.classification import spectral_letter

Say = Callable[[str], None]

YOURS = "yours"
"""Name of the campaign that is left to the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a demo is about.

    Attributes
    ----------
    sources
        Folder of survey files.
    recipe
        Name of the recipe.
    facts
        The active arm; a random arm is derived from it.
    targets
        One search for each.
    n_rounds, n_seeds
        How long and how often.
    n_known
        Members of each target class that are known before the first question.
    remark
        What the reader of the figures must know.
    """

    sources: Path
    recipe: str
    facts: CampaignFacts
    targets: tuple[tuple[str, ...], ...]
    n_rounds: int
    n_seeds: int
    n_known: int
    remark: str


def simulated_scene(workspace: Path) -> Scene:
    """Made-up LAMOST stars, of which 2 % have Hα in emission."""
    return Scene(
        sources=workspace / "survey",
        recipe="halpha",
        facts=CampaignFacts(
            name="active",
            classes=("absorption", "emission", "double-peak"),
            targets=("emission", "double-peak"),
            preset="default",
            strategy=MIXED,
            batch_size=60,
            estimation_size=40,
            estimation_growth=40,
        ),
        targets=(("emission", "double-peak"),),
        n_rounds=4,
        n_seeds=1,
        n_known=1,
        remark="Both arms begin with one known star of each target class. The stars "
        "are simulated, so the table shows the truth beside the estimate that a real "
        "campaign would have.",
    )


def real_scene(spectra: Path) -> Scene:
    """Real LAMOST files: find one spectral class among the others."""
    return Scene(
        sources=spectra,
        recipe="coarse",
        facts=CampaignFacts(
            name="active",
            classes=("A", "F", "G", "K", "M"),
            targets=("M",),
            batch_size=20,
            candidate_size=10,
            estimation_size=20,
            estimation_growth=0,
        ),
        targets=(("M",), ("K",)),
        n_rounds=3,
        n_seeds=10,
        n_known=0,
        remark="The oracle is the pipeline's class letter. There are few M stars, and "
        "they lie on few plates: read their figure with that in mind. The estimation "
        "sample of 20 is far too small for intervals of use.",
    )


def run_demo(
    workspace: Path,
    *,
    spectra: Path | None,
    n_seeds: int | None,
    n_rounds: int | None,
    say: Say,
) -> None:
    """Run the demo and leave archive, campaigns, candidates and report behind.

    Parameters
    ----------
    workspace
        Where; what an earlier run did there is not done again.
    spectra
        Folder of real LAMOST files; simulated ones when left out.
    n_seeds, n_rounds
        Other than the scene's own.
    say
        Receives the lines to print.
    """
    started = time.monotonic()
    scene = simulated_scene(workspace) if spectra is None else real_scene(spectra)
    scene = replace(
        scene, n_seeds=n_seeds or scene.n_seeds, n_rounds=n_rounds or scene.n_rounds
    )
    space = Workspace(workspace)
    truth = _prepare(space, scene, simulated=spectra is None, say=say)
    for targets in scene.targets:
        arms = _run_arms(space, scene, targets, truth, say)
        print_arms(arms, say)
        _leave_results(space, scene, arms, say)
    _leave_to_user(space, scene)
    say(f"\nDone in {(time.monotonic() - started) / 60:.1f} min. Label some yourself:")
    say(f"  specoracle app {workspace} --campaign {YOURS}")


def _prepare(
    space: Workspace, scene: Scene, *, simulated: bool, say: Say
) -> dict[str, str]:
    if simulated and not (scene.sources / "truth.csv").exists():
        say("Simulating 2,000 stars as LAMOST files …")
        shutil.rmtree(scene.sources, ignore_errors=True)
        simulate_survey(
            scene.sources, n_spectra=2000, compress=True, prevalence=0.02, seed=1
        )
    recipe = recipe_named(scene.recipe)
    say(f"Ingesting {scene.sources} …")
    count = ingest_survey([str(scene.sources)], space.archive, recipe=recipe)
    say(f"{count.n_spectra:,} spectra in the archive, {count.n_refused:,} files refused.")
    return read_truth(scene.sources) if simulated else _pipeline_letters(space, scene)


def _pipeline_letters(space: Workspace, scene: Scene) -> dict[str, str]:
    """Read the class letter that the survey's pipeline gave to each star."""
    columns = ["identifier", "object_class", "subclass"]
    rows = Archive(space.archive).catalogue(columns).to_pylist()
    letters = {
        row["identifier"]: spectral_letter(row["subclass"])
        for row in rows
        if row["object_class"] == "STAR"
    }
    truth = {name: c for name, c in letters.items() if c in scene.facts.classes}
    if not truth:
        raise CampaignError(
            f"{scene.sources}: expected LAMOST stars with a spectral class in SUBCLASS, "
            "got none. Take low-resolution spectra of the survey."
        )
    return truth


def _run_arms(
    space: Workspace,
    scene: Scene,
    targets: tuple[str, ...],
    truth: dict[str, str],
    say: Say,
) -> Arms:
    """Run both arms on all seeds, two processes at a time."""
    jobs = [
        (arm, seed, _arm_facts(scene, arm, targets, seed))
        for seed in range(scene.n_seeds)
        for arm in ("active", "random")
    ]
    say(
        f"\nLooking for {', '.join(targets)}: {len(jobs)} campaigns of {scene.n_rounds} "
        f"rounds, {scene.facts.batch_size} labels each …"
    )
    known = _known(scene, targets, truth)
    done: dict[str, dict[int, list[ReplayRound]]] = {"active": {}, "random": {}}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context, initializer=_begin_worker) as pool:
        running = {
            pool.submit(
                replay, space, facts, truth, n_rounds=scene.n_rounds, known=known
            ): (arm, seed)
            for arm, seed, facts in jobs
        }
        for number, future in enumerate(as_completed(running), start=1):
            if future.exception() is not None:
                pool.shutdown(cancel_futures=True)
            arm, seed = running[future]
            done[arm][seed] = future.result()
            if len(jobs) > 2:
                last = done[arm][seed][-1]
                say(
                    f"  {number:>2} of {len(jobs)}: {arm:<6} seed {seed}: "
                    f"{last.n_found} of {last.n_targets} found with "
                    f"{last.estimate.n_labels} labels"
                )
    return Arms(
        targets=targets,
        active=[done["active"][seed] for seed in range(scene.n_seeds)],
        random=[done["random"][seed] for seed in range(scene.n_seeds)],
        remark=scene.remark,
    )


def _known(scene: Scene, targets: tuple[str, ...], truth: dict[str, str]) -> dict[str, str]:
    """Take the first few targets of each class as known, in the order of their names."""
    return {
        name: target
        for target in targets
        for name in sorted(n for n, c in truth.items() if c == target)[: scene.n_known]
    }


def _arm_facts(
    scene: Scene, arm: str, targets: tuple[str, ...], seed: int
) -> CampaignFacts:
    facts = replace(
        scene.facts,
        name=f"{arm}-{'-'.join(targets)}-{seed}",
        targets=targets,
        seed=seed,
    )
    if arm == "active":
        return facts
    return replace(facts, strategy="random", candidate_size=0)


def _begin_worker() -> None:
    """Set up a process of the pool: one thread, and no life after its parent's.

    Two campaigns on two cores are faster than one on both. A pool's processes would go on
    with what is queued when the demo is killed; what they have on disk stands anyway.
    """
    os.environ["OMP_NUM_THREADS"] = "1"
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _leave_results(space: Workspace, scene: Scene, arms: Arms, say: Say) -> None:
    name = _arm_facts(scene, "active", arms.targets, 0).name
    campaign = Campaign(space, name)
    found = candidates(campaign)
    campaign.close()
    stem = "-".join(arms.targets)
    table = space.folder / f"candidates-{stem}.csv"
    report = space.folder / f"report-{stem}.html"
    write_candidates(table, found)
    write_replay_report(report, arms)
    say(f"Candidates: {table} ({len(found)} spectra)")
    say(f"Report:     {report}")


def _leave_to_user(space: Workspace, scene: Scene) -> None:
    if YOURS not in space.campaign_names():
        create_campaign(space, replace(scene.facts, name=YOURS)).close()
