#!/bin/sh
# landscapes 0.0.13: three test functions have their documented minimum and another Hessian there; one is flat along a line.
#
# `rotated_hyper_ellipsoid` never reads its last coordinate: the inner sum stops one short of j = i, and the Hessian in
# three dimensions is diag(4, 2, 0), not diag(6, 4, 2). `zakharov` counts its weights from 0, not 1: 2I + 2bbᵀ has
# b = (0, ½), not (½, 1), whose eigenvalues are 2 and 2 + 2‖b‖² = 4.5. `deckkers_aarts` has 10*5 for the 10⁵ of the
# paper it cites: across the valley at (0, 15) the curvature is 111, not 200,011. A look at the minima finds nothing.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check landscapes==0.0.13 numpy==2.4.6
cat > "$folder/try.py" <<'END'
import numpy as np
from landscapes import single_objective


def curvatures(function, point, h=1e-3):
    steps, at = h * np.eye(len(point)), np.array(point)
    mixed = [[function(at + a + b) - function(at + a - b) - function(at - a + b) + function(at - a - b) for a in steps] for b in steps]
    return [round(float(value), 1) + 0.0 for value in np.linalg.eigvalsh(np.array(mixed) / (4 * h * h))]


y = 15.0
across, along = 2 * (1e5 - 2 * y**2 + 4e-5 * y**6), 2 - 12 * y**2 + 56e-5 * y**6
for name, point, right in (
    ("rotated_hyper_ellipsoid", (0.0, 0.0, 0.0), [2.0, 4.0, 6.0]),
    ("zakharov", (0.0, 0.0), [2.0, 4.5]),
    ("deckkers_aarts", (0.0, y), [round(along, -1), round(across, -1)]),
):
    function = getattr(single_objective, name)
    seen = curvatures(function, point)
    if name == "deckkers_aarts":
        seen = [round(value, -1) for value in seen]
    print(f"{name}: value {function(point):.1f}, eigenvalues {seen}, right {right}")
print("rotated_hyper_ellipsoid at (0, 0, 60):", single_objective.rotated_hyper_ellipsoid([0.0, 0.0, 60.0]))
END
cat > "$folder/expected" <<'END'
rotated_hyper_ellipsoid: value 0.0, eigenvalues [0.0, 2.0, 4.0], right [2.0, 4.0, 6.0]
zakharov: value 0.0, eigenvalues [2.0, 2.5], right [2.0, 4.5]
deckkers_aarts: value -24771.1, eigenvalues [110.0, 3680.0], right [3680.0, 200010.0]
rotated_hyper_ellipsoid at (0, 0, 60): 0.0
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
