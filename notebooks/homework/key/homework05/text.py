"""Task hw05.6: what clipping and truncation do to a network that reads a novel."""

from __future__ import annotations

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number

# Measured by the model solution below, which the tests run against these numbers.
_MEASURED = {"share": 11 / 80, "turned": 18.199, "truncation_error": 0.15748}

ON_TEXT = Exercise(
    id="hw05.6",
    title="On a real text",
    data={"quantile": 0.8, "warm_up": 20, "threshold": 0.1, "window": 5},
    accepts=parts(
        share=number(_MEASURED["share"]),
        turned=number(_MEASURED["turned"], rtol=1e-2),
        truncation_error=number(_MEASURED["truncation_error"], rtol=1e-2),
    ),
    hints=(
        "`share`: the lengths of your task 5 differ from the norms where a step was clipped. Count those, "
        "from step 20 on. `turned`: clip `g[layer.start:layer.stop]` for each of the three layers.",
        "`turned_degrees(before, after)` gives an angle. `network.truncated_gradient(theta, 5)` gives a loss "
        "and a gradient; the error is the norm of a difference, relative to ‖g‖.",
    ),
    model=Solution(
        code="""
from course_utils.datasets import load_text
from course_utils.experiments.text_clipping import train_on_text
from course_utils.optimizers import clip_by_norm
from course_utils.optimizers.clipping import turned_degrees

run = train_on_text(load_text(), learning_rate=0.3, steps=100)
network, theta, norms = run.network, run.x, run.gradient_norm
g = network.gradient(theta)
thresholds = [np.quantile(norms[:t], 0.8) for t in range(20, 100)]
by_layer = np.concatenate([clip_by_norm(g[layer.start : layer.stop], 0.1) for layer in network.layers])
cut = network.truncated_gradient(theta, 5)[1]
exercise("hw05.6").check(
    share=np.mean(norms[20:] > thresholds),
    turned=turned_degrees(g, by_layer),
    truncation_error=np.linalg.norm(cut - g) / np.linalg.norm(g),
)
""",
        explanation="Fewer steps are clipped than the quantile suggests, because the norms are largest "
        "early on. Clipping layer by layer turns the step, and a short window leaves out a good part of the "
        "gradient.",
    ),
    right_answers=(
        _MEASURED,
        {"share": 0.1375, "turned": 18.2, "truncation_error": 0.1575},
    ),
    misconceptions=(
        Misconception(
            "clipped steps over all steps",
            {**_MEASURED, "share": 0.11},
            "`share`: you divided by all 100 steps. The first 20 cannot be clipped; count the other 80.",
        ),
        Misconception(
            "quantile taken for the share",
            {**_MEASURED, "share": 0.2},
            "`share`: one minus the quantile would be right if the norms before a step were like those after "
            "it. Are they?",
        ),
        Misconception(
            "one factor for all layers",
            {**_MEASURED, "turned": 0.0},
            "`turned`: you shortened the whole gradient by one factor, so nothing turns. The question is "
            "what happens when each layer is clipped by itself.",
        ),
        Misconception(
            "angle reported in radians",
            {**_MEASURED, "turned": 18.199 * 3.14159265 / 180},
            "`turned` is asked for in degrees.",
        ),
        Misconception(
            "error of the lengths alone",
            {**_MEASURED, "truncation_error": 0.0},
            "`truncation_error`: you compared the lengths of two vectors. Take the length of their "
            "difference.",
        ),
    ),
)
