"""Functions of two variables, written as their formulas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, wraps
from typing import Any, ParamSpec

import numpy as np

from course_utils.objectives.base import Array, Kind, Objective, Window
from course_utils.objectives.beyond import homogeneous, rising
from course_utils.objectives.checks import real_number

Pair = tuple[Array, Array]
Triple = tuple[Array, Array, Array]
_Settings = ParamSpec("_Settings")


class Planar(Objective):
    """A function of (x₁, x₂) given by three formulas in the coordinates.

    ``value(x1, x2)`` returns f, ``gradient(x1, x2)`` the pair (f₁, f₂), ``hessian(x1, x2)`` the triple
    (f₁₁, f₁₂, f₂₂); each works on arrays of any shape. Where ``plain`` says that they do nothing but add and
    multiply (and take powers of what they made of the coordinates, not of the coordinates themselves), they
    get a single point as two Python numbers: the results are the same to the last bit, and there much sooner.

    It can be pickled, and so sent to another process, if the three are functions of a module. Formulas
    that have no name there, such as lambdas, are pickled by the function that makes them: see
    `pickled_by_name`.
    """

    _recipe: Callable[[], Planar] | None = None

    def __init__(
        self,
        name: str,
        value: Callable[[Array, Array], Array],
        gradient: Callable[[Array, Array], Pair],
        hessian: Callable[[Array, Array], Triple],
        *,
        domain: Window = ((-2.0, 2.0), (-2.0, 2.0)),
        critical_points: Sequence[tuple[Sequence[float], Kind]] = (),
        plain: bool = False,
    ) -> None:
        super().__init__(name, 2, domain=domain, critical_points=critical_points)
        self._formulas = (value, gradient, hessian)
        self._plain = plain

    def _computed(self, order: int, x: Array) -> Any:
        """Return what the formula of f (order 0), its first or its second derivatives gives at ``x``."""
        formula = self._formulas[order]
        if self._plain and x.ndim == 1:
            try:
                return formula(*x.tolist())
            except OverflowError:  # of a power, where NumPy's numbers become infinite
                pass
        return formula(x[..., 0], x[..., 1])

    def _value(self, x: Array) -> Array:
        return np.asarray(self._computed(0, x))

    def _gradient(self, x: Array) -> Array:
        parts = self._computed(1, x)
        if x.ndim == 1:  # the same numbers, joined much sooner: a path is made of single points
            return np.array(parts)
        return np.stack(np.broadcast_arrays(*parts), axis=-1)

    def _hessian(self, x: Array) -> Array:
        parts = self._computed(2, x)
        if x.ndim == 1:
            xx, xy, yy = parts
            return np.array([[xx, xy], [xy, yy]])
        xx, xy, yy = np.broadcast_arrays(*parts)
        return np.stack([np.stack([xx, xy], -1), np.stack([xy, yy], -1)], -1)

    def __reduce_ex__(self, protocol: Any) -> str | tuple[Any, ...]:
        if self._recipe is None:
            return super().__reduce_ex__(protocol)
        # The recipe brings the formulas back, the state what was set on this one since, such as its name.
        remade = ("_formulas", "_recipe")
        return self._recipe, (), {key: value for key, value in vars(self).items() if key not in remade}


def pickled_by_name(make: Callable[_Settings, Planar]) -> Callable[_Settings, Planar]:
    """Decorate a function of a module: what it returns is pickled as a call of it with the same settings.

    The formulas may then be lambdas or use local variables, which `pickle` cannot find by name.
    """

    @wraps(make)
    def made(*args: _Settings.args, **kwargs: _Settings.kwargs) -> Planar:
        objective = make(*args, **kwargs)
        objective._recipe = partial(made, *args, **kwargs)
        return objective

    return made


@pickled_by_name
def min_max_saddle() -> Planar:
    """f = x₁² − x₂²: up along one axis, down along the other."""
    return Planar(
        "min-max saddle",
        lambda a, b: homogeneous(lambda a, b: a**2 - b**2, 2, a, b),
        lambda a, b: (2 * a, -2 * b),
        lambda a, b: (2 + 0 * a, 0 * a, -2 + 0 * a),
        critical_points=[((0, 0), "saddle")],
    )


@pickled_by_name
def monkey_saddle() -> Planar:
    """f = x₁³ − 3x₁x₂²: three ways down, and a Hessian that is zero at the critical point."""
    return Planar(
        "monkey saddle",
        lambda a, b: homogeneous(lambda a, b: a**3 - 3 * a * b**2, 3, a, b),
        lambda a, b: (homogeneous(lambda a, b: 3 * a**2 - 3 * b**2, 2, a, b), -6 * a * b),
        lambda a, b: (6 * a, -6 * b, -6 * a),
        domain=((-1.5, 1.5), (-1.5, 1.5)),
        critical_points=[((0, 0), "degenerate")],
    )


@pickled_by_name
def degenerate_valley() -> Planar:
    """f = x₁²: a whole line of minima, exactly flat along x₂."""
    return Planar(
        "degenerate valley",
        lambda a, b: a**2 + 0 * b,
        lambda a, b: (2 * a, 0 * b),
        lambda a, b: (2 + 0 * a, 0 * a, 0 * a),
        critical_points=[((0, y), "degenerate") for y in (-1, 0, 1)],
    )


@pickled_by_name
def flat_direction(power: int, sign: int = 1) -> Planar:
    """f = x₁² ± x₂ᵖ with p ≥ 3: one Hessian at the origin, diag(2, 0), whatever happens along x₂.

    Even p with a plus is a minimum, with a minus a saddle; odd p is neither.

    Raises
    ------
    ValueError
        If ``power`` < 3 or ``sign`` is not ±1.
    """
    if not isinstance(power, (int, np.integer)) or isinstance(power, bool) or power < 3:
        raise ValueError(
            f"power must be a whole number of at least 3, so that the curvature vanishes, got {power!r}"
        )
    if sign not in (-1, 1):
        raise ValueError(f"sign must be 1 or -1, got {sign}")
    p, s = power, sign

    def value(a: Array, b: Array) -> Array:
        with np.errstate(over="ignore", invalid="ignore"):
            plain = np.asarray(a**2 + s * b**p)
            lost = np.isnan(plain)
            if lost.any():  # a² − |b|ᵖ, each of them beyond float64
                root = np.abs(b) ** (p / 2)
                plain = np.where(lost, (np.abs(a) - root) * (np.abs(a) + root), plain)
        return plain

    return Planar(
        f"x₁² {'+' if s > 0 else '−'} x₂{str(p).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}",
        value,
        lambda a, b: (2 * a, s * p * b ** (p - 1)),
        lambda a, b: (2 + 0 * a, 0 * a, s * p * (p - 1) * b ** (p - 2)),
        domain=((-1.5, 1.5), (-1.5, 1.5)),
        critical_points=[((0, 0), "degenerate")],
    )


@pickled_by_name
def plateau(slope: float = 0.02) -> Planar:
    """f = ½x₁² + p(x₂) with p′(z) = (z² + slope/2)(z − 2): a shelf at x₂ = 0 that looks like a minimum.

    The gradient at the origin is no more than ``slope``, yet the only critical point is (0, 2).

    Raises
    ------
    ValueError
        If ``slope`` ≤ 0.
    """
    slope = real_number("slope", slope, above=0.0)
    e = slope / 2
    return Planar(
        "plateau",
        lambda a, b: rising(lambda: a**2 / 2 + b**4 / 4 - 2 * b**3 / 3 + e * (b**2 / 2 - 2 * b)),
        lambda a, b: (a, (b**2 + e) * (b - 2)),
        lambda a, b: (1 + 0 * a, 0 * a, 3 * b**2 - 4 * b + e),
        domain=((-1.6, 1.6), (-1.2, 2.8)),
        critical_points=[((0, 2), "minimum")],
    )


@pickled_by_name
def himmelblau() -> Planar:
    """f = (x₁² + x₂ − 11)² + (x₁ + x₂² − 7)²: four equal minima, four saddles, one maximum.

    Himmelblau (1972), Applied Nonlinear Programming.
    """

    def gradient(a: Array, b: Array) -> Pair:
        first, second = a * a + b - 11, a + b * b - 7
        return 4 * a * first + 2 * second, 2 * first + 4 * b * second

    def hessian(a: Array, b: Array) -> Triple:
        return 12 * (a * a) + 4 * b - 42, 4 * a + 4 * b, 4 * a + 12 * (b * b) - 26

    def polished(near: tuple[float, float]) -> tuple[float, float]:
        # Only (3, 2) is a round number: Newton's method makes the four printed digits exact.
        x = np.array(near, dtype=np.float64)
        for _ in range(4):
            xx, xy, yy = hessian(x[0], x[1])
            x = x - np.linalg.solve(np.array([[xx, xy], [xy, yy]]), np.array(gradient(x[0], x[1])))
        return float(x[0]), float(x[1])

    minima = [(3.0, 2.0), (-2.8051, 3.1313), (-3.7793, -3.2832), (3.5844, -1.8481)]
    saddles = [(0.0867, 2.8843), (-3.0730, -0.0814), (-0.1280, -1.9537), (3.3852, 0.0739)]
    points: list[tuple[Sequence[float], Kind]] = [(polished(p), "minimum") for p in minima]
    points += [(polished(p), "saddle") for p in saddles]
    points += [(polished((-0.2708, -0.9230)), "maximum")]
    return Planar(
        "Himmelblau",
        lambda a, b: (a * a + b - 11) ** 2 + (a + b * b - 7) ** 2,
        gradient,
        hessian,
        domain=((-5.0, 5.0), (-5.0, 5.0)),
        critical_points=points,
        plain=True,
    )


@pickled_by_name
def curved_ravine(steepness: float = 50.0) -> Planar:
    """f = ½·steepness·(x₂ − sin x₁)² + ½·0.1·x₁²: a narrow ravine that winds down to the origin.

    Raises
    ------
    ValueError
        If ``steepness`` ≤ 0.
    """
    steepness = real_number("steepness", steepness, above=0.0)
    k, slow = steepness, 0.1
    return Planar(
        "curved ravine",
        lambda a, b: 0.5 * k * (b - np.sin(a)) ** 2 + 0.5 * slow * a**2,
        lambda a, b: (-k * (b - np.sin(a)) * np.cos(a) + slow * a, k * (b - np.sin(a))),
        lambda a, b: (
            k * np.cos(a) ** 2 + k * (b - np.sin(a)) * np.sin(a) + slow,
            -k * np.cos(a),
            k + 0 * a,
        ),
        domain=((-4.0, 4.0), (-2.0, 2.0)),
        critical_points=[((0, 0), "minimum")],
    )


@pickled_by_name
def hills() -> Planar:
    """A bowl around the goal at (2, 0) with Gaussian hills on it, the highest between start and goal.

    f = 0.1‖x − goal‖² + Σᵢ aᵢ exp(−‖x − cᵢ‖²/2sᵢ²). From the left, downhill leads away from the goal.
    """
    goal = np.array([2.0, 0.0])
    centers = np.array([[-0.3, 0.0], [0.9, 1.9], [0.7, -2.0], [-2.2, 1.8]])
    heights, widths = np.array([2.2, 0.9, 1.1, 0.8]), np.array([0.8, 0.6, 0.55, 0.6])

    def parts(a: Array, b: Array) -> Triple:
        da, db = a[..., None] - centers[:, 0], b[..., None] - centers[:, 1]
        return da, db, heights * np.exp(-(da**2 + db**2) / (2 * widths**2))

    def value(a: Array, b: Array) -> Array:
        total: Array = 0.1 * ((a - goal[0]) ** 2 + (b - goal[1]) ** 2) + parts(a, b)[2].sum(-1)
        return total

    def gradient(a: Array, b: Array) -> Pair:
        da, db, bump = parts(a, b)
        return (
            0.2 * (a - goal[0]) - (bump * da / widths**2).sum(-1),
            0.2 * (b - goal[1]) - (bump * db / widths**2).sum(-1),
        )

    def hessian(a: Array, b: Array) -> Triple:
        da, db, bump = parts(a, b)
        w2 = widths**2
        return (
            0.2 + (bump * (da**2 / w2**2 - 1 / w2)).sum(-1),
            (bump * da * db / w2**2).sum(-1),
            0.2 + (bump * (db**2 / w2**2 - 1 / w2)).sum(-1),
        )

    return Planar("hills", value, gradient, hessian, domain=((-3.5, 3.5), (-3.0, 3.0)))
