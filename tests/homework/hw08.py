"""Prepared answers to homework 08, and the points that the key gives them."""

from tests.homework.answer import Answer

# hw08.1 ------------------------------------------------------------------------------------------------

_KINDS = {
    "ring": "strict",
    "cross": "strict",
    "monkey": "not strict",
    "two_layers": "strict",
    "decayed_chain": "strict",
    "shoulder": "not strict",
    "saddles": 716,
    "flattest": -2 / 11,
}


def _kinds(name: str, points: float, **changed: object) -> Answer:
    return Answer(name, points, f"kinds = {_KINDS | changed!r}")


_STRICT = (
    _kinds("by thinking", 2.5),
    Answer(
        "in capitals, saddles counted",
        2.5,
        f"""
from itertools import product

used = [sum(map(abs, signs)) for signs in product((-1, 0, 1), repeat=6)]
kinds = { ({name: str(word).upper() for name, word in _KINDS.items() if isinstance(word, str)})!r}
kinds["saddles"] = sum(k >= 2 for k in used)
kinds["flattest"] = max(-2 / (2 * k - 1) for k in used if k >= 2)
""",
    ),
    Answer(
        "by the objective of the course",
        2.5,
        f"""
from itertools import product
from course_utils.objectives import TensorDecomposition

kinds = {_KINDS!r}
f, lowest = TensorDecomposition(np.eye(6)), []
for k in range(1, 7):
    u = np.where(np.arange(6) < k, 1.0, 0.0) / np.sqrt(2 * k - 1)
    lowest.append(np.linalg.eigvalsh(f.hessian(u))[0])
kinds["flattest"] = max(value for value in lowest if value < 0)
""",
    ),
    _kinds("flat minima against strictness", 2, ring="not strict", cross="not strict"),
    _kinds("two layers as flat as three", 2.25, two_layers="not strict"),
    _kinds("strict landscape without bad minima", 2.25, decayed_chain="not strict"),
    _kinds("shoulder that is no saddle", 2.25, shoulder="strict"),
    _kinds("three ways down and no curvature", 2.25, monkey="strict"),
    _kinds("maximum counted among saddles", 2, saddles=717),
    _kinds("steepest saddle for the flattest", 2, flattest=-2 / 3),
    Answer("a word left out", 2.25, f"kinds = { ({k: v for k, v in _KINDS.items() if k != 'ring'})!r}"),
)

# hw08.2 ------------------------------------------------------------------------------------------------


def _exits(name: str, points: float, body: str) -> Answer:
    lines = "\n    ".join(body.strip().split("\n"))
    return Answer(
        name, points, f"def exit_steps(saddles, waiting, growing, start, goal, floor):\n    {lines}\n"
    )


_STAY = "np.ceil((np.log(goal) - height) / np.log(growing))"


def _sum(
    waited: str = "passed", least: str = "if floor > 0:\n        height = max(height, np.log(floor))"
) -> str:
    """The solution with one part replaced."""
    return f"""
steps, passed, took = [], 0, 0
for _ in range(saddles):
    height = np.log(start) + {waited} * np.log(waiting)
    {least}
    took = {_STAY}
    passed = passed + took
    steps.append(passed)
return steps
"""


_WALK = """
heights, exits = [start] * saddles, []
for step in range(1, 20_000):
    at = len(exits)
    for i in range(at, saddles):
        heights[i] = heights[i] * growing if i == at else max(heights[i] * waiting, floor)
    if heights[at] >= goal:
        exits.append(step)
    if len(exits) == saddles:
        break
return np.array(exits)
"""
_CHAIN = (
    _exits("stay by stay", 3, _sum()),
    _exits(
        "walked in logarithms",
        3,
        """
least = np.log(floor) if floor else -np.inf
heights, exits, step = np.full(saddles, np.log(start)), np.zeros(saddles), 0
for at in range(saddles):
    while heights[at] < np.log(goal):
        step += 1
        heights[at] += np.log(growing)
        heights[at + 1 :] = np.maximum(heights[at + 1 :] + np.log(waiting), least)
    exits[at] = step
return exits
""",
    ),
    _exits(
        "by recursion, in base two",
        3,
        """
import math
if saddles == 0:
    return []
before = exit_steps(saddles - 1, waiting, growing, start, goal, floor)
waited = before[-1] if before else 0
x = math.log2(start) + waited * math.log2(waiting)
x = max(x, math.log2(floor)) if floor > 0 else x
return [*before, waited + math.ceil((math.log2(goal) - x) / math.log2(growing))]
""",
    ),
    _exits("walked in float64", 2.5, _WALK),
    _exits("durations for exit steps", 0, _sum().replace("steps.append(passed)", "steps.append(took)")),
    _exits("every saddle as quick as the first", 0, _sum(waited="0")),
    _exits("waiting since the last exit alone", 0, _sum(waited="took")),
    _exits("parts of steps counted", 0, _sum().replace(_STAY, _STAY.removeprefix("np.ceil"))),
    _exits("start on the floor", 1, "start = floor or start\n" + _sum().strip()),
    _exits("rounded down", 0, _sum().replace("np.ceil", "np.floor")),
    _exits("noise forgotten", 0.5, _sum(least="pass")),
)

