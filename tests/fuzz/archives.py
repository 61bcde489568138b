"""Whether two archives are the same, and what a killed ingest has left standing."""

import h5py

from specoracle.archive.archive import Archive

PHASES = ("planning", "parts", "packing", "books")


def phase(folder, n_shards):
    """How far a killed ingest had come, judged from what is on the disk."""
    if not list(folder.glob("plan/[!.]*")):
        return "planning"
    found = len(list(folder.glob("shards/[!.]*")))
    if found == 0:
        return "parts"
    return "packing" if found < n_shards else "books"


def broken(folder):
    """Names of files that stand under their final name and cannot be read."""
    names = []
    for path in sorted(folder.glob("*/[!.]*.h5")):
        try:
            values(path)
        except OSError:
            names.append(path.name)
    return names


def values(path):
    """Every dataset of a shard or part, as type and bytes."""
    found = {}
    with h5py.File(path) as file:
        file.visititems(
            lambda name, node: (
                found.update({name: (node.shape, node.dtype.str, node[...].tobytes())})
                if isinstance(node, h5py.Dataset)
                else None
            )
        )
    return found


def content(folder):
    """Everything an archive says, by where it says it."""
    said = {}
    for shard in sorted((folder / "shards").iterdir()):
        found = values(shard).items()
        said |= {f"{shard.name}/{name}": value for name, value in found}
    said["rejected.csv"] = (folder / "rejected.csv").read_bytes()
    archive = Archive(folder)
    # As text, for there NaN equals NaN.
    said["catalogue"] = str(archive.catalogue().to_pylist())
    identifiers = [v.decode() for v in archive.column("identifier").tolist()]
    said["index"] = archive.rows(identifiers).tolist()
    archive.close()
    said["left over"] = sorted(
        str(path.relative_to(folder))
        for path in [*folder.rglob(".*"), *(folder / "parts").glob("*")]
    )
    return said


def differences(one, other):
    """Where two archives' contents differ."""
    names = sorted(one.keys() | other.keys())
    return [name for name in names if one.get(name) != other.get(name)]
