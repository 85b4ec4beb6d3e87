"""Pictures of escape: the model's minimum on a border, the direction of noise, and how long one waits."""

from __future__ import annotations

import numpy as np

from course_utils.objectives import Array, Quadratic, quadratic
from course_utils.optimizers import cubic_step, trust_region_step
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import choice, slider
from course_utils.widgets.handles import Handle, OnCircle, State
from course_utils.widgets.layers import Arrow, Landscape, Layer, Line, Points, Table, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_REACH = 2.2
_ROUND = np.linspace(0, 2 * np.pi, 181)
_CIRCLE = np.stack([np.cos(_ROUND), np.sin(_ROUND)], axis=-1)
_ALMOST = 1e-9
_RUNS, _SHOWN = 96, 24
_HALF = 0.6744897501960817  # Φ⁻¹(¾): half of all normal numbers lie within ± this


def _model(g: Array, H: Array) -> Quadratic:
    """Return gᵀs + ½sᵀHs, up to a constant, as a quadratic around its critical point."""
    return quadratic(H, center=-g / np.diag(H), name="model")


def model_minimum(gradient: tuple[float, float] = (0.5, 1.2)) -> Scene:
    """Return a second-order model with a gradient to drag, and its minimum in a ball, hard case included.

    H = diag(λ₁, λ₂) with λ₁ < 0. Beside the plane: ‖s(ν)‖ for s(ν) = −(H + νI)⁻¹g, which has to equal the
    radius at some ν > −λ₁. If g has no part along the first axis the curve stops short: that is the hard case
    of Moré & Sorensen (1983), in which the rest of the way goes along the eigenvector, to either side.
    """

    def update(state: State) -> View:
        H = np.diag([-float(state.down), float(state.up)])
        g, r = np.asarray(state.gradient), float(state.radius)
        s, nu = trust_region_step(g, H, r)
        cubic, _ = cubic_step(g, H, 2 * float(state.down) / r)
        least = float(state.down)
        without = trust_region_step(np.array([0.0, g[1]]), H, r)
        hard = g[0] == 0 and float(without[1]) <= least + _ALMOST
        ends = np.stack([s, s * [-1.0, 1.0]]) if hard else s[None]
        at = least + np.geomspace(1e-4, 6.0, 160)
        lengths = np.linalg.norm(g / (np.diag(H) + at[:, None]), axis=-1)
        name = "hard case: two minima" if hard else "on the border"
        plane: list[Layer] = [
            Landscape(_model(g, H)),
            Line(r * _CIRCLE, "black", label=f"‖s‖ = r = {number(r, 2)}"),
            Arrow(
                (0.0, 0.0),
                -g / max(float(np.linalg.norm(g)), _ALMOST) * 0.6,
                "grey",
                label="−g, its direction",
            ),
            Points(ends, "green", "diamond", label="minimum in the ball", size=8),
            Points(cubic, "vermillion", "square", label="minimum with cubic penalty", size=6, hollow=True),
        ]
        if np.all(np.abs(g / np.diag(H)) < _REACH):
            plane.append(Points(-g / np.diag(H), "blue", "cross", label="Newton's step", size=6))
        rows = [
            ("multiplier ν", number(float(nu), 4), f"−λ₁ = {number(least, 3)}"),
            ("step s", f"({number(s[0], 3)}, {number(s[1], 3)})", name),
            ("model at s", number(float(g @ s + s @ H @ s / 2), 3), ""),
            (
                "model at Newton's step",
                number(float(-(g**2 / np.diag(H)).sum() / 2), 3),
                "a saddle of the model",
            ),
        ]
        return View(
            plane=plane,
            secular=[
                Line([(least, 0), (least, 4.0)], "grey", "dot", label="ν = −λ₁", width=1.6),
                Line([(0.0, r), (7.0, r)], "black", "dash", label="r", width=1.6),
                Line(np.stack([at, lengths], axis=-1), "blue", label="‖s(ν)‖"),
                Points((float(nu), r), "green", "diamond", label="solution", size=8),
            ],
            readout=Table(rows, ("", "", "")),
            message="g has no part along v₁: the curve ends below r, and s makes up the rest along ±v₁."
            if hard
            else "Drag g onto the vertical axis (or type x = 0), then make r larger: the hard case.",
        )

    return scene(
        update,
        panels={
            "plane": Panel("the model gᵀs + ½sᵀHs", "s₁", "s₂", (-_REACH, _REACH) * 2, ratio="equal"),
            "secular": Panel("how long is s(ν)?", "multiplier ν", "‖s(ν)‖", (0.0, 4.0, 0.0, 4.0), ratio=1.0),
        },
        handles={"gradient": Handle(gradient, label="g", shape="square", names=("g₁", "g₂"))},
        controls={
            "radius": slider("radius r", 0.2, 2.0, 1.0),
            "down": slider("downward curvature −λ₁", 0.2, 2.0, 1.0),
            "up": slider("upward curvature λ₂", 0.2, 3.0, 2.0),
        },
        alt="Contours of a saddle-shaped model with a circle and the lowest point on it; beside "
        "it the length of the step against the multiplier, which meets the radius to the right of −λ₁",
    )


