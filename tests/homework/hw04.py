"""Prepared answers to homework 04, saddle points."""

from tests.homework.answer import Answer

_MOMENTUM = "growth = 1.125\nsteps = 180\nlimit = 10\n"

_HEAD = "def perturbed_descent(objective, start, learning_rate, steps, radius, threshold, waiting, seed):"
_DESCENT = """def unit(z):
    return z / np.linalg.norm(z)


def perturbed_descent(objective, start, learning_rate, steps, radius, threshold, waiting, seed):
    rng = np.random.default_rng(seed)
    x, path, kicks, last = np.array(start), [start], [], -waiting
    for t in range(steps):
        if {when}:
            xi = {kick}
            {move}
            kicks.append(t)
            last = t
        {step}
        path.append(x)
    return np.array(path), kicks
"""
_WHEN = "np.linalg.norm(objective.gradient(x)) <= threshold"
_WAITED = "t - last >= waiting"
_RULE = {
    "when": f"{_WHEN} and {_WAITED}",
    "kick": "radius * rng.uniform() ** (1 / x.size) * unit(rng.normal(size=x.size))",
    "move": "x = x + xi",
    "step": "x = x - learning_rate * objective.gradient(x)",
}


def _descent(**changes: str) -> str:
    return _DESCENT.format(**{**_RULE, **changes})


_JUDGE = """def judge(gradient, hessian, gradient_tolerance, cutoff):
    eigenvalues, V = np.linalg.eigh(hessian)
    limit = {limit}
    down, up = eigenvalues < -limit, eigenvalues > limit
    zero = ~(down | up)
    norm = np.linalg.norm(gradient)
    index = int(down.sum())
{slope}
{kinds}
    return ("minimum" if up.any() else "maximum"), index
"""
_SLOPE = """    if norm > gradient_tolerance:
        share = np.linalg.norm(gradient @ V[:, zero]) / norm
        return ("gradient-flat" if share >= 0.99 else "slope"), index"""
_KINDS = """    if down.any() and up.any():
        return "saddle", index
    if zero.any():
        return "degenerate", index"""
_VERDICT = {"limit": "cutoff * abs(eigenvalues).max()", "slope": _SLOPE, "kinds": _KINDS}


def _judge(**changes: str) -> str:
    return _JUDGE.format(**{**_VERDICT, **changes})


_CHANCE = """prediction = "less than 1"
one_down = (1 - 2 * (np.pi - 2 * np.sqrt(2)) / (4 * np.pi)) / 2
eigenvalues = np.linalg.eigvalsh(matrices)
spread = np.sum(eigenvalues < 0, axis=1).var()
shift = -np.median(eigenvalues.min(axis=1))
"""

_SPARE = """values, vectors = np.linalg.eigh(wide.hessian(saddle))
index = np.sum(values < -1e-6)
lowest = values[0]
three = 3 * index
run = minimize(wide, GradientDescent(0.1), saddle + 1e-6 * vectors[:, 0], 500)
steps = np.flatnonzero(run.value < run.value[0] - 1e-4)[0]
"""

_NEWTON = """quartic = 2 / 3
monkey = 0.5
saddle_power = 2
symmetric_power = 3
attracts = "every point where det H is not zero"
"""

