"""Prepared answers to homework 06, and the points that the key gives them."""

from tests.homework.answer import Answer

# hw06.1 ------------------------------------------------------------------------------------------------

_ESCAPE = {"gradient_descent": 466, "saddle_free": 16, "newton_factor": -3.0, "least_damping": 0.02}


def _escape(name: str, points: float, **changed: object) -> Answer:
    return Answer(name, points, f"escape = {_ESCAPE | changed!r}")


_ESCAPES = (
    _escape("by formula", 3),
    Answer(
        "by counting steps",
        3,
        """
def count(factor):
    u, steps = 1e-4, 0
    while u < 1:
        u *= factor
        steps += 1
    return steps

newton = lambda damping: 1 - (-0.04) / (-0.04 + damping)
escape = {"gradient_descent": count(1.02), "saddle_free": count(1 + 0.04 / 0.05)}
escape["newton_factor"] = newton(0.03)
dampings = np.linspace(1e-3, 0.0399, 38_901)
escape["least_damping"] = dampings[np.abs(newton(dampings)) > 1][0]
""",
    ),
    Answer(
        "by the optimizers",
        3,
        """
from course_utils.objectives import quadratic

saddle = quadratic([-0.04])

def count(method):
    return int(np.argmax(np.abs(minimize(saddle, method, [1e-4], 600).x[:, 0]) >= 1))

step = minimize(saddle, opt.Newton(0.03), [1e-4], 1).x[1, 0]
escape = {"gradient_descent": count(opt.GradientDescent(0.5))}
escape["saddle_free"] = count(opt.SaddleFreeNewton(0.01))
escape |= {"newton_factor": step / 1e-4, "least_damping": 0.04 / 2}
""",
    ),
    _escape("doubling whatever the damping", 2.25, saddle_free=14),
    _escape("damping above the whole eigenvalue", 2.25, least_damping=0.04),
    _escape("leap without its sign", 2.25, newton_factor=3.0),
    _escape("steps counted as continuous time", 2.25, gradient_descent=461),
    _escape("absolute value in Newton's factor", 2.25, newton_factor=1 + 0.04 / 0.07),
    _escape("not rounded up", 1.5, gradient_descent=465.1, saddle_free=15.67),
)

# hw06.2 ------------------------------------------------------------------------------------------------


def _truncated(name: str, points: float, body: str) -> Answer:
    lines = "\n    ".join(body.strip().split("\n"))
    return Answer(name, points, f"def truncated_step(gradient, hessian, rank, damping):\n    {lines}\n")


