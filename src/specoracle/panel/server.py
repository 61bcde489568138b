"""The Voilà server of the desk: one notebook, this machine only, with a token."""

import webbrowser
from pathlib import Path

from tornado.ioloop import IOLoop
from tornado.web import RequestHandler
from traitlets.config import Config
from voila.app import Voila  # type: ignore[import-untyped]

from specoracle.panel.frontend import template

_IDLE_SECONDS = 900
"""After which a kernel without a page is ended. A page that comes back later is told to
reload; nothing is lost, because all state is in the journal."""


class DeskServer(Voila):
    """Voilà with our page template, which needs not be installed to be found."""

    template_paths: list[str]

    def setup_template_dirs(self) -> None:
        """Put our template before Voilà's ``lab``, which it extends."""
        super().setup_template_dirs()
        self.template_paths = [str(template()), *self.template_paths]

    @property
    def address(self) -> str:
        """Where the desk is, with the token that opens it."""
        return f"{self.connection_url}?token={self.token}"

    def launch_browser(self) -> None:
        """Open the desk in the user's browser, token included."""
        IOLoop.current().run_in_executor(None, webbrowser.open, self.address)


def desk_server(notebook: Path, *, port: int, token: str, open_browser: bool) -> DeskServer:
    """Set up a server for one notebook, ready to `start`.

    Parameters
    ----------
    notebook
        The notebook that is the app.
    port
        Where to listen on 127.0.0.1; the next free one is taken where it is in use.
    token
        Whoever does not show it sees nothing.
    open_browser
        Whether to open the page at once.
    """
    config = Config()
    config.Voila.ip = "127.0.0.1"
    config.Voila.port = port
    config.Voila.token = token
    config.Voila.open_browser = open_browser
    # No file that lies about decides what runs here.
    config.Voila.config_file_paths = []
    config.Voila.log_level = "WARN"
    config.VoilaConfiguration.template = "lab"
    config.VoilaConfiguration.allow_template_override = "NO"
    config.VoilaConfiguration.allow_theme_override = "NO"
    config.VoilaConfiguration.prelaunch_hook = _set_xsrf_cookie
    config.MappingKernelManager.cull_idle_timeout = _IDLE_SECONDS
    config.MappingKernelManager.cull_interval = 60
    server = DeskServer(config=config)
    server.initialize([str(notebook)])
    return server


def _set_xsrf_cookie(request: RequestHandler, *_: object, **__: object) -> None:
    """Give the page what it needs to end its kernel when it is left.

    Voilà's page asks for that, but without this cookie the server refuses, and the
    kernel stays behind with its 300 MB until it is culled.
    """
    request.xsrf_token  # noqa: B018 - reading it sets the cookie
