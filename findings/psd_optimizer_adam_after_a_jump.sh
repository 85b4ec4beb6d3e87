#!/bin/sh
# psd-optimizer 0.1.2: after the jump off a saddle, `PerturbedAdam` makes steps of three to six times the learning rate.
#
# Its moments are set back to zero after the jump, the count of steps that corrects their bias is not. Adam's first step has
# the length lr, whatever the gradient; with moments of 0 and a count near ∞ it is lr·(1 − β₁)/√(1 − β₂) = 3.16·lr,
# and later ones are longer still. The slope is constant here, so that every step should be lr long.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps psd-optimizer==0.1.2
cat > "$folder/try.py" <<'END'
import torch
from psd_optimizer import PerturbedAdam

lr = 1e-3
for wait in (1, 5000):
    torch.manual_seed(0)
    w = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer = PerturbedAdam([w], lr=lr, t_thres=wait, r=1.0)
    steps = []
    for slope in [0.0] * wait + [3.0] * 8:
        before = w.item()
        optimizer.zero_grad()
        (slope * w).sum().backward()
        optimizer.step()
        steps.append((before - w.item()) / lr)
    print(f"jump after {wait} steps without a gradient, then steps of", [round(step, 2) for step in steps[wait:]], "learning rates")
END
cat > "$folder/expected" <<'END'
jump after 1 steps without a gradient, then steps of [0.74, 0.86, 0.91, 0.94, 0.96, 0.97, 0.98, 0.99] learning rates
jump after 5000 steps without a gradient, then steps of [3.15, 4.24, 4.93, 5.42, 5.78, 6.04, 6.22, 6.36] learning rates
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
