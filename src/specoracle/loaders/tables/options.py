"""What may be said of a table that does not say it itself.

Written as ``name=value`` with commas between: ``wavelength=lam,unit=nm,medium=air``.
"""

from dataclasses import dataclass, fields
from typing import Self

from specoracle.errors import LoaderError
from specoracle.loaders.measured import MEDIA


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOptions:
    """What a table is said to be; what is empty is guessed.

    Attributes
    ----------
    wavelength, flux
        Name of a column, or its number from 1.
    error, ivar
        The same; of the two one at most. A table without either gets its noise estimated.
    unit
        Of the wavelength: anything that astropy knows, or ``log10`` for log10 of Angstrom.
    medium
        ``air`` or ``vacuum``.
    hdu
        Number of the HDU, in a FITS file of several tables.
    """

    wavelength: str = ""
    flux: str = ""
    error: str = ""
    ivar: str = ""
    unit: str = ""
    medium: str = ""
    hdu: str = ""

    def __post_init__(self) -> None:
        if self.medium not in ("", *MEDIA):
            raise LoaderError(
                f"medium: expected air or vacuum, got {self.medium!r}. Correct --loader."
            )
        if self.hdu and not self.hdu.isdecimal():
            raise LoaderError(
                f"hdu: expected a number, got {self.hdu!r}. Correct --loader."
            )
        if self.error and self.ivar:
            raise LoaderError(
                f"Noise: expected error or ivar, got both, {self.error!r} and "
                f"{self.ivar!r}. Name one of them."
            )

    @classmethod
    def read(cls, words: str) -> Self:
        """Read options as they are written.

        Raises
        ------
        LoaderError
            If one is unknown, named twice or empty.

        Examples
        --------
        >>> TableOptions.read("flux=f, unit=nm").unit
        'nm'
        """
        known = [each.name for each in fields(cls)]
        found: dict[str, str] = {}
        for word in words.split(",") if words.strip() else []:
            name, _, value = (part.strip() for part in word.partition("="))
            if name not in known or name in found or not value:
                raise LoaderError(
                    f"table: expected options name=value with commas between, each of "
                    f"{', '.join(known)} once at most, got {word.strip()!r}. Correct "
                    "--loader; a column whose name holds a comma goes by its number."
                )
            found[name] = value
        return cls(**found)
