#!/bin/sh
# OPTAMI 0.0.2: cubic regularised Newton, marked as monotone, leaps from 0.09 beyond 10²⁰, or ends at a saddle.
#
# f = x² − y² + y⁴/4; 13 bounds the change of its Hessian wherever f < 0.1, and the method of the paper it cites then
# never goes up and leaves the saddle. Its exact step h = −(H + L·r/2)⁻¹g, r = ‖h‖, needs r ≥ −2λ/L for the lowest
# eigenvalue λ of H, which makes the matrix positive semidefinite. The search for r starts at 0, and the poles below that
# bound draw it in. The same step with the bound, found by bisection, goes down to the minimum −1 from either start.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check OPTAMI==0.0.2 torch==2.13.0 numpy==2.4.6
cat > "$folder/try.py" <<'END'
import numpy as np
import torch
from OPTAMI import CubicRegularizedNewton

L = 13.0


def f(p):
    return p[0] ** 2 - p[1] ** 2 + p[1] ** 4 / 4


def bounded_step(p):
    slope, curvature = np.array([2 * p[0], -2 * p[1] + p[1] ** 3]), np.array([2.0, -2 + 3 * p[1] ** 2])
    low = max(0.0, -2 * curvature.min() / L)
    high = low + 10
    for _ in range(100):
        r = (low + high) / 2
        low, high = (r, high) if np.linalg.norm(slope / (curvature + L * r / 2)) > r else (low, r)
    return p - slope / (curvature + L * high / 2)


print("monotone:", CubicRegularizedNewton.MONOTONE)
for y in (0.05, 0.01):
    p = torch.tensor([0.3, y], dtype=torch.float64, requires_grad=True)
    q = np.array([0.3, y])
    method, values, bounded = CubicRegularizedNewton([p], L=L), [f(p).item()], [f(q)]
    for _ in range(30 if y == 0.01 else 1):
        method.step(lambda: f(p))
        values.append(f(p).item())
    for _ in range(30):
        q = bounded_step(q)
        bounded.append(f(q))
    print(f"from (0.3, {y}): f {values[0]:.2f}, {len(values) - 1} steps: beyond 1e20 {max(values) > 1e20}, at the saddle {bool(p.detach().norm() < 1e-6)}")
    print(f"    with the bound: never up {bool(max(np.diff(bounded)) < 1e-12)}, f {bounded[-1]:.3f}")
END
cat > "$folder/expected" <<'END'
monotone: True
from (0.3, 0.05): f 0.09, 1 steps: beyond 1e20 True, at the saddle False
    with the bound: never up True, f -1.000
from (0.3, 0.01): f 0.09, 30 steps: beyond 1e20 False, at the saddle True
    with the bound: never up True, f -1.000
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
