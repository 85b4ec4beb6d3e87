"""The protocol of the large experiments: mini-batch SGD until it stalls, then six ways on from there.

An experiment says what is trained, a `Problem`, and with which numbers, a `Plan`; the rest is here:

- its ``tasks`` are those of `protocol_tasks`: "sgd"; one for each name in `CONTINUATIONS`; and "stall", which
  looks around where SGD stalled. All others come after "sgd" and are handed its point and velocity;
- its ``run`` is ``run_task(problem, plan, parameters, rng, earlier)``, and its ``handed_on`` is `HANDED_ON`.

A run's result is a row for each look: ``step``, ``seconds``, ``cost``, ``train_error``, ``test_error``, and
what ``Problem.shown`` makes of the last point. Seconds and costs are those of `descents`: processor time, and
gradients of all training examples. Continuations begin at 0 with both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.curvature import spectral_density
from course_utils.experiments.descents import Problem, Stall, descend, descend_by_lbfgs
from course_utils.networks import ggn_operator
from course_utils.objectives import Array
from course_utils.optimizers import (
    DAMPINGS,
    Adam,
    HessianFree,
    KrylovSaddleFreeNewton,
    Momentum,
    OnBatches,
    OnSubsample,
    Optimizer,
)
from course_utils.running.results import Results

CONTINUATIONS: Mapping[str, str] = {
    "sgd-on": "SGD going on",
    "sgd-lower": "SGD, lower rate",
    "adam": "Adam",
    "l-bfgs": "L-BFGS",
    "hessian-free": "Hessian-free",
    "krylov-sfn": "Krylov saddle-free",
}
HANDED_ON = ("x", "velocity")


@dataclass(frozen=True)
class Plan:
    """The numbers of the protocol. Times are in seconds of processor time.

    Attributes
    ----------
    sgd_seconds : at most, until SGD stalls; ``seconds`` : of each continuation.
    look_every : seconds between two looks, at least.
    stall_steps, stall_fall : SGD has stalled when in so many steps the lowest training error has not fallen
        by this fraction of itself.
    batch_size, learning_rate, momentum : of SGD. ``lower`` : factor of its lower rate.
    adam_rate : of Adam, on mini-batches of the same size.
    memory : pairs that L-BFGS keeps.
    curvature_examples : of Hessian-free and Krylov saddle-free steps, drawn anew for each.
    damping : the first of Hessian-free.
    subspace, inner_steps : of Krylov saddle-free Newton.
    spectrum_examples, spectrum_steps, spectrum_probes : for the spectrum at the stall.
    noise_batches : mini-batches for the noise of the gradient there.
    """

    sgd_seconds: float
    seconds: float
    look_every: float
    stall_steps: int
    stall_fall: float
    batch_size: int
    learning_rate: float
    momentum: float
    lower: float
    adam_rate: float
    memory: int
    curvature_examples: int
    damping: float
    subspace: int
    inner_steps: int
    spectrum_examples: int
    spectrum_steps: int
    spectrum_probes: int
    noise_batches: int


def protocol_tasks(**parameters: Any) -> list[dict[str, Any]]:
    """Return the tasks of the protocol, each with the experiment's own ``parameters``."""
    later = [*CONTINUATIONS, "stall"]
    return [
        {"task": "sgd", **parameters},
        *({"task": name, "after": "sgd", **parameters} for name in later),
    ]


def run_task(
    problem: Problem,
    plan: Plan,
    parameters: Mapping[str, Any],
    rng: np.random.Generator,
    earlier: Mapping[str, NDArray[Any]] | None,
) -> dict[str, Any]:
    """Run one task of `protocol_tasks`.

    Results beyond the looks: of "sgd" the ``x`` and ``velocity`` (dim,) to go on from, in single precision,
    and whether it ``stalled``; of "stall" those of `look_around`.
    """
    name = parameters["task"]
    if earlier is None:
        sgd = optimizer(plan, "sgd-on")
        x = problem.start(rng)
        state = sgd.init(problem.objective, x)
        found = descend(
            problem,
            sgd,
            x,
            state,
            plan.sgd_seconds,
            plan.look_every,
            rng,
            Stall(plan.stall_steps, plan.stall_fall),
        )
        return {
            **found.looks,
            **problem.shown(found.x),
            "stalled": found.stalled,
            "x": found.x.astype(np.float32),
            "velocity": found.state.astype(np.float32),
        }
    x, velocity = (earlier[part].astype(np.float64) for part in HANDED_ON)
    if name == "stall":
        return look_around(problem, plan, x, rng)
    if name == "l-bfgs":
        found = descend_by_lbfgs(problem, plan.memory, x, plan.seconds, plan.look_every)
    else:
        method = optimizer(plan, name)
        states = {"sgd-on": velocity, "sgd-lower": plan.lower * velocity}
        state = states[name] if name in states else method.init(problem.objective, x)
        found = descend(problem, method, x, state, plan.seconds, plan.look_every, rng)
    return {**found.looks, **problem.shown(found.x)}


