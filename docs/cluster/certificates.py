"""Make certificates for one Dask cluster, and settings of Dask that name them.

``python certificates.py FOLDER`` makes a folder that only you can read, which all
machines must see. Processes for which ``DASK_CONFIG`` is its ``tls.json`` then talk to
each other, and to nobody else.
"""

import json
import os
import sys
from pathlib import Path

from distributed.security import Security


def write_certificates(folder: Path) -> None:
    """Write certificates and ``tls.json``, the settings."""
    folder.mkdir(mode=0o700, parents=True)
    security = Security.temporary()
    certificate, key = folder / "cluster.crt", folder / "cluster.key"
    certificate.write_text(security.tls_ca_file)
    with os.fdopen(os.open(key, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
        file.write(security.tls_client_key)
    pair = {"cert": str(certificate), "key": str(key)}
    tls = {"ca-file": str(certificate), "scheduler": pair, "worker": pair, "client": pair}
    comm = {"require-encryption": True, "default-scheme": "tls", "tls": tls}
    settings = json.dumps({"distributed": {"comm": comm}}, indent=2)
    (folder / "tls.json").write_text(settings)


if __name__ == "__main__":
    write_certificates(Path(sys.argv[1]).resolve())
