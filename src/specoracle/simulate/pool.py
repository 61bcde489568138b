"""Pools with known truth on disk: an archive to ask about, one held out, and the truth.

The held-out archive holds other stars than the pool; nobody is ever asked about them.
"""

import csv
import io
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

from specoracle.durable import write_text
from specoracle.errors import ArchiveError, LoaderError
from specoracle.loaders.survey_file import load
from specoracle.recipes.built_in import recipe_named
from specoracle.recipes.recipe import Recipe
from specoracle.simulate.hosts import Hosts
from specoracle.simulate.pool_archive import write_archive
from specoracle.simulate.pool_member import (
    Make,
    PoolMember,
    injected_member,
    simulated_member,
)
from specoracle.simulate.survey import draw_labels
from specoracle.spectra.classification import spectral_letter
from specoracle.spectra.observation import Observation

ASKED, HELD_OUT = "asked", "held-out"
"""The two parts of a pool."""

LETTERS = ("A", "F", "G", "K", "M")
"""Classes of the pool of real spectra."""

TRUTH = "truth.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueMember:
    """One row of the table of truth: its part of the pool, and as in `PoolMember`."""

    part: str
    identifier: str
    label: str
    truth: str
    star: int
    equivalent_width: float
    snr: float


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool on disk.

    Attributes
    ----------
    folder
        Where.
    """

    folder: Path

    def archive(self, part: str = ASKED) -> Path:
        """Return the archive of a part; not every pool has one that is held out."""
        return self.folder / part / "archive"

    @property
    def is_whole(self) -> bool:
        """Whether it was made to the end."""
        return (self.folder / TRUTH).exists()

    def truth(self, part: str = ASKED) -> list[TrueMember]:
        """Read the truth of a part, in the order of its archive.

        Raises
        ------
        ArchiveError
            If there is no such table.
        """
        if not self.is_whole:
            raise ArchiveError(
                f"{self.folder}: expected a pool with {TRUTH}, got none. Make it again."
            )
        with (self.folder / TRUTH).open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["part"] == part]
        return [_true_member(row) for row in rows]


def make_simulated(folder: Path, *, n: int, prevalence: float, seed: int) -> Pool:
    """Make a pool of ``n`` simulated stars, and as many others held out.

    Parameters
    ----------
    folder
        New folder; what an interrupted call left in it is made anew.
    n
        Spectra of each part.
    prevalence
        Share of targets, a third of them with a double peak.
    seed
        Seed of everything.
    """

    def make(number: int, label: str) -> PoolMember:
        return simulated_member(seed, number, label=label)

    return _make(folder, (make, make), n=n, prevalence=prevalence, seed=seed)


def make_injected(
    folder: Path, hosts: Hosts, *, n: int, prevalence: float, seed: int
) -> Pool:
    """Make a pool of lines injected into real spectra; the rest as `make_simulated`.

    The stars of the hosts are divided by the seed: one half makes the pool, the other
    what is held out.
    """
    stars = np.random.default_rng([seed, 13]).permutation(np.unique(hosts.star))
    first, second = np.array_split(stars, 2)
    makers = (_injecting(hosts, seed, first), _injecting(hosts, seed, second))
    return _make(folder, makers, n=n, prevalence=prevalence, seed=seed)


def make_real(folder: Path, spectra: Path) -> Pool:
    """Make a pool of real spectra whose labels are the letters of their pipeline class."""
    pool, recipe = Pool(folder), recipe_named("coarse")
    shutil.rmtree(folder, ignore_errors=True)
    truth: list[TrueMember] = []
    members = _noted(_real_members(spectra, recipe), ASKED, truth)
    write_archive(pool.archive(), members, recipe)
    write_text(folder / TRUTH, _table(truth))
    return pool


def _make(
    folder: Path, makers: tuple[Make, Make], *, n: int, prevalence: float, seed: int
) -> Pool:
    pool, recipe = Pool(folder), recipe_named("halpha")
    shutil.rmtree(folder, ignore_errors=True)
    truth: list[TrueMember] = []
    for k, part in enumerate((ASKED, HELD_OUT)):
        labels = draw_labels(n, prevalence, seed=2 * seed + k)
        members = (makers[k](k * n + i, label) for i, label in enumerate(labels))
        write_archive(pool.archive(part), _noted(members, part, truth), recipe)
    write_text(folder / TRUTH, _table(truth))
    return pool


def _injecting(hosts: Hosts, seed: int, stars: npt.NDArray[np.int64]) -> Make:
    among = np.flatnonzero(np.isin(hosts.star, stars))

    def make(number: int, label: str) -> PoolMember:
        return injected_member(hosts, seed, number, label=label, among=among)

    return make


def _real_members(spectra: Path, recipe: Recipe) -> Iterator[PoolMember]:
    seen: set[str] = set()
    need = recipe.need()
    for path in sorted(spectra.rglob("*.fits*")):
        for each in _loaded(path):
            letter = spectral_letter(each.catalogue.get("subclass", ""))
            wavelength, name = each.spectrum.wavelength, each.spectrum.identifier
            reaches = wavelength[0] <= need.start and wavelength[-1] >= need.stop
            star = each.catalogue.get("object_class") == "STAR" and letter in LETTERS
            if star and letter and reaches and name not in seen:
                seen.add(name)
                yield _real_member(each, letter, len(seen))


def _loaded(path: Path) -> list[Observation]:
    try:
        return load(path)
    except LoaderError:
        return []


def _real_member(observation: Observation, letter: str, number: int) -> PoolMember:
    return PoolMember(
        spectrum=observation.spectrum,
        label=letter,
        truth=observation.catalogue.get("subclass", ""),
        star=number,
        equivalent_width=0.0,
        snr=observation.catalogue.get("snr_r", float("nan")),
    )


def _noted(
    members: Iterable[PoolMember], part: str, truth: list[TrueMember]
) -> Iterator[PoolMember]:
    """Pass members on, and note what is true of them."""
    for member in members:
        truth.append(
            TrueMember(
                part=part,
                identifier=member.spectrum.identifier,
                label=member.label,
                truth=member.truth,
                star=member.star,
                equivalent_width=round(member.equivalent_width, 3),
                snr=round(member.snr, 2),
            )
        )
        yield member


def _table(truth: list[TrueMember]) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([field.name for field in fields(TrueMember)])
    rows.writerows(astuple(row) for row in truth)
    return text.getvalue()


def _true_member(row: dict[str, str]) -> TrueMember:
    return TrueMember(
        part=row["part"],
        identifier=row["identifier"],
        label=row["label"],
        truth=row["truth"],
        star=int(row["star"]),
        equivalent_width=float(row["equivalent_width"]),
        snr=float(row["snr"]),
    )
