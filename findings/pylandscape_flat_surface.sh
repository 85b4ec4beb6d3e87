#!/bin/sh
# pylandscape 0.1.3: a random surface is flat, whatever the loss: the network that is evaluated is never moved.
#
# `random_surface` goes from −1 to 1 along two orthonormal directions. Of ½‖θ − θ₀‖², which is 1 at the corners, it draws 0
# everywhere. The step goes into the second direction, which is replaced by the first, and not into the copy of the model.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pylandscape==0.1.3 torch==2.10.0 numpy==1.26.4
cat > "$folder/try.py" <<'END'
import torch
from pylandscape import Surface
from torch.utils.data import DataLoader, TensorDataset


class Bowl(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 3)
        self.start = [p.detach().clone() for p in self.parameters()]

    def forward(self, inputs):
        return sum(((p - s) ** 2).sum() for p, s in zip(self.parameters(), self.start, strict=True)) / 2


torch.manual_seed(0)
batches = DataLoader(TensorDataset(torch.zeros(2, 4), torch.zeros(2)), 2)
surface = Surface(Bowl(), lambda outputs, targets: outputs, batches)
along, across, values = surface.random_surface((-1.0, 1.0), 5)
print(f"axes from {along[0]:g} to {along[-1]:g}; corner {values[0, 0]:.1f}, middle {values[2, 2]:.1f}; highest {values.max():.1f}")
END
cat > "$folder/expected" <<'END'
axes from -1 to 1; corner 0.0, middle 0.0; highest 0.0
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
