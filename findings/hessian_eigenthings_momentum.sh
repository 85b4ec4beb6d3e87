#!/bin/sh
# hessian-eigenthings 1.0.0a5: power iteration with momentum returns the eigenvalue minus the momentum, as converged.
#
# The reported value is v·(Av − β·v_before), which is λ − β once v no longer turns. For diag(4, 2, 1, 0.5) and β = 0.5 it
# says 3.5 and 1.5, with residuals of 1e-8 and `converged` true.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check hessian-eigenthings==1.0.0a5 torch==2.13.0 numpy==2.4.6
cat > "$folder/try.py" <<'END'
import torch
from hessian_eigenthings.algorithms.power_iteration import deflated_power_iteration
from hessian_eigenthings.operators import LambdaOperator

diagonal = torch.tensor([4.0, 2.0, 1.0, 0.5], dtype=torch.float64)
operator = LambdaOperator(lambda v: diagonal * v, size=4, device=torch.device("cpu"), dtype=torch.float64)
for momentum in (0.0, 0.5):
    found = deflated_power_iteration(operator, k=2, max_iter=1000, tol=1e-8, momentum=momentum, seed=0)
    values = [round(value, 6) for value in found.eigenvalues.tolist()]
    print("momentum", momentum, values, "converged", found.converged.tolist(), "residuals small", bool((found.residuals < 1e-7).all()))
END
cat > "$folder/expected" <<'END'
momentum 0.0 [4.0, 2.0] converged [True, True] residuals small True
momentum 0.5 [3.5, 1.5] converged [True, True] residuals small True
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
