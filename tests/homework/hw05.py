"""Prepared answers to homework 05, and the points that the key gives them."""

from tests.homework.answer import Answer

# hw05.1 ------------------------------------------------------------------------------------------------

_WALL = "wall = {{'minimum': {0}, 'curvature': {1}, 'largest_rate': {2}, 'landing': {3}}}"


def _wall(name: str, points: float, power: str, limit: float = 2.0, sign: str = "-") -> Answer:
    """Return the four numbers that follow from a slope of w^T."""
    code = f"""
m = 2 ** (1 / 50)
slope = lambda w: {power}
rate = {limit} / slope(m) ** 2
wall = dict(minimum=m, curvature=slope(m) ** 2, largest_rate=rate)
wall["landing"] = 1.1 {sign} rate * slope(1.1) * (1.1**50 - 2)
"""
    return Answer(name, points, code)


_WALLS = (
    _wall("by formula", 2, "50 * w**49"),
    Answer("rounded by hand", 2, _WALL.format(1.01396, 9726.5, 2.0562e-4, -125.5)),
    Answer(
        "by differences of the loss",
        2,
        """
L = lambda w: 0.5 * (w**50 - 2) ** 2
m, d = np.exp(np.log(2) / 50), 1e-5
c = (L(m + d) - 2 * L(m) + L(m - d)) / d**2
end = 1.1 - 2 / c * (L(1.1 + d) - L(1.1 - d)) / (2 * d)
wall = {"minimum": m, "curvature": c, "largest_rate": 2 / c, "landing": end}
""",
    ),
    _wall("shared weight counted once", 0.5, "w**49"),
    _wall("power not lowered", 0.5, "50 * w**50"),
    _wall("fastest rate for the largest stable one", 1, "50 * w**49", limit=1.0),
    _wall("thrown up the wall", 1.5, "50 * w**49", sign="+"),
    Answer("one entry not there", 1.5, _WALL.format(1.01396, 9726.5, 2.0562e-4, 0) + "\ndel wall['landing']"),
    Answer("one entry a function", 1.5, _WALL.format("abs", 9726.5, 2.0562e-4, -125.5)),
    Answer("two parts only", 1, _WALL.format(1.01396, 9726.5, "...", "...")),
)

# hw05.2 ------------------------------------------------------------------------------------------------


def _clip(name: str, points: float, body: str) -> Answer:
    lines = "\n    ".join(body.strip().split("\n"))
    return Answer(name, points, f"def clip_by_global_norm(gradients, threshold):\n    {lines}\n")


_CLIPS = (
    _clip(
        "one long vector",
        3,
        """
norm = np.linalg.norm(np.concatenate([np.ravel(g) for g in gradients]))
if not np.isfinite(norm):
    return [0 * np.ones_like(g) for g in gradients]
return [g / max(1.0, norm / threshold) for g in gradients]
""",
    ),
    _clip(
        "a loop over the squares",
        3,
        """
total = 0.0
for g in gradients:
    total += float((g * g).sum())
if not total < np.inf:
    return [np.zeros(g.shape) for g in gradients]
if total <= threshold**2:
    return [g.copy() for g in gradients]
return [g * threshold / total**0.5 for g in gradients]
""",
    ),
    _clip(
        "by ready-made norms, as a tuple",
        3,
        """
norm = np.hypot.reduce([np.linalg.norm(np.ravel(g)) for g in gradients])
with np.errstate(all="ignore"):
    factor = np.minimum(1.0, threshold / norm) if norm else 1.0
return tuple(np.zeros_like(g) if not np.isfinite(norm) else factor * g for g in gradients)
""",
    ),
    _clip(
        "not finite forgotten",
        2.5,
        """
norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
return [g * (threshold / norm) if norm > threshold else g for g in gradients]
""",
    ),
    _clip(
        "every array clipped by itself",
        0,
        "return [g * min(1, threshold / max(np.linalg.norm(g), 1e-300)) for g in gradients]",
    ),
    _clip(
        "norms added without squares",
        0,
        """
size = sum(np.linalg.norm(g) for g in gradients)
return [g * (threshold / size) if size > threshold else g for g in gradients]
""",
    ),
    _clip(
        "longest array for the whole",
        0,
        """
size = max(np.linalg.norm(g) for g in gradients)
return [g * (threshold / size) if size > threshold else g for g in gradients]
""",
    ),
    _clip(
        "threshold shared out among arrays",
        0,
        """
h = threshold / len(gradients) ** 0.5
return [g * min(1, h / max(np.linalg.norm(g), 1e-300)) for g in gradients]
""",
    ),
    _clip(
        "list stretched to the threshold",
        1.0,
        """
norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
if not np.isfinite(norm) or norm == 0:
    return [np.zeros_like(g) for g in gradients]
return [g * threshold / norm for g in gradients]
""",
    ),
    _clip(
        "changes its input",
        1.0,
        """
norm = np.linalg.norm(np.concatenate([np.ravel(g) for g in gradients]))
factor = min(1.0, threshold / norm) if np.isfinite(norm) and norm else 0.0
for g in gradients:
    g[...] = factor * g if factor else 0.0
return gradients
""",
    ),
    _clip("nothing returned", 0, "norm = 1.0"),
)

