import ipywidgets as widgets
import pytest

from course_utils.exercises import predict


def card(**settings):
    fields = {"truth": "a few", "reveal": "Here `3` of 565.", "id": "01.a"} | settings
    return predict("How many are < 0?", ["none", "a few"], **fields)


def page(widget):
    """All text that the card shows in a running notebook."""
    return " ".join(child.value or "" for child in widget.children[:3])


def test_nothing_is_revealed_before_a_choice():
    widget = card()
    assert widget.prediction is None
    assert "565" not in page(widget)
    assert "How many are &lt; 0?" in page(widget)


@pytest.mark.parametrize(
    ("option", "says"), [("a few", "That is what happens."), ("none", "What happens: <em>a few</em>.")]
)
def test_choosing_reveals_and_compares(option, says):
    widget = card()
    radio = widget.children[1]
    radio.index = radio.options.index(option)  # what a click in the browser sends
    assert widget.prediction == option
    assert f"You predicted: <em>{option}</em>" in page(widget)
    assert says in page(widget)
    assert "<code>3</code> of 565" in page(widget)
    assert radio.disabled


def test_a_prediction_once_made_stays_and_can_be_observed():
    widget, seen = card(), []
    widget.observe(lambda change: seen.append(change["new"]), "prediction")
    widget.choose("none")
    widget.choose("a few")
    assert widget.prediction == "none"
    assert seen == ["none"]
    with pytest.raises(ValueError, match="option must be one of"):
        widget.choose("all")


def test_the_focus_moves_to_what_happens_when_a_reader_chooses_and_not_when_a_program_does(monkeypatch):
    asked = []
    monkeypatch.setattr(widgets.Widget, "send", lambda widget, content: asked.append(widget))
    clicked, told = card(), card()
    told.choose("none")
    assert asked == []
    clicked.children[1].index = 0
    assert asked == [clicked.children[3]]


def test_a_page_without_a_kernel_shows_the_card():
    bundle = card()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"] == "Prediction 01.a: How many are < 0? (none / a few)"
    assert "<details><summary>What happens</summary><em>a few</em>" in bundle["text/html"]
    again = card()._repr_mimebundle_()
    assert (again["text/html"], again["text/plain"]) == (bundle["text/html"], bundle["text/plain"])


@pytest.mark.parametrize(
    ("options", "truth", "says"),
    [
        (["a"], "a", "two different"),
        (["a", "a"], "a", "two different"),
        (["a", "b"], "c", "truth must be one of"),
    ],
)
def test_a_question_needs_two_answers_and_the_truth(options, truth, says):
    with pytest.raises(ValueError, match=says):
        predict("Which?", options, truth=truth, reveal="", id="01.b")
