"""The cards that show a verdict."""

from course_utils.checking.predicates import number
from tests.tools.toy_exercise import doubling, make


def test_cards_escape_what_the_reader_wrote():
    page = make(number(5.0)).check("<script>alert(1)</script>")._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_cards_are_the_same_every_time_and_say_the_outcome_in_words():
    def fails(x):
        raise TypeError(f"bad thing {object()}")

    cards = [doubling().check(fails) for _ in range(2)]
    assert repr(cards[0]) == repr(cards[1])
    assert cards[0]._repr_html_() == cards[1]._repr_html_()
    assert "0x" not in repr(cards[0])
    assert "Not yet" in repr(cards[0])
    assert "<strong>Not yet</strong>" in cards[0]._repr_html_()
