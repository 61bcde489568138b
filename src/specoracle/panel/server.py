"""The Voilà server of the desk: one notebook, this machine only, with a token."""

import webbrowser
from pathlib import Path
from typing import Any

from tornado.ioloop import IOLoop
from traitlets.config import Config
from voila.app import Voila  # type: ignore[import-untyped]
from voila.tornado.handler import TornadoVoilaHandler  # type: ignore[import-untyped]

from specoracle.panel.frontend import template
from specoracle.panel.prompt import PromptConnection

_IDLE_SECONDS = 900
"""After which a kernel without a page is ended. A page that comes back later is told to
reload; nothing is lost, because all state is in the journal."""

_REST = 8.0
"""When the next kernel is started after a page has taken one: after it is drawn [s]."""


class DeskPage(TornadoVoilaHandler):
    """Voilà's page, with what it needs to end its kernel when it is left.

    It asks for that, but without this cookie the server refuses, and the kernel stays
    behind with its 300 MB until it is culled.
    """

    async def get(self, path: str | None = None) -> None:
        """Show the notebook."""
        self.xsrf_token  # noqa: B018 - reading it sets the cookie
        await super().get(path)


class DeskServer(Voila):
    """Voilà with our page template, which needs not be installed to be found."""

    template_paths: list[str]
    preheat: int = 0
    """How many kernels are kept ready for pages to come."""

    def setup_template_dirs(self) -> None:
        """Put our template before Voilà's ``lab``, which it extends."""
        super().setup_template_dirs()
        self.template_paths = [str(template()), *self.template_paths]

    def init_handlers(self) -> list[tuple[Any, ...]]:
        """Serve our page in place of Voilà's."""
        return [
            (url, DeskPage if handler is TornadoVoilaHandler else handler, *rest)
            for url, handler, *rest in super().init_handlers()
        ]

    def listen(self) -> None:
        """Take a port, and start the first kernels, which have to know it."""
        if self.preheat:
            IOLoop.current().add_callback(self._preheat)
        super().listen()

    def _preheat(self) -> None:
        kernels = self.kernel_manager
        kernels.fill_delay = _REST
        kernels.kernel_pools_config = {"default": {"pool_size": self.preheat}}
        kernels.fill_if_needed(delay=0, notebook_name=kernels.notebook_path)

    @property
    def address(self) -> str:
        """Where the desk is, with the token that opens it."""
        return f"{self.connection_url}?token={self.token}"

    def launch_browser(self) -> None:
        """Open the desk in the user's browser, token included."""
        IOLoop.current().run_in_executor(None, webbrowser.open, self.address)


def desk_server(
    notebook: Path, *, port: int, token: str, open_browser: bool, preheat: int = 0
) -> DeskServer:
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
    preheat
        How many kernels to keep ready for pages to come.
    """
    config = Config()
    config.Voila.ip = "127.0.0.1"
    config.Voila.port = port
    config.Voila.token = token
    config.Voila.open_browser = open_browser
    # No file that lies about decides what runs here.
    config.Voila.config_file_paths = []
    config.Voila.log_level = "WARN"
    config.Voila.kernel_websocket_connection_class = PromptConnection
    config.VoilaConfiguration.template = "lab"
    config.VoilaConfiguration.allow_template_override = "NO"
    config.VoilaConfiguration.allow_theme_override = "NO"
    # None of them is started before the port is known; see `DeskServer.listen`.
    config.VoilaConfiguration.preheat_kernel = preheat > 0
    config.VoilaConfiguration.default_pool_size = 0
    config.MappingKernelManager.cull_idle_timeout = _IDLE_SECONDS
    config.MappingKernelManager.cull_interval = 60
    server = DeskServer(config=config)
    server.preheat = preheat
    server.initialize([str(notebook)])
    return server