def noise_time(along: float, learning_rate: float, curvature: float) -> float:
    """Return the steps by which half of all runs have |x| > 1, with noise of deviation ``along`` a step.

    x ← ax − ηξ with a = 1 + ηλ and E ξ² = along²: x_t is normal with the variance
    (η·along)²(a²ᵗ − 1)/(a² − 1), and half of it lies beyond 0.674 deviations.
    """
    a = 1 + learning_rate * curvature
    if along == 0:
        return np.inf
    return float(np.log1p((a**2 - 1) / (_HALF * learning_rate * along) ** 2) / (2 * np.log(a)))


def noise_direction(*, learning_rate: float = 0.1) -> Scene:
    """Return gradient noise with a direction to turn, at a saddle: runs from it, and the time by the angle.

    f = ½x₁² − ½λx₂², every gradient with noise σ·N(0, 1) along one direction d. The condition of Daneshmand
    et al. (2018) is E⟨v, ξ⟩² = σ² sin²(angle) for the way down v = (0, 1). Along x₁ exactly it is zero.
    """
    draws = np.random.default_rng(0).standard_normal((_RUNS, 400))

    def update(state: State) -> View:
        curvature, sigma = float(state.curvature), float(state.sigma)
        d = np.asarray(state.direction) / np.linalg.norm(state.direction)
        d = np.where(np.abs(d) < _ALMOST, 0.0, d)  # a handle on an axis means the axis
        a = 1 + learning_rate * curvature
        kicks = learning_rate * sigma * draws
        down = _sums(a, d[1] * kicks)
        across = _sums(1 - learning_rate, d[0] * kicks)
        out = np.abs(down) >= 1
        left = np.where(out.any(-1), out.argmax(-1), np.inf)
        shown = np.where(np.cumsum(out, axis=-1) <= 1, down, np.nan)
        angles = np.linspace(1, 90, 90)
        law = [noise_time(sigma * np.sin(np.radians(t)), learning_rate, curvature) for t in angles]
        angle = float(np.degrees(np.arctan2(abs(d[1]), abs(d[0]))))
        middle = float(np.median(left))
        paths = [
            Line(np.stack([x, y], axis=-1)[np.isfinite(y)], "blue", width=1.2, opacity=0.6)
            for x, y in zip(across[:_SHOWN], shown[:_SHOWN], strict=True)
        ]
        time: list[Layer] = [
            Line(np.stack([angles, law], axis=-1), "grey", "dash", label="half of the runs, by formula")
        ]
        if np.isfinite(middle):
            time.append(
                Points((angle, middle), "vermillion", "square", label=f"median of {_RUNS} runs", size=7)
            )
        rows = [
            ("E⟨v, ξ⟩²", number((sigma * d[1]) ** 2, 3)),
            ("E‖ξ‖²", number(sigma**2, 3)),
            (
                f"median of {_RUNS} runs",
                f"{int(middle)} steps" if np.isfinite(middle) else "not within 400 steps",
            ),
            ("first and last to leave", f"{_steps(left.min())}, {_steps(left.max())}"),
        ]
        return View(
            plane=[
                Landscape(quadratic([1.0, -curvature])),
                *paths,
                Arrow(-0.5 * d, 0.5 * d, "vermillion", label="direction of the noise"),
            ],
            time=time,
            readout=Table(rows),
            message="Exactly across the way down: the noise never gets a part along v, and no run leaves."
            if d[1] == 0
            else "Half the angle costs a few steps: noise counts by its logarithm. Zero is another matter.",
        )

    return scene(
        update,
        panels={
            "plane": Panel(
                "24 runs with noisy gradients", "x₁", "x₂ (way down)", (-1.3, 1.3, -1.1, 1.1), ratio="equal"
            ),
            "time": Panel(
                "steps until |x₂| = 1", "angle to the ridge (degrees)", "step", (0.0, 90.0, 0.0, 400.0)
            ),
        },
        handles={"direction": Handle((0.42, 0.42), label="d", on=OnCircle((0.0, 0.0), 0.6), shape="diamond")},
        controls={
            "sigma": slider("noise σ", 1e-4, 1.0, 0.5, log=True),
            "curvature": slider("downward curvature λ", 0.1, 1.0, 0.5),
        },
        alt="A saddle with 24 noisy paths that leave it along the way down, and their steps against the "
        "angle between noise and ridge: flat, except close to zero",
    )


