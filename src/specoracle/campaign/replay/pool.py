"""The pools that presets and strategies are compared on; made once, used by many runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from specoracle.errors import CampaignError
from specoracle.simulate.emission import LABELS
from specoracle.simulate.hosts import read_hosts
from specoracle.simulate.pool import (
    LETTERS,
    Pool,
    make_injected,
    make_real,
    make_simulated,
)

KINDS = {
    "a": "simulated stars",
    "b": "lines injected into real spectra",
    "c": "real spectra with the class of their pipeline",
}
"""Pools by the letter that the command line knows them by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolPlan:
    """Which pool.

    Attributes
    ----------
    kind
        One of `KINDS`.
    folder
        Where pools are kept.
    seed
        Another seed, another pool; the real spectra are the same for all.
    n
        Spectra to ask about; as many are held out.
    prevalence
        Share of targets.
    source
        File of hosts for kind b, folder of survey files for c.
    targets
        Classes looked for; those of emission for a and b, K for c when empty.
    """

    kind: str
    folder: Path
    seed: int = 0
    n: int = 10_000
    prevalence: float = 0.01
    source: Path | None = None
    targets: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            known = ", ".join(f"{letter} ({words})" for letter, words in KINDS.items())
            raise CampaignError(
                f"Pool: expected one of {known}, got {self.kind!r}. Choose one of these."
            )

    @property
    def name(self) -> str:
        """Name of its folder."""
        if self.kind == "c":
            return "c"
        return f"{self.kind}-{self.n}-{self.prevalence:g}-{self.seed}"

    @property
    def classes(self) -> tuple[str, ...]:
        """Classes of its labels."""
        return LETTERS if self.kind == "c" else LABELS

    @property
    def looked_for(self) -> tuple[str, ...]:
        """Target classes."""
        return self.targets or (("K",) if self.kind == "c" else LABELS[1:])


def prepared_pool(plan: PoolPlan) -> Pool:
    """Return the pool, making it where nobody has; others wait for the one who does.

    Raises
    ------
    CampaignError
        If it has to be made and its source is not given.
    """
    pool = Pool(plan.folder / plan.name)
    plan.folder.mkdir(parents=True, exist_ok=True)
    with FileLock(plan.folder / f"{plan.name}.lock"):
        if not pool.is_whole:
            _make(plan, pool.folder)
    return pool


def _make(plan: PoolPlan, folder: Path) -> None:
    size = {"n": plan.n, "seed": plan.seed}
    if plan.kind == "a":
        make_simulated(folder, prevalence=plan.prevalence, **size)
        return
    if plan.source is None:
        raise CampaignError(
            f"Pool {plan.kind}: expected a folder of LAMOST spectra to make it from, got "
            "none. Name it with --spectra."
        )
    if plan.kind == "b":
        hosts = read_hosts(plan.source)
        make_injected(folder, hosts, prevalence=plan.prevalence, **size)
    else:
        make_real(folder, plan.source)


def label_of(pool: Pool) -> Mapping[str, str]:
    """Label of every spectrum that may be asked about."""
    return {member.identifier: member.label for member in pool.truth()}
