#!/bin/sh
# loss-landscapes 3.0.6: every second row of a plane is shifted by one cell.
#
# The plane is walked to and fro. On the way forth a value is taken after each step up, on the way back after each step
# down, so that even rows hold the points 1 … n of the second direction and odd rows the points 0 … n − 1. The second
# parameter itself, drawn here, must be the same in every row and is not: contours come out as a comb.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check loss-landscapes==3.0.6 torch==2.13.0 numpy==2.4.6
cat > "$folder/try.py" <<'END'
import loss_landscapes
import torch


class Point(torch.nn.Module):
    def __init__(self, first, second):
        super().__init__()
        self.w = torch.nn.Parameter(torch.tensor([[first, second]]))


def second(wrapper):
    return float(wrapper.modules[0].w[0, 1])


plane = loss_landscapes.planar_interpolation(Point(0.0, 0.0), Point(4.0, 0.0), Point(0.0, 4.0), second, steps=4)
for row in plane:
    print(row.tolist())
END
cat > "$folder/expected" <<'END'
[1.0, 2.0, 3.0, 4.0]
[0.0, 1.0, 2.0, 3.0]
[1.0, 2.0, 3.0, 4.0]
[0.0, 1.0, 2.0, 3.0]
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
