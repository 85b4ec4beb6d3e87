#!/bin/sh
# gradfield 0.5.0: the "two random orthogonal directions" of a plane are drawn independently and left as they are.
#
# For ½‖θ − θ₀‖² on `model_loss_fn` the cosine between both axes can be read off the values: f(1, 1) − f(1, 0) − f(0, 1) is
# the inner product of the directions. Few filters, or one that is much larger than the others, leave a large one.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check gradfield==0.5.0 torch==2.13.0 numpy==2.4.6
cat > "$folder/try.py" <<'END'
import torch
from gradfield import model_loss_fn


class Bowl(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(3, 2, dtype=torch.float64)
        self.start = [p.detach().clone() for p in self.parameters()]

    def forward(self, inputs):
        return sum(((p - s) ** 2).sum() for p, s in zip(self.parameters(), self.start, strict=True)) / 2


for seed in (0, 1, 2):
    torch.manual_seed(seed)
    height = model_loss_fn(Bowl(), lambda outputs, targets: outputs, torch.zeros(1, 3), None)
    across, up, both = (float(height(*at)) for at in ((1.0, 0.0), (0.0, 1.0), (1.0, 1.0)))
    print(f"seed {seed}: cosine {(both - across - up) / (2 * (across * up) ** 0.5):+.2f}")
END
cat > "$folder/expected" <<'END'
seed 0: cosine +0.35
seed 1: cosine +0.07
seed 2: cosine +0.81
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
