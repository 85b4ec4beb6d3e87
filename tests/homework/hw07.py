"""Prepared answers to homework 07, and the points that the key gives them."""

from tests.homework.answer import Answer

# hw07.1 ------------------------------------------------------------------------------------------------

_SHARES = {"layer": 0.116393, "half": 0.996540, "band": 0.214597, "length": 0.054006, "distance": 0.05}


def _shares(name: str, points: float, **changed: object) -> Answer:
    return Answer(name, points, f"shares = {_SHARES | changed!r}")


_BALL = (
    _shares("by formula", 3),
    Answer(
        "with the course's functions",
        3,
        """
from scipy.optimize import brentq

sigma = np.repeat([0.1, 0.3], [300, 100])
shares = {"layer": rl.shell_fraction(200, 0.02) - rl.shell_fraction(200, 0.01)}
shares["half"] = brentq(lambda r: r**200 - 0.5, 0.9, 1)
shares["band"] = brentq(lambda e: 1 - 2 * np.exp(-100 * e**2) - 0.98, 0.01, 1)
shares["length"] = np.sqrt(np.sum(sigma**4) / 2) / np.sum(sigma**2)
shares["distance"] = np.sqrt(28 / 45 / 560) * 1.5
""",
    ),
    Answer(
        "the spreads by sampling",
        3,
        f"""
rng, shares = np.random.default_rng(5), {_SHARES!r}
lengths = np.linalg.norm(rng.normal(size=(20000, 400)) * np.repeat([0.1, 0.3], [300, 100]), axis=1)
x, y = rng.uniform(-1, 1, (2, 20000, 560))
squares = np.sum((x - y) ** 2, axis=1)
shares["length"] = lengths.std() / lengths.mean()
shares["distance"] = squares.std() / squares.mean()
""",
    ),
    _shares("layer by the law of the band", 2.4, layer=0.029261),
    _shares("half the volume within half the radius", 2.4, half=0.5),
    _shares("one side of the equator only", 2.4, band=0.197788),
    Answer(
        "band of the exact share",
        2.4,
        f"""
from scipy.optimize import brentq

shares = {_SHARES!r}
shares["band"] = brentq(lambda e: rl.band_fraction(200, e) - 0.98, 0.05, 0.5)
""",
    ),
    _shares("one deviation for all weights", 2.4, length=1 / 800**0.5),
    _shares("spread of the square of a length", 2.4, length=0.108012),
    _shares("corners of a cube as normal numbers", 2.4, distance=(2 / 560) ** 0.5),
    _shares("an answer in percent and one left open", 1.8, layer="11.6 %", half=...),
)

# hw07.2 ------------------------------------------------------------------------------------------------

_UNITS = {
    "radius": 15.0,
    "negative": 0.195501,
    "sum_radius": 25.0,
    "threshold": -3.577709,
    "quarter": -1.445256,
}


def _units(name: str, points: float, **changed: object) -> Answer:
    return Answer(name, points, f"units = {_UNITS | changed!r}")


_CONVENTIONS = (
    _units("by formula", 3),
    Answer(
        "with the course's functions",
        3,
        """
from scipy.optimize import brentq

units = {"radius": 2 * np.sqrt(450 / 8), "negative": rl.semicircle_below(-1.0)}
units["sum_radius"] = np.sqrt(15**2 + 20**2)
units["threshold"] = 2 * rl.threshold_energy(5)
units["quarter"] = 2 * brentq(lambda u: float(rl.predicted_index(u, 5)) - 0.25, -1.7, 0)
""",
    ),
    Answer(
        "by integrating the semicircle",
        3,
        f"""
x = np.linspace(-2, 2, 400001)
below = np.cumsum(np.sqrt(4 - x**2)) / np.sum(np.sqrt(4 - x**2))
units = {_UNITS!r}
units["negative"] = np.interp(-1, x, below)
units["quarter"] = 2 * np.sqrt(4 / 5) * np.interp(0.25, below, x)
""",
    ),
    _units("one of two entries forgotten", 2.4, radius=10.6066),
    _units("the diagonal sets the radius", 2.4, radius=21.2132),
    _units("semicircle pushed the wrong way", 2.4, negative=0.804499),
    _units("eigenvalues spread evenly", 2.4, negative=0.25),
    _units("radii of a sum added", 2.4, sum_radius=35),
    _units("couplings taken for standard ones", 1.8, threshold=-1.788854, quarter=-0.722628),
    _units("index in proportion to the energy", 2.4, quarter=-1.788854),
    _units("energies without their sign", 1.8, threshold=3.577709, quarter=1.445256),
)

