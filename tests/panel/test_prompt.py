import socket
from types import SimpleNamespace

import pytest

pytest.importorskip("jupyter_server")

from jupyter_server.services.kernels.connection.base import BaseKernelWebsocketConnection
from jupyter_server.services.kernels.connection.channels import (
    ZMQChannelsWebsocketConnection,
)
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.testing import bind_unused_port
from tornado.web import Application
from tornado.websocket import WebSocketHandler, websocket_connect

from specoracle.panel import prompt

NAME = "kernel_websocket_connection_class"


def loaded(settings):
    server = SimpleNamespace(web_app=SimpleNamespace(settings=settings))
    prompt._load_jupyter_server_extension(server)
    return server.web_app.settings


def test_the_extension_takes_the_place_of_jupyters_own_connection():
    settings = loaded({NAME: ZMQChannelsWebsocketConnection})
    assert settings == {NAME: prompt.PromptConnection}


def test_the_extension_leaves_a_connection_that_somebody_else_chose():
    assert loaded({NAME: BaseKernelWebsocketConnection}) == {
        NAME: BaseKernelWebsocketConnection
    }
    assert loaded({}) == {}


def test_a_connection_sends_small_messages_at_once():
    found = []

    class Handler(WebSocketHandler):
        def option(self):
            stream = self.ws_connection.stream
            return stream.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

        def open(self):
            found.append(self.option())
            connection = SimpleNamespace(websocket_handler=self)
            # What comes after needs a kernel; the browser tests have one.
            with pytest.raises(TypeError):
                prompt.PromptConnection.connect(connection)
            found.append(self.option())

    async def served():
        server = HTTPServer(Application([("/", Handler)]))
        listening, port = bind_unused_port()
        server.add_socket(listening)
        client = await websocket_connect(f"ws://127.0.0.1:{port}/")
        client.close()
        server.stop()
        await server.close_all_connections()

    IOLoop(make_current=False).run_sync(served)
    assert found[0] == 0
    assert found[1] != 0
