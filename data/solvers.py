"""Start other libraries at, beside and on the ridge of a saddle: python data/solvers.py > solvers.json.

Run it in an environment of its own that has the libraries of `LIBRARIES` (none is a dependency of the
course); the ones that are not installed are named in the result. Each call gets the exact function, its
gradient and, where it takes one, its Hessian. SciPy's own methods are not here: the lesson runs them live.
"""

from __future__ import annotations

import contextlib
import io
import json
import platform
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any

import numpy as np

STARTS = {"saddle": (0.0, 0.0), "ridge": (1.0, 0.0), "beside": (1.0, 1e-8)}
LIBRARIES = (
    "nlopt",
    "iminuit",
    "casadi",
    "cma",
    "Py-BOBYQA",
    "DFO-LS",
    "noisyopt",
    "jax",
    "optimistix",
    "pymanopt",
    "torch",
    "pytorch-minimize",
    "ipyopt",
)
MOST_SECONDS = 90


def f(x: Any) -> float:
    """f = x₁² − x₂² + ¼x₂⁴: a saddle at 0, minima of −1 at (0, ±√2)."""
    return float(x[0] ** 2 - x[1] ** 2 + x[1] ** 4 / 4)


def g(x: Any) -> np.ndarray:
    """The gradient of `f`."""
    return np.array([2 * x[0], -2 * x[1] + x[1] ** 3], dtype=float)


def h(x: Any) -> np.ndarray:
    """The Hessian of `f`."""
    return np.array([[2.0, 0.0], [0.0, -2.0 + 3 * float(x[1]) ** 2]])


Outcome = tuple[Any, str]  # where it ends, and what the library says


def nlopt_method(name: str) -> Callable[[np.ndarray], Outcome]:
    """One algorithm of NLopt."""

    def run(start: np.ndarray) -> Outcome:
        import nlopt

        def objective(x: np.ndarray, grad: np.ndarray) -> float:
            if grad.size:
                grad[:] = g(x)
            return f(x)

        opt = nlopt.opt(getattr(nlopt, name), 2)
        opt.set_min_objective(objective)
        opt.set_xtol_rel(1e-10)
        opt.set_maxeval(20_000)
        x = opt.optimize(start)
        code = opt.last_optimize_result()
        return x, {1: "success", 3: "ftol reached", 4: "xtol reached", 5: "maxeval reached"}.get(
            code, str(code)
        )

    return run


def migrad(start: np.ndarray) -> Outcome:
    """MIGRAD of iminuit."""
    from iminuit import Minuit

    m = Minuit(lambda x: f(x), start, grad=lambda x: g(x))
    m.migrad()
    return np.array(m.values), "valid" if m.valid else "not valid"


def casadi_method(solver: str, options: dict[str, Any]) -> Callable[[np.ndarray], Outcome]:
    """A solver behind CasADi."""

    def run(start: np.ndarray) -> Outcome:
        import casadi

        x = casadi.SX.sym("x", 2)
        problem = {"x": x, "f": x[0] ** 2 - x[1] ** 2 + x[1] ** 4 / 4}
        made = casadi.nlpsol("s", solver, problem, {"print_time": False, **options})
        result = made(x0=start)
        return np.array(result["x"]).ravel(), str(made.stats()["return_status"])

    return run


def cma_es(sigma: float) -> Callable[[np.ndarray], Outcome]:
    """CMA-ES from the package of its author."""

    def run(start: np.ndarray) -> Outcome:
        import cma

        es = cma.CMAEvolutionStrategy(list(start), sigma, {"seed": 1, "verbose": -9, "maxiter": 2000})
        es.optimize(f)
        return es.result.xbest, "; ".join(es.stop())

    return run


def bobyqa(start: np.ndarray) -> Outcome:
    """Py-BOBYQA, values only."""
    import pybobyqa

    result = pybobyqa.solve(f, start, rhobeg=0.1, rhoend=1e-8, maxfun=2000, do_logging=False)
    return result.x, str(result.msg)


def dfo_ls(start: np.ndarray) -> Outcome:
    """DFO-LS, which takes a sum of squares."""
    import dfols

    # f + 1 = x₁² + (1 − ½x₂²)²: the same landscape as a sum of squares.
    result = dfols.solve(
        lambda x: np.array([x[0], 1 - x[1] ** 2 / 2]), start, rhobeg=0.1, maxfun=2000, do_logging=False
    )
    return result.x, str(result.msg)


def spsa(start: np.ndarray) -> Outcome:
    """Simultaneous perturbation, of noisyopt."""
    import noisyopt

    np.random.seed(0)  # noqa: NPY002
    result = noisyopt.minimizeSPSA(f, start, niter=2000, paired=False)
    return result.x, str(result.message)


