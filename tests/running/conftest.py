"""What the tests of the runner share."""

import pytest

from course_utils.running import run
from tests.tools.toy_experiment import TOY, threads


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """Return the bytes of an uninterrupted run."""
    out = tmp_path_factory.mktemp("reference") / "toy.npz"
    with threads() as executor:
        run(TOY, out, executor=executor)
    return out.read_bytes()
