"""A kernel that Voilà starts before anybody opens a page.

It runs the notebook at once, when nobody knows yet which campaign will be asked for, nor
what will be answered meanwhile. So it loads what every desk needs, and then waits for the
page: the desk itself is made anew for each.
"""

import os
import time

_AGAIN = 1.0
"""Before the server is asked once more [s]."""


def wait_for_page() -> None:
    """Wait until a page is opened, and take over its address; at once elsewhere."""
    if os.environ.get("VOILA_PREHEAT") != "True":
        return
    # Only such a kernel needs Voilà, and it has the time to load it.
    from voila.utils import wait_for_request  # type: ignore[import-untyped]

    os.environ.pop("QUERY_STRING", None)
    wait_for_request()
    while "QUERY_STRING" not in os.environ:
        # The connection broke. To go on would show a desk that nobody asked for.
        time.sleep(_AGAIN)
        wait_for_request()
    os.environ["VOILA_PREHEAT"] = "False"  # a cell that runs again need not wait
