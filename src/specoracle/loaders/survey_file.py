"""Read a survey file, plain or gzipped, by what it holds and not by its name."""

import os
import warnings
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from astropy.io import fits

from specoracle.errors import LoaderError, SpectrumError
from specoracle.loaders import (
    aat_2df,
    by_specutils,
    desi,
    fits_image,
    iraf_multispec,
    lamost_lrs,
    lamost_mrs,
    lamost_mrs_exposures,
    ondrejov,
    quick_lamost_lrs,
    quick_sdss_spec,
    sdss_spec,
    sdss_spspec,
    sdss_v_spec,
)
from specoracle.loaders.choice import TABLE, Chosen, choose
from specoracle.loaders.content import read_content
from specoracle.loaders.counts import check_counts
from specoracle.loaders.opened import Loader, Opened, of_fits, only_by_name
from specoracle.loaders.own_loader import OwnLoader
from specoracle.loaders.tables import table_file
from specoracle.loaders.tables.options import TableOptions
from specoracle.spectra.observation import Observation

LOADERS = {
    "lamost-lrs": of_fits(lamost_lrs.recognises, lamost_lrs.read),
    "sdss-v-spec": of_fits(sdss_v_spec.recognises, sdss_v_spec.read),
    "sdss-spec": of_fits(sdss_spec.recognises, sdss_spec.read),
    "sdss-spspec": of_fits(sdss_spspec.recognises, sdss_spspec.read),
    "lamost-mrs": of_fits(lamost_mrs.recognises, lamost_mrs.read),
    "lamost-mrs-blue": only_by_name(lamost_mrs.read_blue),
    "lamost-mrs-red": only_by_name(lamost_mrs.read_red),
    "lamost-mrs-exposures": only_by_name(lamost_mrs_exposures.read),
    "desi": Loader(desi.recognises, desi.read),
    "aat-2df": Loader(aat_2df.recognises, aat_2df.read),
    "ondrejov": of_fits(ondrejov.recognises, ondrejov.read),
    "iraf-multispec": Loader(iraf_multispec.recognises, iraf_multispec.read),
    "fits-image": Loader(fits_image.recognises, fits_image.read),
    # What is of no survey comes last.
    "table": table_file.loader(TableOptions()),
    "specutils": Loader(by_specutils.recognises, by_specutils.read),
}
"""Loaders by name, asked in this order."""

_QUICK = (quick_lamost_lrs.read, quick_sdss_spec.read)

_FITS = b"SIMPLE"


def load(path: str | Path, *, loader: str | Chosen | None = None) -> list[Observation]:
    """Read all spectra of a survey file.

    Parameters
    ----------
    path
        A file, gzipped or not, of any name.
    loader
        Who reads it, as after ``--loader``; the first that recognises it when left out.

    Raises
    ------
    LoaderError
        If the file cannot be read, or no loader knows it; the message says why.
    """
    chosen = chosen_loader(loader) if isinstance(loader, str) else loader
    found = read_by(chosen, path, read_content(path).data)
    return [replace(each, spectrum=each.spectrum.in_native_order()) for each in found]


def read_again(
    path: Path, recorded: Mapping[str, str], chosen: Chosen | None
) -> list[Observation]:
    """Read a file of an archive whose facts name the loader ``recorded``.

    Without a ``chosen`` one, a loader of ours is used again; one's own is code, and nothing
    is run because an archive names it. Ours try then.

    Raises
    ------
    LoaderError
        As `load`; the message says which loader to pass.
    """
    name, digest = recorded.get("name", ""), recorded.get("sha256", "")
    if chosen is None and name and not digest:
        chosen = chosen_loader(name)
    try:
        return load(path, loader=chosen)
    except LoaderError as reason:
        if chosen is not None or not digest:
            raise
        raise LoaderError(
            f"{path.name}: expected the loader {name!r} of SHA-256 {digest[:12]}… that the "
            f"archive was made with, got none ({reason}) Pass it: specoracle app WORKSPACE "
            f"--loader {name}"
        ) from reason


def chosen_loader(words: str | None) -> Chosen | None:
    """Find the loader that ``words`` name; ``None`` where nobody chose one.

    Raises
    ------
    LoaderError
        If there is none, or its options or its file are wrong.
    """
    return None if words is None else choose(words, LOADERS)


def read_by(
    chosen: Chosen | None, path: str | Path, content: bytes | bytearray
) -> list[Observation]:
    """Read all spectra of a file whose unpacked bytes are ``content``."""
    if isinstance(chosen, OwnLoader):
        return chosen.read(path)
    name = os.path.basename(path)  # noqa: PTH119
    if chosen is None:
        return parse(content, name)
    if chosen.key == TABLE:
        return parse_with_astropy(content, name, table_file.loader(chosen.options))
    return parse_with_astropy(content, name, LOADERS[chosen.key])


def parse(content: bytes | bytearray, name: str) -> list[Observation]:
    """Read all spectra from the bytes of a file called ``name``.

    Flux and ivar are views of these bytes where they can be, in the order of the file.
    """
    for read in _QUICK if content.startswith(_FITS) else ():
        if (quick := read(content)) is not None:
            return quick
    return parse_with_astropy(content, name)


def parse_with_astropy(
    content: bytes | bytearray, name: str, loader: Loader | None = None
) -> list[Observation]:
    """Read as `parse` does, but by astropy alone: the judge of the quick readers.

    A ``loader`` that is given is not asked whether it recognises the file.
    """
    is_fits = content.startswith(_FITS)
    if is_fits:
        check_counts(content, name)
    try:
        with warnings.catch_warnings():
            # Unusual cards are common in survey files and harmless here.
            warnings.simplefilter("ignore")
            if not is_fits:
                return _read(Opened(name, content), loader)
            with fits.open(BytesIO(content), memmap=False) as hdus:
                return _read(Opened(name, content, hdus), loader)
    except (LoaderError, SpectrumError) as reason:
        raise LoaderError(f"{name}: {reason}") from reason
    except Exception as reason:
        # On damaged headers astropy fails where it happens to: AssertionError and
        # UnboundLocalError were seen, so no list of names is complete.
        kind = "FITS file, got one that astropy" if is_fits else "file, got one that"
        raise LoaderError(
            f"{name}: expected a whole {kind} cannot {'read' if is_fits else 'be read'} "
            f"({type(reason).__name__}: {reason}). Fetch the file again."
        ) from reason


def _read(opened: Opened, loader: Loader | None) -> list[Observation]:
    return (loader or _loader_of(opened)).read(opened)


def _loader_of(opened: Opened) -> Loader:
    for loader in LOADERS.values():
        if loader.recognises(opened):
            return loader
    if opened.hdus is None:
        got, advice = _kind(opened.content), "."
    else:
        hdus = (f"{hdu.name or 'HDU'} {_shape(hdu)}" for hdu in opened.hdus)
        got, advice = ", ".join(hdus)[:200], by_specutils.advice()
    raise LoaderError(
        f"expected a layout that one of the loaders knows ({', '.join(LOADERS)}), got "
        f"{got}. Leave the file out, or see docs/loaders.md for how to bring your own"
        f"{advice}"
    )


def _shape(hdu: Any) -> str:
    if isinstance(hdu, (fits.BinTableHDU, fits.TableHDU)):
        return f"(table of {hdu.header.get('NAXIS2')} rows)"
    return str(getattr(hdu, "shape", "of no known kind") or "(empty)")


def _kind(content: bytes | bytearray) -> str:
    return (
        "an empty file" if not content else f"one that begins with {bytes(content[:8])!r}"
    )
