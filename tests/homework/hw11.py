"""Prepared answers to homework 11, and the points that the key gives them."""

from tests.homework.answer import Answer

# hw11.1 ------------------------------------------------------------------------------------------------

_PAID = {"free": 24, "krylov": 48, "sophia": 1.2, "searched": 810, "clock": 38 / 1.8}


def _prices(name: str, points: float, **changed: object) -> Answer:
    return Answer(name, points, f"prices = {_PAID | changed!r}")


_PRICES = (
    _prices("in the head", 2.5),
    Answer(
        "item by item",
        2.5,
        """
from fractions import Fraction
share = Fraction(1, 4)
gradient, product, loss = 1, 2, Fraction(1, 3)
prices = {"free": gradient + 40 * product * share + 9 * loss}
prices["krylov"] = gradient + 20 * product + 3 * (gradient + 4 * loss)
prices["sophia"] = sum(Fraction(1 + 2 * (step % 10 == 0), 50) for step in range(50))
prices["searched"] = sum([30] * 12 + [150] * 3)
prices["clock"] = np.dot([1, 40, 9], [1.5, 0.8, 0.5]) / 1.8
prices = {name: float(price) for name, price in prices.items()}
""",
    ),
    Answer("as arrays of one", 2.5, f"prices = {{n: np.array([v]) for n, v in {_PAID!r}.items()}}"),
    _prices("rounded to four digits", 2.5, clock=21.11),
    _prices("part of the examples at the price of all", 2, free=84),
    _prices("product for one gradient", 1, free=14, krylov=28, sophia=1.1),
    _prices("losses for nothing", 1.5, free=21, krylov=44),
    _prices("inner steps for nothing", 2, krylov=41),
    _prices("probe on all examples", 2, sophia=11),
    _prices("gradients for seconds", 2, clock=24),
    _prices("search left out", 2, searched=450),
    _prices("words for numbers", 2, searched="810"),
    _prices("two left out", 1.5, clock=..., sophia=None),
)

# hw11.2 ------------------------------------------------------------------------------------------------

_TOLD = {"one_probe": 10**0.5, "probes": 250, "gaussian": 450, "row": 21, "row_spread": 336**0.5}


def _probes(name: str, points: float, **changed: object) -> Answer:
    return Answer(name, points, f"probed = {_TOLD | changed!r}")


_PROBES = (
    _probes("by thinking", 2.5),
    Answer(
        "by trying every sign",
        2.5,
        """
from itertools import product
H = exercise("hw11.2").data["H"]
z = np.array(list(product((-1, 1), repeat=3)))
entries, squares = z[:, 0] * (z @ H)[:, 0], (z @ H)[:, 2] ** 2
probed = {"one_probe": entries.std(), "probes": entries.var() / 0.2**2}
probed |= {"row": squares.mean(), "row_spread": squares.std()}
probed["gaussian"] = (np.sum(H[0] ** 2) + H[0, 0] ** 2) / 0.2**2
""",
    ),
    Answer(
        "by quadrature",
        2.5,
        f"""
x, w = np.polynomial.hermite_e.hermegauss(5)
w = w / w.sum()
a, b, c = np.meshgrid(x, x, x)
weight = np.einsum("i,j,k->jik", w, w, w)
entry = a * (2 * a + 3 * b + c)
mean = np.sum(weight * entry)
probed = {_TOLD!r}
probed["gaussian"] = np.sum(weight * (entry - mean) ** 2) / 0.2**2
""",
    ),
    _probes("variance for deviation", 2, one_probe=10),
    _probes("diagonal counted as noise", 1.5, one_probe=14**0.5, probes=350),
    _probes("error that falls with the number of probes", 1.5, probes=10**0.5 / 0.2, gaussian=18**0.5 / 0.2),
    _probes("normal numbers as good as signs", 2, gaussian=250),
    _probes("variance 1 of a squared normal number", 2, gaussian=350),
    _probes("root taken too early", 2, row=21**0.5),
    _probes("row norm known from one probe", 2, row_spread=0.0),
    Answer(
        "not finite",
        1.5,
        f"probed = {_TOLD!r}\nprobed['row'], probed['probes'] = np.nan, np.inf",
    ),
)

