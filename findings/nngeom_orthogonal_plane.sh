#!/bin/sh
# nngeom 0.2.0: the "two random orthogonal directions" of a plane are not orthogonal.
#
# `plane_slice_2d` makes them orthogonal first and then scales each layer, which undoes it: for layers of unlike size the
# cosine between them is that of the larger layer's parts alone.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check nngeom==0.2.0 numpy==2.4.6
cat > "$folder/try.py" <<'END'
import numpy as np
from nngeom import Model
from nngeom.lossland import plane_slice_2d

rng = np.random.default_rng(0)
start = {"small": 0.01 * rng.standard_normal(10), "large": 100 * rng.standard_normal(2)}
points = []


def record(parameters, batch):
    points.append(np.concatenate([np.ravel(parameters["small"]), np.ravel(parameters["large"])]))
    return 0.0


for seed in (1, 2, 3):
    points.clear()
    plane_slice_2d(Model.from_function(dict(start), record), None, span=1.0, steps=3, seed=seed)
    grid = np.array(points).reshape(3, 3, -1)
    across, up = grid[1, 2] - grid[1, 1], grid[2, 1] - grid[1, 1]
    print(f"seed {seed}: cosine {across @ up / np.linalg.norm(across) / np.linalg.norm(up):+.2f}")
END
cat > "$folder/expected" <<'END'
seed 1: cosine -0.66
seed 2: cosine +0.72
seed 3: cosine -0.77
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
