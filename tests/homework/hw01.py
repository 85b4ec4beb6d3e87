"""Prepared answers to homework 01, curvature and Hessians."""

from tests.homework.answer import Answer

_DERIVED = """largest = 1.5
zeros = 991
mean_curvature = 0.0135
negative = "never"
"""

_PREDICTED = """one_sided = 1e-8
central = 1e-5
larger = 100
smaller = 10
"""

_MEASURED = """trained = minimize(network, Momentum(0.1, 0.9), start, 100).x[-1]
ratios = []
for x in (start, trained):
    g, H = network.gradient(x), network.hessian(x)
    ratios.append((g @ H @ g / (g @ g)) / (np.trace(H) / network.dim))
ratio_start, ratio_trained = ratios
eigenvalues, eigenvectors = np.linalg.eigh(H)
negative_share = np.mean(eigenvalues < -1e-4 * eigenvalues[-1])
down = eigenvectors[:, 0] * -np.sign(g @ eigenvectors[:, 0])
distances = np.linspace(0, 10, 1001)
best_step = distances[network.value(trained + distances[:, None] * down).argmin()]
"""

_CHECKER = """def wrong_entries(objective, x):
    h = {step}
    steps = h * np.eye(x.size)
    slopes = (objective.value(x + steps) - objective.value(x - steps)) / (2 * h)
    off = np.abs(objective.gradient(x) - slopes)
    return {answer}
"""

_KIND = """def kind(gradient, hessian):
    if np.linalg.norm(gradient) > 1e-6:
        return "not stationary"
    eigenvalues = {values}
    cutoff = 1e-8 * np.abs(eigenvalues).max()
    up, down = np.any(eigenvalues > cutoff), np.any(eigenvalues < -cutoff)
{order}
    return "minimum" if up else "maximum"
"""
_ZERO = """    if np.any(np.abs(eigenvalues) <= cutoff):
        return "degenerate"
"""
_BOTH = """    if up and down:
        return "saddle"
"""