# hw11.3 ------------------------------------------------------------------------------------------------


def _function(head: str, name: str, points: float, body: str) -> Answer:
    lines = "\n    ".join(body.strip().split("\n"))
    return Answer(name, points, f"def {head}:\n    {lines}\n")


def _step(name: str, points: float, body: str) -> Answer:
    return _function("truncated_step(gradient, H, radius, tolerance)", name, points, body)


_CG = """
d, r, p = np.zeros(len(gradient)), 1.0 * gradient, -1.0 * gradient
while np.linalg.norm(r) > tolerance * np.linalg.norm(gradient):
    Hp = H @ p
    curvature = p @ Hp
    if curvature <= 0:
        break
    alpha = r @ r / curvature
    if np.linalg.norm(d + alpha * p) >= radius:
        break
    d = d + alpha * p
    new = r + alpha * Hp
    p = (new @ new) / (r @ r) * p - new
    r = new
else:
    return d
a, b, c = p @ p, d @ p, d @ d - radius**2
return d + (np.sqrt(b * b - a * c) - b) / a * p
"""
_BOUNDARY = (
    _step("with breaks", 4, _CG),
    _step("as a list", 4, _CG.replace("return d +", "d = d +") + "\nreturn list(d)"),
    _step(
        "complex without imaginary part",
        4,
        _CG.replace("return d\n", "return d + 0j\n").replace("return d +", "return 0j + d +"),
    ),
    _step(
        "in place, on copies, in units of its own",
        4,
        """
unit, scale = np.abs(gradient).max(), np.abs(H).max()
if unit == 0:
    return np.zeros(np.shape(gradient))
if scale == 0:
    return -radius * gradient / np.linalg.norm(gradient)
g, A, R = gradient / unit, H / scale, radius * scale / unit
d, r = np.zeros_like(g), g.copy()
p, rr = -r, np.vdot(r, r)
stop = tolerance**2 * rr
while rr > stop:
    q = np.dot(A, p)
    bend = np.vdot(p, q)
    longest = max(np.roots([np.vdot(p, p), 2 * np.vdot(d, p), np.vdot(d, d) - R**2]).real)
    if bend <= 0 or rr / bend >= longest:
        d += longest * p
        break
    d += rr / bend * p
    r += rr / bend * q
    rr, before = np.vdot(r, r), rr
    p *= rr / before
    p -= r
return d * (unit / scale)
""",
    ),
    _step(
        "Newton step, shortened",
        0,
        """
step = -np.linalg.solve(H, gradient)
return step * min(1.0, radius / np.linalg.norm(step))
""",
    ),
    _step("tolerance without effect", 2.5, "tolerance = 1e-12" + _CG),
    _step("largest entry of the residual", 3.5, _CG.replace("np.linalg.norm(r) >", "np.abs(r).max() >")),
    _step("sum over the residual", 2.5, _CG.replace("np.linalg.norm(r) >", "np.abs(r).sum() >")),
    _step("step uphill", 0, _CG.replace("return d", "return -d").replace("-d + ", "-d - ")),
    _step(
        "directions not conjugate",
        1.5,
        _CG.replace("p = (new @ new) / (r @ r) * p - new", "p = -new"),
    ),
    _step("negative curvature left unused", 1, _CG.replace("        break", "        return d", 1)),
    _step("sign of the curvature not looked at", 2, _CG.replace("curvature <= 0", "curvature == 0")),
    _step("absolute tolerance", 2, _CG.replace("tolerance * np.linalg.norm(gradient)", "tolerance")),
    _step(
        "whole numbers kept",
        3.5,
        _CG.replace("1.0 * gradient, -1.0 * gradient", "gradient.copy(), -gradient").replace(
            "d = d + alpha * p\n    new = r + alpha * Hp",
            "d = d + alpha * p\n    new = r.copy()\n    new += alpha * Hp",
        ),
    ),
    _step("overwrites the gradient", 0.5, _CG.replace("d, r, p =", "gradient -= 0.5 * gradient\nd, r, p =")),
    _step("leaves the course", 0, "raise SystemExit"),
    _step("far too much", 0, "return np.zeros(10**9)"),
)

