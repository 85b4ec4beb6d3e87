"""An Objective made of a reader's function in jax."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives.base import Array
from course_utils.objectives.foreign import (
    ForeignObjective,
    ParameterArray,
    at_once,
    library,
    parameter_arrays,
)


class JaxObjective(ForeignObjective):
    """A function of a jax pytree as a function of one vector; `from_jax` makes it.

    Attributes
    ----------
    layers : the arrays of the pytree, by their paths in it, such as ``"hidden.weights"``.
    """

    def __init__(self, function: Callable[[Any], Any], parameters: Any, name: str, domain: Any) -> None:
        jax = library("jax", "from_jax", "jax")
        layers, start, self._tree = _flattened(parameters)
        super().__init__(name, layers, start, domain)
        self._function = function
        self._compiled: dict[str, Callable[..., Any]] = {}
        self._flops: float | None = None
        with jax.enable_x64(True):
            self._traced: dict[str, Callable[..., Any]] | None = self._trace()
            self._at_once = at_once(self._held())
            value = jax.numpy.asarray(jax.jit(self._traced["value"])(self.start)[0])
        self.device = str(next(iter(value.devices())))
        if not np.isfinite(value):
            raise ValueError(f"function must be finite at the given parameters, got {value}")
        self._check_derivatives("function")

    def __repr__(self) -> str:
        return f"<JaxObjective {self.name!r}, dim={self.dim}, float64 on {self.device}>"

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_compiled": {}, "_traced": None}  # what jax made stays in its process

    @property
    def gradient_flops(self) -> float:
        """Arithmetic of one gradient, as jax counts it."""
        if self._flops is None:
            import jax

            with jax.enable_x64(True):
                analysis = jax.jit(self._function_of("both")).lower(self.start).cost_analysis() or {}
            self._flops = float(analysis.get("flops", 0.0)) or super().gradient_flops
        return self._flops

    def parameters_at(self, x: ArrayLike) -> Any:
        """Return the pytree of the parameters ``x`` (dim,), its leaves NumPy arrays in float64."""
        import jax

        point = self._one_point(x)
        return jax.tree.unflatten(self._tree, [layer.view(point) for layer in self.layers])

    def _loss(self, x: Any) -> Any:
        import jax

        leaves = [x[layer.start : layer.stop].reshape(layer.shape) for layer in self.layers]
        return self._function(jax.tree.unflatten(self._tree, leaves))

    def _trace(self) -> dict[str, Callable[..., Any]]:
        """Return value, value and gradient, and Hv as `_traced` functions; refuse what is no loss.

        All at once, for derivatives that the reader defines are functions of theirs, too.
        """
        import jax

        x = jax.ShapeDtypeStruct(self.start.shape, np.float64)
        try:
            closed, value = jax.make_jaxpr(self._loss, return_shape=True)(x)
        except jax.errors.JAXTypeError as error:
            raise ValueError(
                f"function must be one that jax.jit can trace, got {type(error).__name__}: "
                f"{str(error).splitlines()[0]}"
            ) from error
        except TypeError as error:
            if "float32" in str(error):
                error.add_note(
                    "from_jax computes in float64: make arrays that meet the parameters, such as the start "
                    "of a lax.scan, of their dtype"
                )
            raise
        shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
        if shape != () or not jax.numpy.issubdtype(dtype, jax.numpy.floating):
            raise ValueError(f"function must return one real number (say, the mean), got {value!r:.80}")
        if not _depends(closed.jaxpr):
            raise ValueError("function must depend on the parameters, got a constant")

        def product(x: Any, v: Any) -> Any:
            return jax.jvp(jax.grad(self._loss), (x,), (v,))[1]

        return {
            "value": _traced(self._loss, x),
            "both": _traced(jax.value_and_grad(self._loss), x),
            "product": _traced(product, x, x),
        }

    def _function_of(self, name: str) -> Callable[..., Any]:
        """Return one of the functions of `_trace`, which another process makes anew."""
        if self._traced is None:
            self._traced = self._trace()
        return self._traced[name]

    def _held(self) -> int:
        """Return how many numbers a pass forward keeps for the pass back."""
        import jax

        loss = self._function_of("value")
        kept = jax.eval_shape(lambda x: jax.vjp(lambda x: loss(x)[0], x)[1], self.start)
        return sum(prod(leaf.shape) for leaf in jax.tree.leaves(kept))

    def _call(self, name: str, *arguments: Any) -> list[Array]:
        """Return what the compiled function ``name`` gives for the rows of the last argument."""
        import jax

        with jax.enable_x64(True):
            if name not in self._compiled:
                axes = (None, 0) if name == "product" else (0,)
                self._compiled[name] = jax.jit(jax.vmap(self._function_of(name), in_axes=axes))
            return [np.asarray(part, dtype=np.float64) for part in self._compiled[name](*arguments)]

    def _for_each(self, name: str, rows: Array, *before: Array) -> Any:
        """Return the compiled function ``name`` of ``rows`` (m, dim), in blocks of a few sizes.

        Each size is compiled once: a block is filled up to a power of two with copies of its last row.
        """
        parts = []
        for first in range(0, len(rows), self._at_once):
            block = rows[first : first + self._at_once]
            wanted = min(self._at_once, 1 << (len(block) - 1).bit_length())
            filled = np.concatenate([block, np.repeat(block[-1:], wanted - len(block), axis=0)])
            parts.append([part[: len(block)] for part in self._call(name, *before, filled)])
        return [np.concatenate(column) for column in zip(*parts, strict=True)]

    # What a subclass of ForeignObjective writes: rows of points, rows of directions.
    def _values(self, points: Array) -> Array:
        value: Array = self._for_each("value", points)[0]
        return value

    def _values_and_gradients(self, points: Array) -> tuple[Array, Array]:
        values, gradients = self._for_each("both", points)
        return values, gradients

    def _products(self, point: Array, directions: Array) -> Array:
        products: Array = self._for_each("product", directions, point)[0]
        return products


def from_jax(
    function: Callable[[Any], Any], parameters: Any, *, name: str | None = None, domain: Any = None
) -> JaxObjective:
    """Return the Objective x ↦ function(parameters) of the numbers x of a jax pytree.

    The function and its derivatives are traced once (``jax.make_jaxpr``): what it reads beside its argument,
    such as examples, is constant from then on. Pickled, or copied by ``copy``, it is the function itself, and
    traced anew where it is first asked. It is given float64 arrays, with ``jax.enable_x64`` switched on for
    its calls alone; examples in float32 are widened by jax where they meet the parameters. It runs on jax's
    default device.

    Parameters
    ----------
    function : takes a pytree like ``parameters`` and returns one real number, as for ``jax.grad``.
    parameters : pytree (dicts, lists, tuples, registered classes) of floating-point arrays or numbers: the
        start, and the layout of x, in the order of ``jax.tree.flatten``. What is no parameter (integers,
        keys, running means of batch norm) goes into the function by a closure or ``functools.partial``.
    name : for legends; the function's own name by default.
    domain : plot window, (low, high) for each of the first two parameters; ±2 by default.

    Raises
    ------
    ModuleNotFoundError
        If jax is not installed (extra ``jax``).
    ValueError
        If ``parameters`` hold no number or anything but real floating-point numbers, or ``function`` cannot
        be traced, does not return one finite real number or does not depend on them.
    """
    library("jax", "from_jax", "jax")
    if not callable(function):
        raise ValueError(f"function must be a function of the parameters, got {function!r:.80}")
    return JaxObjective(
        function, parameters, name or str(getattr(function, "__name__", "my function")), domain
    )


def _traced(function: Callable[..., Any], *shapes: Any) -> Callable[..., Any]:
    """Return ``function`` as jax traces it for arguments of these ``shapes``: its results in a list."""
    import jax
    from jax.extend.core import jaxpr_as_fun

    function_of_its_own: Callable[..., Any] = jaxpr_as_fun(_owned(jax.make_jaxpr(function)(*shapes)))
    return function_of_its_own


def _owned(part: Any) -> Any:
    """Return a jaxpr that holds copies of the arrays it reads, since those of NumPy could be changed."""
    import jax
    from jax.extend.core import ClosedJaxpr, Jaxpr

    if isinstance(part, ClosedJaxpr):
        return ClosedJaxpr(_owned(part.jaxpr), [jax.numpy.array(constant) for constant in part.consts])
    if isinstance(part, Jaxpr):
        parameters = [{key: _owned(value) for key, value in e.params.items()} for e in part.eqns]
        return part.replace(eqns=[e.replace(params=p) for e, p in zip(part.eqns, parameters, strict=True)])
    return type(part)(map(_owned, part)) if type(part) in (tuple, list) else part


def _depends(jaxpr: Any) -> bool:
    """Tell whether what a ``jaxpr`` returns is computed from what it is given."""
    reached = set(map(id, jaxpr.invars))
    for equation in jaxpr.eqns:
        if not reached.isdisjoint(map(id, equation.invars)):
            reached.update(map(id, equation.outvars))
    return any(id(out) in reached for out in jaxpr.outvars)


def _flattened(parameters: Any) -> tuple[tuple[ParameterArray, ...], Array, Any]:
    """Return the arrays of a pytree by name, their numbers in one vector, and the structure of the tree."""
    import jax

    paths, tree = jax.tree_util.tree_flatten_with_path(parameters)
    leaves = []
    for path, leaf in paths:
        at = f"parameters{jax.tree_util.keystr(path)}"
        dtype = np.result_type(leaf) if isinstance(leaf, float | int) else getattr(leaf, "dtype", None)
        if dtype is None or not jax.numpy.issubdtype(dtype, jax.numpy.floating):
            raise ValueError(
                f"parameters must be real floating-point numbers, but {at} is {leaf!r:.40} "
                f"({dtype or type(leaf)}): bind what is no parameter to the function"
            )
        array = np.asarray(leaf).astype(np.float64)
        if not np.isfinite(array).all():
            raise ValueError(f"parameters must be finite, but {at} holds NaN or infinity")
        leaves.append(array)
    if not sum(leaf.size for leaf in leaves):
        raise ValueError(f"parameters must hold at least one number, got {parameters!r:.80}")
    names = [jax.tree_util.keystr(path, simple=True, separator=".") or "x" for path, _ in paths]
    layers = parameter_arrays((name, leaf.shape) for name, leaf in zip(names, leaves, strict=True))
    return layers, np.concatenate([leaf.ravel() for leaf in leaves]), tree
