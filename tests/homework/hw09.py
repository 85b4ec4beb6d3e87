"""Prepared answers to homework 09, and the points that the key gives them."""

from tests.homework.answer import Answer

# hw09.1 ------------------------------------------------------------------------------------------------

_WALK = {
    "early": 129.9,
    "late": 100,
    "three": 0.8274,
    "half_circle": "a walk too",
    "two_hold_76": "a walk too",
    "one_holds_96": "not a walk",
    "steps_alike": "not a walk",
}


def _walk(name: str, points: float, **changed: object) -> Answer:
    return Answer(name, points, f"walk = {_WALK | changed!r}")


_NULLS = (
    _walk("by formula", 2.5),
    Answer(
        "from lengths at right angles",
        2.5,
        f"""
step = 300 / np.sqrt(900)
walk = {_WALK!r}
alpha = 300 / 4
walk["early"] = np.sqrt(225 * step**2 - alpha**2)
walk["late"] = np.sqrt(100) * step
walk["three"] = sum(6 / (np.pi * k) ** 2 for k in (1, 2, 3))
""",
    ),
    Answer(
        "by the functions of the course",
        2.5,
        f"""
walk = { ({name: str(word).upper() for name, word in _WALK.items() if isinstance(word, str)})!r}
walk["early"] = landscapes.walk_residual(np.array([75.0]), 300.0)
walk["late"], walk["three"] = 300 / 3, 6 / np.pi**2 * 49 / 36
""",
    ),
    _walk("how far it came for the residual", 2, early=150),
    _walk("walk back on its line after the solution", 2, late=0),
    _walk("hundred steps as long as their share", 2, late=300 / 9),
    _walk("third component alone", 2, three=0.06755),
    _walk("variance in two components as evidence", 2.25, two_hold_76="not a walk"),
    _walk("an arc as the mark of training", 2.25, half_circle="not a walk"),
    Answer(
        "words alone",
        1,
        f"walk = { ({name: word for name, word in _WALK.items() if isinstance(word, str)})!r}",
    ),
)

# hw09.2 ------------------------------------------------------------------------------------------------


def _shares(name: str, points: float, body: str) -> Answer:
    lines = "\n    ".join(body.strip().split("\n"))
    return Answer(name, points, f"def explained(path, count):\n    {lines}\n")


def _svd(centred: str = "path - path.mean(axis=0)", power: str = "** 2", over: str = "sizes.sum()") -> str:
    """The solution with one part replaced."""
    return f"""
sizes = np.linalg.svd({centred}, compute_uv=False) {power}
return sizes[:count] / {over}
"""


_COMPONENTS = (
    _shares("by singular values", 3, _svd()),
    _shares(
        "by scalar products of the points",
        3,
        """
x = np.asarray(path, dtype=float)
x = x - np.average(x, axis=0)
values = np.sort(np.linalg.eigvalsh(x @ x.T))[::-1]
return values[:count] / np.trace(x @ x.T)
""",
    ),
    _shares(
        "by the smaller of two matrices",
        3,
        """
x = path - path.mean(axis=0, keepdims=True)
small = x.T @ x if x.shape[0] > x.shape[1] else x @ x.T
values = np.linalg.eigvalsh(small)
return values[::-1][:count] / np.sum(x**2)
""",
    ),
    _shares("components of the position", 0, _svd(centred="path")),
    _shares("start taken for the mean", 0, _svd(centred="path - path[0]")),
    _shares("singular values for variances", 0, _svd(power="")),
    _shares("share of what is shown", 0.5, _svd(over="sizes[:count].sum()")),
    _shares(
        "mean over coordinates for the mean point", 0, _svd(centred="path - path.mean(axis=1, keepdims=True)")
    ),
    _shares(
        "coordinate axes for components",
        0,
        """
spread = np.sort(np.var(path, axis=0))[::-1]
return spread[:count] / spread.sum()
""",
    ),
    _shares("smallest components", 0, _svd().replace("[:count]", "[::-1][:count]")),
)

# hw09.3 ------------------------------------------------------------------------------------------------

_PLANE = {"seen": 0.079, "needed": 48, "gradient_share": 0.005, "turned": 11.38}


def _plane(name: str, points: float, **changed: object) -> Answer:
    return Answer(name, points, f"plane = {_PLANE | changed!r}")


