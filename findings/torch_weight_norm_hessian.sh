#!/bin/sh
# PyTorch 2.13.0 on the CPU: the Hessian through `weight_norm` is silently wrong, and not even symmetric.
#
# For f(v) = g·v₁/‖v‖ at v = (3, 4), g = 1 the module of `torch.nn.utils.parametrizations.weight_norm` gives the right
# value and gradient; `torch.autograd.functional.hessian` of it is wrong (its backward pass takes ‖v‖ for a constant),
# that of the same formula written out is right, as differences of the gradient show.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
cat > "$folder/try.py" <<'END'
import torch

torch.set_default_dtype(torch.float64)
layer = torch.nn.utils.parametrizations.weight_norm(torch.nn.Linear(2, 1, bias=False))
name_g, name_v = (name for name, _ in layer.named_parameters())
g, v, x = torch.tensor([[1.0]]), torch.tensor([[3.0, 4.0]]), torch.tensor([[1.0, 0.0]])


def by_module(v):
    return torch.func.functional_call(layer, {name_g: g, name_v: v}, (x,)).sum()


def by_formula(v):
    return (g * v[:, 0] / v.norm()).sum()


def rounded(tensor):
    return [round(number, 5) + 0.0 for number in tensor.flatten().tolist()]


def gradient(v):
    return torch.func.grad(by_module)(v)


steps = 1e-5 * torch.eye(2)
differences = torch.stack([(gradient(v + h) - gradient(v - h)).flatten() / 2e-5 for h in steps])
print("gradient", rounded(gradient(v)), "by formula", rounded(torch.func.grad(by_formula)(v)))
for name, hessian in (
    ("module", torch.autograd.functional.hessian(by_module, v)),
    ("formula", torch.autograd.functional.hessian(by_formula, v)),
    ("differences", differences),
):
    print(f"Hessian, {name}:", rounded(hessian))
END
cat > "$folder/expected" <<'END'
gradient [0.128, -0.096] by formula [0.128, -0.096]
Hessian, module: [-0.048, 0.0, -0.032, -0.024]
Hessian, formula: [-0.04608, 0.00256, 0.00256, 0.02208]
Hessian, differences: [-0.04608, 0.00256, 0.00256, 0.02208]
END
cd "$folder"
venv/bin/python try.py > seen
cat seen
diff expected seen
