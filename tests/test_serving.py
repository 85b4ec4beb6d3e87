"""Servers of the environment that the course is in: quick answers, and to each program its own files."""

import json
from types import SimpleNamespace

import pytest
from jupyter_server.base.handlers import FileFindHandler
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


@pytest.mark.parametrize("loaded", [False, True], ids=["without the course", "with it"])
def test_a_file_that_one_program_has_shown_is_that_of_the_other_in_its_own_folder(
    loaded, tmp_path, monkeypatch
):
    folders = [tmp_path / name for name in ("lab", "notebook")]
    for folder in folders:
        folder.mkdir()
        (folder / "formulas.woff").touch()
    monkeypatch.setattr(FileFindHandler, "_static_paths", {})
    if loaded:
        serving._load_jupyter_server_extension(server(ZMQChannelsWebsocketConnection))
    found = [FileFindHandler.get_absolute_path([str(folder)], "formulas.woff") for folder in folders]
    # Where Jupyter Server does this by itself, the first case fails and the course's own part can go.
    owner = folders if loaded else [folders[0]] * 2
    assert found == [str(folder / "formulas.woff") for folder in owner]


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
