#!/bin/sh
# landscaper 1.3.1: the highest values of a landscape are changed by random noise.
#
# The values of −|x| are at most 0. The returned maximum is positive and another one each time: noise of a hundredth of
# the standard deviation is added to every value equal to the maximum, without a seed of its own or a word in the result.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check landscaper==1.3.1 torch==2.13.0 numpy==1.26.4
cat > "$folder/try.py" <<'END'
import contextlib
import io

import numpy as np
import torch
from landscaper.compute import compute_loss_landscape


class Point(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.tensor([3.0, 4.0]))


def hill(model, data):
    return -abs(float(model.w[0] - 3))


tops = []
for seed in (0, 1):
    np.random.seed(seed)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        values, _ = compute_loss_landscape(
            Point(), None, [[torch.tensor([1.0, 0.0])]], hill, steps=5, dim=1, distance=1.0, device="cpu"
        )
    tops.append(values[2])
print("above the highest possible value, 0:", tops[0] > 0, "; the same twice:", bool(tops[0] == tops[1]))
END
cat > "$folder/expected" <<'END'
above the highest possible value, 0: True ; the same twice: False
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
