#!/bin/sh
# pyhessian 0.1: top eigenvalues of ±2 come out as numbers between −2 and 2, and change with the seed.
#
# The loss w₁² − w₂² has the Hessian diag(2, −2) everywhere. Power iteration flips between the two directions, its
# stopping rule looks at the change of the Rayleigh quotient alone, which soon is constant, and nothing in the result
# says that it is no eigenvalue.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pyhessian==0.1 torch==2.13.0 numpy==2.4.6
cat > "$folder/try.py" <<'END'
import torch
from pyhessian import hessian


class Saddle(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.zeros(2))

    def forward(self, signs):
        return (signs * self.w**2).sum()


inputs, targets = torch.tensor([[1.0, -1.0]]), torch.zeros(1)
for seed in (3, 4):
    torch.manual_seed(seed)
    values, _ = hessian(Saddle(), lambda out, target: out, data=(inputs, targets), cuda=False).eigenvalues(top_n=1)
    print(f"seed {seed}: {values[0]:+.2f}, true eigenvalues +2 and -2")
END
cat > "$folder/expected" <<'END'
seed 3: +1.82, true eigenvalues +2 and -2
seed 4: +1.92, true eigenvalues +2 and -2
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