# hw11.4 ------------------------------------------------------------------------------------------------


def _size(name: str, points: float, body: str) -> Answer:
    return _function("absolute(H, steps)", name, points, body)


_SCHULZ = """
largest = np.abs(H).max(axis=(-2, -1), keepdims=True)
S = H / np.where(largest == 0, 1, largest)
norm = np.linalg.norm(S, axis=(-2, -1), keepdims=True)
S = S / np.where(norm == 0, 1, norm)
for _ in range(steps):
    S = 1.5 * S - 0.5 * S @ S @ S
return H @ S
"""
_ABSOLUTE = (
    _size("scaled twice", 3.5, _SCHULZ),
    _size("as lists", 3.5, _SCHULZ.replace("return H @ S", "return (H @ S).tolist()")),
    _size(
        "matrix by matrix",
        3.5,
        """
if H.ndim > 2:
    return np.stack([absolute(one, steps) for one in H])
unit = float(np.max(np.abs(H)))
if unit == 0:
    return np.zeros(H.shape)
S, count = H / unit, 0
S /= np.sqrt(np.trace(S @ S))
while count < steps:
    S, count = S @ (3 * np.eye(len(S)) - S @ S) / 2, count + 1
return H @ S
""",
    ),
    _size(
        "on the eigenvalues, as is not allowed but right",
        3.5,
        """
unit = np.abs(H).max(axis=(-2, -1))[..., None]
unit = np.where(unit > 0, unit, 1)
values, V = np.linalg.eigh(H / unit[..., None])
s = values / np.maximum(np.sqrt(np.sum(values**2, axis=-1, keepdims=True)), 1e-300)
for _ in range(steps):
    s = s * (3 - s**2) / 2
return (V * (unit * values * s)[..., None, :]) @ np.swapaxes(V, -1, -2)
""",
    ),
    _size("sign for size", 0, _SCHULZ.replace("return H @ S", "return S")),
    _size("sizes of the entries", 0, "return np.abs(H)"),
    _size(
        "result in units of the norm",
        0,
        _SCHULZ.replace("return H @ S", "return H / np.linalg.norm(H, axis=(-2, -1), keepdims=True) @ S"),
    ),
    _size("entries cubed", 0, _SCHULZ.replace("S @ S @ S", "S**3")),
    _size("one step short", 0.5, _SCHULZ.replace("range(steps)", "range(steps - 1)")),
    _size(
        "limit for the iteration",
        0.5,
        "values, V = np.linalg.eigh(H)\nreturn V * np.abs(values)[..., None, :] @ np.swapaxes(V, -1, -2)",
    ),
    _size(
        "largest eigenvalue for the norm",
        0.5,
        _SCHULZ.replace(
            "norm = np.linalg.norm(S, axis=(-2, -1), keepdims=True)",
            "norm = np.abs(np.linalg.eigvalsh(S)).max(axis=-1)[..., None, None]",
        ),
    ),
    _size(
        "one norm for a stack",
        1,
        "S = H / np.linalg.norm(H)\nfor _ in range(steps):\n    S = (3 * S - S @ S @ S) / 2\nreturn H @ S",
    ),
    _size(
        "norm that overflows",
        3,
        """
S = H / np.maximum(np.linalg.norm(H, axis=(-2, -1), keepdims=True), 1e-30)
for _ in range(steps):
    S = (3 * S - S @ S @ S) / 2
return H @ S
""",
    ),
    _size("steps until nothing changes", 0.5, _SCHULZ.replace("range(steps)", "range(60)")),
    _size("never written", 0, "return ..."),
)

