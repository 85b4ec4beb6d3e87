"""Prepared answers to homework 03, local minima and symmetry."""

from tests.homework.answer import Answer

_COUNTED = """two_layers = 18432
twins = 1920
opposites = 1920
silent = 480
zeros = 15
"""

_FORM = """def canonical_form(W, b, V):
    units = np.column_stack([W, b, V.T])
{body}
    return units[:, : W.shape[1]], units[:, W.shape[1]], units[:, W.shape[1] + 1 :].T
"""
_SIGNS = """    first = (units != 0).argmax(axis=1)
    signs = np.sign(units[np.arange(len(units)), first])
    units = np.where(signs == 0, 1, signs)[:, None] * units"""
_ORDER = "    units = np.array(sorted(units.tolist()))"

_STARTS = """def multi_start(objective, starts, learning_rate, steps, radius):
    run = minimize(objective, GradientDescent(learning_rate), starts, steps, record="ends")
    ends, found = run.x[-1], {found}
    ends = ends[found][np.argsort(objective.value(ends[found]))]
    minima, counts = [], []
    for end in ends:
        distances = [np.linalg.norm(end - x) for x in minima]
        if distances and min(distances) <= {radius}:
            counts[int(np.argmin(distances))] += 1
        else:
            minima.append(end)
            counts.append(1)
    minima, counts = np.array(minima), np.array(counts)
    return {result}
"""
_REST = '(run.status != "diverged") & (run.gradient_norm[-1] <= 1e-6)'
_UP = "(np.linalg.eigvalsh(objective.hessian(run.x[-1]))[:, 0] > 0)"
_ALL = {"found": f"{_REST} & {_UP}", "radius": "radius", "result": "minima, counts / len(starts)"}

_MEASURED = """prediction = "a few, fewer than vectors"
apart = np.linalg.norm(ends[:, None] - ends, axis=-1) > 1e-3
vectors = len(np.unique(apart, axis=0))
answers = network.predict(ends).reshape(60, -1)
alike = np.abs(answers[:, None] - answers).max(axis=-1) < 1e-4
minima = len(np.unique(alike, axis=0))
best_share = np.mean(alike[network.value(ends).argmin()])
"""

_SADDLES = """sigma = np.linalg.svd(targets.T @ inputs, compute_uv=False) / 1000
top = np.mean(np.sum(targets**2, axis=1)) / 2
losses = [top - np.sum(sigma[:kept] ** 2) / 2 for kept in range(4)]
count = 1 + 10 + 45 + 120
lowest = -sigma[:3]
"""

