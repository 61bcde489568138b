"""The folder that holds an archive, its campaigns, and the journal of their labels."""

from dataclasses import dataclass
from pathlib import Path

from specoracle.errors import CampaignError


@dataclass(frozen=True, slots=True)
class Workspace:
    """The paths inside a workspace.

    Attributes
    ----------
    folder
        The workspace.
    """

    folder: Path

    @property
    def archive(self) -> Path:
        """The archive of spectra."""
        return self.folder / "archive"

    @property
    def campaigns(self) -> Path:
        """One folder a campaign."""
        return self.folder / "campaigns"

    @property
    def journal(self) -> Path:
        """Label events."""
        return self.folder / "journal.sqlite"

    @property
    def jobs(self) -> Path:
        """Job records."""
        return self.folder / "jobs.sqlite"

    def keys(self, annotator: str) -> Path:
        """File that remembers which keys an annotator wants."""
        return self.folder / "annotators" / f"{annotator.encode().hex()[:200]}.json"

    def campaign(self, name: str) -> "CampaignFolder":
        """Return the folder of one campaign."""
        return CampaignFolder(self.campaigns / name)

    def campaign_names(self) -> list[str]:
        """Names of the campaigns there are, sorted."""
        return sorted(path.parent.name for path in self.campaigns.glob("*/campaign.json"))

    def check(self) -> None:
        """Refuse a folder that is no workspace.

        Raises
        ------
        CampaignError
            If it does not exist or holds no archive.
        """
        if not (self.archive / "archive.json").exists():
            raise CampaignError(
                f"{self.folder}: expected a workspace with an archive in it, got none. "
                f"Make one with 'specoracle ingest SRC --archive {self.archive}'."
            )


@dataclass(frozen=True, slots=True)
class CampaignFolder:
    """The paths inside a campaign's folder."""

    folder: Path

    @property
    def facts(self) -> Path:
        """What the campaign is."""
        return self.folder / "campaign.json"

    @property
    def selected(self) -> Path:
        """The rows it is about, where these are part of the archive."""
        return self.folder / "selected.h5"

    @property
    def elsewhere(self) -> Path:
        """Spectra that were labelled elsewhere, where it began from such."""
        return self.folder / "elsewhere.npz"

    @property
    def lock(self) -> Path:
        """Held during a round transition."""
        return self.folder / "transition.lock"

    def round(self, number: int) -> "RoundFolder":
        """Return the folder of one round."""
        return RoundFolder(self.folder / "rounds" / f"{number:04d}")

    def place(self, annotator: str) -> Path:
        """File that remembers which spectrum an annotator was looking at."""
        return self.folder / "places" / f"{annotator.encode().hex()[:200]}.txt"


@dataclass(frozen=True, slots=True)
class RoundFolder:
    """The paths inside a round's folder."""

    folder: Path

    @property
    def scores(self) -> Path:
        """Log-probabilities of the whole pool."""
        return self.folder / "scores.h5"

    @property
    def training(self) -> Path:
        """The labels that the model was trained on."""
        return self.folder / "training.json"

    @property
    def checkpoint(self) -> Path:
        """What an unfinished training has reached; each member of an ensemble has one."""
        return self.folder / "training.checkpoint.safetensors"

    @property
    def checkpoints(self) -> list[Path]:
        """All that there are."""
        return sorted(self.folder.glob(f"{self.checkpoint.name}*"))

    @property
    def draw(self) -> Path:
        """Strata and probabilities of the draw of this round."""
        return self.folder / "draw.h5"

    @property
    def map(self) -> Path:
        """Plane coordinates of batch and training set."""
        return self.folder / "map.h5"

    @property
    def attribution(self) -> Path:
        """What the model looked at in each spectrum of the batch."""
        return self.folder / "attribution.h5"