def jax_bfgs(start: np.ndarray) -> Outcome:
    """BFGS of jax.scipy."""
    import jax

    jax.config.update("jax_enable_x64", True)
    from jax.scipy.optimize import minimize

    at = jax.numpy.asarray(start)
    result = minimize(lambda x: x[0] ** 2 - x[1] ** 2 + x[1] ** 4 / 4, at, method="BFGS")
    return np.array(result.x), "success" if bool(result.success) else f"status {int(result.status)}"


def optimistix_method(name: str) -> Callable[[np.ndarray], Outcome]:
    """A minimiser of Optimistix."""

    def run(start: np.ndarray) -> Outcome:
        import jax
        import optimistix

        jax.config.update("jax_enable_x64", True)
        solver = getattr(optimistix, name)(rtol=1e-8, atol=1e-8)
        solution = optimistix.minimise(
            lambda x, _: x[0] ** 2 - x[1] ** 2 + x[1] ** 4 / 4,
            solver,
            jax.numpy.asarray(start),
            max_steps=20_000,
            throw=False,
        )
        ok = solution.result == optimistix.RESULTS.successful
        return np.array(solution.value), "successful" if bool(ok) else "max steps"

    return run


def torch_method(name: str) -> Callable[[np.ndarray], Outcome]:
    """A method of pytorch-minimize."""

    def run(start: np.ndarray) -> Outcome:
        import torch
        from torchmin import minimize

        result = minimize(
            lambda x: x[0] ** 2 - x[1] ** 2 + x[1] ** 4 / 4,
            torch.tensor(start, dtype=torch.float64),
            method=name,
        )
        return result.x.numpy(), "success" if result.success else str(result.message)

    return run


def pymanopt_trust_regions(use_rand: bool) -> Callable[[np.ndarray], Outcome]:
    """Trust regions of Pymanopt in the plane."""

    def run(start: np.ndarray) -> Outcome:
        import pymanopt

        np.random.seed(0)  # noqa: NPY002
        space = pymanopt.manifolds.Euclidean(2)
        cost = pymanopt.function.numpy(space)(lambda x: f(x))
        slope = pymanopt.function.numpy(space)(lambda x: g(x))
        bend = pymanopt.function.numpy(space)(lambda x, v: h(x) @ v)
        problem = pymanopt.Problem(space, cost, euclidean_gradient=slope, euclidean_hessian=bend)
        solver = pymanopt.optimizers.TrustRegions(verbosity=0, use_rand=use_rand)
        result = solver.run(problem, initial_point=start)
        return result.point, str(result.stopping_criterion)

    return run


def ipopt(start: np.ndarray) -> Outcome:
    """Ipopt through ipyopt, with the exact Hessian."""
    import ipyopt

    free = np.array([-1e19, -1e19]), np.array([1e19, 1e19])
    nothing = np.array([], dtype=float)
    problem = ipyopt.Problem(
        n=2,
        x_l=free[0],
        x_u=free[1],
        m=0,
        g_l=nothing,
        g_u=nothing,
        sparsity_indices_jac_g=(np.array([], dtype=int), np.array([], dtype=int)),
        sparsity_indices_h=(np.array([0, 1]), np.array([0, 1])),
        eval_f=f,
        eval_grad_f=lambda x, out: out.__setitem__(slice(None), g(x)),
        eval_g=lambda x, out: None,
        eval_jac_g=lambda x, out: None,
        eval_h=lambda x, lag, scale, out: out.__setitem__(slice(None), scale * np.diag(h(x))),
        ipopt_options={"print_level": 0, "sb": "yes"},
    )
    x, _, status = problem.solve(start.copy())
    return x, f"status {status}"