def _sums(factor: float, kicks: Array) -> Array:
    """Return x_t = factor·x_{t−1} + kick_t from x = 0, along the last axis."""
    x = np.zeros_like(kicks)
    for t in range(1, kicks.shape[-1]):
        x[..., t] = factor * x[..., t - 1] + kicks[..., t - 1]
    return x


def _steps(time: float) -> str:
    return f"{int(time)}" if np.isfinite(time) else "never"


def strict_time(offset: Array, learning_rate: float, curvature: float) -> Array:
    """Return log(1/δ)/log(1 + ηλ): steps of gradient descent from δ to 1 on −½λx²."""
    time: Array = np.log(1 / offset) / np.log1p(learning_rate * curvature)
    return time


def flat_time(offset: Array, learning_rate: float, curvature: float) -> Array:
    """Return (1/δ² − 1)/2ηλ: the time of gradient flow from δ to 1 on −¼λx⁴, over the learning rate."""
    time: Array = (1 / offset**2 - 1) / (2 * learning_rate * curvature)
    return time


def waiting_times(*, learning_rate: float = 0.1, kicks: int = 2000) -> Scene:
    """Return how long kicks of one radius wait at a strict and at a flat saddle, in n dimensions.

    δ is the part along the way down of a kick uniform in a ball of radius r. Shown is the share of the kicks
    that still wait after t steps. At −½λx² it falls exponentially; at −¼λx⁴ like t^(−1/2), too slowly for a
    mean.
    """
    from scipy.special import betaincinv  # here, because it takes as long to import as NumPy

    rng = np.random.default_rng(0)
    quantile, size = rng.random((2, kicks))

    def update(state: State) -> View:
        n, r, curvature = round(float(state.dim)), float(state.radius), float(state.curvature)
        # The square of one coordinate of a random direction has the distribution Beta(½, (n − 1)/2).
        offset = r * size ** (1 / n) * np.sqrt(betaincinv(0.5, (n - 1) / 2, quantile))
        formula = strict_time if state.saddle == "strict" else flat_time
        waits = np.sort(formula(offset, learning_rate, curvature))
        share = 1 - np.arange(kicks) / kicks
        median, mean = float(np.median(waits)), float(waits.mean())
        rows = [
            ("median", f"{median:,.0f} steps"),
            ("mean of all kicks", f"{mean:,.0f} steps"),
            ("longest", f"{waits[-1]:,.0f} steps"),
            ("share that waits longer than the mean", f"{np.mean(waits > mean):.0%}"),
        ]
        low, high = 10 ** np.floor(np.log10(waits[0])), 10 ** np.ceil(np.log10(waits[-1]))
        return View(
            waits=[
                Line(np.stack([waits, share], axis=-1), "blue", label="still waiting"),
                Line([(median, 1e-3), (median, 1.0)], "green", "dash", label="median"),
                Line([(mean, 1e-3), (mean, 1.0)], "vermillion", "dot", label="mean"),
            ],
            readout=Table(rows),
            message="A tail that falls like 1/√t has no mean: that of the next sample may be any other."
            if state.saddle == "flat"
            else f"Median and mean differ by {abs(mean / median - 1):.0%}: the tail is exponential.",
            windows={"waits": (float(low), float(high), 1e-3, 1.2)},
        )

    return scene(
        update,
        panels={
            "waits": Panel("how long kicks wait", "steps", "share still waiting", log_x=True, log_y=True)
        },
        handles={},
        controls={
            "saddle": choice("saddle", {"strict, −½λx²": "strict", "flat, −¼λx⁴": "flat"}, "strict"),
            "dim": slider("dimension n", 10, 100_000, 100, log=True),
            "radius": slider("kick radius r", 1e-6, 0.5, 0.1, log=True),
            "curvature": slider("λ", 0.01, 1.0, 0.5, log=True),
        },
        alt="The share of kicks still waiting at a strict saddle against the steps, with median and "
        "mean close together",
    )
