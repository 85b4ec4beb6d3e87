"""Prepared answers to homework 10, and the points that the key gives them."""

from tests.homework.answer import Answer

# hw10.1 ------------------------------------------------------------------------------------------------

_COUNTS = {"heights": 7, "ways": 2, "zeros": 5, "closed": 2, "idle": 480, "halved": 1920}


def _twins(name: str, points: float, **changed: object) -> Answer:
    return Answer(name, points, f"twins = {_COUNTS | changed!r}")


_TWINS = (
    _twins("by thinking", 3),
    Answer(
        "by Hessians",
        3,
        f"""
from course_utils.networks import DeepLinear
data = 2 * np.diag(np.sqrt([7.0, 4, 3, 3]))  # mean aaᵀ = diag(7, 4, 3, 3)


def signs(kept, layers):
    W2 = np.zeros((4, 2))
    W2[kept, np.arange(len(kept))] = 1
    middle = [(np.arange(2) < len(kept)) * np.eye(2)] * (layers - 2)
    network = DeepLinear([4, *[2] * (layers - 1), 4], data, data)
    x = np.concatenate([W.ravel() for W in (W2.T, *middle, W2)])
    assert np.linalg.norm(network.gradient(x)) < 1e-12
    eigenvalues = np.linalg.eigvalsh(network.hessian(x))
    return np.sum(eigenvalues < -1e-9), np.sum(abs(eigenvalues) < 1e-9)


twins = {_COUNTS!r}
twins["ways"], twins["zeros"] = signs([1, 2], 2)[0], signs([0, 3], 2)[1]
twins["closed"] = signs([2], 3)[0]
""",
    ),
    Answer(
        "by making every copy",
        3,
        f"""
from itertools import permutations, product
twins = {_COUNTS!r}
for name, units in (("idle", [1.0, 2.0, 3.0, 0.0, 0.0]), ("halved", [1.0, 2.0, 3.0, 4.0, 4.0])):
    signs = np.array(list(product((-1, 1), repeat=5)))
    made = {{tuple(row + 0.0) for order in permutations(units) for row in signs * np.array(order)}}
    twins[name] = len(made)
""",
    ),
    _twins("equal sums counted apart", 2.5, heights=8),
    _twins("every set of directions a height", 2.5, heights=11),
    _twins("twin taken for a better direction", 2.5, ways=3),
    _twins("zeros of separate variances", 2.5, zeros=4),
    _twins("closed unit with ways down", 2.5, closed=5),
    _twins("nothing left alone by a renaming", 2, idle=3840, halved=3840),
    _twins("idle units kept in their places", 2.5, idle=48),
    _twins("copies left out", 2, idle=..., halved=None),
)

# hw10.2 ------------------------------------------------------------------------------------------------

_WORDS = {
    "closed_once": "not critical",
    "closed_twice": "strict saddle",
    "four_layers": "flat saddle",
    "penalised": "minimum",
    "solved": "minimum",
    "idle_biased": "strict saddle",
    "idle_bare": "flat saddle",
    "level": "not critical",
    "steep": "not critical",
}


def _kinds(name: str, points: float, **changed: object) -> Answer:
    return Answer(name, points, f"kinds = {_WORDS | changed!r}")


