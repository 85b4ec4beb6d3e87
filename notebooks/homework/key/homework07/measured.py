"""Task hw07.5: a complete list of critical points, and what the shipped results hold."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import array, number

# Measured by the model solution below, which the tests run against these numbers.
_MEASURED: dict[str, Any] = {
    "counts": np.array([8, 14, 14, 10, 4]),
    "morse": 2,
    "found": 35,
    "network": 0.535451,
    "mean_over_typical": 1.06791,
    "exponent": 0.600603,
}

ON_STORE = Exercise(
    id="hw07.5",
    title="A complete list, and the store",
    accepts=parts(
        counts=array(_MEASURED["counts"]),
        morse=number(_MEASURED["morse"]),
        found=number(_MEASURED["found"], rtol=0.1),
        **{name: number(_MEASURED[name], rtol=5e-3) for name in ("network", "mean_over_typical", "exponent")},
    ),
    hints=(
        "`count_by_index(ends.x, ends.newton_step, ends.eigenvalues, 0.01, 1e-7)`. For `found` give it the "
        "first 100 rows of all three.",
        "`gap_ratios` takes an array (count, N): `eigenvalues[eigenvalues > 0.002][None]` is one spectrum in "
        "a row.",
        "`row['height'].size` is the number of points of one field. For a descent `row['height']` holds the "
        "energies at the ends of its runs: pool those of all rows of one N.",
    ),
    model=Solution(
        code="""
from course_utils import random_landscapes as rl
from course_utils.experiments import critical_points
from course_utils.experiments import random_landscapes as experiment

glass = rl.SphericalSpinGlass(5, 4, rng=np.random.default_rng(2))
ends = rl.newton_on_sphere(glass, glass.sample(3000, rng=np.random.default_rng(1)), steps=60)

def index_of_new(x, index):
    kept = []
    for i in range(len(x)):
        if all(np.linalg.norm(x[i] - x[j]) >= 0.01 for j in kept):
            kept.append(i)
    return index[kept]

good = ends.newton_step <= 1e-7
index = index_of_new(ends.x[good], ends.index[good])
first = index_of_new(ends.x[:100][good[:100]], ends.index[:100][good[:100]])

results, network = critical_points.shipped_results(), critical_points.digits_network()
ratios = []
for i, task in enumerate(results.tasks):
    if task["copies"] == "1+1+1+1+1":
        spectrum = np.linalg.eigvalsh(network.hessian(results.rows[i]["parameters"]))
        gaps = np.diff(spectrum[spectrum > 0.002])
        ratios.append(np.mean(np.minimum(gaps[1:], gaps[:-1]) / np.maximum(gaps[1:], gaps[:-1])))

shipped, above, sizes = experiment.shipped_results(), [], [20, 40, 80, 160, 320]
n = np.array([row["height"].size for row in experiment.rows_of(shipped, "census", 4)])
for N in sizes:
    energy = np.concatenate([row["height"] for row in experiment.rows_of(shipped, "descent", N)])
    above.append(energy.mean() - rl.threshold_energy(3))
exercise("hw07.5").check(
    counts=np.bincount(index, minlength=5), morse=np.sum((-1) ** index), found=len(first),
    network=np.mean(ratios), mean_over_typical=n.mean() / np.exp(np.log(n).mean()),
    exponent=-np.polyfit(np.log(sizes), np.log(above), 1)[0],
)
""",
        explanation="A hundred ends had found seven tenths of what there is. The gaps of a trained network's "
        "Hessian repel like those of the GOE, 0.53, although its spectrum is no semicircle at all.",
    ),
    right_answers=(
        _MEASURED,
        {**_MEASURED, "counts": [8, 14, 14, 10, 4], "found": 34, "exponent": 0.6},
    ),
    misconceptions=(
        Misconception(
            "ends for critical points",
            {**_MEASURED, "found": 100},
            "`found`: that is the number of ends. Some are no critical points, and many are the same one.",
        ),
        Misconception(
            "another sum of signs for the glass",
            {**_MEASURED, "morse": 0},
            "`morse`: 0 belongs to spheres of odd dimension. Five spins live on a sphere of dimension four: "
            "add up your counts with their signs.",
        ),
        Misconception(
            "eigenvalues of a network without repulsion",
            {**_MEASURED, "network": 2 * np.log(2) - 1},
            "`network`: that is the mean for independent numbers. Measure it: do these eigenvalues know of "
            "each other?",
        ),
        Misconception(
            "typical number as the mean",
            {**_MEASURED, "mean_over_typical": 1.0},
            "`mean_over_typical`: typical is exp(mean of ln n), which a few fields with many points move "
            "less than the mean.",
        ),
        Misconception(
            "median for the typical number",
            {**_MEASURED, "mean_over_typical": 1.0375},
            "`mean_over_typical`: you divided by the median. Typical is exp(mean of ln n) here.",
        ),
        Misconception(
            "exponent with the sign of the slope",
            {**_MEASURED, "exponent": -0.600603},
            "`exponent`: a falling line has a negative slope, and N^(−a) a positive a.",
        ),
        Misconception(
            "gap to the ground state",
            {**_MEASURED, "exponent": 0.476960},
            "`exponent`: you measured from the ground state. Descent does not get there: take the height "
            "above the threshold.",
        ),
    ),
)
