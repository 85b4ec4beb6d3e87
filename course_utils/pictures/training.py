"""Pictures of training: what to monitor at the edge of stability, and progress in every eigendirection."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from course_utils.curvature.sharpness import Sharpness
from course_utils.objectives import Array
from course_utils.optimizers import GradientDescent, Trajectory
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import choice, slider
from course_utils.widgets.handles import State
from course_utils.widgets.layers import Layer, Line, Points, Table, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_FRONT_SAMPLES = 200
_TINY = 1e-300  # what a logarithmic axis gets in place of 0


def training_monitor(
    runs: Mapping[str, Trajectory], sharpness: Mapping[str, Sharpness], steps: ArrayLike
) -> Scene:
    """Return loss, gradient norm and sharpness of full-batch runs, with a moment of training to choose.

    For the moment the readout gives both sides of f(x − ηg) ≈ f − ηgᵀg + ½η²gᵀHg: what the slope promises
    and what the curvature takes back, and the share of ‖g‖² along v_max.

    Parameters
    ----------
    runs : name → run of gradient descent, one for each learning rate.
    sharpness : the same names → λ_max at ``steps`` of that run, from `curvature.sharpness`.
    steps : (m,) increasing step numbers at which it was measured; these are the moments to choose from.

    Raises
    ------
    ValueError
        If the names differ, a run is not one of plain gradient descent from one start, or the steps do not
        fit.
    """
    measured = np.asarray(steps)
    if not runs or list(runs) != list(sharpness):
        raise ValueError(f"sharpness must have the names {list(runs)} of the runs, got {list(sharpness)}")
    if (
        measured.ndim != 1
        or measured.size < 2
        or measured.dtype.kind not in "iu"
        or (np.diff(measured) <= 0).any()
    ):
        raise ValueError(f"steps must be at least two increasing whole numbers, got {steps!r:.80}")
    for name, run in runs.items():
        if not isinstance(run.optimizer, GradientDescent) or run.value.ndim != 1:
            raise ValueError(
                f"runs[{name!r}] must be gradient descent from one start, got {run.optimizer.label}"
            )
        if (
            measured[0] < 0
            or measured[-1] >= len(run.value)
            or len(sharpness[name].eigenvalues) != measured.size
        ):
            raise ValueError(
                f"steps must number measured points of runs[{name!r}], which has {len(run.value) - 1} steps "
                f"and {len(sharpness[name].eigenvalues)} measurements; got {measured.size} up to "
                f"{measured[-1]}"
            )
    last = float(max(len(run.value) for run in runs.values()) - 1)
    highest = max(float(measure.eigenvalues.max()) for measure in sharpness.values())

    def update(state: State) -> View:
        run, measure = runs[state.run], sharpness[state.run]
        optimizer = run.optimizer
        assert isinstance(optimizer, GradientDescent)
        rate, k = optimizer.learning_rate, int(state.moment)
        at = int(measured[k])
        g = run.objective.gradient(run.x[at])
        slope = rate * float(g @ g)
        back = 0.5 * rate**2 * float(g @ run.objective.hvp(run.x[at], g))
        limit = 2 / rate
        rows = [
            ("loss f", number(run.value[at], 4)),
            ("gradient norm ‖g‖", number(run.gradient_norm[at], 3)),
            ("sharpness λₘₐₓ, limit 2/η", f"{number(measure.eigenvalues[k], 3)}, {number(limit, 3)}"),
            ("slope promises ηgᵀg", number(slope, 3)),
            ("curvature takes back ½η²gᵀHg", number(back, 3)),
            ("share of ‖g‖² along vₘₐₓ", f"{100 * measure.gradient_share[k]:.0f} %"),
        ]
        counted = np.arange(float(len(run.value)))
        return View(
            loss=_with_moment(counted, run.value, at, "blue", state.run),
            norm=_with_moment(counted, run.gradient_norm, at, "vermillion", state.run),
            sharp=[
                Line([(0.0, limit), (last, limit)], "black", "dash", label="2/η"),
                Line(
                    _pairs(measured, measure.eigenvalues),
                    "green",
                    label="λₘₐₓ",
                    run=state.run,
                    steps=measured,
                ),
                Points((at, measure.eigenvalues[k]), "black", size=7),
            ],
            readout=Table(rows, ("", f"after {at} steps")),
            message=_regime(float(measure.eigenvalues[k]), limit),
        )

    names = list(runs)
    shown = 1.04 * last  # room for the last number beneath the axis
    highest_loss = max(float(run.value.max()) for run in runs.values())
    return scene(
        update,
        panels={
            "loss": Panel("loss", "step", "f", (0.0, shown, 0.0, 1.1 * highest_loss)),
            "norm": Panel("gradient norm", "step", "‖g‖", (0.0, shown, 1e-3, 1.0), log_y=True),
            "sharp": Panel("sharpness", "step", "λₘₐₓ of H", (0.0, shown, 0.0, 1.15 * highest)),
        },
        controls={
            "run": choice("learning rate η", names),
            "moment": slider("moment (measurement)", 0, measured.size - 1, measured.size // 2, whole=True),
        },
        alt=f"Loss, gradient norm and largest Hessian eigenvalue of a training run with {names[0]}, against "
        "the step; the limit 2/η is a dashed line.",
    )


def _pairs(x: ArrayLike, y: ArrayLike) -> Array:
    return np.stack([np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)], axis=-1)


def _with_moment(steps: Array, values: Array, at: int, color: str, run: str) -> list[Layer]:
    return [Line(_pairs(steps, values), color, run=run), Points((steps[at], values[at]), "black", size=7)]


def _regime(sharpest: float, limit: float) -> str:
    if sharpest < 0.95 * limit:
        return "λₘₐₓ is below 2/η: every direction is stable."
    if sharpest > 1.05 * limit:
        return "λₘₐₓ is above 2/η: the component along vₘₐₓ grows for the moment."
    return "λₘₐₓ is within 5 % of 2/η: the edge of stability."


def spectral_progress(
    eigenvalues: ArrayLike,
    components: ArrayLike,
    *,
    learning_rate: float | None = None,
    most_steps: float = 1e8,
    measure: Callable[[Array], str] | None = None,
    measured: str = "",
) -> Scene:
    """Return what gradient descent on a quadratic has done in every eigendirection after T steps.

    Of the component cᵢ of start − minimum along vᵢ the share |1 − ηλᵢ|ᵀ is left; the loss above the minimum
    is ½Σλᵢcᵢ²(1 − ηλᵢ)²ᵀ. So T steps, however many, cost one formula.

    Parameters
    ----------
    eigenvalues : (n,) not negative, in any order; zeros are flat directions.
    components : (n,) cᵢ, in the same order.
    learning_rate : η; 1/λ_max by default.
    most_steps : end of the slider.
    measure : function of the components left (n,) that returns a text for the readout, such as a test error.
    measured : what that text is.

    Raises
    ------
    ValueError
        If the shapes differ, an eigenvalue is negative (−1e-12·λ_max counts as zero), or all are zero.
    """
    lam, c = np.asarray(eigenvalues, dtype=np.float64), np.asarray(components, dtype=np.float64)
    if lam.ndim != 1 or lam.shape != c.shape or not (np.isfinite(lam).all() and np.isfinite(c).all()):
        raise ValueError(
            f"eigenvalues and components must be finite, (n,) each, got {lam.shape} and {c.shape}"
        )
    largest = float(lam.max(initial=0.0))
    if largest <= 0 or lam.min() < -1e-12 * largest:
        raise ValueError(f"eigenvalues must not be negative, nor all zero, got {lam.min()} … {largest}")
    rate = 1 / largest if learning_rate is None else float(learning_rate)
    curved = lam > 1e-12 * largest
    smallest = float(lam[curved].min())
    times = np.logspace(0, np.log10(most_steps), 81)

    def left(steps: float | Array) -> Array:
        share: Array = np.abs(1 - rate * lam) ** np.asarray(steps)[..., None]
        return np.where(curved, share, 1.0)

    def remaining(share: Array) -> tuple[Array, Array]:
        """The loss above the minimum and the distance to it, as shares of their start."""
        loss = (share**2 * lam * c**2).sum(-1) / (lam * c**2).sum()
        far = np.sqrt((share**2 * c**2)[..., curved].sum(-1) / (c**2)[curved].sum())
        return np.asarray(loss), np.asarray(far)

    losses, distances = remaining(left(times))
    front = np.logspace(np.log10(smallest) - 0.3, np.log10(largest), _FRONT_SAMPLES)

    def update(state: State) -> View:
        steps = float(state.steps)
        share = left(steps)
        loss, far = remaining(share)
        gone = times <= steps  # what comes is for the reader to find
        done = int((share[curved] < np.exp(-1)).sum())
        rows = [
            ("directions done (less than 1/e left)", f"{done} of {lam.size}"),
            ("exactly flat directions", f"{lam.size - int(curved.sum())}"),
            ("loss above the minimum left", f"{100 * float(loss):.2g} %"),
            ("distance to the minimum left", f"{100 * float(far):.4g} %"),
        ]
        if measure is not None:
            rows.append((measured, measure(share * c)))
        return View(
            spectrum=[
                Line(_pairs(front, np.abs(1 - rate * front) ** steps), "grey", width=1.4),
                Points(
                    _pairs(lam[curved], share[curved]),
                    "blue",
                    size=4,
                    opacity=0.6,
                    label="one eigendirection",
                ),
            ],
            run=[
                Line(
                    _pairs(times, np.maximum(losses, _TINY))[gone],
                    "vermillion",
                    label="loss above the minimum",
                ),
                Line(_pairs(times, distances)[gone], "green", "dash", label="distance to the minimum"),
                Points((steps, float(loss)), "vermillion", "square", size=7),
                Points((steps, float(far)), "green", "triangle", size=7),
            ],
            readout=Table(
                rows, ("", f"after T = {number(round(steps, -int(np.log10(steps)) + 2), 4)} steps")
            ),
        )

    low = 10.0 ** np.floor(np.log10(smallest))
    return scene(
        update,
        panels={
            "spectrum": Panel(
                "what is left of each component",
                "eigenvalue λ",
                "|1 − ηλ|ᵀ",
                (low, 2 * largest, 0.0, 1.05),
                log_x=True,
            ),
            "run": Panel("share left", "steps T", "", (1.0, most_steps, 1e-4, 2.0), log_x=True, log_y=True),
        },
        controls={"steps": slider("steps T", 1.0, most_steps, min(10.0, most_steps), log=True)},
        alt="Left, against the eigenvalue, what is left of each component after T steps: the steepest ones "
        "are gone, the flat ones untouched. Right, what is left of loss and distance, up to step T.",
    )
