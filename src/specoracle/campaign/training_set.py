"""What a network is trained on: labels of the pool, and spectra labelled elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Archive
from specoracle.campaign.elsewhere import Elsewhere
from specoracle.campaign.inputs import inputs, masked

Flux = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainingSet:
    """Everything that is known and may be learnt from.

    Attributes
    ----------
    labels
        Class by identifier, of spectra of the pool.
    elsewhere
        Labelled spectra of another archive, if the campaign began from such.
    """

    labels: Mapping[str, str]
    elsewhere: Elsewhere | None = None

    @property
    def classes(self) -> set[str]:
        """The classes that have a member."""
        further = [] if self.elsewhere is None else self.elsewhere.labels.tolist()
        return {*self.labels.values(), *further}

    def members(self, archive: Archive, classes: tuple[str, ...]) -> Flux:
        """Return the flux of the members of some classes, ``(n_members, n_pixels)``."""
        names = [name for name, label in self.labels.items() if label in classes]
        flux = archive.column("flux", archive.rows(names))
        if self.elsewhere is None:
            return flux
        return np.concatenate([flux, self.elsewhere.of(classes)])

    def arrays(
        self, archive: Archive, *, missing: bool
    ) -> tuple[Flux, npt.NDArray[np.str_]]:
        """Return what a classifier is fitted to.

        Parameters
        ----------
        archive
            The pool.
        missing
            Whether pixels that must not be used are NaN.

        Returns
        -------
        tuple
            Spectra ``(n_spectra, n_pixels)`` and their classes ``(n_spectra,)``.
        """
        X = inputs(archive, archive.rows(list(self.labels)), missing=missing)
        y = np.array(list(self.labels.values()), dtype=np.str_)
        if self.elsewhere is None:
            return X, y
        flux, ivar = self.elsewhere.flux, self.elsewhere.ivar
        further = masked(flux, ivar) if missing else flux
        return np.concatenate([X, further]), np.concatenate([y, self.elsewhere.labels])

    def counts(self, classes: tuple[str, ...]) -> dict[str, int]:
        """Count the labels of each class, those given elsewhere included."""
        given = [*self.labels.values()]
        given += [] if self.elsewhere is None else self.elsewhere.labels.tolist()
        return {name: given.count(name) for name in classes}
