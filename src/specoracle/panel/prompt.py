"""A connection between page and kernel on which small messages leave at once.

A kernel answers each message with several small ones. TCP holds the second back until the
first is acknowledged (Nagle 1984, RFC 896), which a browser puts off for up to 40 ms
(RFC 1122, section 4.2.3.2): as long as a whole step of the desk may take. Our own server
takes this connection by itself; JupyterLab's loads this module as an extension.
"""

from typing import Any

from jupyter_server.services.kernels.connection.channels import (
    ZMQChannelsWebsocketConnection,
)


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Jupyter's connection, without the delay."""

    def connect(self) -> Any:
        """Handle a connection."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Put it in place of Jupyter's own, and of nobody else's."""
    settings, name = server.web_app.settings, "kernel_websocket_connection_class"
    if settings.get(name) is ZMQChannelsWebsocketConnection:
        settings[name] = PromptConnection
