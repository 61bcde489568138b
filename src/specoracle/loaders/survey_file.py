"""Read a survey file, plain or gzipped, by what it holds and not by its name."""

import warnings
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from astropy.io import fits

from specoracle.errors import LoaderError, SpectrumError
from specoracle.loaders import (
    aat_2df,
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
from specoracle.loaders.content import read_content
from specoracle.loaders.counts import check_counts
from specoracle.loaders.opened import Loader, Opened, of_fits, only_by_name
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
}
"""Loaders by name, asked in this order."""

_QUICK = (quick_lamost_lrs.read, quick_sdss_spec.read)


def load(path: Path) -> list[Observation]:
    """Read all spectra of a survey file.

    Parameters
    ----------
    path
        A FITS file, gzipped or not, of any name.

    Raises
    ------
    LoaderError
        If the file cannot be read, or no loader knows it; the message says why.
    """
    found = parse(read_content(path).data, path.name)
    return [replace(each, spectrum=each.spectrum.in_native_order()) for each in found]


def parse(content: bytes | bytearray, name: str) -> list[Observation]:
    """Read all spectra from the bytes of a FITS file called ``name``.

    Flux and ivar are views of these bytes where they can be, in the order of the file.
    """
    if not content.startswith(b"SIMPLE"):
        raise LoaderError(
            f"{name}: expected a FITS file, got {_kind(content)}. Leave it out, or "
            "convert it to FITS."
        )
    for read in _QUICK:
        if (quick := read(content)) is not None:
            return quick
    return parse_with_astropy(content, name)


def parse_with_astropy(content: bytes | bytearray, name: str) -> list[Observation]:
    """Read as `parse` does, but by astropy alone: the judge of the quick readers."""
    check_counts(content, name)
    try:
        with warnings.catch_warnings():
            # Unusual cards are common in survey files and harmless here.
            warnings.simplefilter("ignore")
            with fits.open(BytesIO(content), memmap=False) as hdus:
                opened = Opened(name, content, hdus)
                return _loader_of(opened).read(opened)
    except (LoaderError, SpectrumError) as reason:
        raise LoaderError(f"{name}: {reason}") from reason
    except Exception as reason:
        # On damaged headers astropy fails where it happens to: AssertionError and
        # UnboundLocalError were seen, so no list of names is complete.
        raise LoaderError(
            f"{name}: expected a whole FITS file, got one that astropy cannot read "
            f"({type(reason).__name__}: {reason}). Fetch the file again."
        ) from reason


def _loader_of(opened: Opened) -> Loader:
    for loader in LOADERS.values():
        if loader.recognises(opened):
            return loader
    shapes = ", ".join(f"{hdu.name or 'HDU'} {_shape(hdu)}" for hdu in opened.hdus or ())
    raise LoaderError(
        f"expected a layout that one of the loaders knows ({', '.join(LOADERS)}), got "
        f"{shapes[:200]}. Leave the file out."
    )


def _shape(hdu: Any) -> str:
    if isinstance(hdu, (fits.BinTableHDU, fits.TableHDU)):
        return f"(table of {hdu.header.get('NAXIS2')} rows)"
    return str(getattr(hdu, "shape", "of no known kind") or "(empty)")


def _kind(content: bytes | bytearray) -> str:
    return (
        "an empty file" if not content else f"one that begins with {bytes(content[:8])!r}"
    )
