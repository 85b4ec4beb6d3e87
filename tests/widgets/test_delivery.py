"""The pictures' code goes to the browser once."""

from course_utils.widgets.delivery import STUB, front_end
from tests.tools.scenes import plain


def test_pictures_share_one_model_that_carries_the_code():
    first, second = plain(), plain()
    assert first.front is second.front is front_end()
    assert "class HandleView" in first.front.code
    assert ".course-canvas" in first.front.style
    state = second.get_state()
    assert state["front"] == f"IPY_MODEL_{first.front.model_id}"
    assert state["_esm"] == STUB
    assert not {"code", "style", "_css"} & set(state)


def test_after_all_widgets_were_closed_the_code_is_sent_again():
    before = plain().front
    before.close()
    after = plain().front
    assert after is not before
    assert after.code == before.code
    assert after.comm is not None