GRADIENT = "gradient"
HESSIAN = "gradient and Hessian"
VALUES = "values only"
SOLVERS: list[tuple[str, str, str, Callable[[np.ndarray], Outcome]]] = [
    *(
        ("nlopt", f"NLopt {name.removeprefix('LD_')}", GRADIENT, nlopt_method(name))
        for name in ("LD_LBFGS", "LD_MMA", "LD_SLSQP", "LD_CCSAQ", "LD_TNEWTON", "LD_VAR2")
    ),
    *(
        ("nlopt", f"NLopt {name.removeprefix('LN_')}", VALUES, nlopt_method(name))
        for name in ("LN_COBYLA", "LN_BOBYQA", "LN_NEWUOA", "LN_PRAXIS", "LN_NELDERMEAD", "LN_SBPLX")
    ),
    ("iminuit", "iminuit MIGRAD", GRADIENT, migrad),
    (
        "casadi",
        "Ipopt (CasADi), exact Hessian",
        HESSIAN,
        casadi_method("ipopt", {"ipopt": {"print_level": 0, "sb": "yes"}}),
    ),
    (
        "casadi",
        "Ipopt (CasADi), limited memory",
        GRADIENT,
        casadi_method(
            "ipopt", {"ipopt": {"print_level": 0, "sb": "yes", "hessian_approximation": "limited-memory"}}
        ),
    ),
    ("ipyopt", "Ipopt (ipyopt), exact Hessian", HESSIAN, ipopt),
    (
        "casadi",
        "sqpmethod (CasADi)",
        HESSIAN,
        casadi_method(
            "sqpmethod",
            {
                "print_header": False,
                "print_iteration": False,
                "print_status": False,
                "qpsol": "qrqp",
                "qpsol_options": {"print_iter": False, "print_header": False, "error_on_fail": False},
                "error_on_fail": False,
            },
        ),
    ),
    ("cma", "CMA-ES, σ = 1e-3", VALUES, cma_es(1e-3)),
    ("cma", "CMA-ES, σ = 1e-6", VALUES, cma_es(1e-6)),
    ("Py-BOBYQA", "Py-BOBYQA", VALUES, bobyqa),
    ("DFO-LS", "DFO-LS", VALUES, dfo_ls),
    ("noisyopt", "SPSA (noisyopt)", VALUES, spsa),
    ("jax", "JAX BFGS", GRADIENT, jax_bfgs),
    ("optimistix", "Optimistix BFGS", GRADIENT, optimistix_method("BFGS")),
    ("optimistix", "Optimistix NonlinearCG", GRADIENT, optimistix_method("NonlinearCG")),
    *(
        ("pytorch-minimize", f"pytorch-minimize {name}", kind, torch_method(name))
        for name, kind in (
            ("bfgs", GRADIENT),
            ("l-bfgs", GRADIENT),
            ("cg", GRADIENT),
            ("newton-cg", HESSIAN),
            ("newton-exact", HESSIAN),
            ("trust-ncg", HESSIAN),
            ("trust-exact", HESSIAN),
        )
    ),
    ("pymanopt", "Pymanopt TrustRegions", HESSIAN, pymanopt_trust_regions(False)),
    ("pymanopt", "Pymanopt TrustRegions, use_rand", HESSIAN, pymanopt_trust_regions(True)),
]


def ends_of(name: str) -> dict[str, Any]:
    """Return where a solver ends from each start, its value there, and its own words."""
    run = next(run for _, known, _, run in SOLVERS if known == name)
    silent, ends = io.StringIO(), {}
    for place, start in STARTS.items():
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(silent),
            contextlib.redirect_stderr(silent),
        ):
            warnings.simplefilter("ignore")
            try:
                x, said = run(np.array(start))
            except Exception as error:  # a solver that raises has not left, and the table says why
                ends[place] = {"x": None, "value": None, "said": f"{type(error).__name__}: {error}"[:100]}
                continue
        x = np.asarray(x, dtype=float).ravel()
        rounded, value = [float(f"{z:.6g}") for z in x], float(f"{f(x):.6g}")
        finite = bool(np.isfinite([*rounded, value]).all())
        ends[place] = {
            "x": rounded if finite else None,
            "value": value if finite else None,
            "said": said[:100] if finite else f"NaN; {said}"[:100],
        }
    return ends


@contextlib.contextmanager
def _no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def in_a_process(name: str) -> dict[str, Any]:
    """Return what `ends_of` says in a process of its own: libraries slow each other down, and some crash."""
    command = [sys.executable, __file__, name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=MOST_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        said = f"no answer within {MOST_SECONDS} s"
    else:
        if done.returncode == 0:
            answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
            return answer
        said = f"the process ended with code {done.returncode}"
    return {place: {"x": None, "value": None, "said": said} for place in STARTS}


def versions() -> dict[str, str | None]:
    """Return the version of each library, None where it is not installed."""
    found: dict[str, str | None] = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except ModuleNotFoundError:
            found[name] = None
    return found


def main() -> None:
    """Run every solver from every start and print one JSON object; given a name, that solver alone."""
    if len(sys.argv) == 2:
        print(json.dumps(ends_of(sys.argv[1])))
        return
    installed = versions()
    rows = []
    for library, name, uses, _ in SOLVERS:
        if installed[library] is not None:
            print(name, file=sys.stderr)
            rows.append({"library": library, "solver": name, "uses": uses, "ends": in_a_process(name)})
    result = {
        "function": "x1^2 - x2^2 + x2^4/4",
        "starts": STARTS,
        "python": platform.python_version(),
        "versions": installed,
        "solvers": rows,
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
