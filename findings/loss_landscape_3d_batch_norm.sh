#!/bin/sh
# loss-landscape-3d 0.1.3: a random direction moves the running variance of batch normalisation below zero.
#
# Directions are drawn for every entry of the state dict, buffers included. Half a step along one, a variance is negative
# and its square root NaN: most of a plane around a healthy network has no loss at all.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check loss-landscape-3d==0.1.3 torch==2.13.0 numpy==2.4.6
cat > "$folder/try.py" <<'END'
import numpy as np
import torch
from loss_landscape_3d import LossLandscapeCalculator, generate_random_directions
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.BatchNorm1d(8), torch.nn.Tanh(), torch.nn.Linear(8, 3))
inputs, targets = torch.randn(64, 4), torch.randint(0, 3, (64,))
for _ in range(50):
    model(inputs)
model.eval()
center = {name: value.clone() for name, value in model.state_dict().items()}
across, up = generate_random_directions(model)
print("the direction moves running_var:", bool(across["1.running_var"].norm() > 0))
calculator = LossLandscapeCalculator(model, DataLoader(TensorDataset(inputs, targets), 64), torch.nn.CrossEntropyLoss())
axis = np.linspace(-1, 1, 5)
losses = calculator.calculate(axis, axis, across, up, center)
print("more than half of the plane is NaN:", bool(np.isnan(losses).mean() > 0.5), "; centre finite:", bool(np.isfinite(losses[2, 2])))
END
cat > "$folder/expected" <<'END'
the direction moves running_var: True
more than half of the plane is NaN: True ; centre finite: True
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