# hw07.3 ------------------------------------------------------------------------------------------------


def _ratios(name: str, points: float, body: str) -> Answer:
    lines = "\n    ".join(body.strip().split("\n"))
    return Answer(name, points, f"def gap_ratios(eigenvalues):\n    {lines}\n")


_GAPS = "gaps = np.diff(np.sort(eigenvalues, axis=1), axis=1)\n"
_LOW_HIGH = (
    _GAPS + "low, high = np.minimum(gaps[:, 1:], gaps[:, :-1]), np.maximum(gaps[:, 1:], gaps[:, :-1])\n"
)
_GAP_RATIOS = (
    _ratios(
        "minimum over maximum",
        3,
        _LOW_HIGH
        + """
return np.divide(low, high, out=np.ones_like(low, dtype=float), where=high > 0)
""".lstrip(),
    ),
    _ratios(
        "both ways up",
        3,
        _GAPS
        + """
with np.errstate(divide="ignore", invalid="ignore"):
    up = gaps[:, 1:] / gaps[:, :-1]
    ratio = np.minimum(up, 1 / up)
return np.where(np.isnan(ratio), 1.0, ratio)
""".lstrip(),
    ),
    _ratios(
        "in loops",
        3,
        """
found = []
for row in eigenvalues:
    row = sorted(float(v) for v in row)
    line = []
    for a, b, c in zip(row, row[1:], row[2:]):
        line.append(min(b - a, c - b) / max(b - a, c - b) if c > a else 1.0)
    found.append(line)
return found
""",
    ),
    _ratios(
        "as a matrix",
        3,
        _LOW_HIGH
        + """
return np.asmatrix(np.where(high > 0, low / np.where(high > 0, high, 1), 1.0))
""".lstrip(),
    ),
    _ratios(
        "without axes of one",
        2,
        _LOW_HIGH
        + """
return np.squeeze(np.where(high > 0, low / np.where(high > 0, high, 1), 1.0))
""".lstrip(),
    ),
    _ratios(
        "a small number in the denominator",
        2.5,
        _LOW_HIGH
        + """
return (low + 1e-13) / (high + 1e-13)
""".lstrip(),
    ),
    _ratios(
        "equal eigenvalues forgotten",
        2.5,
        _GAPS + "return np.minimum(gaps[:, 1:], gaps[:, :-1]) / np.maximum(gaps[:, 1:], gaps[:, :-1])",
    ),
    _ratios("next gap over the last one", 0, _GAPS + "return gaps[:, 1:] / gaps[:, :-1]"),
    _ratios(
        "larger gap over the smaller",
        0,
        _GAPS + "return np.maximum(gaps[:, 1:], gaps[:, :-1]) / np.minimum(gaps[:, 1:], gaps[:, :-1])",
    ),
    _ratios(
        "gaps of a spectrum in disorder",
        0,
        """
gaps = np.abs(np.diff(eigenvalues, axis=1))
return np.minimum(gaps[:, 1:], gaps[:, :-1]) / np.maximum(gaps[:, 1:], gaps[:, :-1])
""",
    ),
    _ratios(
        "sizes sorted for values",
        0,
        """
gaps = np.diff(np.sort(np.abs(eigenvalues), axis=1), axis=1)
low, high = np.minimum(gaps[:, 1:], gaps[:, :-1]), np.maximum(gaps[:, 1:], gaps[:, :-1])
return np.where(high > 0, low / np.where(high > 0, high, 1), 1.0)
""",
    ),
    _ratios(
        "ratios of eigenvalues",
        0,
        """
v = np.abs(np.sort(eigenvalues, axis=1)[:, 1:])
return np.minimum(v[:, 1:], v[:, :-1]) / np.maximum(v[:, 1:], v[:, :-1])
""",
    ),
    _ratios(
        "largest gap of all for its neighbour",
        0,
        _GAPS + "return np.minimum(gaps[:, 1:], gaps[:, :-1]) / gaps.max(axis=1, keepdims=True)",
    ),
)

# hw07.4 ------------------------------------------------------------------------------------------------