ANSWERS: dict[str, tuple[Answer, ...]] = {
    "hw04.1": (
        Answer("right, as numbers", 2.0, _MOMENTUM),
        Answer(
            "right, from a matrix and a long run",
            2.0,
            """growth = np.linalg.eigvals(np.array([[1.025, 0.9], [0.025, 0.9]])).max()
x, v, steps = 1e-9, 0.0, 0
while x < 1:
    v = 0.9 * v + 0.05 * 0.5 * x
    x += v
    steps += 1
flat = 1e-7
limit = np.log1p(flat) / np.log(np.roots([1, -(1.9 + flat), 0.9]).max())
limit = 1 / limit
""",
        ),
        Answer(
            "right, by the quadratic formula",
            2.0,
            """half = (1 + 0.9 + 0.025) / 2
growth = half + np.sqrt(half**2 - 0.9)
share = (1.025 - 0.9 / growth) / (growth - 0.9 / growth)
steps = np.ceil(np.log(1e9 / share) / np.log(growth))
limit = 10.0
""",
        ),
        Answer("momentum as a larger rate", 1.0, _MOMENTUM.replace("1.125", "1 + 0.5 * 0.5")),
        Answer("growth without the velocity", 1.0, _MOMENTUM.replace("1.125", "1.025")),
        Answer("both roots in one", 1.0, _MOMENTUM.replace("1.125", "1.925")),
        Answer("released in full swing", 1.5, _MOMENTUM.replace("180", "np.log(1e9) / np.log(1.125)")),
        Answer("time of plain descent", 1.5, _MOMENTUM.replace("180", "840")),
        Answer(
            "gain at one curvature for the limit",
            1.5,
            _MOMENTUM.replace("= 10", "= np.log(1.125) / np.log(1.025)"),
        ),
        Answer("growth alone", 1.0, "growth = 1.125\nsteps = ...\nlimit = ...\n"),
    ),
    "hw04.2": (
        Answer("right, with a direction and a length", 4.0, _descent()),
        Answer(
            "right, by the shadow of a sphere, with a countdown",
            4.0,
            f"""{_HEAD}
    rng = np.random.default_rng(seed)
    path = np.empty((steps + 1, len(start)))
    path[0], kicks, pause = start, [], 0
    n = len(start)
    for t in range(steps):
        x = path[t].copy()
        g = objective.gradient(x)
        if np.sqrt(g @ g) <= threshold and pause <= 0:
            corner = rng.standard_normal(n + 2)
            x += radius * corner[:n] / np.linalg.norm(corner)
            kicks, pause = [*kicks, t], waiting
            g = objective.gradient(x)
        path[t + 1] = x - learning_rate * g
        pause -= 1
    return path, tuple(kicks)
""",
        ),
        Answer(
            "right, with the noise drawn beforehand",
            4.0,
            f"""{_HEAD}
    rng = np.random.default_rng(seed)
    n = np.size(start)
    noise = rng.normal(size=(steps, n))
    noise *= radius * rng.random((steps, 1)) ** (1 / n) / np.linalg.norm(noise, axis=1, keepdims=True)
    path, kicks = [np.asarray(start, dtype=float)], []
    for t, xi in enumerate(noise):
        small = np.linalg.norm(objective.gradient(path[-1])) <= threshold
        kicked = bool(small and not any(t - k < waiting for k in kicks))
        x = path[-1] + kicked * xi
        kicks += [t] * kicked
        path.append(x - learning_rate * objective.gradient(x))
    return path, np.array(kicks, dtype=int)
""",
        ),
        Answer("kicked before the last kick could work", 2.5, _descent(when=_WHEN)),
        Answer("kicked on every slope", 2.0, _descent(when=_WAITED)),
        Answer("one kick for a whole run", 1.0, _descent(when=f"{_WHEN} and not kicks")),
        Answer(
            "the same kick every time",
            1.0,
            _descent(kick=_RULE["kick"].replace("rng.normal", "np.random.default_rng(seed).normal")).replace(
                "rng.uniform()", "np.random.default_rng(seed).uniform()"
            ),
        ),
        Answer("cube taken for a ball", 1.0, _descent(kick="rng.uniform(-radius, radius, x.size)")),
        Answer(
            "kick added after the step",
            2.0,
            _descent(
                move="x = x - learning_rate * objective.gradient(x) + xi",
                step="x = x if t in kicks else x - learning_rate * objective.gradient(x)",
            ),
        ),
        Answer(
            "length uniform, not the volume",
            3.0,
            _descent(kick=_RULE["kick"].replace(" ** (1 / x.size)", "")),
        ),
        Answer(
            "sphere taken for a ball",
            3.0,
            _descent(kick=_RULE["kick"].replace(" * rng.uniform() ** (1 / x.size)", "")),
        ),
        Answer("seed without use", 3.5, _descent().replace("default_rng(seed)", "default_rng()")),
    ),
    "hw04.3": (
        Answer("right, with masks", 4.0, _judge()),
        Answer(
            "right, with a projector",
            4.0,
            """def judge(gradient, hessian, gradient_tolerance, cutoff):
    values, V = np.linalg.eigh(hessian)
    signs = np.where(np.abs(values) <= cutoff * np.max(np.abs(values)), 0, np.sign(values))
    index = np.count_nonzero(signs < 0)
    length = np.sqrt(gradient @ gradient)
    if length > gradient_tolerance:
        removable = V @ ((signs != 0) * (V.T @ gradient))
        rest = gradient - removable
        return ["slope", "gradient-flat"][int(np.linalg.norm(rest) >= 0.99 * length)], index
    if signs.min() * signs.max() < 0:
        return "saddle", index
    if 0 in signs:
        return "degenerate", index
    return {1: "minimum", -1: "maximum"}[int(signs[0])], index
""",
        ),
        Answer(
            "right, by SciPy, as a list",
            4.0,
            """def judge(gradient, hessian, gradient_tolerance, cutoff):
    from scipy.linalg import eigh

    values, vectors = eigh(np.atleast_2d(hessian))
    small = np.abs(values) <= cutoff * np.linalg.norm(hessian, 2)
    negative, positive = sum(values[~small] < 0), sum(values[~small] > 0)
    if np.linalg.norm(gradient) > gradient_tolerance:
        parts = vectors.T @ gradient
        flat = np.sum(parts[small] ** 2) >= 0.99**2 * np.sum(parts**2)
        kind = "gradient-flat" if flat else "slope"
    elif negative and positive:
        kind = "saddle"
    elif any(small):
        kind = "degenerate"
    else:
        kind = "maximum" if negative else "minimum"
    return [kind, negative]
""",
        ),
        Answer("rounding counted as curvature", 0.5, _judge(limit="0.0")),
        Answer("cut-off without its scale", 2.0, _judge(limit="cutoff")),
        *(
            Answer(
                f"another test of the slope: {slope}",
                3.5 if slope == "norm >= gradient_tolerance" else 2.0,
                _judge(slope=_SLOPE.replace("norm > gradient_tolerance", slope)),
            )
            for slope in (
                "norm > 1e-6",
                "norm > 1e-4",
                "norm >= gradient_tolerance",
                "norm > 1e3 * gradient_tolerance",
                "np.abs(gradient).max() > gradient_tolerance",
                "np.abs(gradient).sum() > gradient_tolerance",
            )
        ),
        Answer("kind told on a slope", 0.5, _judge(slope="")),
        Answer(
            "a zero hides the saddle",
            1.5,
            _judge(kinds="\n".join(_KINDS.splitlines()[2:] + _KINDS.splitlines()[:2])),
        ),
        Answer(
            "unremovable slope called critical",
            0.5,
            _judge(
                slope=_SLOPE.replace(
                    'return ("gradient-flat" if share >= 0.99 else "slope"), index',
                    'if share < 0.99:\n            return "slope", index',
                )
            ),
        ),
        Answer(
            "every slope alike",
            0.5,
            _judge(slope='    if norm > gradient_tolerance:\n        return "slope", index'),
        ),
        Answer("share squared", 3.5, _judge(slope=_SLOPE.replace("share >=", "share**2 >="))),
        Answer(
            "no index on a slope",
            0.5,
            _judge(slope=_SLOPE.replace('"slope"), index', '"slope"), 0')),
        ),
    ),
    "hw04.4": (
        Answer("right, by NumPy", 3.0, _CHANCE),
        Answer(
            "right, matrix by matrix",
            3.0,
            """prediction = "Less than 1"
one_down = 0.5 - (0.25 - 1 / (np.sqrt(2) * np.pi))
spectra = [np.linalg.eigvalsh(matrix) for matrix in matrices]
spread = np.cov([(spectrum < 0).sum() for spectrum in spectra])
shift = np.quantile([-spectrum[0] for spectrum in spectra], 0.5)
""",
        ),
        Answer(
            "right, by halving the shift",
            3.0,
            """prediction = "less than 1"
one_down = 0.47508
lowest = np.linalg.eigvalsh(matrices)
spread = np.mean((lowest < 0).sum(axis=1) ** 2.0) - np.mean((lowest < 0).sum(axis=1)) ** 2
low, high = 0.0, 4.0
for _ in range(40):
    shift = (low + high) / 2
    if np.mean(lowest[:, 0] + shift > 0) < 0.5:
        low = shift
    else:
        high = shift
""",
        ),
        Answer("three fair coins", 2.0, _CHANCE + "one_down = 3 / 8\n"),
        Answer("one and two taken together", 2.0, _CHANCE + "one_down *= 2\n"),
        Answer(
            "all positive for all but one",
            2.0,
            _CHANCE + "one_down = (np.pi - 2 * np.sqrt(2)) / (4 * np.pi)\n",
        ),
        Answer("standard deviation for the variance", 2.25, _CHANCE + "spread **= 0.5\n"),
        Answer("variance of the eigenvalues", 2.25, _CHANCE + "spread = np.var(eigenvalues)\n"),
        Answer("edge of the semicircle for its sample", 2.25, _CHANCE + "shift = 2.0\n"),
        Answer("predicted like coins, measured well", 2.5, _CHANCE + 'prediction = "about 5"\n'),
        Answer("a measured probability", 2.0, _CHANCE + "one_down = 0.472\n"),
    ),
    "hw04.5": (
        Answer("right, from the Hessian of the wide network", 3.0, _SPARE),
        Answer(
            "right, from the narrow network and the law",
            3.0,
            """p = narrow.predict(minimum)
M = (p - np.eye(10)[digits.targets]).T @ np.c_[components, np.ones(300)] / 300
sigma = np.sqrt(np.linalg.eigvalsh(M @ M.T).clip(0))
index = (0.03 - sigma < 0).sum()
lowest = 0.03 - sigma.max()
three = int(index) * 3
steps = np.log(np.sqrt(2 * 1e-4 / abs(lowest)) / 1e-6) / np.log(1 + 0.1 * abs(lowest))
""",
        ),
        Answer(
            "right, with three units and its own loop",
            3.0,
            """from scipy.linalg import eigh

wider, y = embed_zero_units(narrow, minimum, 0, 3)
three = int((np.linalg.eigvalsh(wider.hessian(y)) < -1e-9).sum())
index = three / 3
values, vectors = eigh(wide.hessian(saddle), subset_by_index=[0, 0])
lowest = values.item()
x, steps = saddle - 1e-6 * vectors[:, 0], 0
while wide.value(x) >= wide.value(saddle) - 1e-4:
    x, steps = x - 0.1 * wide.gradient(x), steps + 1
""",
        ),
        Answer("nine for every network", 1.5, _SPARE + "index, three = 9, 27\n"),
        Answer("weight decay left out", 2.5, _SPARE + "lowest = lowest - 0.03\n"),
        Answer("spare units share their ways down", 2.5, _SPARE + "three = index\n"),
        Answer(
            "escape to a distance of one", 2.0, _SPARE + "steps = np.log(1e6) / np.log(1 - 0.1 * lowest)\n"
        ),
        Answer(
            "steps of the gradient flow",
            2.0,
            _SPARE + "steps = np.log(np.sqrt(2e-4 / -lowest) / 1e-6) / (-0.1 * lowest)\n",
        ),
        Answer("largest eigenvalue", 2.5, _SPARE + "lowest = values[-1]\n"),
    ),
    "hw04.6": (
        Answer("right, derived", 2.0, _NEWTON),
        Answer(
            "right, measured",
            2.0,
            """def newton(f, x):
    return minimize(f, Newton(), x, 1).x[-1]


quartic = (1.0 - 4.0 / 12.0) / 1.0
monkey = np.linalg.norm(newton(objectives.monkey_saddle(), [1.0, 2.0])) / np.sqrt(5)
wells = objectives.Wells([-1.0])
near = np.array([1e-2, 1e-3])
after = [abs(newton(wells, [x])[0]) for x in near]
symmetric_power = np.round(np.diff(np.log(after)) / np.diff(np.log(near)))
saddle_power = symmetric_power - 1
attracts = "Every point where det H is not zero."
""",
        ),
        Answer(
            "right, as fractions",
            2.0,
            """from fractions import Fraction

quartic, monkey = Fraction(2, 3), Fraction(1, 2)
saddle_power, symmetric_power = 2.0, 3.0
attracts = "EVERY POINT WHERE DET H IS NOT ZERO"
""",
        ),
        Answer("Newton arrives at once everywhere", 1.2, _NEWTON + "quartic = monkey = 0\n"),
        Answer("Newton repelled where it curves down", 1.6, _NEWTON + "monkey = 2\n"),
        Answer("degree for the factor", 1.6, _NEWTON + "quartic = 3 / 4\n"),
        Answer("descent's preference for minima", 1.6, _NEWTON + 'attracts = "minima only"\n'),
        Answer("saddles of second class", 1.6, _NEWTON + "saddle_power = 1\n"),
        Answer("symmetry without effect", 1.6, _NEWTON + "symmetric_power = 2\n"),
    ),
}
