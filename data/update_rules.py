"""Ask other libraries how they clip and how Adam begins: python data/update_rules.py > update-rules.json.

Run it in an environment of its own that has the libraries of `LIBRARIES` (none is a dependency of the
course); the ones that are not installed are named in the result. Every call has the library's default
settings except for the threshold and a learning rate of 1; numbers are float64 where the library has them.
"""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

LIBRARIES = ("torch", "optax", "keras", "tinygrad")
# The gradients of two variables of two components each, and the threshold.
CLIPPING: dict[str, tuple[list[list[float]], float]] = {
    "two variables": ([[3.0, 0.0], [0.0, 4.0]], 1.0),
    "one long, one short": ([[30.0, 0.0], [0.0, 0.4]], 1.0),
    "shorter than the threshold": ([[0.9e-6, 0.0], [0.0, 0.0]], 1e-6),
}
FIRST_STEPS = (1.0, 1e-4, 1e-7, 1e-9)

Gradients = list[list[float]]
Clip = Callable[[Gradients, float], Gradients]
Step = Callable[[float], float]


def torch_norm(gradients: Gradients, threshold: float) -> Gradients:
    """torch.nn.utils.clip_grad_norm_ of both variables together."""
    import torch

    variables = [torch.nn.Parameter(torch.zeros(2, dtype=torch.float64)) for _ in gradients]
    for variable, g in zip(variables, gradients, strict=True):
        variable.grad = torch.tensor(g, dtype=torch.float64)
    torch.nn.utils.clip_grad_norm_(variables, threshold)
    return [variable.grad.tolist() for variable in variables]  # type: ignore[union-attr]


def optax_norm(gradients: Gradients, threshold: float) -> Gradients:
    """optax.clip_by_global_norm."""
    import jax

    jax.config.update("jax_enable_x64", True)
    import optax

    rule = optax.clip_by_global_norm(threshold)
    given = [jax.numpy.asarray(g) for g in gradients]
    clipped, _ = rule.update(given, rule.init(given))
    return [g.tolist() for g in clipped]


def keras_clip(setting: str) -> Clip:
    """Return the clipping of a Keras optimizer: what a step of SGD with a learning rate of 1 takes off."""

    def clip(gradients: Gradients, threshold: float) -> Gradients:
        import keras

        keras.config.set_floatx("float64")
        optimizer = keras.optimizers.SGD(learning_rate=1.0, **{setting: threshold})
        variables = [keras.Variable([0.0, 0.0], dtype="float64") for _ in gradients]
        optimizer.apply([keras.ops.convert_to_tensor(g, dtype="float64") for g in gradients], variables)
        return [[-float(x) for x in keras.ops.convert_to_numpy(variable)] for variable in variables]

    return clip


def torch_adam(gradient: float) -> float:
    """The first step of torch.optim.Adam."""
    import torch

    variable = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    variable.grad = torch.tensor([gradient], dtype=torch.float64)
    torch.optim.Adam([variable], lr=1.0).step()
    return -float(variable.detach()[0])


def optax_adam(gradient: float) -> float:
    """The first step of optax.adam."""
    import jax

    jax.config.update("jax_enable_x64", True)
    import optax

    rule = optax.adam(1.0)
    x = jax.numpy.zeros(1)
    step, _ = rule.update(jax.numpy.asarray([gradient]), rule.init(x), x)
    return -float(step[0])


def keras_adam(gradient: float) -> float:
    """The first step of keras.optimizers.Adam."""
    import keras

    keras.config.set_floatx("float64")
    variable = keras.Variable([0.0], dtype="float64")
    optimizer = keras.optimizers.Adam(learning_rate=1.0)
    optimizer.apply([keras.ops.convert_to_tensor([gradient], dtype="float64")], [variable])
    return -float(keras.ops.convert_to_numpy(variable)[0])


def tinygrad_adam(gradient: float) -> float:
    """The first step of tinygrad.nn.optim.Adam."""
    from tinygrad import Context, Tensor, dtypes
    from tinygrad.nn.optim import Adam

    variable = Tensor([0.0], dtype=dtypes.float64)
    optimizer = Adam([variable], lr=1.0)
    variable.grad = Tensor([gradient], dtype=dtypes.float64)
    with Context(TRAINING=1):
        optimizer.step()
    return -float(variable.numpy()[0])


CLIPS: dict[str, tuple[str, Clip]] = {
    "torch clip_grad_norm_": ("torch", torch_norm),
    "optax clip_by_global_norm": ("optax", optax_norm),
    "keras clipnorm": ("keras", keras_clip("clipnorm")),
    "keras global_clipnorm": ("keras", keras_clip("global_clipnorm")),
}
STEPS: dict[str, tuple[str, Step]] = {
    "torch.optim.Adam": ("torch", torch_adam),
    "optax.adam": ("optax", optax_adam),
    "keras.optimizers.Adam": ("keras", keras_adam),
    "tinygrad Adam": ("tinygrad", tinygrad_adam),
}


def rounded(number: float) -> float:
    """Return a number to nine digits."""
    return float(f"{number:.9g}")


def ask(name: str) -> Any:
    """Return what one call does to every gradient."""
    if name in STEPS:
        step = STEPS[name][1]
        return {f"{g:g}": rounded(step(g)) for g in FIRST_STEPS}
    clip = CLIPS[name][1]
    answers = {}
    for case, (gradients, threshold) in CLIPPING.items():
        after = [[rounded(x) for x in g] for g in clip(gradients, threshold)]
        answers[case] = {"after": after, "length": rounded(math.hypot(*(x for g in after for x in g)))}
    return answers


def in_a_process(name: str) -> Any:
    """Return `ask` in a process of its own: loaded together the libraries get in each other's way."""
    environment = os.environ | {"KERAS_BACKEND": "torch", "DEV": "PYTHON"}
    command = [sys.executable, __file__, name]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=600, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def versions() -> dict[str, str | None]:
    """Return the version of each library, None where it is not installed."""
    found: dict[str, str | None] = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


def main() -> None:
    """Ask every library and print one JSON object; given a name, that call alone."""
    if len(sys.argv) == 2:
        print(json.dumps(ask(sys.argv[1])))
        return
    installed = versions()
    result = {
        "python": platform.python_version(),
        "versions": installed,
        "cases": {case: {"gradients": g, "threshold": h} for case, (g, h) in CLIPPING.items()},
        "clipping": {name: in_a_process(name) for name, (library, _) in CLIPS.items() if installed[library]},
        "first_steps": {
            name: in_a_process(name) for name, (library, _) in STEPS.items() if installed[library]
        },
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
