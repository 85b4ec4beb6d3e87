"""Prepared answers to homework 02, ill-conditioning and step size."""

from tests.homework.answer import Answer

_DERIVED = """best_rate = 2 / 11
momentum = ((10**0.5 - 1) / (10**0.5 + 1)) ** 2
finish = 3
pair = [1 / (5.5 + 4.5 / 2**0.5), 1 / (5.5 - 4.5 / 2**0.5)]
"""

_PREDICTED = """line_search = "about as many"
last_step = "less than a tenth"
loss = "rises at some steps"
"""

_PATH = """def barzilai_borwein(objective, start, learning_rate, steps):
    path, g, rate = [start], objective.gradient(start), learning_rate
    for _ in range(steps):
        x = path[-1] - rate * g
        new = objective.gradient(x)
        s, y = x - path[-1], new - g
        rate = {quotient}
        path.append(x)
        g = new
    return np.array(path)
"""

_POWER = """def power_iteration(objective, x, v, shift):
    for _ in range(200):
        v = v / np.linalg.norm(v)
        product = objective.hvp(x, v) + shift * v
        v, size = product, v @ product
    return size


def largest_eigenvalue(objective, x, v):
    found = power_iteration(objective, x, v, 0.0)
    return {answer}
"""

_MEASURED = """g, top = network.gradient(trained), np.linalg.eigvalsh(network.hessian(trained))[-1]
break_even = 2 * g @ g / (g @ network.hvp(trained, g))
rates = np.arange(1, 301)
after = network.value(trained - rates[:, None] * g)
first_rise = rates[np.argmax(after > network.value(trained))]
run = minimize(network, GradientDescent(3 / top), trained, 60)
run_rise = np.argmax(np.diff(run.value) > 0) + 1
"""

_PIXELS = """def kappa(inputs):
    A = np.column_stack([inputs, np.ones(len(inputs))])
    return np.linalg.cond(A.T @ A / len(A))


around_zero = pixels - pixels.mean(axis=0)
raw = kappa(pixels)
scaled = kappa(pixels / np.sqrt((pixels**2).mean(axis=0)))
centred = kappa(around_zero)
standardised = kappa(around_zero / around_zero.std(axis=0))
"""