_KINDS = (
    _kinds("by thinking", 2.25),
    Answer("in capitals", 2.25, f"kinds = { ({name: word.upper() for name, word in _WORDS.items()})!r}"),
    Answer(
        "looked at from nearby",
        2.25,
        f"""
kinds = {_WORDS!r}
rng = np.random.default_rng(0)


def kind(gradient, eigenvalues, value, x):
    if np.linalg.norm(gradient) > 1e-20:
        return "not critical"
    if eigenvalues[0] < -1e-6:
        return "strict saddle"
    near = x + 0.3 * rng.normal(size=(20_000, x.size))
    return "flat saddle" if np.min(value(near)) < value(x) - 1e-9 else "minimum"


def chain(x, penalty):
    value = lambda w: (np.prod(w, axis=-1) - 1) ** 2 / 2 + penalty * np.sum(w**2, axis=-1)
    others = np.array([np.prod(np.delete(x, i)) for i in range(x.size)])
    pairs = [[np.prod(np.delete(x, [i, j])) for j in range(x.size)] for i in range(x.size)]
    bend = (np.prod(x) - 1) * np.array(pairs) * (1 - np.eye(x.size))
    H = np.outer(others, others) + bend + 2 * penalty * np.eye(x.size)
    return kind((np.prod(x) - 1) * others + 2 * penalty * x, np.linalg.eigvalsh(H), value, x)


chains = {{"closed_once": [0.0, 2, 3], "closed_twice": [0.0, 0, 2], "four_layers": [0.0, 0, 0, 5]}}
chains |= {{"penalised": [0.0, 0], "solved": [4, 0.5, 0.5]}}
for name, x in chains.items():
    kinds[name] = chain(np.array(x), 1.0 if name == "penalised" else 0.0)
corners, odd = np.array([[-1.0, -1], [-1, 1], [1, -1], [1, 1]]), np.array([0.0, 1, 1, 0])
net = MLP([2, 2, 1], corners, odd[:, None], loss="squared_error")
k = 20.0
units = {{
    "idle_biased": ([[0, 1, 0.7], [0, 2, 0.3]], [0, 0]),
    "idle_bare": ([[1, 0, 0], [0, 1, 0]], [0, 0]),
    "level": ([[1, 0, 0.5], [1, 0, 0.5]], [1, -1]),
    "steep": ([[k, k, k], [k, -k, k]], None),
}}
for name, (W, v) in units.items():
    W, c, a = np.array(W, dtype=float), 0.5, np.column_stack([corners, np.ones(4)])
    if v is None:
        fit = np.linalg.lstsq(np.column_stack([np.tanh(a @ W.T), np.ones(4)]), odd)[0]
        v, c = fit[:2], fit[2]
    r = np.tanh(a @ W.T) @ v + c - odd
    slope = 4 / (np.exp(a @ W.T) + np.exp(-a @ W.T)) ** 2  # never rounded to zero
    gradient = np.einsum("i,ij,ik,j->jk", r, slope, a, np.asarray(v, dtype=float)).ravel() / 4
    x = np.concatenate([W.ravel(), v, [c]])
    kinds[name] = kind(np.where(abs(gradient) < 1e-300, 0, gradient), [0], net.value, x)
    if kinds[name] != "not critical":
        kinds[name] = kind(gradient * 0, np.linalg.eigvalsh(net.hessian(x)), net.value, x)
""",
    ),
    _kinds("zero product taken for zero slope", 2, closed_once="strict saddle"),
    _kinds("three layers always flat", 2, closed_twice="flat saddle"),
    _kinds("no negative eigenvalue, so a minimum", 1.75, four_layers="minimum", idle_bare="minimum"),
    _kinds("saddle of two layers under any penalty", 2, penalised="strict saddle"),
    _kinds("flat directions against a minimum", 2, solved="flat saddle"),
    _kinds("constant answer without a slope", 2, level="strict saddle"),
    _kinds("zero in float64 taken for zero", 2, steep="minimum"),
    Answer("always a strict saddle", 0.5, f"kinds = {dict.fromkeys(_WORDS, 'strict saddle')!r}"),
)

# hw10.3 ------------------------------------------------------------------------------------------------


def _apart(name: str, points: float, body: str) -> Answer:
    lines = "\n    ".join(body.strip().split("\n"))
    head = "def signs_apart(inputs, errors, sums, outgoing, share, tolerance):"
    return Answer(name, points, f"{head}\n    {lines}\n")