_PLANES = (
    _plane("by formula", 2.5),
    Answer(
        "with the spectrum itself",
        2.5,
        """
spectrum = np.r_[np.full(10, -2.0), np.full(990, 0.1)]
plane = {"seen": spectrum.mean(), "gradient_share": 5 / spectrum.size}
means = [np.mean(np.where(np.arange(1000) < k, -2, 0.1)) for k in range(1000)]
plane["needed"] = int(np.argmax(np.array(means) < 0))
angles = np.radians(np.linspace(0, 90, 90_001))
curvature = np.cos(angles) ** 2 * spectrum[1:].mean() + np.sin(angles) ** 2 * spectrum[0]
plane["turned"] = np.degrees(angles[np.argmax(curvature <= 0)])
""",
    ),
    _plane("rounded", 2.5, turned=11.4, gradient_share=1 / 200),
    _plane("half of a plane's range", 2, seen=-0.95),
    _plane("negative ones overlooked in the mean", 2, seen=0.1),
    _plane("as many down as up", 1.75, needed=500),
    _plane("last one that is not enough", 1.75, needed=47),
    _plane("share of the length for that of the square", 2, gradient_share=0.0707),
    _plane("angle by its tangent's square", 1.75, turned=2.3216),
    _plane("turned until it points halfway down", 1.75, turned=45),
)

# hw09.4 ------------------------------------------------------------------------------------------------

_SAME = {"ingoing": 1 / 9, "outgoing": 9, "filtered": 1, "directions": 25, "wedge": 1321}


def _same(name: str, points: float, **changed: object) -> Answer:
    return Answer(name, points, f"same = {_SAME | changed!r}")


_COUNTS = (
    _same("by thinking", 2.5),
    Answer(
        "counted with matrices",
        2.5,
        f"""
same = {_SAME!r}
A = np.random.default_rng(0).normal(size=(25, 1000))
A = np.vstack([A, A[:5] + A[5:10]])
same["directions"] = np.linalg.matrix_rank(A)
same["wedge"] = 1786 - 465.0
""",
    ),
    Answer(
        "measured on a network",
        2.5,
        f"""
from course_utils.networks import rescale_units

same = {_SAME!r}
draw = np.random.default_rng(1)
net = MLP([3, 4, 2], draw.normal(size=(30, 3)), draw.integers(0, 2, 30), activation="relu")
x = net.initial(draw)
y = rescale_units(net, x, 0, 3.0)
before, after = (np.diag(net.hessian(point)) for point in (x, y))
i = int(np.argmax(before[:16]))
j = 16 + int(np.argmax(before[[16, 17, 18, 19]]))
same["ingoing"], same["outgoing"] = after[i] / before[i], after[j] / before[j]
""",
    ),
    _same("curvature scaled like a slope", 1.5, ingoing=1 / 3, outgoing=3),
    _same("large weights taken for sharp", 1.5, ingoing=9, outgoing=1 / 9),
    _same("sharpness that survives the filter", 2, filtered=9),
    _same("every equation counted", 2, directions=30),
    _same("dimension of the solutions for the directions", 2, directions=975),
    _same("wedge as large as the plane", 2, wedge=465),
    _same("one too many", 2, wedge=1322),
)

# hw09.5 ------------------------------------------------------------------------------------------------


def _pass(name: str, points: float, body: str) -> Answer:
    lines = "\n    ".join(body.strip().split("\n"))
    return Answer(name, points, f"def pass_height(heights, first, second):\n    {lines}\n")


