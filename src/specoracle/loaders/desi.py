"""DESI spectra: files ``coadd-…`` and ``spectra-…``, many spectra each.

The arms B, R and Z have a wavelength for all spectra of the file and an image of flux,
ivar and mask with one row a spectrum, in the order of FIBERMAP. In ``coadd`` files all
exposures of a target are added; in ``spectra`` files each exposure has its row. Fibres on
the sky, and those that reached no target, are left out. Data model:
https://desidatamodel.readthedocs.io/en/latest/DESI_SPECTRO_REDUX/SPECPROD/

Wavelengths are in vacuum, and the three arms lie on one grid of 0.8 Å: where two overlap
they are averaged. A pixel whose mask is not 0 is not used.
"""

from typing import Any

import numpy as np
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders import desi_catalogue
from specoracle.loaders.header import text
from specoracle.loaders.opened import Opened, check_whole
from specoracle.spectra.arms import Arm, join_arms
from specoracle.spectra.observation import Observation
from specoracle.spectra.spectrum import Spectrum

ARMS = "BRZ"

TARGET = "TGT"
"""OBJTYPE of a fibre on a target; others are SKY, BAD, NON and empty."""


def recognises(opened: Opened) -> bool:
    """Whether the file holds DESI's FIBERMAP and at least one arm."""
    names = {hdu.name for hdu in opened.hdus or ()}
    return "FIBERMAP" in names and bool(_arms(names))


def read(opened: Opened) -> list[Observation]:
    """Read the spectra of all targets of the file."""
    hdus = fits.HDUList() if opened.hdus is None else opened.hdus
    check_whole(opened)
    arms = _arms({hdu.name for hdu in hdus})
    fibermap = hdus["FIBERMAP"].data
    rows = _targets(fibermap)
    joined = join_arms([_arm(hdus, arm, len(fibermap), rows) for arm in arms])
    # All spectra share one array, which is checked once if nobody can change it.
    joined.wavelength.flags.writeable = False
    hdu = hdus.index_of(f"{arms[0]}_FLUX")
    keys = _keys(hdus[0].header, fibermap)
    catalogue = desi_catalogue.rows(hdus)
    return [
        Observation(
            spectrum=Spectrum(
                identifier=f"desi:{keys[row]}",
                wavelength=joined.wavelength,
                flux=joined.flux[place].astype(np.float32),
                ivar=joined.ivar[place].astype(np.float32),
            ),
            catalogue=catalogue[row],
            hdu=hdu,
            row=row,
        )
        for place, row in enumerate(rows)
    ]


def _arms(names: set[str]) -> list[str]:
    return [arm for arm in ARMS if f"{arm}_WAVELENGTH" in names]


def _targets(fibermap: Any) -> list[int]:
    """Rows of fibres on targets; all where the file does not say."""
    if "OBJTYPE" not in fibermap.names:
        return list(range(len(fibermap)))
    kinds = fibermap["OBJTYPE"].tolist()
    rows = [row for row, kind in enumerate(kinds) if kind.strip() == TARGET]
    if not rows:
        raise LoaderError(
            f"FIBERMAP: expected a fibre with OBJTYPE {TARGET}, got "
            f"{sorted(set(kinds))}. There is no object in "
            "the file; leave it out."
        )
    return rows


def _arm(hdus: fits.HDUList, arm: str, n_spectra: int, rows: list[int]) -> Arm:
    if not (f"{arm}_FLUX" in hdus and f"{arm}_IVAR" in hdus):
        raise LoaderError(
            f"{arm}_WAVELENGTH: expected {arm}_FLUX and {arm}_IVAR with it, got a file "
            "without. Fetch the file again from DESI."
        )
    wavelength = np.asarray(hdus[f"{arm}_WAVELENGTH"].data, np.float64)
    flux, ivar = hdus[f"{arm}_FLUX"].data, hdus[f"{arm}_IVAR"].data
    mask = hdus[f"{arm}_MASK"].data if f"{arm}_MASK" in hdus else np.zeros(ivar.shape)
    shape = (n_spectra, *wavelength.shape)
    if not flux.shape == ivar.shape == mask.shape == shape or wavelength.ndim != 1:
        raise LoaderError(
            f"{arm}_FLUX: expected flux, ivar and mask of shape {shape}, one row a row of "
            f"FIBERMAP, got {flux.shape}, {ivar.shape} and {mask.shape}. Fetch the file "
            "again from DESI."
        )
    return Arm(wavelength, flux[rows], np.where(mask[rows] == 0, ivar[rows], 0))


def _keys(header: fits.Header, fibermap: Any) -> list[str]:
    """Survey, program and target, or tile, group and target, and exposure if one."""
    group = [text(header, ["SURVEY"]), text(header, ["PROGRAM"])]
    if None in group:
        tile, kind = header.get("TILEID"), text(header, ["SPGRP"])
        group = [str(tile), kind, str(header.get("SPGRPVAL"))]
        if tile is None or kind is None:
            raise LoaderError(
                "Expected SURVEY and PROGRAM, or TILEID and SPGRP, in the header, got "
                f"{header.get('SURVEY')!r}, {header.get('PROGRAM')!r}, {tile!r} and "
                f"{kind!r}. Without them spectra have no identifiers; fetch the file again."
            )
    exposures = "EXPID" in fibermap.names
    columns = [fibermap["TARGETID"], *([fibermap["EXPID"]] if exposures else [])]
    return [
        "-".join([*map(str, group), *map(str, key)]) for key in zip(*columns, strict=True)
    ]
