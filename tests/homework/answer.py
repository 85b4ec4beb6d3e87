"""One prepared answer to a homework task."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What a student might hand in.

    Attributes
    ----------
    name : what is particular about it; for a misconception its name.
    points : what it deserves.
    code : what stands in the solution cell.
    """

    name: str
    points: float
    code: str