def optimizer(plan: Plan, name: str) -> Optimizer:
    """Return the optimizer of a continuation, L-BFGS apart."""
    if name == "hessian-free":
        return OnSubsample(HessianFree(plan.damping), plan.curvature_examples, ggn_operator)
    if name == "krylov-sfn":
        method = KrylovSaddleFreeNewton(plan.subspace, inner_steps=plan.inner_steps)
        return OnSubsample(method, plan.curvature_examples)
    rules = {
        "sgd-on": Momentum(plan.learning_rate, plan.momentum),
        "sgd-lower": Momentum(plan.lower * plan.learning_rate, plan.momentum),
        "adam": Adam(plan.adam_rate),
    }
    return OnBatches(rules[name], plan.batch_size)


def look_around(problem: Problem, plan: Plan, x: Array, rng: np.random.Generator) -> dict[str, Any]:
    """Return what the gradient and the Hessian are like at ``x``.

    ``gradient_norm`` of the loss of all training examples; ``gradient_noise`` (batches,), distances of
    mini-batch gradients from it; ``curvature_along_gradient``, gᵀHg/‖g‖²; and of the Hessian on
    ``spectrum_examples`` of them, by stochastic Lanczos quadrature, ``nodes``, ``weights`` and ``residuals``
    (probes, steps): weights sum to 1, and an eigenvalue lies within its residual of each node. The lowest
    node is a Rayleigh quotient, hence not below the lowest eigenvalue.
    """
    objective = problem.objective
    g = objective.gradient(x)
    length = float(np.linalg.norm(g))

    def some(examples: int) -> Any:
        every = int(objective.examples)
        return objective.batch(rng.choice(every, min(examples, every), replace=False))

    noise = [float(np.linalg.norm(some(plan.batch_size).gradient(x) - g)) for _ in range(plan.noise_batches)]
    H = some(plan.spectrum_examples).hessian_operator(x)
    density = spectral_density(H, steps=plan.spectrum_steps, probes=plan.spectrum_probes, rng=rng)
    return {
        "gradient_norm": length,
        "gradient_noise": np.array(noise),
        "curvature_along_gradient": float(g @ (H @ g)) / length**2,
        "nodes": density.nodes,
        "weights": density.weights,
        "residuals": density.residuals,
    }


def protocol_settings(results: Results, setting: str) -> str:
    """Return the numbers of the `Plan` that stored results were made with, a line a method."""
    plan = Plan(**results.identity["settings"][setting]["plan"])
    rate, lower = plan.learning_rate, plan.lower * plan.learning_rate
    batches = f"batches of {plan.batch_size}"
    drawn = f"gradients of all examples, products of {plan.curvature_examples}"
    told = {
        "until the stall": f"SGD, at most {plan.sgd_seconds:g} s",
        "a stall": f"an error less than {plan.stall_fall:.0%} lower in {plan.stall_steps} steps",
        "from there": f"{plan.seconds:g} s each",
        "SGD": f"{batches}, momentum {plan.momentum:g}, rate {rate:g}; lower rate {lower:g}",
        "Adam": f"{batches}, rate {plan.adam_rate:g}",
        "L-BFGS": f"all examples, {plan.memory} pairs kept",
        "Hessian-free": f"{drawn}, first damping {plan.damping:g}",
        "Krylov saddle-free": f"{drawn}, subspace {plan.subspace}, inner steps {plan.inner_steps},",
        "": f"each with the best of {len(DAMPINGS)} dampings by the loss of all examples",
        "the spectrum": f"of {plan.spectrum_examples:,} examples, {plan.spectrum_probes} probes of "
        f"{plan.spectrum_steps} products",
        "seed": str(results.identity["seed"]),
    }
    return "\n".join(f"{name:20s}{numbers}" for name, numbers in told.items())


def protocol_summary(results: Results, error: str) -> str:
    """Return one line for each run: errors at its end, and what they cost; and one for the stall.

    ``error`` says what the errors are.
    """
    lines = []
    for number, found in results.rows.items():
        name = results.tasks[number]["task"]
        if name == "stall":
            lines.append(
                f"at the stall: gradient {found['gradient_norm']:.3g}, noise of a mini-batch "
                f"{found['gradient_noise'].mean():.3g}, lowest curvature {found['nodes'].min():.3g}, "
                f"highest {found['nodes'].max():.3g}"
            )
            continue
        title = CONTINUATIONS.get(
            name, "SGD " + ("until it stalls" if found.get("stalled") else "to the end")
        )
        lines.append(
            f"{title:20s}{int(found['step'][-1]):7d} steps {found['seconds'][-1]:8.1f} s "
            f"{found['cost'][-1]:9.1f} gradients: {error} {found['train_error'][-1]:.3f} "
            f"(test {found['test_error'][-1]:.3f})"
        )
    return "\n".join(lines)
