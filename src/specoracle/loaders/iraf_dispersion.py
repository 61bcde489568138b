"""Dispersion functions of IRAF's multispec format: from pixels to wavelengths.

Attributes WAT2_001, WAT2_002, … hold one text, cut into cards of 68 characters. In it
``specN`` describes the N-th line of the image: aperture, beam, type of dispersion, first
wavelength, step, number of valid pixels, Doppler factor, limits of the aperture, and, of
type 2, any number of weighted functions.

References
----------
Valdes (1993), The IRAF/NOAO Spectral World Coordinate Systems, section 5 (help specwcs).
"""

import math
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.polynomial import chebyshev, legendre

from specoracle.errors import LoaderError
from specoracle.loaders.header import AnyHeader

Pixels = npt.NDArray[np.float64]

CARD = 68
"""Characters that IRAF writes in a card; FITS readers cut trailing blanks."""

LINEAR, LOG_LINEAR, NONLINEAR = 0, 1, 2

_SPEC = re.compile(r'spec(\d+)\s*=\s*"([^"]*)"')


class Line(NamedTuple):
    """What ``specN`` says of one line of the image."""

    aperture: int
    beam: int
    kind: int
    first: float
    step: float
    n_pixels: int
    doppler: float
    functions: tuple[float, ...]


def lines(header: AnyHeader) -> dict[int, Line]:
    """Descriptions of all lines, by their number, which counts from 1."""
    return {int(n): _line(words) for n, words in _SPEC.findall(_attributes(header))}


def wavelengths(line: Line, pixel: Pixels) -> Pixels:
    """Wavelengths of pixels, in the unit of the file, in air or vacuum as they are.

    Parameters
    ----------
    line
        Of the image.
    pixel
        Physical pixels, shape ``(n_pixels,)``, the first of which is 1.

    Raises
    ------
    LoaderError
        If the line is not calibrated, or by a function that is damaged or unknown.

    Examples
    --------
    >>> line = Line(1, 113, LINEAR, 5000.0, 0.5, 3, 0.0, ())
    >>> wavelengths(line, np.array([1.0, 2.0, 3.0]))
    array([5000. , 5000.5, 5001. ])
    """
    stretch = 1.0 + line.doppler
    if line.kind == LINEAR:
        return (line.first + line.step * (pixel - 1)) / stretch
    if line.kind == LOG_LINEAR:
        return 10 ** ((line.first + line.step * (pixel - 1)) / stretch)
    if line.kind != NONLINEAR or not line.functions:
        raise LoaderError(
            f"Aperture {line.aperture}: expected dispersion of type 0, 1 or 2, with "
            f"functions for 2, got {line.kind} with {len(line.functions)} numbers. The "
            "spectrum is not calibrated; leave it out."
        )
    fields, total = iter(line.functions), np.zeros(pixel.shape)
    for weight in fields:
        offset, kind = _take(fields, 2)
        total += weight * (offset + _function(int(kind), fields, pixel))
    return total / stretch


def _attributes(header: AnyHeader) -> str:
    parts, number = [], 1
    while (part := header.get(f"WAT2_{number:03d}")) is not None:
        parts.append(str(part).ljust(CARD))
        number += 1
    return "".join(parts)


def _line(words: str) -> Line:
    try:
        fields = [float(word) for word in words.split()]
        if not all(map(math.isfinite, fields)):
            raise ValueError(words)
        aperture, beam, kind, first, step, n_pixels, doppler = fields[:7]
        return Line(
            int(aperture),
            int(beam),
            int(kind),
            first,
            step,
            int(n_pixels),
            doppler,
            tuple(fields[9:]),
        )
    except (ValueError, OverflowError) as reason:
        raise LoaderError(
            f"Expected numbers in WAT2: aperture, beam, type and so on, got "
            f"{words[:60]!r}. The header is damaged; fetch the file again."
        ) from reason


def _take(fields: Iterator[float], count: int) -> list[float]:
    taken = list(islice(fields, max(count, 0)))
    if len(taken) < count:
        raise LoaderError(
            f"Expected {count} more numbers of a dispersion function in WAT2, got "
            f"{len(taken)}. The header is cut; fetch the file again."
        )
    return taken


def _function(kind: int, fields: Iterator[float], pixel: Pixels) -> Pixels:
    known = {
        1: _polynomial(chebyshev.chebval),
        2: _polynomial(legendre.legval),
        3: _cubic_spline,
        4: _linear_spline,
        5: _pixel_array,
        6: _sampled_array,
    }
    if kind not in known:
        raise LoaderError(
            f"Expected a dispersion function of type 1 to 6 in WAT2, got {kind}. The "
            "header is damaged; fetch the file again."
        )
    return known[kind](fields, pixel)


def _polynomial(
    value: Callable[..., Any],
) -> Callable[[Iterator[float], Pixels], Pixels]:
    def evaluate(fields: Iterator[float], pixel: Pixels) -> Pixels:
        order, low, high = _take(fields, 3)
        middle, half = (high + low) / 2, (high - low) / 2
        coefficients = _take(fields, int(order))
        return np.asarray(value((pixel - middle) / half, coefficients))

    return evaluate


def _pieces(
    fields: Iterator[float], pixel: Pixels, *, more: int
) -> tuple[Pixels, npt.NDArray[np.int64], Pixels]:
    """Coefficients, piece of each pixel, and its place between the knots."""
    n_pieces, low, high = _take(fields, 3)
    coefficients = np.array(_take(fields, int(n_pieces) + more))
    place = (pixel - low) / (high - low) * n_pieces
    piece = np.clip(place.astype(np.int64), 0, int(n_pieces) - 1)
    return coefficients, piece, place - piece


def _cubic_spline(fields: Iterator[float], pixel: Pixels) -> Pixels:
    coefficients, piece, b = _pieces(fields, pixel, more=3)
    a = 1 - b
    terms = (a**3, 1 + 3 * a * (1 + a * b), 1 + 3 * b * (1 + a * b), b**3)
    return np.sum([coefficients[piece + i] * term for i, term in enumerate(terms)], axis=0)


def _linear_spline(fields: Iterator[float], pixel: Pixels) -> Pixels:
    coefficients, piece, b = _pieces(fields, pixel, more=1)
    return coefficients[piece] * (1 - b) + coefficients[piece + 1] * b


def _pixel_array(fields: Iterator[float], pixel: Pixels) -> Pixels:
    (count,) = _take(fields, 1)
    known = np.array(_take(fields, int(count)))
    return np.interp(pixel, np.arange(1, known.size + 1), known)


def _sampled_array(fields: Iterator[float], pixel: Pixels) -> Pixels:
    count, _ = _take(fields, 2)
    pairs = np.reshape(_take(fields, 2 * int(count)), (-1, 2))
    return np.interp(pixel, pairs[:, 0], pairs[:, 1])
