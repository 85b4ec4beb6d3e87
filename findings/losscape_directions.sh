#!/bin/sh
# losscape 1.5.10: "normalized" directions leave every bias where it is, and are scaled by tensor, not by filter.
#
# The docstring refers to the filter normalisation of Li et al. (2018), by which each row of the direction gets the norm
# of the same row of the weights. Here only the norms of whole tensors agree, and the direction of a bias is zero.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check losscape==1.5.10 torch==2.13.0 numpy==2.4.6
cat > "$folder/try.py" <<'END'
import torch
from losscape.create_directions import create_random_direction

torch.manual_seed(0)
layer = torch.nn.Linear(3, 4)
with torch.no_grad():
    layer.weight.mul_(torch.tensor([[1.0], [2.0], [4.0], [8.0]]))
weight, bias = create_random_direction(layer)
rows = weight.norm(dim=1) / layer.weight.norm(dim=1)
print(f"bias moves by {float(bias.norm().detach()):.1f}; whole weight: norm ratio {float((weight.norm() / layer.weight.norm()).detach()):.1f}")
print("all rows have the norm of the weights' rows:", bool(torch.allclose(rows, torch.ones(4), atol=0.1)))
END
cat > "$folder/expected" <<'END'
bias moves by 0.0; whole weight: norm ratio 1.0
all rows have the norm of the weights' rows: False
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