def _count(name: str, points: float, body: str) -> Answer:
    lines = "\n    ".join(body.strip().split("\n"))
    head = "def count_by_index(points, newton_steps, eigenvalues, radius, tolerance):"
    return Answer(name, points, f"{head}\n    {lines}\n")


_KEEP = """
kept = []
for i in range(len(points)):
    if newton_steps[i] > tolerance:
        continue
    if any(np.linalg.norm(points[i] - points[j]) < radius for j in kept):
        continue
    kept.append(i)
"""
_COUNTED = """
k = eigenvalues.shape[1]
index = [int(np.sum(eigenvalues[i] < 0)) for i in kept]
return np.array([index.count(j) for j in range(k + 1)])
"""
_COUNTS = (
    _count("row by row", 4, _KEEP + _COUNTED.strip("\n")),
    _count(
        "all distances at once",
        4,
        """
good = newton_steps <= tolerance
x, values = points[good], eigenvalues[good]
counts, counted = np.zeros(values.shape[1] + 1, dtype=int), np.zeros((0, points.shape[1]))
for place, spectrum in zip(x, values):
    if np.all(np.sqrt(np.sum((counted - place) ** 2, axis=1)) >= radius):
        counted = np.vstack([counted, place])
        counts[np.count_nonzero(spectrum < 0)] += 1
return counts
""",
    ),
    _count(
        "striking out what lies around a point",
        4,
        """
left = list(np.flatnonzero(newton_steps <= tolerance))
counts = [0] * (eigenvalues.shape[1] + 1)
while left:
    first = left[0]
    counts[sum(1 for value in eigenvalues[first] if value < 0)] += 1
    left = [i for i in left[1:] if np.linalg.norm(points[i] - points[first]) >= radius]
return counts
""",
    ),
    _count(
        "strict at the tolerance",
        3.5,
        _KEEP.replace("newton_steps[i] > tolerance", "not newton_steps[i] < tolerance")
        + _COUNTED.strip("\n"),
    ),
    _count(
        "as many places as are needed",
        0.5,
        _KEEP + "return np.bincount([int(np.sum(eigenvalues[i] < 0)) for i in kept])",
    ),
    _count(
        "every hit a new point",
        0.5,
        "kept = np.flatnonzero(newton_steps <= tolerance)" + _COUNTED,
    ),
    _count(
        "ends without a certificate counted",
        0,
        _KEEP.replace("newton_steps[i] > tolerance", "False") + _COUNTED.strip("\n"),
    ),
    _count(
        "first hit certified or not",
        1.0,
        _KEEP.replace("newton_steps[i] > tolerance", "False")
        + "kept = [i for i in kept if newton_steps[i] <= tolerance]"
        + _COUNTED,
    ),
    _count(
        "compared with the hit before",
        1.0,
        """
good = np.flatnonzero(newton_steps <= tolerance)
kept = [i for n, i in enumerate(good) if n == 0 or np.linalg.norm(points[i] - points[good[n - 1]]) >= radius]
"""
        + _COUNTED.strip("\n"),
    ),
    _count(
        "points rounded to a grid",
        1.0,
        """
good = np.flatnonzero(newton_steps <= tolerance)
cells = [tuple(np.round(points[i] / radius)) for i in good]
kept = [i for n, i in enumerate(good) if cells[n] not in cells[:n]]
"""
        + _COUNTED.strip("\n"),
    ),
    _count("ways up counted as index", 0, _KEEP + _COUNTED.strip("\n").replace("< 0", "> 0")),
)

# hw07.5 ------------------------------------------------------------------------------------------------

_STORE = """
counts = count_by_index(ends.x, ends.newton_step, ends.eigenvalues, 0.01, 1e-7)
first = count_by_index(ends.x[:100], ends.newton_step[:100], ends.eigenvalues[:100], 0.01, 1e-7)
measured = {"counts": counts, "morse": counts[::2].sum() - counts[1::2].sum(), "found": first.sum()}
means = []
for x in minima:
    spectrum = np.linalg.eigvalsh(network.hessian(x))
    means.append(gap_ratios(spectrum[spectrum > 0.002].reshape(1, -1)).mean())
measured["network"] = np.mean(means)
n = np.array([len(row["index"]) for row in experiment.rows_of(shipped, "census", 4)])
measured["mean_over_typical"] = np.mean(n) / np.prod(n ** (1 / len(n)))
N, heights = np.array([20, 40, 80, 160, 320]), []
for size in N:
    energies = np.concatenate([row["height"] for row in experiment.rows_of(shipped, "descent", size)])
    heights.append(energies.mean() + 2 * np.sqrt(2 / 3))
x, y = np.log(N) - np.log(N).mean(), np.log(heights)
measured["exponent"] = -(x @ y) / (x @ x)
"""
_STORED = {
    "counts": [8, 14, 14, 10, 4],
    "morse": 2,
    "found": 35,
    "network": 0.53545,
    "mean_over_typical": 1.06791,
    "exponent": 0.6006,
}


