#!/bin/sh
# landscaper 1.3.1: the axis of a landscape does not say how far the parameters were moved.
#
# For θ = (3, 4), `distance=1` and 5 steps the returned coordinates run from −1 to 1; the parameter went from −4 to +4. A
# step is 2·‖θ‖·distance/steps, so the factor depends on the norm of the parameters and on the number of steps.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check landscaper==1.3.1 torch==2.13.0 numpy==1.26.4
cat > "$folder/try.py" <<'END'
import contextlib
import io

import torch
from landscaper.compute import compute_loss_landscape


class Point(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.tensor([3.0, 4.0]))


def moved(model, data):
    return float(model.w[0] - 3)


for steps in (5, 9):
    direction = [[torch.tensor([1.0, 0.0])]]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        values, axes = compute_loss_landscape(Point(), None, direction, moved, steps=steps, dim=1, distance=1.0, device="cpu")
    print(f"{steps} steps: axis from {axes[0][0]:g}, moved from {values[0]:.2f}; first step inwards {values[1]:.2f}")
END
cat > "$folder/expected" <<'END'
5 steps: axis from -1, moved from -4.00; first step inwards -2.00
9 steps: axis from -1, moved from -4.44; first step inwards -3.33
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