ANSWERS: dict[str, tuple[Answer, ...]] = {
    "hw02.1": (
        Answer("right, as formulas", 3.0, _DERIVED),
        Answer(
            "right, by search",
            3.0,
            """eigenvalues = np.array([1, 1, 1, 4, 4, 10])
rates = np.linspace(0.1, 0.25, 150_001)
best_rate = rates[np.maximum(abs(1 - rates), abs(1 - 10 * rates)).argmin()]
finish = len(set(eigenvalues.tolist()))
momentum = np.tanh(np.log(10) / 4) ** 2
middle, half = 5.5, 4.5
pair = np.sort(1 / (middle + half * np.cos(np.pi * np.array([1, 3]) / 4)))
""",
        ),
        Answer(
            "right, the pair by minimisation",
            3.0,
            """from scipy.optimize import minimize as find

inside = np.linspace(1, 10, 2001)
worst = lambda rates: np.abs((1 - rates[0] * inside) * (1 - rates[1] * inside)).max()
pair = find(worst, [0.12, 0.4], method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9}).x
best_rate = 1 / np.mean([1.0, 10.0])
momentum = (1 - 2 / (np.sqrt(10) + 1)) ** 2
finish = 3.0
""",
        ),
        Answer("rate of the steepest direction for all", 2.25, _DERIVED.replace("2 / 11", "1 / 10")),
        Answer("edge of stability taken for best", 2.25, _DERIVED.replace("2 / 11", "2 / 10")),
        Answer("momentum not squared", 2.25, _DERIVED.replace(" ** 2\n", "\n")),
        Answer("momentum from κ without the root", 2.25, _DERIVED.replace("10**0.5 ", "10 ")),
        Answer("one step for every dimension", 2.25, _DERIVED.replace("finish = 3", "finish = 6")),
        Answer(
            "a rate for either end of the spectrum",
            2.25,
            _DERIVED.partition("pair")[0] + "pair = [1, 1 / 10]\n",
        ),
        Answer(
            "two of four parts",
            1.5,
            _DERIVED.partition("finish")[0] + "finish = 2\npair = [2 / 11, 2 / 11]\n",
        ),
        Answer("unanswered", 0.0, "best_rate = ...\nmomentum = ...\nfinish = ...\npair = ...\n"),
    ),
    "hw02.2": (
        Answer("right", 2.0, _PREDICTED),
        Answer("right, in capitals", 2.0, _PREDICTED.replace("about as many", "About as many.")),
        Answer(
            "right, by measuring first",
            2.0,
            """_H, _x, _count = np.logspace(0, 3, 20), np.logspace(0, -3, 20), 0
while _H @ _x**2 > 1e-12 * 20 and _count < 9000:
    _g = _H * _x
    _x, _count = _x - _g @ _g / (_g @ (_H * _g)) * _g, _count + 1
line_search = "about as many" if _count > 2000 else "about a thirtieth"
last_step, loss = "less than a tenth", "rises at some steps"
""",
        ),
        Answer("best step by step is best overall", 1.0, _PREDICTED.replace("as many", "a thirtieth")),
        Answer("line search finds the minimum", 1.0, _PREDICTED.replace("about as many", "one step")),
        Answer("stale curvature is worthless", 1.5, _PREDICTED.replace("less than a tenth", "more")),
        Answer(
            "fast methods never rise", 1.5, _PREDICTED.replace("rises at some steps", "falls at every step")
        ),
        Answer("another word", 1.5, _PREDICTED.replace("less than a tenth", "fewer")),
        Answer("unanswered", 0.0, "line_search = ...\nlast_step = ...\nloss = ...\n"),
    ),
    "hw02.3": (
        Answer(
            "right, point by point",
            4.0,
            _PATH.format(quotient="s @ s / (s @ y) if s @ y > 0 else learning_rate"),
        ),
        Answer(
            "right, in an array made beforehand",
            4.0,
            """def barzilai_borwein(objective, start, learning_rate, steps):
    path = np.empty((steps + 1, len(start)))
    path[0] = start
    for k in range(steps):
        rate = learning_rate
        if k > 0:
            s = path[k] - path[k - 1]
            y = objective.gradient(path[k]) - objective.gradient(path[k - 1])
            if np.dot(s, y) > 0:
                rate = np.linalg.norm(s) ** 2 / np.dot(s, y)
        path[k + 1] = path[k] - rate * objective.gradient(path[k])
    return path
""",
        ),
        Answer(
            "right, by the curvature along the last gradient",
            4.0,
            """def barzilai_borwein(objective, start, learning_rate, steps):
    points, rate = [np.array(start)], learning_rate
    while len(points) <= steps:
        x = points[-1]
        g = objective.gradient(x)
        points.append(x - rate * g)
        step, change = rate * g, g - objective.gradient(points[-1])
        curvature = np.vdot(step, change)
        rate = np.vdot(step, step) / curvature if curvature > 0 else learning_rate
    return np.stack(points)
""",
        ),
        Answer(
            "the second of the two quotients",
            0.5,  # at the minimum nothing moves
            _PATH.format(quotient="s @ y / (y @ y) if s @ y > 0 else learning_rate"),
        ),
        Answer(
            "curvature of the last step taken for its rate",
            0.5,
            _PATH.format(quotient="s @ y / (s @ s) if s @ y > 0 else learning_rate"),
        ),
        Answer("first rate kept", 0.5, _PATH.format(quotient="learning_rate")),
        Answer(
            "changes counted from the start",
            0.5,
            _PATH.format(quotient="s @ s / (s @ y) if s @ y > 0 else learning_rate").replace(
                "x - path[-1], new - g", "x - start, new - objective.gradient(start)"
            ),
        ),
        Answer(
            "line search in place of the last step",
            0.5,
            """def barzilai_borwein(objective, start, learning_rate, steps):
    path = [start]
    for k in range(steps):
        x, g = path[-1], objective.gradient(path[-1])
        along = g @ objective.hvp(x, g)
        rate = g @ g / along if k > 0 and along > 0 else learning_rate
        path.append(x - rate * g)
    return np.array(path)
""",
        ),
        Answer("no care for the sign or for zero", 3.0, _PATH.format(quotient="s @ s / (s @ y)")),
        Answer(
            "no care for the sign",
            3.5,
            _PATH.format(quotient="s @ s / (s @ y) if s @ y != 0 else learning_rate"),
        ),
        Answer(
            "last point only",
            0.0,
            _PATH.format(quotient="s @ s / (s @ y) if s @ y > 0 else learning_rate").replace(
                "np.array(path)", "path[-1][:-1]"
            ),
        ),
        Answer(
            "the start alone",
            0.0,
            "def barzilai_borwein(objective, start, learning_rate, steps):\n    return np.array(start)\n",
        ),
        Answer("unanswered", 0.0, "def barzilai_borwein(objective, start, learning_rate, steps):\n    ...\n"),
    ),
    "hw02.4": (
        Answer(
            "right, shifted where it is needed",
            3.0,
            _POWER.format(answer="found if found > 0 else power_iteration(objective, x, v, -found) + found"),
        ),
        Answer(
            "right, shifted by the largest size",
            3.0,
            """def largest_eigenvalue(objective, x, v):
    size, u = 0.0, v
    for _ in range(100):
        u = objective.hvp(x, u / np.linalg.norm(u))
        size = np.linalg.norm(u)
    for _ in range(400):
        v = v / np.linalg.norm(v)
        v = objective.hvp(x, v) + size * v
    return np.linalg.norm(v) - size
""",
        ),
        Answer(
            "right, by Lanczos",
            3.0,
            """def largest_eigenvalue(objective, x, v):
    basis, images = [], []
    for _ in range(min(v.size, 50)):
        for _ in range(2):
            for b in basis:
                v = v - (b @ v) * b
        basis.append(v / np.linalg.norm(v))
        images.append(objective.hvp(x, basis[-1]))
        v = images[-1]
    return np.linalg.eigvalsh(np.array(basis) @ np.array(images).T).max()
""",
        ),
        Answer(
            "largest in size taken for the largest",
            1.0,  # at the start of the network the largest is the largest in size
            _POWER.format(answer="found"),
        ),
        Answer("eigenvalue without its sign", 1.0, _POWER.format(answer="abs(found)")),
        Answer(
            "curvature along the first direction",
            0.0,
            "def largest_eigenvalue(objective, x, v):\n    return v @ objective.hvp(x, v) / (v @ v)\n",
        ),
        Answer(
            "gradient taken for the steepest direction",
            0.0,
            """def largest_eigenvalue(objective, x, v):
    g = objective.gradient(x)
    return g @ objective.hvp(x, g) / (g @ g)
""",
        ),
        Answer(
            "eigenvalues of the whole matrix",
            0.0,  # products alone are asked for, and nothing else is answered
            """def largest_eigenvalue(objective, x, v):
    return np.linalg.eigvalsh(objective.hessian(x))[-1]
""",
        ),
        Answer(
            "shift not taken off again",
            1.0,
            _POWER.format(answer="found if found > 0 else power_iteration(objective, x, v, -found)"),
        ),
        Answer("unanswered", 0.0, "def largest_eigenvalue(objective, x, v):\n    ...\n"),
    ),
    "hw02.5": (
        Answer("right, with all rates in one batch", 3.0, _MEASURED),
        Answer(
            "right, rate by rate",
            3.0,
            """v = np.ones(network.dim)
for _ in range(300):
    v = network.hvp(trained, v / np.linalg.norm(v))
g, value = network.gradient(trained), network.value(trained)
unit = g / np.linalg.norm(g)
break_even = 2 / (unit @ network.hvp(trained, unit))
first_rise = next(rate for rate in range(1, 301) if network.value(trained - rate * g) > value)
x, losses = trained, []
for _ in range(60):
    losses.append(float(network.value(x)))
    x = x - 3 / np.linalg.norm(v) * network.gradient(x)
run_rise = next(k for k in range(1, 60) if losses[k] > losses[k - 1])
""",
        ),
        Answer(
            "right, the model as a parabola",
            3.0,
            _MEASURED.replace(
                "2 * g @ g / (g @ network.hvp(trained, g))",
                "max(np.roots([0.5 * g @ network.hessian(trained) @ g, -g @ g, 0.0]))",
            ),
        ),
        Answer(
            "stability of a run taken for one step",
            2.0,
            _MEASURED.replace("2 * g @ g / (g @ network.hvp(trained, g))", "2 / top"),
        ),
        Answer("lowest point taken for the way back up", 2.0, _MEASURED.replace("2 * g @ g", "g @ g")),
        Answer(
            "loss compared with the smaller rate",
            2.0,
            _MEASURED.replace("after > network.value(trained)", "np.diff(after, prepend=np.inf) > 0"),
        ),
        Answer(
            "run begun at the untrained network",
            2.0,
            _MEASURED.replace("GradientDescent(3 / top), trained", "GradientDescent(3 / top), start"),
        ),
        Answer("unanswered", 0.0, "break_even = ...\nfirst_rise = ...\nrun_rise = ...\n"),
    ),
    "hw02.6": (
        Answer("right, by np.linalg.cond", 3.0, _PIXELS),
        Answer(
            "right, by singular values",
            3.0,
            """ones = np.ones((len(pixels), 1))
shifted = pixels - pixels.mean(axis=0)
versions = []
for columns in (pixels, shifted):
    versions += [columns, columns / np.linalg.norm(columns, axis=0) * np.sqrt(len(columns))]
spectra = [np.linalg.svd(np.hstack([version, ones]), compute_uv=False) for version in versions]
raw, scaled, centred, standardised = ((s[0] / s[-1]) ** 2 for s in spectra)
""",
        ),
        Answer(
            "right, Jacobi on the Hessian itself",
            3.0,
            """from course_utils.curvature import condition_number


def hessian(columns):
    A = np.c_[columns, np.ones(1000)]
    return A.T @ A / 1000


def jacobi(H):
    d = np.sqrt(np.diag(H))
    return H / np.outer(d, d)


H, C = hessian(pixels), hessian(pixels - pixels.mean(axis=0))
raw, scaled, centred, standardised = map(condition_number, (H, jacobi(H), C, jacobi(C)))
""",
        ),
        Answer("inputs' condition number for the Hessian's", 0.0, _PIXELS.replace("A.T @ A / len(A)", "A")),
        Answer(
            "bias left out of the Hessian",
            0.75,  # only after standardising does the eigenvalue of the bias, 1, lie between the others
            _PIXELS.replace("np.column_stack([inputs, np.ones(len(inputs))])", "inputs"),
        ),
        Answer(
            "standard deviation for root mean square",
            2.25,
            _PIXELS.replace("np.sqrt((pixels**2).mean(axis=0))", "pixels.std(axis=0)"),
        ),
        Answer("condition number of inputs upside down", 0.0, _PIXELS.replace("return np", "return 1 / np")),
        Answer(
            "centring changes nothing",
            2.25,
            _PIXELS.replace("centred = kappa(around_zero)\n", "centred = raw\n"),
        ),
        Answer("unanswered", 0.0, "raw = ...\nscaled = ...\ncentred = ...\nstandardised = ...\n"),
    ),
}
