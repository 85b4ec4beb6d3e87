"""Servers of the environment that the course is in pass a kernel's answers on at once."""

import json
from types import SimpleNamespace

from jupyter_server.gateway.connections import GatewayWebSocketConnection
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from course_utils import serving
from course_utils.serving import PromptConnection
from tests.tools import ROOT


def server(connection):
    settings = {"kernel_websocket_connection_class": connection, "config": Config()}
    return SimpleNamespace(web_app=SimpleNamespace(settings=settings))


def test_a_server_that_loads_the_extension_uses_the_prompt_connection():
    points = serving._jupyter_server_extension_points()
    assert [import_item(point["module"]) for point in points] == [serving]
    usual = server(ZMQChannelsWebsocketConnection)
    serving._load_jupyter_server_extension(usual)
    assert usual.web_app.settings["kernel_websocket_connection_class"] is PromptConnection


def test_a_gateway_keeps_its_own_connection():
    other = server(GatewayWebSocketConnection)
    serving._load_jupyter_server_extension(other)
    assert other.web_app.settings["kernel_websocket_connection_class"] is GatewayWebSocketConnection


def test_connecting_turns_nagles_algorithm_off_first(monkeypatch):
    calls = []
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda self: calls.append("connect"))
    handler = SimpleNamespace(set_nodelay=calls.append)
    monkeypatch.setattr(PromptConnection, "websocket_handler", handler)
    connection = PromptConnection.__new__(PromptConnection)
    connection.connect()
    assert calls == [True, "connect"]


def test_what_is_installed_beside_the_package_names_this_module():
    etc = ROOT / "jupyter" / "etc"
    lab = json.loads((etc / "jupyter_server_config.d" / "nonconvex.json").read_text(encoding="utf-8"))
    assert lab["ServerApp"]["jpserver_extensions"] == {"course_utils.serving": True}
    voila = json.loads((etc / "voila.json").read_text(encoding="utf-8"))
    assert import_item(voila["Voila"]["kernel_websocket_connection_class"]) is PromptConnection
