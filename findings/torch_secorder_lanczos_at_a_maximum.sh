#!/bin/sh
# torch-secorder 0.0.1: Lanczos finds the top eigenvalue 0, with a vector of zeros, at a strict maximum.
#
# When the Krylov space is exhausted the tridiagonal matrix is cut one row too late, and the empty row adds an eigenvalue 0.
# The loss −½‖w‖² has the Hessian −I: its top eigenvalue is −1, which power iteration of the same function gives. Asked
# for two eigenvalues of +I it returns 1 and 0 as well, for a space in which there are only ones.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch-secorder==0.0.1 torch==2.13.0 numpy==2.4.6
cat > "$folder/try.py" <<'END'
import torch
from torch_secorder import estimate_eigenvalues


class Point(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.tensor([0.5, -1.0, 2.0, 1.5]))


def bowl(sign):
    return lambda model, data, target: sign * (model.w**2).sum() / 2


for sign, count, method in ((-1, 1, "power_iteration"), (-1, 1, "lanczos"), (1, 2, "lanczos")):
    torch.manual_seed(0)
    values, vectors = estimate_eigenvalues(Point(), bowl(sign), None, None, num_eigenvalues=count, method=method)
    found = [round(value, 3) + 0.0 for value in values.tolist()]
    print(f"Hessian {sign:+d}·I, {method}: {found}, norms of the vectors {[round(float(v[0].norm()), 3) for v in vectors]}")
END
cat > "$folder/expected" <<'END'
Hessian -1·I, power_iteration: [-1.0], norms of the vectors [1.0]
Hessian -1·I, lanczos: [0.0], norms of the vectors [0.0]
Hessian +1·I, lanczos: [1.0, 0.0], norms of the vectors [1.0, 0.0]
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
