"""Spectra of one object on the sky, where the archive knows them as such."""

from collections.abc import Iterable

from specoracle.archive.archive import OBJECT_ID, Archive


def objects_of(archive: Archive, identifiers: Iterable[str]) -> dict[str, str]:
    """Object of each spectrum; a spectrum whose object is not known stands for itself.

    Parameters
    ----------
    archive
        Knows objects once `specoracle.archive.objects.find_objects` has looked for them.
    identifiers
        Spectra of the archive.
    """
    names = list(dict.fromkeys(identifiers))
    if OBJECT_ID not in archive.catalogue_columns or not names:
        return dict(zip(names, names, strict=True))
    found = archive.catalogue([OBJECT_ID], archive.rows(names))[OBJECT_ID].to_pylist()
    return {name: known or name for name, known in zip(names, found, strict=True)}