# hw05.3 ------------------------------------------------------------------------------------------------

_RIGHT = {
    "turned": "shrinks from the start",
    "mirrored": "keeps its size",
    "sheared": "grows, then shrinks",
    "hardly_sheared": "shrinks from the start",
    "forgetful": "grows, then shrinks",
    "on_the_circle": "grows without bound",
    "peak_step": 12,
    "peak": 9.605,
}


def _powers(name: str, points: float, **changed: object) -> Answer:
    return Answer(name, points, f"powers = {_RIGHT | changed!r}")


_POWERS = (
    _powers("by thinking", 3),
    _powers("the entry above the diagonal for the norm", 3, peak=12 * 2 * 0.92**11),
    Answer(
        "by computing",
        3,
        """
norms = lambda W: [np.linalg.svd(np.linalg.matrix_power(W, t))[1][0] for t in range(300)]
def word(n):
    if n[-1] > n[150] + 1:
        return "Grows without bound"
    if abs(n[-1] - 1) < 0.01:
        return "Keeps its size."
    return "grows, then shrinks" if max(n) > 1.001 else "shrinks from the start"
sizes = {name: norms(W) for name, W in exercise("hw05.3").data.items()}
powers = {name: word(n) for name, n in sizes.items()}
powers["peak"] = max(sizes["sheared"])
powers["peak_step"] = sizes["sheared"].index(powers["peak"])
""",
    ),
    _powers(
        "spectral radius decides at once",
        2.33,
        sheared="shrinks from the start",
        forgetful="shrinks from the start",
    ),
    _powers(
        "largest singular value decides for ever",
        2.33,
        sheared="grows without bound",
        forgetful="grows without bound",
    ),
    _powers("all eigenvalues one, so nothing moves", 2.67, on_the_circle="keeps its size"),
    _powers("any shear grows first", 2.67, hardly_sheared="grows, then shrinks"),
    _powers("peak not computed", 2, peak_step=..., peak=...),
)

# hw05.4 ------------------------------------------------------------------------------------------------


def _cut(name: str, points: float, body: str) -> Answer:
    lines = "\n    ".join(body.strip().split("\n"))
    return Answer(name, points, f"def truncated_gradient(weight, inputs, targets, window):\n    {lines}\n")


def _forward(reset: str, slope: str = "h + weight * s", mean: str = "len(inputs)") -> str:
    return f"""
h = s = total = 0.0
for t in range(len(inputs)):
    {reset}
    s = {slope}
    h = weight * h + inputs[t]
    total += (h - targets[t]) * s
return total / {mean}
"""


_STATES = """
states = [0.0]
for x in inputs:
    states.append(weight * states[-1] + x)
"""
_CUTS = (
    _cut("forward", 4, _forward("s = s if t % window else 0.0")),
    _cut(
        "backward in every window",
        4,
        f"""{_STATES}
total = 0.0
for start in range(0, len(inputs), window):
    error = 0.0
    for t in range(min(start + window, len(inputs)) - 1, start - 1, -1):
        error = states[t + 1] - targets[t] + weight * error
        total += error * states[t]
return total / len(inputs)
""",
    ),
    _cut(
        "by explicit sums",
        4,
        f"""{_STATES}
total = 0.0
for t in range(1, len(inputs) + 1):
    back = (t - 1) % window + 1
    slope = sum(weight**k * states[t - 1 - k] for k in range(back))
    total += (states[t] - targets[t - 1]) * slope
return total / len(inputs)
""",
    ),
    _cut("state cut with the derivative", 0.75, _forward("h, s = (h, s) if t % window else (0.0, 0.0)")),
    _cut("horizon ignored", 0.75, _forward("pass")),
    _cut("one step back for every window", 0.5, _forward("pass", slope="h")),
    _cut("window border off by one", 0.5, _forward("s = 0.0 if (t + 1) % window == 0 else s")),
    _cut(
        "sliding instead of hopping windows",
        1.25,
        f"""{_STATES}
total = 0.0
for t in range(1, len(inputs) + 1):
    slope = sum(weight**k * states[t - 1 - k] for k in range(min(window, t)))
    total += (states[t] - targets[t - 1]) * slope
return total / len(inputs)
""",
    ),
    _cut("errors summed, not averaged", 0, _forward("s = s if t % window else 0.0", mean="1")),
    _cut("the loss in place of its slope", 0, "return float(np.mean(np.square(targets)) / 2)"),
)

# hw05.5 ------------------------------------------------------------------------------------------------


def _adapt(name: str, points: float, body: str) -> Answer:
    lines = "\n    ".join(body.strip().split("\n"))
    return Answer(name, points, f"def adaptive_lengths(norms, quantile, warm_up):\n    {lines}\n")


