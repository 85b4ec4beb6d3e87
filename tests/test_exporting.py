"""Exported as a page or as slides, figures keep their alt texts."""

import base64
import json
import os
import subprocess
import sys
from html.parser import HTMLParser
from types import SimpleNamespace

import nbformat
import pytest
from jupyter_server.nbconvert.handlers import get_exporter
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from course_utils import serving
from course_utils.exporting import AltTexts
from course_utils.plotting import figure
from tests.tools import ROOT

ALT = 'A line "through" <the> origin & beyond'
ETC = ROOT / "jupyter" / "etc"


class Images(HTMLParser):
    """Collects the attributes of the images of a page."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "img":
            self.found.append(dict(attrs))


def stored(*outputs):
    cell = nbformat.v4.new_code_cell("1", execution_count=1, outputs=list(outputs))
    return nbformat.v4.new_notebook(cells=[cell])


def shown(made):
    data, metadata = made._repr_mimebundle_()
    return nbformat.v4.new_output("display_data", data=data, metadata=metadata)


@pytest.fixture(scope="module")
def drawing():
    with figure(3, 2, alt=ALT) as made:
        made.subplots().plot([0, 1], [0, 1])
    return shown(made)


@pytest.mark.parametrize("kind", ["html", "slides"])
def test_the_export_in_the_menu_writes_the_alt_text_once_and_the_same_picture(drawing, kind):
    config = Config()
    settings = {"config": config, "kernel_websocket_connection_class": None}
    server = SimpleNamespace(web_app=SimpleNamespace(settings=settings))
    serving._load_jupyter_server_extension(server)
    page, _ = get_exporter(kind, config=config).from_notebook_node(stored(drawing))
    (image,) = Images(page).found
    assert image["alt"] == ALT
    assert (image["width"], image["height"]) == ("300", "200")
    kept = base64.b64decode(image["src"].removeprefix("data:image/png;base64,"))
    assert kept == base64.b64decode(drawing.data["image/png"])


def test_on_the_command_line_the_installed_configuration_is_found(drawing, tmp_path):
    nbformat.write(stored(drawing), tmp_path / "one.ipynb")
    alone = {"JUPYTER_CONFIG_DIR": str(tmp_path), "JUPYTER_CONFIG_PATH": str(ETC), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "nbconvert", "--to", "html", str(tmp_path / "one.ipynb")]
    subprocess.run(command, check=True, env=os.environ | alone, capture_output=True)
    (image,) = Images((tmp_path / "one.html").read_text(encoding="utf-8")).found
    assert image["alt"] == ALT


def test_what_has_html_or_no_alt_text_stays_as_it_is(drawing):
    data = {"image/png": drawing.data["image/png"], "text/plain": "a picture"}
    without = nbformat.v4.new_output("display_data", data=data)
    card = nbformat.v4.new_output(
        "display_data", data=data | {"text/html": "<p>a card</p>"}, metadata={"image/png": {"alt": ALT}}
    )
    printed = nbformat.v4.new_output("stream", text="1\n")
    before = stored(without, card, printed)
    after, _ = AltTexts().preprocess_cell(stored(without, card, printed).cells[0], {}, 0)
    assert after.outputs == before.cells[0].outputs


def test_a_server_that_exports_nothing_has_not_loaded_nbconvert_for_it():
    code = "import sys, course_utils.serving; print('nbconvert.preprocessors' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_what_is_installed_beside_the_package_names_this_module():
    command_line = json.loads((ETC / "jupyter_nbconvert_config.json").read_text(encoding="utf-8"))
    assert [import_item(name) for name in command_line["HTMLExporter"]["preprocessors"]] == [AltTexts]