# hw08.3 ------------------------------------------------------------------------------------------------

_WAITS = {"steps": 581.4, "more_dimensions": 116.3, "flatter": 9.911, "promise": 10_000, "left": 4}


def _waits(name: str, points: float, **changed: object) -> Answer:
    return Answer(name, points, f"waits = {_WAITS | changed!r}")


_COSTS = (
    _waits("by pocket calculator", 2.5),
    _waits("rounded up, as steps are", 2.5, steps=582),
    Answer(
        "by formula and by running",
        2.5,
        """
def law(n, r, rate, curvature):
    return np.log(n**0.5 / r) / np.log1p(rate * curvature)

x = np.float64(3.0)
for _ in range(20_000):
    x = x - 0.1 * x
now = law(1e4, 1e-3, 0.1, 0.2)
waits = {"steps": now, "more_dimensions": law(1e6, 1e-3, 0.1, 0.2) - now, "promise": 1 / 0.1**4}
waits |= {"flatter": law(1e4, 1e-3, 0.1, 0.02) / now, "left": x / np.nextafter(0, 1)}
""",
    ),
    _waits("whole kick along the way down", 2, steps=348.8),
    _waits("kick shared out over n", 2, steps=814.0),
    _waits("dimension by its full logarithm", 2, more_dimensions=232.6),
    _waits("wait as the square of flatness", 2, flatter=100),
    _waits("exponential taken for its first term", 2, flatter=10),
    _waits("accuracy for a curvature", 2, promise=100),
    _waits("wait that ends at zero", 2, left=0),
    Answer(
        "endings left out",
        1.5,
        f"waits = { ({k: v for k, v in _WAITS.items() if k not in ('promise', 'left')})!r}",
    ),
)

# hw08.4 ------------------------------------------------------------------------------------------------

_SAME = ("gradient_descent", "mini_batches", "adam", "weight_decay", "saddle_free")
_FATES = dict.fromkeys(_SAME, "stay equal") | dict.fromkeys(("dropout", "kick", "trust_region"), "part")


def _fates(name: str, points: float, **changed: str) -> Answer:
    return Answer(name, points, f"fates = {_FATES | changed!r}")


_COPIES = (
    _fates("by thinking", 2),
    Answer("with hyphens", 2, f"fates = { ({k: v.replace(' ', '-').title() for k, v in _FATES.items()})!r}"),
    Answer(
        "four of them tried",
        2,
        f"""
from course_utils.networks import MLP

fates = {_FATES!r}
draw = np.random.default_rng(0)
net = MLP([3, 2, 2], draw.normal(size=(20, 3)), draw.integers(0, 2, 20))
x = net.initial(draw)
for layer, halves in zip(net.layers, (0, 1)):
    W = layer.matrix(x)
    W[...] = W[:1] if halves == 0 else W[:, :1]
net.layers[0].bias(x)[...] = 0.3
for name, rule in {{"gradient_descent": opt.GradientDescent(0.3), "adam": opt.Adam(0.1)}}.items():
    W = net.layers[0].matrix(minimize(net, rule, x, 20).x[-1])
    fates[name] = "stay equal" if np.allclose(W[0], W[1], rtol=1e-9) else "part"
""",
    ),
    _fates("any noise breaks any symmetry", 1.75, mini_batches="part"),
    _fates("rescaling taken for a push", 1.75, adam="part"),
    _fates("saddle-free step against a symmetry", 1.75, saddle_free="part"),
    _fates("curvature without a gradient does nothing", 1.75, trust_region="stay equal"),
    _fates("dropout as the same for both", 1.75, dropout="stay equal"),
    Answer("the same word for all", 1.25, f"fates = dict.fromkeys({list(_FATES)!r}, 'stay equal')"),
)

# hw08.5 ------------------------------------------------------------------------------------------------


def _cubic(name: str, points: float, body: str) -> Answer:
    lines = "\n    ".join(body.strip().split("\n"))
    return Answer(name, points, f"def cubic_step(gradient, hessian, penalty):\n    {lines}\n")