_BLOCKS = """
a, t = np.column_stack([inputs, np.ones(len(inputs))]), np.tanh(sums)
slope, outputs = 1 - t**2, errors.shape[1]
A = a.T @ (a * (errors @ outgoing * -2 * t * slope)[:, None]) / len(a)
B = errors.T @ (a * slope[:, None]) / len(a)
K = np.block([[share * (1 - share) * A, B.T], [B, np.zeros((outputs, outputs))]])
values = np.linalg.eigvalsh(K)
negative, positive = np.sum(values < -tolerance), np.sum(values > tolerance)
return negative, values.size - negative - positive, positive
"""
_APART = (
    _apart("by blocks", 4, _BLOCKS),
    _apart(
        "example by example",
        4,
        """
(N, d), C = inputs.shape, errors.shape[1]
K = np.zeros((d + 1 + C, d + 1 + C))
for x, r, z in zip(inputs, errors, sums):
    a, slope = np.append(x, 1), np.cosh(z) ** -2.0
    bend = -2 * np.tanh(z) * slope
    upper = share * (1 - share) * bend * np.dot(r, outgoing) * np.outer(a, a)
    side = slope * np.outer(a, r)
    K += np.vstack([np.hstack([upper, side]), np.hstack([side.T, np.zeros((C, C))])])
values = np.linalg.eigvalsh(K / N)
within = abs(values) <= tolerance
return [int((values < -tolerance).sum()), int(within.sum()), int((values > tolerance).sum())]
""",
    ),
    _apart(
        "by Einstein's sums",
        4,
        """
a = np.c_[np.asarray(inputs, dtype=float), np.ones(len(inputs))]
first = 1 / np.cosh(sums) ** 2
second = -2 * np.tanh(sums) * first
A = np.einsum("nc,c,n,ni,nj->ij", errors, outgoing, second, a, a) / len(a)
B = np.einsum("nc,n,ni->ci", errors, first, a) / len(a)
n, C = len(A), len(B)
K = np.zeros((n + C, n + C))
K[:n, :n], K[n:, :n], K[:n, n:] = share * (1 - share) * A, B, B.T
values = np.linalg.eigh(K)[0]
kinds = np.where(values > tolerance, 2, np.where(values < -tolerance, 0, 1))
return np.bincount(kinds, minlength=3)
""",
    ),
    _apart(
        "copies without biases",
        0,
        _BLOCKS.replace("np.column_stack([inputs, np.ones(len(inputs))])", "inputs"),
    ),
    _apart(
        "incoming weights pulled alone",
        0,
        _BLOCKS.replace("np.linalg.eigvalsh(K)", "np.linalg.eigvalsh(share * (1 - share) * A)"),
    ),
    _apart("pull without its coupling", 0.5, _BLOCKS.replace("B = errors.T", "B = 0 * errors.T")),
    _apart("share without effect", 0, _BLOCKS.replace("share * (1 - share) * A", "A")),
    _apart("coupling halved", 1, _BLOCKS.replace("B = errors.T", "B = errors.T / 2")),
    _apart("bend of tanh turned over", 0.5, _BLOCKS.replace("* -2 * t", "* 2 * t")),
    _apart("sum over examples for their mean", 1, _BLOCKS.replace(" / len(a)", "")),
    _apart("tolerance never below 1e-8", 2.5, "tolerance = max(tolerance, 1e-8)" + _BLOCKS),
    _apart("tolerance widened a little", 2.5, "tolerance = tolerance + 1e-9" + _BLOCKS),
    _apart(
        "zero not counted",
        0,
        _BLOCKS.replace("return negative, values.size", "return negative, 0 * values.size"),
    ),
)

# hw10.4 ------------------------------------------------------------------------------------------------


def _size(name: str, points: float, body: str) -> Answer:
    lines = "\n    ".join(body.strip().split("\n"))
    return Answer(name, points, f"def critical_size(eigenvalues):\n    {lines}\n")


_HALVED = """
lowest = np.min(eigenvalues)
if lowest <= 0:
    return 0.0
values, low, high = eigenvalues / lowest, 0.0, 1.0
for _ in range(60):
    x = (low + high) / 2
    if np.mean(x / (values - x) ** 2 - 1 / (values - x)) < 0:
        low = x
    else:
        high = x
return lowest / np.sqrt(np.mean(1 / (values - low) ** 2))
"""
_SIZE = (
    _size("halved intervals", 4, _HALVED),
    _size("an array of one", 4, _HALVED.replace("return lowest", "return np.ones(1) * lowest")),
    _size("complex without imaginary part", 4, _HALVED.replace("return lowest", "return 0j + lowest")),
    _size(
        "with a root finder",
        4,
        """
from scipy.optimize import brentq
unit = min(eigenvalues)
if unit <= 0:
    return 0
values = np.asarray(eigenvalues, dtype=float) / unit
x = brentq(lambda x: np.mean((2 * x - values) / (values - x) ** 2), 1e-9, 1 - 1e-9, xtol=1e-13)
return unit * np.sqrt(x / np.mean(1 / (values - x)))
""",
    ),
    _size(
        "by the edge itself",
        4,
        """
from scipy.optimize import brentq
unit = np.amin(eigenvalues)
if not unit > 0:
    return 0.0
values = np.asarray(eigenvalues) / unit
def edge(sigma):
    slope = lambda x: 1 - sigma**2 * np.mean((values - x) ** -2.0)
    top = brentq(slope, -3.0 * sigma, 1 - 1e-9)
    return top - sigma**2 * np.mean(1 / (values - top))
return float(unit * brentq(edge, 1e-6, values.mean(), rtol=1e-9))
""",
    ),
    _size("edge moved by the noise's own radius", 0.5, "return max(0.0, np.min(eigenvalues) / 2)"),
    _size("half of the mean eigenvalue", 0, "return np.mean(eigenvalues) / 2"),
    _size(
        "square of the size",
        0.5,
        _HALVED.replace("return lowest /", "return lowest**2 /").replace("np.sqrt", ""),
    ),
    _size(
        "energy for the size",
        0.5,
        _HALVED.replace("return lowest /", "return lowest**2 / 2 /").replace("np.sqrt", ""),
    ),
    _size(
        "every eigenvalue with the weight of all",
        0.5,
        _HALVED.replace("np.sqrt(np.mean(", "np.sqrt(np.sum("),
    ),
    _size(
        "maximum at half of the lowest",
        0.5,
        """
x = np.min(eigenvalues) / 2
return np.sqrt(x / np.mean(1 / (eigenvalues - x))) if x > 0 else 0.0
""",
    ),
    _size(
        "in the units of the data",
        3.5,
        """
lowest = np.min(eigenvalues)
if lowest <= 0:
    return 0.0
low, high = 0.0, lowest
for _ in range(80):
    x = (low + high) / 2
    if np.mean(x / (eigenvalues - x) ** 2 - 1 / (eigenvalues - x)) < 0:
        low = x
    else:
        high = x
return 1 / np.sqrt(np.mean(1 / (eigenvalues - low) ** 2))
""",
    ),
)

