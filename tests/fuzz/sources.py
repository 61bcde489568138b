"""Whole survey files to damage: real ones where this machine has them, else simulated."""

import gzip
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cards import header_cards, with_value

from specoracle.simulate.lamost_files import LAYOUTS, fits_bytes
from specoracle.simulate.survey import survey_star

REAL = Path(__file__).resolve().parents[3] / "shared" / "spectra"
N_SIMULATED = 40


@dataclass(frozen=True, slots=True)
class Original:
    """A whole file: what it is called, its FITS bytes, whether it came gzipped."""

    name: str
    content: bytes
    packed: bool

    def numbered(self, number):
        """Return its bytes with another date, so that copies are different observations.

        The data stay the survey's own, and so does the length of the header.
        """
        card = "LMJD" if "LMJD" in header_cards(self.content, 0) else "MJD"
        return with_value(self.content, card, f"{number:>20}")


@lru_cache(maxsize=1)
def originals(n=None):
    """Return the files to damage, in a fixed order.

    Parameters
    ----------
    n
        At most so many, spread over all; every one when left out.
    """
    found = _real() or _simulated()
    return found if n is None else found[:: max(1, len(found) // n)][:n]


def _real():
    paths = sorted([*REAL.glob("lamost_lrs/*.fits*"), *REAL.glob("sdss/*.fit*")])
    return [_read(path) for path in paths]


def _read(path):
    content = path.read_bytes()
    packed = content.startswith(b"\x1f\x8b")
    return Original(path.name, gzip.decompress(content) if packed else content, packed)


def _simulated():
    stars = [survey_star(5, number, label="emission") for number in range(N_SIMULATED)]
    layouts = sorted(LAYOUTS)
    return [
        Original(f"{star.identifier}.fits", fits_bytes(star, layout=layout), bool(i % 2))
        for i, star in enumerate(stars)
        for layout in [layouts[i // 2 % len(layouts)]]
    ]