# hw11.5 ------------------------------------------------------------------------------------------------

_STORY = {
    "descent": 926,
    "axis": 23,
    "turned": 470,
    "rows": 666,
    "gauss_newton": 935,
    "per_step": "Krylov",
    "per_gradient": "Adam",
    "on_others": "Momentum",
    "wins": 5,
    "ratio": 3.0363,
    "with_search": 0.75908,
}


def _race(name: str, points: float, **changed: object) -> Answer:
    return Answer(name, points, f"race = {_STORY | changed!r}")


_RACE = (
    Answer(
        "step by step",
        5.5,
        """
down, race = np.array([-1.0, 1.0]) / np.sqrt(2), {}
turn = np.array([[1.0, -1.0], [1.0, 1.0]]) / np.sqrt(2)
straight, turned = np.diag([1.0, -0.01]), turn @ np.diag([1.0, -0.01]) @ turn.T
for name, H, x, P in (
    ("descent", turned, down, np.eye(2)),
    ("axis", straight, np.array([0.0, 1.0]), np.diag(abs(np.diag(straight)) + 0.01)),
    ("turned", turned, down, np.diag(abs(np.diag(turned)) + 0.01)),
    ("rows", turned, down, np.diag(np.linalg.norm(turned, axis=1) + 0.01)),
    ("gauss_newton", turned, down, 1.01 * np.eye(2)),
):
    race[name], x = 0, 1e-6 * x
    while np.linalg.norm(x) < 1e-2:
        x, race[name] = x - np.linalg.solve(P, H @ x), race[name] + 1
runs = {name: opt.minimize(network, one, start, 60) for name, one in tried.items() if name[0] != "Krylov"}
runs["Krylov", 1.0] = opt.minimize(network, tried["Krylov", 1.0], start, 8)
names = list(runs)
early, late, fresh, reached = [], [], [], []
for run in runs.values():
    k = np.searchsorted(run.cost, 60, side="right") - 1
    early.append(run.value[5]), late.append(run.value[k])
    fresh.append(others.value(run.x[k]))
    reached.append(next(c for c, v in zip(run.cost, run.value) if v < 0.3) if run.value.min() < 0.3 else 0)
race["per_step"], race["per_gradient"] = names[np.argmin(early)][0], names[np.argmin(late)][0]
race["on_others"] = names[np.argmin(fresh)][0]
race["wins"] = int(np.sum(np.array(late[:3])[:, None] < late[3:6]))
race["ratio"] = reached[6] / reached[2]
race["with_search"] = reached[6] / (120 + reached[2])
""",
    ),
    _race("copied numbers", 5.5),
    _race("lower case, rounded", 5.5, per_step="krylov", ratio=3.04, with_search=0.76),
    _race("counts one off", 4, descent=925, rows=667, gauss_newton=936),
    _race("time between two steps for a count of steps", 5, turned=469.712),
    _race("divisor that does not notice a turn", 4.5, turned=23, rows=23),
    _race("diagonal without effect", 5, axis=926),
    _race("Gauss–Newton matrix that sees the way down", 5, gauss_newton=23),
    _race("winner by steps for the winner", 5, per_gradient="Krylov"),
    _race("winner in training for the winner on others", 5, on_others="Adam"),
    _race("better method in every pair", 5, wins=0),
    _race("steps for gradients", 5, ratio=5 / 40),
    _race("search for nothing", 5, with_search=3.0363),
    _race("a prediction for Newton's method", 3, descent=1, axis=1, turned=1, rows=1, gauss_newton=1),
    _race(
        "half of it", 2.5, per_step=..., per_gradient=..., on_others=..., wins=..., ratio=..., with_search=...
    ),
)

ANSWERS: dict[str, tuple[Answer, ...]] = {
    "hw11.1": _PRICES,
    "hw11.2": _PROBES,
    "hw11.3": _BOUNDARY,
    "hw11.4": _ABSOLUTE,
    "hw11.5": _RACE,
}