# hw10.5 ------------------------------------------------------------------------------------------------

_MEASURED = """
idle = np.zeros(wide.dim)
for layer in (0, 1):
    here, there = narrow.layers[layer], wide.layers[layer]
    there.weights(idle)[: here.outputs, : here.inputs] = here.weights(x)
    there.bias(idle)[: here.outputs] = here.bias(x)
copies = idle.copy()
wide.layers[0].weights(copies)[3] = wide.layers[0].weights(idle)[1]
wide.layers[0].bias(copies)[3] = wide.layers[0].bias(idle)[1]
wide.layers[1].weights(copies)[:, 3] = 0.6 * wide.layers[1].weights(idle)[:, 1]
wide.layers[1].weights(copies)[:, 1] *= 0.4
values = np.linalg.eigvalsh(wide.hessian(copies))
taken = {"split": np.sum(values < -1e-9), "level": np.sum(abs(values) <= 1e-9)}
taken["idle"] = np.sum(np.linalg.eigvalsh(wide.hessian(idle)) < -1e-9)
G = ggn_operator(narrow, x) @ np.eye(narrow.dim)
R = narrow.hessian(x) - G
taken |= {"rest": np.sqrt(np.sum(R**2) / len(R)), "bears": critical_size(np.linalg.eigvalsh(G))}
taken["model"] = "saddle"
g, H = network.gradient(end), network.hessian(end)
sizes, V = np.linalg.eigh(H)
kept = V[:, abs(sizes) > 2e-3]
s = -kept @ np.linalg.solve(kept.T @ H @ kept, kept.T @ g)
norm = np.linalg.norm
taken |= {"slope": norm(g), "left": norm(H @ s + g) / norm(g)}
taken["after"] = norm(network.gradient(end + s)) / norm(g)
"""


def _taken(name: str, points: float, change: str) -> Answer:
    return Answer(name, points, _MEASURED + change)


_TAKEN = (
    _taken("measured by hand", 4.75, ""),
    _taken(
        "counts from task 3 and the lesson",
        4.75,
        """
errors = narrow.predict(x) - wanted
unit = narrow.unit(0, 1)
sums = quarters @ x[unit.incoming] + x[unit.bias]
taken["split"], taken["level"], _ = signs_apart(quarters, errors, sums, x[unit.outgoing], 0.4, 1e-9)
M = errors.T @ np.column_stack([quarters, np.ones(len(quarters))]) / len(errors)
taken["idle"] = np.sum(np.linalg.svd(M, compute_uv=False) > 1e-9)
""",
    ),
    _taken(
        "with the functions of the course",
        4.75,
        """
from course_utils.critical_points import residual_by_cutoff
taken["left"] = residual_by_cutoff(network, end, [2e-3])[0]
taken["slope"] = certify(network, end).gradient_norm
taken["split"] = certify(wide, split_unit(wide, idle, 1, 3, 0.4)).index
""",
    ),
    _taken("minimum that outlives its splitting", 4.25, "taken['split'] = 0"),
    _taken("line of shares as the only flat direction", 4.25, "taken['level'] = 1"),
    _taken("way down for every output", 4.25, "taken['idle'] = 4"),
    _taken("square root of a sum of squares", 4.25, "taken['rest'] = norm(R)"),
    _taken("half of the lowest for what a Hessian bears", 4, "taken['bears'] = np.linalg.eigvalsh(G)[0] / 2"),
    _taken("certificate against the model", 4.25, "taken['model'] = 'minimum'"),
    _taken("slope of zero where a search has ended", 4.25, "taken['slope'] = 0.0"),
    _taken("Newton step that takes all", 3.75, "taken['left'] = taken['after'] = 0.0"),
)

ANSWERS: dict[str, tuple[Answer, ...]] = {
    "hw10.1": _TWINS,
    "hw10.2": _KINDS,
    "hw10.3": _APART,
    "hw10.4": _SIZE,
    "hw10.5": _TAKEN,
}
