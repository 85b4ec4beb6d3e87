"""How many random examples a property test tries."""

from hypothesis import settings

LONGER = 10  # how many times more examples `make fuzz` tries in a round than `make test`


def examples(number: int) -> settings:
    """Return settings for ``number`` examples in a test, and `LONGER` times as many in a search."""
    searching = settings.get_current_profile_name() == "search"
    return settings(max_examples=number * LONGER if searching else number, deadline=None)