_LEVELS = """
for level in np.unique(heights):
    pieces = label(heights <= level)[0]
    if pieces[first] == pieces[second] > 0:
        return level
"""
_FLOOD = """
import heapq
rows, columns = np.shape(heights)
best, queue = {}, [(heights[first], tuple(first))]
while queue:
    level, (i, j) = heapq.heappop(queue)
    if (i, j) in best:
        continue
    best[i, j] = level
    for a, b in ((i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)):
        if 0 <= a < rows and 0 <= b < columns:
            heapq.heappush(queue, (max(level, heights[a, b]), (a, b)))
return best[tuple(second)]
"""
_PASSES = (
    _pass("level by level", 4, _LEVELS),
    _pass("flooded from the first cell", 4, _FLOOD),
    _pass(
        "bisected",
        4,
        """
levels = np.sort(np.ravel(heights))
low, high = 0, levels.size - 1
while low < high:
    middle = (low + high) // 2
    pieces, _ = label(heights <= levels[middle])
    if pieces[first] and pieces[first] == pieces[second]:
        high = middle
    else:
        low = middle + 1
return levels[low]
""",
    ),
    _pass(
        "passing across corners", 0.5, _LEVELS.replace("<= level)", "<= level, structure=np.ones((3, 3)))")
    ),
    _pass(
        "ridge of the straight line",
        0.5,
        """
t = np.linspace(0, 1, 500)[:, None]
line = np.rint((1 - t) * np.array(first) + t * np.array(second)).astype(int)
return heights[line[:, 0], line[:, 1]].max()
""",
    ),
    _pass("higher end for the pass", 0, "return max(heights[first], heights[second])"),
    _pass(
        "climb for the height",
        0,
        _LEVELS.replace("return level", "return level - max(heights[first], heights[second])"),
    ),
    _pass(
        "level at which all land is one",
        0,
        """
levels = np.unique(heights)
counts = [label(heights <= level)[1] for level in levels]
last = max([i for i, count in enumerate(counts) if count > 1], default=-1)
return levels[last + 1]
""",
    ),
    _pass("both above the water", 0, _LEVELS.replace(" > 0", "")),
    _pass("strictly below", 0, _LEVELS.replace("<= level", "< level")),
)

# hw09.6 ------------------------------------------------------------------------------------------------

_MEASURED = """
start, end = track[0], track[-1]
chord = np.linalg.norm(end - start)
u = (end - start) / chord
along = (track - start) @ u
away = np.linalg.norm(track - start - np.outer(along, u), axis=1)
steps = np.linalg.norm(track[1:] - track[:-1], axis=1)
sizes = np.linalg.svd(track - track.mean(axis=0), compute_uv=False) ** 2
H = network.hessian(end)
lowest = np.array([np.linalg.eigvalsh(P @ H @ P.T)[0] for P in planes])
pictures = {"detour": steps.sum() / chord, "residual": away.max() / chord, "first": sizes[0] / sizes.sum()}
pictures |= {"middle": network.value(0.5 * start + 0.5 * end), "bowls": np.mean(lowest > 0)}
pictures["negative"] = np.sum(np.linalg.eigvalsh(H) < -1e-3)
pictures["slope"] = np.linalg.norm(network.gradient(end))
"""
_PICTURES = (
    Answer("measured by hand", 3.5, _MEASURED),
    Answer(
        "with the functions of the course",
        3.5,
        _MEASURED
        + """
along, away = landscapes.project_onto_line(track, start, end)
pictures["residual"] = np.max(away) / np.linalg.norm(end - start)
pictures["first"] = landscapes.principal_components(track, 3).shares[0]
pictures["middle"] = landscapes.straight_line(network, start, end, count=3).loss[1]
""",
    ),
    Answer(
        "products in place of the Hessian",
        3.5,
        _MEASURED
        + """
seen = [np.linalg.eigvalsh(P @ network.hvp(end, P).T) for P in planes]
pictures["bowls"] = np.mean(np.min(seen, axis=1) > 0)
""",
    ),
    Answer("distance counted as the path", 3, _MEASURED + "pictures['detour'] = 1.0"),
    Answer("residual with the length of the line", 3, _MEASURED + "pictures['residual'] = away.max()"),
    Answer(
        "mean of the ends for the middle",
        3,
        _MEASURED + "pictures['middle'] = (network.value(start) + network.value(end)) / 2",
    ),
    Answer("ways down that planes must show", 3, _MEASURED + "pictures['bowls'] = 0.0"),
    Answer("a bowl as a proof of a minimum", 3, _MEASURED + "pictures['negative'] = 0"),
    Answer("zero slope at the end of a run", 3, _MEASURED + "pictures['slope'] = 0.0"),
    Answer("pictures alone", 2.5, _MEASURED + "del pictures['negative'], pictures['slope']"),
)

ANSWERS: dict[str, tuple[Answer, ...]] = {
    "hw09.1": _NULLS,
    "hw09.2": _COMPONENTS,
    "hw09.3": _PLANES,
    "hw09.4": _COUNTS,
    "hw09.5": _PASSES,
    "hw09.6": _PICTURES,
}
