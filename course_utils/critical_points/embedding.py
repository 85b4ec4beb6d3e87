"""Critical points of a network made of the minima of narrower ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from course_utils.critical_points.certify import CriticalPoint, certify
from course_utils.critical_points.minimum import find_minimum
from course_utils.critical_points.symmetry import without_duplicates
from course_utils.networks import MLP
from course_utils.networks.activations import ACTIVATIONS
from course_utils.networks.parameters import stack_layers
from course_utils.objectives import Array, Objective, as_points
from course_utils.objectives.checks import generator, whole_number


class NarrowerNetwork(Objective):
    """The loss of a network that uses some hidden units only in copies, or not at all.

    The narrower network has one hidden unit for each entry of ``copies``, and its parameters lie as those
    of an `MLP` of that width. `embed` gives the parameters of ``wide`` that compute the same function:
    unit j becomes copies[j] units, each with its incoming weights and bias and 1/copies[j] of its
    outgoing weights; all further units are zero. The objective is the loss of ``wide`` there.

    **A critical point of this objective, embedded, is a critical point of the wide network.** Swapping
    two copies, or flipping the sign of a zero unit of odd activation, leaves the wide loss and the
    embedded points unchanged. At such a point the gradient has the same symmetry, so it cannot point
    out of the embedded subspace; along it, it is zero (Palais 1979, the principle of symmetric
    criticality). Hence:

    - zero units (Fukumizu & Amari 2000): with ``copies`` all 1 the objective is the loss of
      the narrower network itself, with or without weight decay;
    - split units: copies[j] > 1. Without weight decay the objective is again that of the narrower
      network. Weight decay counts the copies, ½·decay·(c‖w‖² + ‖v‖²/c) for a unit with incoming w and
      outgoing v: its critical points are exact in ``wide``, but are not those of the narrower network.

    Parameters
    ----------
    wide : the network; its activation must be odd (tanh, identity).
    copies : positive numbers, together at most the units of the hidden layer; () uses no unit at all.
    layer : which hidden layer, an index into ``wide.layers``.
    """

    def __init__(self, wide: MLP, copies: Sequence[int], *, layer: int = 0) -> None:
        from scipy.sparse import csr_array

        if not 0 <= layer < len(wide.layers) - 1:
            raise ValueError(f"layer must be a hidden layer, in 0 … {len(wide.layers) - 2}, got {layer}")
        if not ACTIVATIONS[wide.activations[layer]].odd:
            raise ValueError(
                f"wide must have an odd activation, tanh or identity, got {wide.activations[layer]!r}"
            )
        counts = np.array(
            [whole_number("copies", count, 1) for count in np.ravel(copies).tolist()], dtype=int
        )
        units = wide.layers[layer].outputs
        if counts.sum() > units:
            raise ValueError(f"copies must be positive and add up to at most {units}, got {copies!r}")
        self.wide = wide
        self.copies = tuple(int(count) for count in counts)
        sizes = list(wide.layer_sizes)
        sizes[layer + 1] = counts.size
        self.layer_sizes = tuple(sizes)
        self.layers = stack_layers(sizes, biases=wide.biases)

        # For every parameter of the wide network: which one of the narrower it follows, and how much of it.
        source = np.full(wide.dim, -1.0)
        share = np.ones(wide.dim)
        number = np.arange(float(self.layers[-1].stop))
        unit = np.repeat(np.arange(counts.size), counts)
        for position, (ours, theirs) in enumerate(zip(self.layers, wide.layers, strict=True)):
            here, there = ours.matrix(number), theirs.matrix(source)
            if position == layer:
                there[: unit.size] = here[unit]
            elif position == layer + 1:
                there[:, : unit.size] = here[:, unit]
                there[:, theirs.inputs :] = here[:, ours.inputs :]
                theirs.matrix(share)[:, : unit.size] = 1.0 / counts[unit]
            else:
                there[...] = here
        used = np.flatnonzero(source >= 0)
        _, first = np.unique(source[used], return_index=True)
        self._first = used[first]  # one wide parameter for each of the narrower network, to start from
        self._embedding = csr_array((share[used], (used, source[used].astype(int))), (wide.dim, number.size))
        super().__init__(f"{'-'.join(map(str, sizes))} inside {wide.name}", number.size)

    def embed(self, x: ArrayLike) -> Array:
        """Return the parameters of the wide network, shape (..., wide.dim), for ``x`` (..., dim)."""
        return self._embed(as_points("x", x, self.dim))

    def as_mlp(self) -> MLP | None:
        """Return the same function as an `MLP` of its own, faster to evaluate, where there is one."""
        if not self.copies or (max(self.copies) > 1 and self.wide.weight_decay > 0):
            return None
        return MLP(
            self.layer_sizes,
            self.wide.inputs,
            self.wide.targets,
            activation=self.wide.activation,
            loss=self.wide.loss,
            weight_decay=self.wide.weight_decay,
            biases=self.wide.biases,
        )

    def initial(self, rng: np.random.Generator) -> Array:
        """Return random starting parameters, shape (dim,), drawn as those of the wide network."""
        start: Array = self.wide.initial(rng)[self._first]
        return start

    def _embed(self, x: Array) -> Array:
        wide = np.asarray(self._embedding @ x.reshape(-1, self.dim).T)
        return np.ascontiguousarray(wide.T).reshape(*x.shape[:-1], self.wide.dim)

    def _pull_back(self, g: Array) -> Array:
        narrow = np.asarray(self._embedding.T @ g.reshape(-1, self.wide.dim).T)
        return np.ascontiguousarray(narrow.T).reshape(*g.shape[:-1], self.dim)

    def _value(self, x: Array) -> Array:
        return self.wide.value(self._embed(x))

    def _gradient(self, x: Array) -> Array:
        return self._pull_back(self.wide.gradient(self._embed(x)))

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        value, gradient = self.wide.value_and_gradient(self._embed(x))
        return value, self._pull_back(gradient)

    def _hessian(self, x: Array) -> Array:
        half = self._pull_back(self.wide.hessian(self._embed(x)))
        return self._pull_back(np.swapaxes(half, -1, -2))

    def _hvp(self, x: Array, v: Array) -> Array:
        return self._pull_back(self.wide.hvp(self._embed(x), self._embed(v)))


def split_unit(network: MLP, x: ArrayLike, unit: int, spare: int, share: float, *, layer: int = 0) -> Array:
    """Return parameters (..., dim) in which ``spare`` has taken over part of the work of ``unit``.

    Both get the incoming weights of ``unit``, and of its outgoing weights ``unit`` keeps ``share`` and
    ``spare`` gets 1 − share. Where ``spare`` was a zero unit the function stays the same, and without
    weight decay a critical point stays one for every share: a line of them (Fukumizu & Amari
    2000). With weight decay the gradient becomes decay·√((1−s)² + s²)·‖(w, b, v)‖ long for a unit
    with incoming w, bias b and outgoing v: no share keeps the point critical. See `NarrowerNetwork`
    for the equal split that weight decay allows.

    Raises
    ------
    ValueError
        If ``unit`` and ``spare`` are the same or one of them is no unit of the layer, or ``share`` is
        not finite.
    """
    points = as_points("x", x, network.dim)
    if unit == spare or not np.isfinite(share):
        raise ValueError(f"unit and spare must differ and share be finite, got {unit}, {spare}, {share!r}")
    here, there = network.unit(layer, unit), network.unit(layer, spare)
    result = points.copy()
    result[..., there.incoming] = points[..., here.incoming]
    result[..., there.bias] = points[..., here.bias]
    result[..., there.outgoing] = (1.0 - share) * points[..., here.outgoing]
    result[..., here.outgoing] = share * points[..., here.outgoing]
    return result


def zero_unit_patterns(units: int) -> list[tuple[int, ...]]:
    """Return the ``copies`` of widths 0 … ``units`` without splitting, from (), (1,), (1, 1) on."""
    return [(1,) * width for width in range(units + 1)]


def split_patterns(units: int) -> list[tuple[int, ...]]:
    """Return all ``copies`` of at most ``units`` units in which some unit is split, narrow ones first."""
    every = [pattern for used in range(units + 1) for pattern in _partitions(used, used)]
    return sorted((pattern for pattern in every if max(pattern, default=1) > 1), key=len)


def _partitions(total: int, largest: int) -> Iterator[tuple[int, ...]]:
    if total == 0:
        yield ()
    for part in range(min(total, largest), 0, -1):
        for rest in _partitions(total - part, part):
            yield (part, *rest)


def embedded_critical_points(
    network: MLP,
    *,
    per_width: int = 4,
    patterns: Sequence[Sequence[int]] | None = None,
    layer: int = 0,
    gradient_tolerance: float = 1e-9,
    rng: np.random.Generator,
) -> list[CriticalPoint]:
    """Return certified critical points of ``network`` at many heights of its loss.

    Trains the narrower networks inside it to a minimum, each from ``per_width`` random starts, and
    embeds what they find, which is critical in the wide network: see `NarrowerNetwork`. Minima of width
    0 … h in h units come down from the loss of a constant answer to the best minimum, with the index.
    Points that equal an earlier one up to symmetry are left out, so are those that `certify` refuses.

    The index of a minimum with m zero units in one hidden layer is m times the number of singular values
    above the weight decay of M = mean (answer − target)(inputs, 1)ᵀ: the Hessian of a zero unit couples
    its incoming and outgoing weights through M alone and has the eigenvalues decay ± σ(M). For softmax
    over ten classes M has rank 9, since the errors of an example add up to zero.

    Parameters
    ----------
    network : the wide network, tanh or identity.
    per_width : random starts for each pattern; one is enough for a pattern without units.
    patterns : the ``copies`` to try; `zero_unit_patterns` by default, see also `split_patterns`.
    layer : which hidden layer is narrowed.
    gradient_tolerance : see `certify`.

    Raises
    ------
    ValueError
        If ``per_width`` < 1, or a pattern does not fit the network.
    """
    whole_number("per_width", per_width, 1)
    generator("rng", rng)
    if patterns is None:  # without units and biases nothing is left to train
        patterns = zero_unit_patterns(network.layers[layer].outputs)[0 if network.biases else 1 :]
    found = []
    for copies in patterns:
        narrower = NarrowerNetwork(network, copies, layer=layer)
        trained = narrower.as_mlp() or narrower
        for _ in range(per_width if narrower.copies else 1):
            x = narrower.embed(find_minimum(trained, narrower.initial(rng)))
            point = certify(network, x, gradient_tolerance=gradient_tolerance)
            if point.certified:
                found.append(point)
    return without_duplicates(found, network=network)