ANSWERS: dict[str, tuple[Answer, ...]] = {
    "hw01.1": (
        Answer("right, as numbers", 3.0, _DERIVED),
        Answer(
            "right, from the whole matrix",
            3.0,
            """x = np.sqrt(15 / 100) * np.ones(100)
p = np.full(10, 0.1)
H = np.kron(np.diag(p) - np.outer(p, p), np.outer(x, x))
eigenvalues = np.linalg.eigvalsh(H)
largest = eigenvalues.max()
zeros = np.sum(np.abs(eigenvalues) < 1e-9)
mean_curvature = eigenvalues.mean()
negative = "Never."
""",
        ),
        Answer(
            "right, as fractions",
            3.0,
            """from fractions import Fraction

largest = Fraction(15, 10)
zeros = 10 * 100 - 9 * 1
mean_curvature = Fraction(15 * 9, 10 * 1000)
negative = "NEVER"
""",
        ),
        Answer("ten classes, ten curved directions", 2.25, _DERIVED.replace("991", "990")),
        Answer("diagonal entry taken for an eigenvalue", 2.25, _DERIVED.replace("1.5", "15 * 0.1 * 0.9")),
        Answer(
            "image left out of the curvature",
            1.5,
            _DERIVED.replace("1.5", "0.1").replace("0.0135", "0.9 / 1000"),
        ),
        Answer("length of the image in place of its square", 2.25, _DERIVED.replace("1.5", "15**0.5 / 10")),
        Answer("trace not shared among the parameters", 2.25, _DERIVED.replace("0.0135", "13.5")),
        Answer("every classifier has saddles", 2.25, _DERIVED.replace("never", "for some W")),
        Answer("half of the parts unanswered", 1.5, _DERIVED.replace("991", "...").replace('"never"', "...")),
        Answer("unanswered", 0.0, "largest = ...\nzeros = ...\nmean_curvature = ...\nnegative = ...\n"),
    ),
    "hw01.2": (
        Answer(
            "right, by the size of the margin",
            4.0,
            """def logistic_hvp(w, inputs, labels, v):
    e = np.exp(-np.abs(labels * (inputs @ w)))
    return (e / (1 + e) ** 2 * (v @ inputs.T)) @ inputs / len(inputs)
""",
        ),
        Answer(
            "right, by SciPy's sigmoid",
            4.0,
            """from scipy.special import expit


def logistic_hvp(w, inputs, labels, v):
    margins = labels * (inputs @ w)
    s = expit(margins) * expit(-margins)
    rows = np.atleast_2d(v)
    product = np.stack([inputs.T @ (s * (inputs @ row)) for row in rows]) / labels.size
    return product.reshape(np.shape(v))
""",
        ),
        Answer(
            "right, by one Einstein sum after another",
            4.0,
            """def logistic_hvp(w, inputs, labels, v):
    half = np.clip(np.einsum("ij,j->i", inputs, w) / 2, -350, 350)
    along = np.einsum("ij,...j->...i", inputs, v)
    return np.einsum("ij,i,...i->...j", inputs, 0.25 / np.cosh(half) ** 2, along) / inputs.shape[0]
""",
        ),
        Answer(
            "sum over the examples in place of the mean",
            0.0,
            """def logistic_hvp(w, inputs, labels, v):
    e = np.exp(-np.abs(inputs @ w))
    return (e / (1 + e) ** 2 * (v @ inputs.T)) @ inputs
""",
        ),
        Answer(
            "sigmoid taken for its derivative",
            0.0,
            """def logistic_hvp(w, inputs, labels, v):
    s = 1 / (1 + np.exp(-labels * (inputs @ w)))
    return (s * (v @ inputs.T)) @ inputs / len(inputs)
""",
        ),
        Answer(
            "label counted in the curvature",
            0.0,
            """def logistic_hvp(w, inputs, labels, v):
    e = np.exp(-np.abs(inputs @ w))
    return (labels * e / (1 + e) ** 2 * (v @ inputs.T)) @ inputs / len(inputs)
""",
        ),
        Answer(
            "curvature of least squares",
            0.0,
            """def logistic_hvp(w, inputs, labels, v):
    return (v @ inputs.T) @ inputs / len(inputs)
""",
        ),
        Answer(
            "overflow at large margins",
            3.25,
            """def logistic_hvp(w, inputs, labels, v):
    e = np.exp(-labels * (inputs @ w))
    return (e / (1 + e) ** 2 * (v @ inputs.T)) @ inputs / len(inputs)
""",
        ),
        Answer(
            "one direction only",
            3.0,
            """def logistic_hvp(w, inputs, labels, v):
    e = np.exp(-np.abs(inputs @ w))
    return inputs.T @ (e / (1 + e) ** 2 * (inputs @ v)) / len(inputs)
""",
        ),
        Answer(
            "whole matrix formed",
            2.25,
            """def logistic_hvp(w, inputs, labels, v):
    e = np.exp(-np.abs(inputs @ w))
    n = w.size
    if n > 10_000:
        raise MemoryError(f"{8 * n**2} bytes")
    H = (inputs.T * (e / (1 + e) ** 2)) @ inputs / len(inputs)
    return H @ v if np.ndim(v) == 1 else H @ v.T
""",
        ),
        Answer("unanswered", 0.0, "def logistic_hvp(w, inputs, labels, v):\n    ...\n"),
    ),
    "hw01.3": (
        Answer("right, as numbers", 2.0, _PREDICTED),
        Answer(
            "right, by the rule of thumb",
            2.0,
            """rounding = 1e-16
one_sided = min((1e-2, 1e-5, 1e-8, 1e-11), key=lambda h: h + rounding / h)
central = min((1e-2, 1e-5, 1e-8, 1e-11), key=lambda h: h**2 + rounding / h)
larger, smaller = 10**2, 10**1
""",
        ),
        Answer(
            "right, as NumPy numbers",
            2.0,
            "one_sided, central, larger, smaller = np.array([1e-8, 1e-5, 100.0, 10.0])\n",
        ),
        Answer(
            "smaller steps are always better", 1.0, "one_sided = central = 1e-11\nlarger, smaller = 100, 10\n"
        ),
        Answer("one step for every formula", 1.5, _PREDICTED.replace("1e-8", "1e-5")),
        Answer("both arms equally steep", 1.5, _PREDICTED.replace("100", "10")),
        Answer("rounding grows like its square", 1.5, _PREDICTED.replace("smaller = 10", "smaller = 100")),
        Answer("unanswered", 0.0, "one_sided = ...\ncentral = ...\nlarger = ...\nsmaller = ...\n"),
    ),
    "hw01.4": (
        Answer(
            "right, all axes in one batch",
            3.0,
            _CHECKER.format(step="1e-5", answer="np.flatnonzero(off > 1e-4 * np.abs(slopes).max())"),
        ),
        Answer(
            "right, one axis after another",
            3.0,
            """def wrong_entries(objective, x):
    gradient, slopes = objective.gradient(x), []
    for i in range(len(x)):
        e = np.zeros(len(x))
        e[i] = 1e-6
        slopes.append(float(objective.value(x + e) - objective.value(x - e)) / 2e-6)
    size = max(abs(slope) for slope in slopes)
    return [i for i, slope in enumerate(slopes) if abs(slope - gradient[i]) > 5e-4 * size]
""",
        ),
        Answer(
            "right, by a formula of fourth order",
            3.0,
            """def wrong_entries(objective, x):
    def central(h):
        rises = [np.diff(objective.value([x - h * e, x + h * e]))[0] for e in np.eye(x.size)]
        return np.array(rises) / (2 * h)

    slopes = (4 * central(1e-3) - central(2e-3)) / 3
    gradient = objective.gradient(x)
    size = np.linalg.norm(slopes, np.inf)
    return np.where(~np.isclose(gradient / size, slopes / size, rtol=0, atol=3e-4))[0]
""",
        ),
        Answer(
            "absolute tolerance for every scale",
            1.0,
            _CHECKER.format(step="1e-5", answer="np.flatnonzero(off > 1e-5)"),
        ),
        Answer(
            "zero entry measured by itself",
            0.0,
            _CHECKER.format(step="1e-5", answer="np.flatnonzero(off > 1e-6 * np.abs(slopes))"),
        ),
        Answer(
            "only the worst mistake reported",
            0.0,
            _CHECKER.format(
                step="1e-5", answer="[int(off.argmax())] if off.max() > 1e-4 * np.abs(slopes).max() else []"
            ),
        ),
        Answer(
            "right entries reported as wrong",
            0.0,
            _CHECKER.format(step="1e-5", answer="np.flatnonzero(off <= 1e-4 * np.abs(slopes).max())"),
        ),
        Answer(
            "difference lost in rounding",
            0.0,
            _CHECKER.format(step="1e-14", answer="np.flatnonzero(off > 1e-4 * np.abs(slopes).max())"),
        ),
        Answer("nothing ever wrong", 0.0, "def wrong_entries(objective, x):\n    return []\n"),
        Answer("unanswered", 0.0, "def wrong_entries(objective, x):\n    ...\n"),
    ),
    "hw01.5": (
        Answer(
            "right, by eigenvalues",
            3.0,
            _KIND.format(values="np.linalg.eigvalsh(hessian)", order=_BOTH + _ZERO),
        ),
        Answer(
            "right, by counting signs",
            3.0,
            """def kind(gradient, hessian):
    eigenvalues = np.linalg.eigh(hessian)[0]
    size = max(abs(eigenvalues))
    signs = {0 if abs(value) <= 1e-8 * size else int(np.sign(value)) for value in eigenvalues}
    if gradient @ gradient > 1e-12:
        return "not stationary"
    if {-1, 1} <= signs:
        return "saddle"
    return "degenerate" if 0 in signs else {1: "minimum", -1: "maximum"}[signs.pop()]
""",
        ),
        Answer(
            "right, by a scaled matrix",
            3.0,
            """def kind(gradient, hessian):
    if np.sqrt(np.sum(gradient**2)) > 1e-6:
        return "Not-stationary"
    if not hessian.any():
        return "Degenerate"
    low, *_, high = sorted([*np.linalg.eigvalsh(hessian / np.linalg.norm(hessian, 2)), np.nan][:-1] * 2)
    if low < -1e-8 and high > 1e-8:
        return "Saddle"
    if np.linalg.matrix_rank(hessian, tol=1e-8 * np.linalg.norm(hessian, 2), hermitian=True) < len(hessian):
        return "Degenerate"
    return "Minimum" if low > 0 else "Maximum"
""",
        ),
        Answer(
            "determinant decides in any dimension",
            0.5,
            """def kind(gradient, hessian):
    if np.linalg.norm(gradient) > 1e-6:
        return "not stationary"
    determinant = np.linalg.det(hessian)
    if abs(determinant) < 1e-8:
        return "degenerate"
    if determinant < 0:
        return "saddle"
    return "minimum" if hessian[0, 0] > 0 else "maximum"
""",
        ),
        Answer(
            "trace decides the kind",
            0.5,
            """def kind(gradient, hessian):
    if np.linalg.norm(gradient) > 1e-6:
        return "not stationary"
    trace = np.trace(hessian)
    if abs(trace) < 1e-8:
        return "saddle"
    return "minimum" if trace > 0 else "maximum"
""",
        ),
        Answer(
            "kind read off the diagonal",
            1.0,  # where the axes are eigenvectors
            _KIND.format(values="np.diag(hessian)", order=_BOTH + _ZERO),
        ),
        Answer(
            "zero eigenvalue hides a saddle",
            1.5,
            _KIND.format(values="np.linalg.eigvalsh(hessian)", order=_ZERO + _BOTH),
        ),
        Answer(
            "second derivatives without a look at the slope",
            1.5,
            _KIND.format(values="np.linalg.eigvalsh(hessian)", order=_BOTH + _ZERO).replace(
                "np.linalg.norm(gradient) > 1e-6", "False"
            ),
        ),
        Answer(
            "stationary only at exactly zero",
            1.5,
            _KIND.format(values="np.linalg.eigvalsh(hessian)", order=_BOTH + _ZERO).replace(
                "np.linalg.norm(gradient) > 1e-6", "gradient.any()"
            ),
        ),
        Answer(
            "an absolute cutoff for eigenvalues",
            2.5,
            _KIND.format(values="np.linalg.eigvalsh(hessian)", order=_BOTH + _ZERO).replace(
                "1e-8 * np.abs(eigenvalues).max()", "1e-8"
            ),
        ),
        Answer(
            "the largest entry in place of the length",
            2.5,
            _KIND.format(values="np.linalg.eigvalsh(hessian)", order=_BOTH + _ZERO).replace(
                "np.linalg.norm(gradient)", "np.abs(gradient).max()"
            ),
        ),
        Answer("unanswered", 0.0, "def kind(gradient, hessian):\n    ...\n"),
    ),
    "hw01.6": (
        Answer("right, with the whole Hessian", 3.0, _MEASURED),
        Answer(
            "right, the curvature by products",
            3.0,
            """trained = minimize(network, Momentum(0.1, 0.9), start, 100, record="ends").x[-1]


def ratio(x):
    u = network.gradient(x) / np.linalg.norm(network.gradient(x))
    return float(u @ network.hvp(x, u) / np.linalg.eigvalsh(network.hessian(x)).mean())


ratio_start, ratio_trained = ratio(start), ratio(trained)
values, vectors = np.linalg.eigh(network.hessian(trained))
negative_share = int(np.sum(values < -1e-4 * values.max())) / values.size
v = vectors[:, values.argmin()]
if v @ network.gradient(trained) > 0:
    v = -v
best_step = min(np.linspace(0, 10, 1001), key=lambda t: float(network.value(trained + t * v)))
""",
        ),
        Answer(
            "right, trained by hand",
            3.0,
            """trained, velocity = start.copy(), np.zeros_like(start)
for _ in range(100):
    velocity = 0.9 * velocity - 0.1 * network.gradient(trained)
    trained = trained + velocity
"""
            + _MEASURED.partition("\n")[2],
        ),
        Answer(
            "rounding counted as negative curvature",
            2.25,
            _MEASURED.replace("eigenvalues < -1e-4 * eigenvalues[-1]", "eigenvalues < 0"),
        ),
        Answer("gradient left at its own length", 1.5, _MEASURED.replace("g @ H @ g / (g @ g)", "g @ H @ g")),
        Answer(
            "trace taken for the mean curvature",
            1.5,
            _MEASURED.replace("np.trace(H) / network.dim", "np.trace(H)"),
        ),
        Answer("eigenvector followed uphill", 2.25, _MEASURED.replace("* -np.sign", "* np.sign")),
        Answer("trained twice as long", 0.75, _MEASURED.replace("start, 100)", "start, 200)")),
        Answer(
            "unanswered",
            0.0,
            "ratio_start = ...\nratio_trained = ...\nnegative_share = ...\nbest_step = ...\n",
        ),
    ),
}