def _stored(name: str, points: float, **changed: object) -> Answer:
    return Answer(name, points, f"measured = {_STORED | changed!r}")


_MEASURED = (
    Answer("measured", 3, _STORE),
    Answer(
        "without the functions of tasks 3 and 4",
        3,
        _STORE.partition("means = []")[0]
        .replace("count_by_index", "listed")
        .replace(
            "\ncounts",
            """
def listed(x, steps, eigenvalues, radius, tolerance):
    good = steps <= tolerance
    new = np.unique(np.round(x[good], 3) + 0.0, axis=0, return_index=True)[1]
    return np.bincount(np.sum(eigenvalues[good][new] < 0, axis=1), minlength=5)

counts""",
            1,
        )
        + """
ratios = []
for x in minima:
    e = np.sort(np.linalg.eigvalsh(network.hessian(x)))
    s = np.diff(e[e > 0.002])
    ratios.append(np.mean(np.exp(-np.abs(np.diff(np.log(s))))))
measured["network"] = np.mean(ratios)
"""
        + "n = "
        + _STORE.partition("\nn = ")[2],
    ),
    _stored("numbers by hand", 3, found=36.0),
    _stored("ends for critical points", 2.5, found=100),
    _stored("another sum of signs for the glass", 2.5, morse=0),
    _stored("eigenvalues of a network without repulsion", 2.5, network=0.3863),
    _stored("typical number as the mean", 2.5, mean_over_typical=1.0),
    _stored("median for the typical number", 2.5, mean_over_typical=1.0375),
    _stored("exponent with the sign of the slope", 2.5, exponent=-0.6006),
    _stored("gap to the ground state", 2.5, exponent=0.47696),
    _stored(
        "every hit counted, and the network left open", 2.0, counts=[300, 650, 640, 420, 177], network=...
    ),
)

# hw07.6 ------------------------------------------------------------------------------------------------

_SHOWN = {
    "one_curve": "landscape",
    "heights": "search",
    "number_found": "search",
    "closed_at_once": "paths",
    "zeros_and_ones": "gates",
    "ink": "inputs",
    "decay": "weights",
    "same_loss": "none",
}


def _shown(name: str, points: float, **changed: object) -> Answer:
    return Answer(name, points, f"shown = {_SHOWN | changed!r}")


_WORDS = (
    _shown("by thinking", 2),
    Answer("in capitals", 2, f"shown = { ({name: word.upper() for name, word in _SHOWN.items()})!r}"),
    Answer(
        "one at a time",
        2,
        """
shown = dict.fromkeys(("heights", "number_found"), "search") | {"one_curve": "the landscape"[4:]}
shown["closed_at_once"], shown["zeros_and_ones"], shown["ink"] = "paths.", " gates", "Inputs"
shown.update(decay="weights", same_loss="none")
""",
    ),
    _shown("heights of a sample for those there are", 1.75, heights="landscape"),
    _shown("found taken for existing", 1.75, number_found="landscape"),
    _shown("law put down to the search", 1.75, one_curve="search"),
    _shown("shared units blamed on the picture", 1.75, closed_at_once="gates"),
    _shown("units that know zeros blamed on paths", 1.75, zeros_and_ones="paths"),
    _shown("prediction mistaken for a premise", 1.75, same_loss="weights"),
    _shown("words that were not offered", 1.5, decay="the sphere", ink=3),
    Answer("landscape or search alone", 0.75, f"shown = { ({n: _SHOWN[n] for n in list(_SHOWN)[:3]})!r}"),
)

ANSWERS: dict[str, tuple[Answer, ...]] = {
    "hw07.1": _BALL,
    "hw07.2": _CONVENTIONS,
    "hw07.3": _GAP_RATIOS,
    "hw07.4": _COUNTS,
    "hw07.5": _MEASURED,
    "hw07.6": _WORDS,
}