_TRUNCATED = (
    _truncated(
        "sizes set to zero",
        4,
        """
values, V = np.linalg.eigh(hessian)
sizes = np.abs(values)
order = np.argsort(sizes)[::-1]
sizes[order[rank:]] = 0
return -V @ ((V.T @ gradient) / (sizes + damping))
""",
    ),
    _truncated(
        "the matrix itself, solved",
        4,
        """
values, V = np.linalg.eigh(hessian)
keep = sorted(range(len(values)), key=lambda i: -abs(values[i]))[:rank]
H_k = sum((abs(values[i]) * np.outer(V[:, i], V[:, i]) for i in keep), np.zeros_like(hessian))
return np.linalg.solve(H_k + damping * np.eye(len(values)), -gradient)
""",
    ),
    _truncated(
        "a correction of gradient descent",
        4,
        """
values, V = np.linalg.eigh(hessian)
step = -gradient / damping
for i in np.argsort(np.abs(values))[len(values) - rank:]:
    c = V[:, i] @ gradient
    step = step + c * V[:, i] * (1 / damping - 1 / (abs(values[i]) + damping))
return step
""",
    ),
    _truncated(
        "in single precision",
        3,
        """
values, V = np.linalg.eigh(hessian.astype(np.float32))
size = np.abs(values)
size[np.argsort(-size)[rank:]] = 0
return -V @ (V.T @ gradient.astype(np.float32) / (size + np.float32(damping)))
""",
    ),
    _truncated(
        "largest eigenvalues by sign",
        1.0,
        """
values, V = np.linalg.eigh(hessian)
sizes = np.abs(values)
sizes[: len(values) - rank] = 0
return -V @ ((V.T @ gradient) / (sizes + damping))
""",
    ),
    _truncated(
        "rest of the gradient dropped",
        0.5,
        """
values, V = np.linalg.eigh(hessian)
keep = np.argsort(-np.abs(values))[:rank]
return -V[:, keep] @ ((V[:, keep].T @ gradient) / (np.abs(values[keep]) + damping))
""",
    ),
    _truncated(
        "few eigenvalues with their signs",
        0.5,
        """
values, V = np.linalg.eigh(hessian)
values[np.argsort(-np.abs(values))[rank:]] = 0
return -V @ ((V.T @ gradient) / (values + damping))
""",
    ),
    _truncated(
        "damping for the rest only",
        0.5,
        """
values, V = np.linalg.eigh(hessian)
sizes = np.abs(values)
sizes[np.argsort(-sizes)[rank:]] = damping
return -V @ ((V.T @ gradient) / sizes)
""",
    ),
    _truncated(
        "low rank step uphill",
        0,
        """
values, V = np.linalg.eigh(hessian)
sizes = np.abs(values)
sizes[np.argsort(-sizes)[rank:]] = 0
return V @ ((V.T @ gradient) / (sizes + damping))
""",
    ),
    _truncated(
        "rank 0 forgotten",
        3.5,
        """
values, V = np.linalg.eigh(hessian)
sizes = np.abs(values)
sizes[sizes < np.sort(sizes)[-rank]] = 0
return -V @ ((V.T @ gradient) / (sizes + damping))
""",
    ),
)

# hw06.3 ------------------------------------------------------------------------------------------------

_NEWTON = ("maximum", "saddle", "minimum", "maximum", "maximum", "minimum")
_SADDLE_FREE = ("minimum", "minimum", "minimum", "saddle", "maximum", "minimum")
_ENDS = {f"newton_{start}": kind for start, kind in zip("ABCDEF", _NEWTON, strict=True)}
_ENDS |= {f"saddle_free_{start}": kind for start, kind in zip("ABCDEF", _SADDLE_FREE, strict=True)}


def _ends(name: str, points: float, **changed: str) -> Answer:
    return Answer(name, points, f"ends = {_ENDS | changed!r}")


_DESTINATIONS = (
    _ends("by thinking", 3),
    Answer("in capitals", 3, f"ends = { ({name: kind.upper() for name, kind in _ENDS.items()})!r}"),
    Answer(
        "by running both",
        3,
        """
from course_utils.objectives import Wells

wells, ends = Wells([-1.0, -1.0]), {}
methods = {"newton": opt.Newton(), "saddle_free": opt.SaddleFreeNewton()}
for label, start in exercise("hw06.3").data["starts"].items():
    for name, method in methods.items():
        x = minimize(wells, method, start, 80).x[-1]
        negative = np.sum(np.linalg.eigvalsh(wells.hessian(x)) < 0)
        ends[f"{name}_{label}"] = ("minimum", "saddle", "maximum")[negative]
""",
    ),
    _ends("saddle-free method at no saddle", 2.75, saddle_free_D="minimum"),
    _ends("saddle-free step from the very top", 2.5, saddle_free_D="minimum", saddle_free_E="minimum"),
    _ends("Newton descends everywhere", 2.25, newton_A="minimum", newton_B="minimum", newton_D="minimum"),
    _ends("Newton afraid of minima", 2.75, newton_F="saddle"),
    _ends("saddle where all curvatures are negative", 2.5, newton_A="saddle", newton_D="saddle"),
    Answer("an entry misspelled", 2.75, f"ends = {_ENDS!r}\nends['newton_a'] = ends.pop('newton_A')"),
    Answer("Newton alone", 1.5, f"ends = { ({k: v for k, v in _ENDS.items() if k[0] == 'n'})!r}"),
)

