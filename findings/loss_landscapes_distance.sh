#!/bin/sh
# loss-landscapes 3.0.6: a larger `distance` gives a shorter line, and the start is never on it.
#
# `random_line` documents `distance` as the maximum distance from the start. It divides by it: from θ = (3, 4), norm 5,
# the line ends 5/distance away. The first of the values is taken one step off the start.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check loss-landscapes==3.0.6 torch==2.13.0 numpy==2.4.6
cat > "$folder/try.py" <<'END'
import loss_landscapes
import torch


class Point(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.tensor([[3.0, 4.0]]))


def from_start(wrapper):
    return float((wrapper.modules[0].w - torch.tensor([[3.0, 4.0]])).norm())


for distance in (1, 2, 10):
    torch.manual_seed(0)
    away = loss_landscapes.random_line(Point(), from_start, distance=distance, steps=5, normalization=None)
    print(f"distance={distance}: first value {away[0]:.2f} from the start, last value {away[-1]:.2f}")
END
cat > "$folder/expected" <<'END'
distance=1: first value 1.00 from the start, last value 5.00
distance=2: first value 0.50 from the start, last value 2.50
distance=10: first value 0.10 from the start, last value 0.50
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
