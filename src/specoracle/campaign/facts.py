"""What a campaign is, fixed when it is created."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from specoracle.durable import write_text
from specoracle.errors import CampaignError
from specoracle.query.names import NEED_ENSEMBLE, strategy_name
from specoracle.query.shares import Shares, shares_from

VERSION = 3
"""Version of ``campaign.json``; newer ones are refused. Version 1 has no ``where``, version
2 no shares, members, ``alike`` and ``warm_start``: these had the values that they have when
left out."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


SHARES = Shares(margin=68, mutual_information=0, artefact=2)
"""Make-up of a mixed batch, of the presets that ask one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """Settings that belong together.

    ``n_draws`` passes with dropout stand for an ensemble where a strategy needs one and
    the network drops out.
    """

    strategy: str
    batch_size: int
    candidate_size: int
    estimation_size: int
    estimation_growth: int
    network: str
    members: int = 1
    n_draws: int = 0
    shares: Shares = SHARES


MIXED = "mixed"
"""The strategy that asks for several reasons at once."""

PRESETS = {
    # Škoda, Podsztavek & Tvrdík (2020): 100 spectra by entropy, 30 to estimate.
    "skoda2020": Preset(
        strategy="entropy",
        batch_size=100,
        candidate_size=0,
        estimation_size=30,
        estimation_growth=30,
        network="skoda2020",
        n_draws=20,
    ),
    # An ensemble, asked for several reasons at once.
    "default": Preset(
        strategy=MIXED,
        batch_size=50,
        candidate_size=0,
        estimation_size=30,
        estimation_growth=15,
        network="residual",
        members=4,
    ),
}
"""Settings by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFacts:
    """The settings of a campaign.

    Attributes
    ----------
    name
        Letters, digits, dots, dashes and underscores.
    classes
        Names of the classes, in the order of their keys.
    targets
        Those that the campaign looks for.
    preset
        Name in `PRESETS` of the network and the settings it began with.
    strategy
        Query strategy, or ``mixed`` for several at once.
    batch_size
        Spectra asked about in a round, for training.
    candidate_size
        How many of these are the most probable targets; they are confirmed or refuted.
        While no target has a label, they are spectra unlike anything labelled. A mixed
        batch has its ``shares`` instead.
    estimation_size
        Spectra drawn into the estimation sample in round 0.
    estimation_growth
        Spectra drawn in every later round.
    seed
        Seed of everything random.
    max_epochs
        Most passes over the training set.
    arbiter
        Annotator whose word decides disagreements.
    where
        Expression over the catalogue that selected its part of the archive, see
        `specoracle.archive.expression`; ``None`` for all of it, as it grows.
    shares
        Make-up of a mixed batch; the preset's when ``None``.
    members
        Networks that are trained side by side; as many as the preset's when ``None``.
    alike
        Share of the first mixed batch, 0 to 1, that is like known members of the target
        classes, if any are known.
    warm_start
        Whether a training starts from the weights of the round before, which is quicker,
        and not from new ones, which has seldom done worse.
    """

    name: str
    classes: tuple[str, ...]
    targets: tuple[str, ...]
    preset: str = "skoda2020"
    strategy: str = "entropy"
    batch_size: int = 100
    candidate_size: int = 0
    estimation_size: int = 30
    estimation_growth: int = 30
    seed: int = 0
    max_epochs: int = 1000
    arbiter: str | None = None
    where: str | None = None
    shares: Shares | None = None
    members: int | None = None
    alike: float = 0.5
    warm_start: bool = False

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise CampaignError(
                "Campaign name: expected letters, digits, dots, dashes and underscores, "
                f"at most 64, got {self.name!r}. Choose another name."
            )
        if len(set(self.classes)) < 2 or len(set(self.classes)) != len(self.classes):
            raise CampaignError(
                f"{self.name}: expected at least two different classes, got "
                f"{list(self.classes)}. Name each class once."
            )
        if not self.targets or not set(self.targets) < set(self.classes):
            raise CampaignError(
                f"{self.name}: expected target classes that are some, not all, of "
                f"{list(self.classes)}, got {list(self.targets)}. Correct the targets."
            )
        if self.strategy != MIXED:
            strategy_name(self.strategy)
        self._check_sizes()
        if self.strategy in NEED_ENSEMBLE and max(self.n_members, self.n_draws) < 2:
            raise CampaignError(
                f"{self.name}: expected at least two networks that may contradict each "
                f"other, got {self.n_members}. Ask for more, or choose another strategy "
                f"than {self.strategy}."
            )

    def _check_sizes(self) -> None:
        if self.preset not in PRESETS:
            raise CampaignError(
                f"{self.name}: expected a preset of {', '.join(PRESETS)}, got "
                f"{self.preset!r}. Choose one of these."
            )
        valid = (
            self.batch_size >= 1
            and 0 <= self.candidate_size <= self.batch_size
            and self.estimation_size >= 0
            and self.estimation_growth >= 0
            and 0 <= self.alike <= 1
            and (self.members is None or self.members >= 1)
        )
        if not valid:
            raise CampaignError(
                f"{self.name}: expected a batch of at least one, no more candidates than "
                "that, no negative sample, a share alike of 0 to 1 and at least one "
                f"network, got batch {self.batch_size}, candidates {self.candidate_size}, "
                f"estimation sample {self.estimation_size} + {self.estimation_growth}, "
                f"alike {self.alike}, networks {self.members}. Correct the sizes."
            )

    @property
    def n_members(self) -> int:
        """Networks that are trained side by side."""
        return self.members or PRESETS[self.preset].members

    @property
    def n_draws(self) -> int:
        """Passes with dropout that stand for an ensemble; 0 where none is needed."""
        single = self.strategy in NEED_ENSEMBLE and self.n_members == 1
        return PRESETS[self.preset].n_draws if single else 0

    @property
    def batch_shares(self) -> Shares:
        """Make-up of a mixed batch."""
        return self.shares or PRESETS[self.preset].shares

    def write(self, path: Path) -> None:
        """Write ``campaign.json``."""
        record = {"format": "specoracle-campaign", "version": VERSION, **asdict(self)}
        write_text(path, json.dumps(record, indent=2, ensure_ascii=False) + "\n")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read ``campaign.json``.

        Raises
        ------
        CampaignError
            If it is missing, unreadable, or of a newer version.
        """
        try:
            record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as reason:
            raise CampaignError(
                f"{path}: expected a campaign, got {type(reason).__name__}. Create one "
                "with 'specoracle campaign create'."
            ) from reason
        found = record.pop("version", None)
        if record.pop("format", None) != "specoracle-campaign" or found is None:
            raise CampaignError(
                f"{path}: expected the facts of a campaign, got another JSON file."
                " Restore it."
            )
        if found > VERSION:
            raise CampaignError(
                f"{path}: expected a campaign of version {VERSION} or older, got version "
                f"{found}. Upgrade specoracle to open it."
            )
        record["classes"] = tuple(record["classes"])
        record["targets"] = tuple(record["targets"])
        if record.get("shares"):
            record["shares"] = shares_from(record["shares"])
        return cls(**record)
