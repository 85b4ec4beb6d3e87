#!/bin/sh
# torch-secorder 0.0.1: the Gauss-Newton product is zero for every vector, model and loss.
#
# `gauss_newton_product` detaches the output to take the Hessian of the loss, and then goes back to the parameters from
# the detached output, of which they are no part; unused parameters are allowed and count as zero. For a linear
# layer under `MSELoss` the Gauss-Newton matrix is the Hessian, 2XᵀX/n, as the package's own `model_hvp` finds.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch-secorder==0.0.1 torch==2.13.0 numpy==2.4.6
cat > "$folder/try.py" <<'END'
import torch
from torch_secorder import gauss_newton_product, model_hvp

model = torch.nn.Linear(2, 1, bias=False)
inputs, targets = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[1.0], [-1.0]])
vector = torch.tensor([[1.0, -2.0]])
loss = torch.nn.MSELoss()
print("2XᵀXv/n ", (inputs.T @ inputs @ vector[0]).tolist())
print("Hessian ", model_hvp(model, loss, inputs, targets, vector)[0].tolist())
print("Gauss-Newton ", gauss_newton_product(model, loss, inputs, targets, vector)[0].tolist())
deep = torch.nn.Sequential(torch.nn.Linear(2, 5), torch.nn.Tanh(), torch.nn.Linear(5, 3))
vectors = [torch.randn_like(p) for p in deep.parameters()]
product = gauss_newton_product(deep, torch.nn.CrossEntropyLoss(), inputs, torch.tensor([0, 2]), vectors)
print("two layers, cross entropy, largest entry", max(float(p.abs().max()) for p in product))
END
cat > "$folder/expected" <<'END'
2XᵀXv/n  [-18.0, -26.0]
Hessian  [-18.0, -26.0]
Gauss-Newton  [0.0, 0.0]
two layers, cross entropy, largest entry 0.0
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
