"""Exercise 05.7: where descent rests when every sample's gradient is clipped."""

from __future__ import annotations

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.predicates import number

_SAMPLES = np.array([0.0, 1.0, 1.5, 2.0, 4.0, 5.0, 50.0])

REST = Exercise(
    id="05.7",
    title="Where clipped descent comes to rest",
    data={"samples": _SAMPLES, "threshold": 1e-3},
    accepts=number(float(np.median(_SAMPLES)), rtol=2e-3),
    hints=(
        "With so small a threshold nearly every clipped gradient is +h or −h. What decides the sign?",
        "A sample left of x pushes with +h, one right of x with −h. When do the pushes balance?",
        "As many samples on the left as on the right: there is a name for that point.",
    ),
    model=Solution(
        code="""
samples = exercise("05.7").data["samples"]
exercise("05.7").check(np.median(samples))
""",
        explanation="The average clipped gradient vanishes where as many samples pull left as right: at "
        "the median, the minimum of the mean of |x − a|. The loss that was asked for has its minimum at "
        "the mean.",
    ),
    right_answers=(2.0, np.float64(2.0005), float(np.sort(_SAMPLES)[len(_SAMPLES) // 2])),
    misconceptions=(
        Misconception(
            "minimum of the loss for the rest",
            float(_SAMPLES.mean()),
            "That is the mean, where the gradients balance *before* clipping. The far sample no longer "
            "pulls with all its weight.",
        ),
        Misconception(
            "outlier dropped from the mean",
            float(_SAMPLES[:-1].mean()),
            "You left the outlier out and took the mean of the others. Clipping keeps it, with the same "
            "push as any other sample.",
        ),
        Misconception(
            "middle of the range",
            float((_SAMPLES.min() + _SAMPLES.max()) / 2),
            "That is halfway between the extremes. How many samples push from each side there?",
        ),
    ),
)