_ADAPTIVE = (
    _adapt(
        "a list of thresholds",
        3,
        """
n = len(norms)
h = [np.quantile(norms[:t], quantile) if t >= warm_up else np.inf for t in range(n)]
return np.minimum(norms, h)
""",
    ),
    _adapt(
        "a growing history",
        3,
        """
seen, out = [], []
for norm in norms:
    out.append(norm if len(seen) < warm_up else min(norm, np.quantile(seen, quantile)))
    seen.append(norm)
return out
""",
    ),
    _adapt(
        "in place on a copy",
        3,
        """
out = np.array(norms, dtype=float)
for t in range(warm_up, len(out)):
    limit = np.quantile(norms[:t], quantile)
    if out[t] > limit:
        out[t] = limit
return out
""",
    ),
    _adapt(
        "threshold that has seen its own step",
        0.25,
        """
out = norms.copy()
for t in range(warm_up, len(norms)):
    out[t] = min(norms[t], np.quantile(norms[: t + 1], quantile))
return out
""",
    ),
    _adapt(
        "history of clipped lengths",
        0.25,
        """
out = norms.copy()
for t in range(warm_up, len(norms)):
    out[t] = min(norms[t], np.quantile(out[:t], quantile))
return out
""",
    ),
    _adapt(
        "threshold from the whole run",
        0.25,
        "return np.r_[norms[:warm_up], np.minimum(norms[warm_up:], np.quantile(norms, quantile))]",
    ),
    _adapt(
        "first steps clipped as well",
        0.5,
        """
out = norms.copy()
for t in range(1, len(norms)):
    out[t] = min(norms[t], np.quantile(norms[:t], quantile))
return out
""",
    ),
    _adapt(
        "long steps left out",
        0.25,
        """
out = norms.copy()
for t in range(warm_up, len(norms)):
    out[t] = norms[t] if norms[t] <= np.quantile(norms[:t], quantile) else 0.0
return out
""",
    ),
    _adapt(
        "keeps whole numbers",
        2.75,
        """
out = norms.copy()
for t in range(warm_up, len(norms)):
    out[t] = min(norms[t], np.quantile(norms[:t], quantile))
return out
""",
    ),
    _adapt(
        "raises on a short run",
        2.75,
        """
out = np.array(norms, dtype=float)
if warm_up > len(norms):
    raise ValueError("warm_up")
for t in range(warm_up, len(norms)):
    out[t] = min(norms[t], np.quantile(norms[:t], quantile))
return out
""",
    ),
)

# hw05.6 ------------------------------------------------------------------------------------------------

_MEASURE = """
thresholds = np.array([np.quantile(norms[:t], 0.8) for t in range(20, 100)])
by_layer = [clip_by_norm(g[layer.start : layer.stop], 0.1) for layer in network.layers]
cut = network.truncated_gradient(theta, 5)[1]
on_text = {
    "share": np.mean(norms[20:] > thresholds),
    "turned": turned_degrees(g, np.concatenate(by_layer)),
    "truncation_error": np.linalg.norm(cut - g) / np.linalg.norm(g),
}
"""
_ON_TEXT = (
    Answer("with the course's tools", 3, _MEASURE),
    Answer(
        "by hand",
        3,
        """
count = 0
for t in range(20, 100):
    count += int(norms[t] > np.quantile(norms[:t], 0.8))
h = g.copy()
for layer in network.layers:
    part = slice(layer.start, layer.stop)
    if np.sqrt(np.sum(h[part] ** 2)) > 0.1:
        h[part] = 0.1 * h[part] / np.sqrt(np.sum(h[part] ** 2))
cosine = g @ h / np.sqrt((g @ g) * (h @ h))
difference = network.truncated_gradient(theta, 5)[1] - g
on_text = {"share": count / 80, "turned": np.degrees(np.arccos(cosine))}
on_text["truncation_error"] = float(np.sqrt(difference @ difference / (g @ g)))
""",
    ),
    Answer("rounded", 3, "on_text = {'share': 0.1375, 'turned': 18.2, 'truncation_error': 0.157}"),
    Answer("clipped steps over all steps", 2, _MEASURE + "on_text['share'] *= 0.8"),
    Answer("quantile taken for the share", 2, _MEASURE + "on_text['share'] = 0.2"),
    Answer("one factor for all layers", 2, _MEASURE + "on_text['turned'] = turned_degrees(g, 0.1 * g)"),
    Answer("angle reported in radians", 2, _MEASURE + "on_text['turned'] *= np.pi / 180"),
    Answer(
        "error of the lengths alone",
        2,
        _MEASURE + "on_text['truncation_error'] = abs(np.linalg.norm(cut) / np.linalg.norm(g) - 1)",
    ),
    Answer("one entry an object", 2.0, _MEASURE + "on_text['turned'] = network"),
    Answer("nothing measured", 0, "on_text = {'share': ..., 'turned': ..., 'truncation_error': ...}"),
)

ANSWERS: dict[str, tuple[Answer, ...]] = {
    "hw05.1": _WALLS,
    "hw05.2": _CLIPS,
    "hw05.3": _POWERS,
    "hw05.4": _CUTS,
    "hw05.5": _ADAPTIVE,
    "hw05.6": _ON_TEXT,
}