# hw06.4 ------------------------------------------------------------------------------------------------


def _ball(name: str, points: float, body: str) -> Answer:
    lines = "\n    ".join(body.strip().split("\n"))
    return Answer(name, points, f"def trust_region_step(gradient, hessian, radius):\n    {lines}\n")


_BASIS = """
values, V = np.linalg.eigh(hessian)
g = V.T @ gradient
if values[0] > 0 and np.linalg.norm(g / values) <= radius:
    return -V @ (g / values)
"""
_HARD = """
if values[0] <= 0 and abs(g[0]) <= 1e-10 * max(np.linalg.norm(g), 1e-300):
    short = np.append(0.0, -g[1:] / (values[1:] - values[0]))
    missing = radius**2 - short @ short
    if missing >= 0:
        return V @ short + np.sqrt(missing) * V[:, 0]
"""
_BISECT = """
low, high = max(0.0, -values[0]), max(0.0, -values[0]) + np.linalg.norm(g) / radius
for _ in range(150):
    mu = (low + high) / 2
    if np.linalg.norm(g / (values + mu)) > radius:
        low = mu
    else:
        high = mu
return -V @ (g / (values + high))
"""
_BALLS = (
    _ball("bisection in the eigenbasis", 4, _BASIS + _HARD.strip("\n") + _BISECT),
    _ball(
        "root finder and solves",
        4,
        """
from scipy.optimize import brentq
n, eye = len(gradient), np.eye(len(gradient))
lam, v = (part[..., 0] for part in np.linalg.eigh(hessian))
if lam > 0:
    newton = -np.linalg.solve(hessian, gradient)
    if np.linalg.norm(newton) <= radius:
        return newton
low = max(0.0, -lam)
least = -np.linalg.pinv(hessian + low * eye, rcond=1e-10) @ gradient
if lam <= 0 and abs(v @ gradient) <= 1e-10 * np.linalg.norm(gradient) and np.linalg.norm(least) <= radius:
    return least - np.sqrt(radius**2 - least @ least) * v
step = lambda mu: -np.linalg.solve(hessian + mu * eye, gradient)
excess = lambda mu: 1 / radius - 1 / np.linalg.norm(step(mu))
return step(brentq(excess, low + 1e-11, low + np.linalg.norm(gradient) / radius + 1, xtol=1e-14))
""",
    ),
    _ball(
        "Newton's method on the secular equation",
        4,
        _BASIS
        + _HARD.strip("\n")
        + """
mu = max(0.0, -values[0]) + np.linalg.norm(g) / radius
for _ in range(100):
    size = np.linalg.norm(g / (values + mu))
    slope = np.sum(g**2 / (values + mu) ** 3)
    after = mu + (size / radius - 1) * size**2 / slope
    lowest = max(0.0, -values[0])
    mu = after if after > lowest else (mu + lowest) / 2
return -V @ (g / (values + mu))
""",
    ),
    _ball("bisection given up early", 3.5, _BASIS + _HARD.strip("\n") + _BISECT.replace("150", "20")),
    _ball("no hard case", 3, _BASIS + _BISECT.strip("\n")),
    _ball(
        "Newton's step cut at the border",
        0,
        """
step = -np.linalg.solve(hessian, gradient)
return step * min(1.0, radius / np.linalg.norm(step))
""",
    ),
    _ball(
        "saddle-free step cut at the border",
        0,
        """
values, V = np.linalg.eigh(hessian)
step = -V @ ((V.T @ gradient) / np.abs(values))
return step * min(1.0, radius / np.linalg.norm(step))
""",
    ),
    _ball(
        "border reached in every case",
        0.5,
        """
values, V = np.linalg.eigh(hessian)
g = V.T @ gradient
low, high = -values[0], -values[0] + np.linalg.norm(g) / radius
for _ in range(150):
    mu = (low + high) / 2
    low, high = (mu, high) if np.linalg.norm(g / (values + mu)) > radius else (low, mu)
return -V @ (g / (values + high))
""",
    ),
    _ball(
        "best point along the gradient",
        0,
        """
norm = np.linalg.norm(gradient)
curvature = gradient @ hessian @ gradient
longest = norm**3 / curvature if curvature > 0 else radius
return -gradient / norm * min(radius, longest)
""",
    ),
    _ball(
        "shift just enough for a bowl",
        0,
        """
mu = max(0.0, 1e-3 - np.linalg.eigvalsh(hessian)[0])
step = -np.linalg.solve(hessian + mu * np.eye(len(gradient)), gradient)
return step * min(1.0, radius / np.linalg.norm(step))
""",
    ),
)

