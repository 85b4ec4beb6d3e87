"""A kernel that stores recordings adds one to each picture that it shows, and to nothing else."""

import base64

from IPython.core.interactiveshell import InteractiveShell

from course_utils.widgets import RECORDING, Handle, Points, View, packing, store_recordings
from tests.tools.scenes import plain


def test_a_picture_that_can_be_moved_is_shown_with_its_recording():
    shell = InteractiveShell()
    store_recordings(shell, states=50)
    moving = plain(lambda state: View(picture=[Points(state.at)]), handles={"at": Handle((0, 0))})
    data, metadata = shell.display_formatter.format(moving)
    assert metadata["image/png"]["alt"] == "a test"
    assert "image/png" in data
    header, chunks, _ = packing.read(base64.b64decode(data[RECORDING]["pack"]))
    assert data[RECORDING]["states"] == len(header["states"]) == len(chunks) > 30
    assert RECORDING not in shell.display_formatter.format(plain())[0]
    assert RECORDING not in shell.display_formatter.format("a text")[0]