ANSWERS: dict[str, tuple[Answer, ...]] = {
    "hw03.1": (
        Answer("right, as numbers", 3.0, _COUNTED),
        Answer(
            "right, by the orbits themselves",
            3.0,
            """from itertools import permutations, product


def orbit(units):
    signs = list(product([1, -1], repeat=len(units)))
    return len({tuple(s * u for s, u in zip(t, o)) for o in permutations(units) for t in signs})


two_layers = orbit([1, 2, 3, 4]) * orbit([1, 2, 3])
twins = orbit([1, 1, 2, 3, 4])
opposites = orbit([1, -1, 2, 3, 4])
silent = orbit([0, 0, 1, 2, 3])
zeros = 6 + 4 + 4 + 1
""",
        ),
        Answer(
            "right, by the gamma function",
            3.0,
            """from scipy.special import gamma

two_layers = 2.0**7 * gamma(5) * gamma(4)
twins = opposites = 2**5 * gamma(6) / gamma(3)
silent = 2**3 * gamma(6) / gamma(3)
zeros = np.array([15])
""",
        ),
        Answer("copies of the layers added up", 2.5, _COUNTED.replace("18432", "432")),
        Answer("equal units counted as different", 2.5, _COUNTED.replace("twins = 1920", "twins = 3840")),
        Answer(
            "opposite units counted as different",
            2.5,
            _COUNTED.replace("opposites = 1920", "opposites = 3840"),
        ),
        Answer("flipped zeros counted as new", 2.5, _COUNTED.replace("480", "1920")),
        Answer("softmax without its shift", 2.0, _COUNTED.replace("15", "10")),
        Answer("softmax shifted by its bias alone", 2.0, _COUNTED.replace("15", "11")),
        Answer(
            "nothing special noticed",
            0.5,
            _COUNTED.replace("1920", "3840").replace("480", "3840").replace("15", "0"),
        ),
        Answer(
            "two of five answered",
            1.0,
            "two_layers = 18432\ntwins = 1920\nopposites = silent = zeros = ...\n",
        ),
        Answer("texts for numbers", 0.0, _COUNTED.replace(" = ", ' = "').replace("\n", '"\n')),
    ),
    "hw03.2": (
        Answer("right, signs and then order", 4.0, _FORM.format(body=f"{_SIGNS}\n{_ORDER}")),
        Answer(
            "right, the larger of a unit and its negative",
            4.0,
            """def canonical_form(W, b, V):
    units = [tuple([*w, bias, *v]) for w, bias, v in zip(W, b, V.T)]
    units = np.array(sorted(max(unit, tuple(-z for z in unit)) for unit in units))
    return [units[:, : W.shape[1]], units[:, W.shape[1]], units[:, W.shape[1] + 1 :].T]
""",
        ),
        Answer(
            "right, outgoing weights first",
            4.0,
            """def canonical_form(W, b, V):
    units = np.hstack([V.T, b[:, None], W])
    for i, unit in enumerate(units):
        nonzero = np.flatnonzero(unit)
        if nonzero.size and unit[nonzero[-1]] > 0:
            units[i] = -unit
    units = units[np.lexsort(units.T)]
    m = len(V)
    return units[:, m + 1 :].copy(), units[:, m].copy(), units[:, :m].T.copy()
""",
        ),
        Answer("order settled and signs left", 0.0, _FORM.format(body=_ORDER)),
        Answer("signs settled and order left", 0.0, _FORM.format(body=_SIGNS)),
        Answer(
            "sign read off a zero",
            2.0,
            _FORM.format(
                body="    units = np.where(b < 0, -1, 1)[:, None] * units\n" + _ORDER,
            ),
        ),
        Answer(
            "columns sorted one by one",
            0.0,
            _FORM.format(body=f"{_SIGNS}\n    units = np.sort(units, axis=0)"),
        ),
        Answer("sizes without signs", 0.0, _FORM.format(body=f"    units = abs(units)\n{_ORDER}")),
        Answer(
            "readers of a unit forgotten",
            0.0,
            _FORM.format(body=f"{_SIGNS}\n{_ORDER}").replace("units[:, W.shape[1] + 1 :].T", "V"),
        ),
        Answer(
            "sorted by length, which can be the same",
            3.0,
            _FORM.format(body=f"{_SIGNS}\n    units = units[np.argsort((W**2).sum(axis=1), kind='stable')]"),
        ),
        Answer(
            "sign of the first weight, zero or not",
            2.5,
            _FORM.format(body=f"    units = np.where(W[:, 0] < 0, -1, 1)[:, None] * units\n{_ORDER}"),
        ),
        Answer(
            "outgoing weights not used to break ties",
            3.5,
            _FORM.format(body=f"{_SIGNS}\n    units = units[np.lexsort(units[:, : len(W[0]) + 1].T)]"),
        ),
        Answer(
            "changes what it is given", 0.0, "def canonical_form(W, b, V):\n    W *= -1\n    return W, b, V\n"
        ),
    ),
    "hw03.3": (
        Answer("right, lowest ends first", 4.0, _STARTS.format(**_ALL)),
        Answer(
            "right, by rounding to the radius",
            4.0,
            """def multi_start(objective, starts, learning_rate, steps, radius):
    run = minimize(objective, GradientDescent(learning_rate), starts, steps)
    found = []
    for start in range(len(starts)):
        lowest = np.linalg.eigvalsh(objective.hessian(run.x[-1, start])).min()
        if run.status[start] != "diverged" and run.gradient_norm[-1, start] <= 1e-6 and lowest > 0:
            found.append(run.x[-1, start])
    names, first, counts = np.unique(
        np.round(np.array(found) / (4 * radius)), axis=0, return_index=True, return_counts=True
    )
    minima = np.array(found)[first]
    order = objective.value(minima).argsort()
    return minima[order], counts[order] / len(starts)
""",
        ),
        Answer(
            "right, with its own loop",
            4.0,
            """def multi_start(objective, starts, learning_rate, steps, radius):
    x = np.array(starts, dtype=float)
    alive = np.ones(len(x), dtype=bool)
    for _ in range(steps):
        moved = x[alive] - learning_rate * objective.gradient(x[alive])
        bounded = np.abs(moved).max(axis=1) < 1e6
        alive[alive] = bounded
        x[alive] = moved[bounded]
    for i, y in enumerate(x):
        at_rest = np.linalg.norm(objective.gradient(y)) <= 1e-6
        alive[i] &= at_rest and bool(np.all(np.linalg.eigvalsh(objective.hessian(y)) > 0))
    groups = []
    for y in x[alive]:
        for group in groups:
            if np.linalg.norm(group[0] - y) <= radius:
                group.append(y)
                break
        else:
            groups.append([y])
    groups.sort(key=lambda group: objective.value(group[0]))
    return [group[0] for group in groups], [len(group) / len(starts) for group in groups]
""",
        ),
        Answer("every point at rest a minimum", 2.0, _STARTS.format(**{**_ALL, "found": _REST})),
        Answer("runs cut off on a slope", 1.0, _STARTS.format(**{**_ALL, "found": _UP})),
        Answer(
            "share of the runs that arrived",
            0.5,
            _STARTS.format(**{**_ALL, "result": "minima, counts / counts.sum()"}),
        ),
        Answer(
            "equal loss taken for the same minimum",
            0.0,
            _STARTS.format(**_ALL).replace(
                "[np.linalg.norm(end - x) for x in minima]",
                "[abs(objective.value(end) - objective.value(x)) for x in minima]",
            ),
        ),
        Answer(
            "minima in the order of discovery",
            1.5,
            _STARTS.format(**_ALL).replace("[np.argsort(objective.value(ends[found]))]", ""),
        ),
        Answer("ends compared to all digits", 0.0, _STARTS.format(**{**_ALL, "radius": "0"})),
        *(
            Answer(f"a radius of its own, {radius}", 2.0, _STARTS.format(**{**_ALL, "radius": radius}))
            for radius in ("1e-5", "1e-3", "0.02")
        ),
        *(
            Answer(
                f"another limit of rest: {rest}",
                1.5 if "2e-6" in rest else 2.0,
                _STARTS.format(**{**_ALL, "found": f"{rest} & {_UP}"}),
            )
            for rest in (
                _REST.replace("1e-6", "1e-8"),
                _REST.replace("1e-6", "2e-6"),
                "(np.abs(objective.gradient(run.x[-1])).max(axis=1) <= 1e-6)",
                "(np.abs(objective.gradient(run.x[-1])).sum(axis=1) <= 1e-6)",
            )
        ),
        Answer(
            "slight curvature left out",
            2.0,
            _STARTS.format(**{**_ALL, "found": f"{_REST} & {_UP}".replace("> 0)", "> 0.01)")}),
        ),
        Answer("counts for shares", 0.0, _STARTS.format(**{**_ALL, "result": "minima, counts"})),
        Answer(
            "only the best minimum",
            0.0,
            _STARTS.format(**{**_ALL, "result": "minima[:1], counts[:1] / len(starts)"}),
        ),
    ),
    "hw03.4": (
        Answer("right, by comparing functions", 3.0, _MEASURED),
        Answer(
            "right, by the course's own comparison",
            3.0,
            """prediction = "A few, fewer than vectors"
kinds = []
for x in ends:
    if not any(same_up_to_symmetry(network, x, y, tolerance=1e-3) for y in kinds):
        kinds.append(x)
minima = len(kinds)
vectors = len({tuple(np.round(x, 2)) for x in ends})
best = min(kinds, key=network.value)
best_share = sum(same_up_to_symmetry(network, x, best, tolerance=1e-3) for x in ends) / 60
""",
        ),
        Answer(
            "right, by the canonical form",
            3.0,
            """prediction = "a few, fewer than vectors"
forms = []
for x in ends:
    first, second = network.layers
    form = canonical_form(first.weights(x), first.bias(x), second.weights(x))
    forms.append(np.concatenate([np.ravel(part) for part in form]))
minima = len(np.unique(np.round(forms, 3), axis=0))
vectors = len(np.unique(np.round(ends, 3), axis=0))
best = forms[int(network.value(ends).argmin())]
best_share = np.mean(np.linalg.norm(np.array(forms) - best, axis=1) < 1e-3)
""",
        ),
        Answer("copies counted as minima", 2.0, _MEASURED + "minima = vectors\n"),
        Answer("all possible copies for those found", 2.5, _MEASURED + "vectors = 8 * minima\n"),
        Answer("as many minima as runs", 2.5, _MEASURED + "vectors = len(ends)\n"),
        Answer(
            "share of the best vector alone",
            2.0,
            _MEASURED + "best_share = np.mean(~apart[network.value(ends).argmin()])\n",
        ),
        Answer(
            "predicted otherwise, measured well",
            2.5,
            _MEASURED.replace('"a few, fewer than vectors"', '"one"'),
        ),
        Answer(
            "a prediction and no measurement",
            0.5,
            'prediction = "a few, fewer than vectors"\nvectors = minima = best_share = ...\n',
        ),
    ),
    "hw03.5": (
        Answer("right, sum by sum", 4.0, _SADDLES),
        Answer(
            "right, from the eigenvalues of MᵀM",
            4.0,
            """M = np.einsum("ni,nj->ij", targets, inputs) / len(inputs)
squares = np.linalg.eigvalsh(M.T @ M)[::-1]
losses = linear.value(np.zeros(linear.dim)) - 0.5 * np.concatenate([[0], squares[:3]]).cumsum()
from scipy.special import comb

count = comb(10, [0, 1, 2, 3]).sum()
lowest = -np.sqrt(squares)[:3]
""",
        ),
        Answer(
            "right, from the Hessian at each saddle",
            4.0,
            """u, s, v = np.linalg.svd(targets.T @ inputs / 1000, full_matrices=False)
losses, lowest = [], []
for kept in range(4):
    x = np.zeros(linear.dim)
    first, second = linear.layers
    first.matrix(x)[:kept] = np.sqrt(s[:kept])[:, None] * v[:kept]
    second.matrix(x)[:, :kept] = u[:, :kept] * np.sqrt(s[:kept])
    losses.append(linear.value(x))
    if kept < 3:
        lowest.append(np.linalg.eigvalsh(linear.hessian(x))[0])
count = 176
""",
        ),
        Answer(
            "singular values without their square",
            2.5,
            _SADDLES.replace("sigma[:kept] ** 2", "sigma[:kept]"),
        ),
        Answer(
            "factor of a half lost", 2.5, _SADDLES.replace("sigma[:kept] ** 2) / 2", "sigma[:kept] ** 2)")
        ),
        Answer("three directions at every saddle", 3.0, _SADDLES.replace("1 + 10 + 45 + 120", "120")),
        Answer("any number of directions kept", 3.0, _SADDLES.replace("1 + 10 + 45 + 120", "2**10")),
        Answer(
            "saddles with one way of curving down",
            2.5,
            _SADDLES.replace("-sigma[:3]", "-sigma[[0, 0, 0]]"),
        ),
        Answer("curvature of a squared weight", 2.5, _SADDLES.replace("-sigma[:3]", "-(sigma[:3] ** 2)")),
        Answer("eigenvalues without their sign", 2.5, _SADDLES.replace("-sigma[:3]", "sigma[:3]")),
    ),
}
