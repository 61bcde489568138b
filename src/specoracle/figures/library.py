"""The source of Plotly.js, packed for pages that must not ask a network for it."""

import functools
import gzip
import importlib.resources


@functools.cache
def plotly_library() -> bytes:
    """Return Plotly.js as plotly ships it, gzip-compressed (1.5 MB)."""
    source = importlib.resources.files("plotly") / "package_data" / "plotly.min.js"
    # The time stamp is left out, so that the same library is the same bytes.
    return gzip.compress(source.read_bytes(), compresslevel=6, mtime=0)