# hw06.5 ------------------------------------------------------------------------------------------------

_LEFT = """
H = network.hessian(saddle)
values, V = np.linalg.eigh(H)
v = V[:, 0]

def leave(method, steps=12):
    run = minimize(network, method, saddle + 1e-3 * v, steps)
    distance = np.abs((run.x - saddle) @ v)
    step = int(np.flatnonzero(distance > 0.1)[0])
    return step, run.cost[step]

gd, gd_cost = leave(opt.GradientDescent(0.25), 100)
sfn, sfn_cost = leave(opt.SaddleFreeNewton(0.1))
krylov, krylov_cost = leave(opt.KrylovSaddleFreeNewton(20, damping=0.1))
stays = minimize(network, opt.SaddleFreeNewton(0.1), saddle, 10).x[-1]
newton = minimize(network, opt.Newton(0.1), saddle + 1e-3 * v, 1).x[-1]
left = {"index": np.sum(values < 0), "at_the_saddle": np.linalg.norm(stays - saddle)}
left |= {"gradient_descent": gd, "saddle_free": sfn, "newton_factor": abs((newton - saddle) @ v) / 1e-3}
left |= {"price": sfn_cost / gd_cost, "krylov_price": krylov_cost / gd_cost}
"""
_DIGITS = (
    Answer("measured", 4, _LEFT),
    Answer(
        "pushed to the other side",
        4,
        _LEFT.replace("v = V[:, 0]", "v = -V[:, 0] / np.linalg.norm(V[:, 0])"),
    ),
    Answer(
        "Newton's factor by its formula, costs by hand",
        4,
        _LEFT
        + """
left["newton_factor"] = 0.1 / (-values[0] - 0.1)
decomposition = opt.SaddleFreeNewton().linear_algebra_flops(network.dim) / network.gradient_flops
left["price"] = sfn * (1 + network.hessian_cost + decomposition) / gd
""",
    ),
    Answer("steps compared for work", 3, _LEFT + "left['price'] = left['krylov_price'] = sfn / gd"),
    Answer(
        "escape without a push",
        3.5,
        _LEFT.replace("SaddleFreeNewton(0.1), saddle, 10)", "SaddleFreeNewton(0.1), saddle + 1e-3 * v, 10)"),
    ),
    Answer("half the parameters negative", 3.5, _LEFT + "left['index'] = network.dim // 2"),
    Answer(
        "Newton expected to leave", 3, _LEFT + "left['newton_factor'] = 1 - values[0] / (0.1 - values[0])"
    ),
    Answer("a price that is no number", 3.5, _LEFT + "left['price'] = network"),
    Answer("nothing about Krylov", 3.5, _LEFT + "left['krylov_price'] = ..."),
)

ANSWERS: dict[str, tuple[Answer, ...]] = {
    "hw06.1": _ESCAPES,
    "hw06.2": _TRUNCATED,
    "hw06.3": _DESTINATIONS,
    "hw06.4": _BALLS,
    "hw06.5": _DIGITS,
}