_BASIS = """
values, V = np.linalg.eigh(hessian)
c = V.T @ gradient
low = max(0.0, -values[0])
"""
_HARD = """
if abs(c[0]) <= 1e-10 * max(np.linalg.norm(c), 1e-300):
    s = np.array([0.0 if a == 0 else -a / (b + low) for a, b in zip(c, values)])
    s[0] = 0.0
    missing = (2 * low / penalty) ** 2 - s @ s
    if missing >= 0:
        s[0] = np.sqrt(missing)
        return V @ s
"""
_BISECT = """
high = low + np.sqrt(penalty * np.linalg.norm(c) / 2)
for _ in range(150):
    nu = (low + high) / 2
    if np.linalg.norm(c / (values + nu)) > 2 * nu / penalty:
        low = nu
    else:
        high = nu
return -V @ (c / (values + high))
"""
_CUBICS = (
    _cubic("bisection in the eigenbasis", 4, _BASIS + _HARD.strip("\n") + _BISECT),
    _cubic(
        "root finder for the length of the step",
        4,
        _BASIS
        + _HARD.strip("\n")
        + """
from scipy.optimize import brentq
excess = lambda nu: 1 / np.linalg.norm(c / (values + nu)) - penalty / (2 * nu)
nu = brentq(excess, low * (1 + 1e-12) + 1e-13, low + np.sqrt(penalty * np.linalg.norm(c)) + 1, xtol=1e-15)
return -V @ (c / (values + nu))
""",
    ),
    _cubic(
        "Newton's method for the multiplier",
        4,
        _BASIS
        + _HARD.strip("\n")
        + """
nu = low + np.sqrt(penalty * np.linalg.norm(c) / 2)
for _ in range(200):
    size = np.linalg.norm(c / (values + nu))
    slope = -np.sum(c**2 / (values + nu) ** 3) / size
    after = nu - (size - 2 * nu / penalty) / (slope - 2 / penalty)
    nu = after if after > low else (nu + low) / 2
return -V @ (c / (values + nu))
""",
    ),
    _cubic("no hard case", 3, _BASIS + _BISECT.strip("\n")),
    _cubic("Newton's step for the cubic model", 0, "return -np.linalg.solve(hessian, gradient)"),
    _cubic("multiplier without its half", 0, _BASIS + "penalty = 2 * penalty" + _HARD + _BISECT.strip("\n")),
    _cubic(
        "shift chosen before the step",
        0,
        _BASIS + "return -V @ (c / (values + low + penalty / 2))",
    ),
    _cubic(
        "cubic model along the gradient alone",
        0,
        """
size = np.linalg.norm(gradient)
bend = gradient @ hessian @ gradient / size**2
return -gradient / size * (np.sqrt(bend**2 + 2 * penalty * size) - bend) / penalty
""",
    ),
    _cubic(
        "cubic model of a Hessian made positive",
        0.5,
        _BASIS + "values, low = np.abs(values), 0.0" + _BISECT,
    ),
)

# hw08.6 ------------------------------------------------------------------------------------------------

_MEASURED = """
values, V = np.linalg.eigh(network.hessian(saddle))
v = V[:, 0]
N = lambda x, u: float(np.mean(example_slopes(network, x, u) ** 2))
run = minimize(network, opt.CubicNewton(), saddle, 1)
noise = {"index": np.sum(values < 0), "along": N(saddle, v), "average": N(saddle, directions)}
noise["beside"] = N(saddle + 0.005 * v, v)
noise["doubled"] = N(saddle + 0.01 * v, v) / noise["beside"]
noise["fall"] = run.value[0] - run.value[-1]
"""
_NOISE = (
    Answer("measured", 4, _MEASURED),
    Answer("to the other side", 4, _MEASURED.replace("v = V[:, 0]", "v = -V[:, 0]")),
    Answer(
        "gradients of single examples",
        4,
        _MEASURED
        + """
each = [network.batch(np.array([z])).gradient(saddle) for z in range(1000)]
noise["along"] = np.mean((np.array(each) @ v) ** 2)
noise["average"] = np.mean((np.array(each) @ directions.T) ** 2)
""",
    ),
    Answer("noise of an average direction along v", 3.5, _MEASURED + "noise['along'] = noise['average']"),
    Answer(
        "squares of slopes that were averaged first",
        2.75,
        _MEASURED.replace(
            "np.mean(example_slopes(network, x, u) ** 2)", "np.mean(example_slopes(network, x, u)) ** 2"
        ),
    ),
    Answer("noise that grows with the distance", 3.25, _MEASURED + "noise['doubled'] = 2"),
    Answer("fall of gradient descent at a saddle", 3, _MEASURED + "noise['fall'] = 0.0"),
    Answer("flat directions counted as ways down", 3.5, _MEASURED.replace("values < 0", "values < 1e-2")),
    Answer("a network for an answer", 3.5, _MEASURED + "noise['average'] = network"),
)

ANSWERS: dict[str, tuple[Answer, ...]] = {
    "hw08.1": _STRICT,
    "hw08.2": _CHAIN,
    "hw08.3": _COSTS,
    "hw08.4": _COPIES,
    "hw08.5": _CUBICS,
    "hw08.6": _NOISE,
}
