#!/bin/sh
# hessian-eigenthings 1.0.0a5: an eigenvalue outside the spectrum, called converged.
#
# For eigenvalues 2 and −2 power iteration cannot settle; its first value is honestly marked as not converged, but it is
# deflated all the same, and the second value is an eigenvalue of that spoiled matrix: −2.115 for a matrix of norm 2,
# `converged` true, residual 3e-5.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check hessian-eigenthings==1.0.0a5 torch==2.13.0 numpy==2.4.6
cat > "$folder/try.py" <<'END'
import torch
from hessian_eigenthings.algorithms.power_iteration import deflated_power_iteration
from hessian_eigenthings.operators import LambdaOperator

diagonal = torch.tensor([2.0, -2.0], dtype=torch.float64)
operator = LambdaOperator(lambda v: diagonal * v, size=2, device=torch.device("cpu"), dtype=torch.float64)
found = deflated_power_iteration(operator, k=2, max_iter=1000, tol=1e-4, seed=0)
for value, converged, residual in zip(found.eigenvalues, found.converged, found.residuals):
    print(f"{value:+.3f} converged {bool(converged)} residual below 1e-3: {bool(residual < 1e-3)}")
END
cat > "$folder/expected" <<'END'
-2.115 converged True residual below 1e-3: True
+1.860 converged False residual below 1e-3: False
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
