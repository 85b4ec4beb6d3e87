"""A ReLU network that learns another one, with the exact risk under Gaussian inputs."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi

import numpy as np

from course_utils.networks.network import CHUNK, Network, in_chunks
from course_utils.networks.parameters import Layer
from course_utils.objectives.base import Array, Kind
from course_utils.objectives.checks import generator, real_number, whole_number
from course_utils.objectives.lengths import norms, unit


@dataclass(frozen=True)
class _Angles:
    """How the student's units w_i lie to all units u_j: the n students, then the k teachers.

    Attributes
    ----------
    units, unit_vectors : w_i and w_i/‖w_i‖, or 0 where w_i = 0, (..., n, d).
    norms : ‖u_j‖, (..., n + k).
    cosine, sine : of the angle between w_i and u_j, (..., n, n + k).
    rest : π minus that angle, (..., n, n + k).
    """

    units: Array
    unit_vectors: Array
    norms: Array
    cosine: Array
    sine: Array
    rest: Array


class ReluStudentTeacher(Network):
    """Risk of a student Σ_i relu(w_i·z) that learns a teacher Σ_j relu(v_j·z), for z ~ N(0, I).

    ½E(Σ_i relu(w_i·z) − Σ_j relu(v_j·z))² in closed form: with θ the angle between w and v and

        f(w, v) = E relu(w·z) relu(v·z) = ‖w‖‖v‖ (sin θ + (π − θ) cos θ) / 2π,

    it is ½Σ f(w_i, w_j) − Σ f(w_i, v_j) + ½Σ f(v_i, v_j). The teacher's vectors are the first
    ``k_teacher`` unit vectors. Any leading axes of a point are a batch: thousands of students descend
    together. Parameters are w_1, w_2, … one after the other.

    The risk is smooth except at w_i = 0, where directional derivatives differ, and, in its second
    derivatives, where two students are parallel. There the missing unit vectors count as zero: w_i = 0
    takes θ = π/2, the mean over all directions, and nothing becomes NaN.

    Source: Safran & Shamir 2017 (arXiv:1712.08968); f is half the arc-cosine kernel of order 1 of Cho &
    Saul 2009.

    Parameters
    ----------
    k_student, k_teacher : numbers of units.
    input_dim : dimension d of the inputs, at least ``k_teacher``, which is also the default.
    """

    def __init__(self, k_student: int, k_teacher: int, input_dim: int | None = None) -> None:
        k_student = whole_number("k_student", k_student, 1)
        k_teacher = whole_number("k_teacher", k_teacher, 1)
        d = k_teacher if input_dim is None else whole_number("input_dim", input_dim, k_teacher)
        self.teacher = np.eye(k_teacher, d)
        self.layers = (Layer("hidden 1", 0, k_student, d, biases=False),)
        # Pairs of students count for the risk, pairs with a teacher against it.
        self._sign = np.repeat([1.0, -1.0], [k_student, k_teacher])
        solved: list[tuple[Array, Kind]] = []
        if k_student == k_teacher:
            solved.append((self.teacher.ravel(), "minimum"))
        name = f"{k_student} ReLU students of {k_teacher} teachers"
        super().__init__(name, k_student * d, critical_points=solved)

    def initial(
        self, rng: np.random.Generator, *, scale: float = 1.0, shape: int | tuple[int, ...] = ()
    ) -> Array:
        """Return random students, shape (*shape, dim): Gaussian entries of variance scale²/d."""
        generator("rng", rng)
        scale = real_number("scale", scale, at_least=0.0)
        size = (*np.atleast_1d(np.asarray(shape, dtype=int)), self.dim)
        return rng.normal(scale=scale / np.sqrt(self.layers[0].inputs), size=size)

    def _students_at_once(self, per_pair: int) -> int:
        # Half of the usual size, because a dozen such arrays live at once.
        return max(1, CHUNK // (2 * self.layers[0].outputs * self._sign.size * per_pair))

    def _angles(self, x: Array) -> _Angles:
        w = self.layers[0].matrix(x)
        n, k = w.shape[-2], len(self.teacher)
        lengths = np.ones((*w.shape[:-2], n + k))
        lengths[..., :n] = norms(w)
        unit_vectors = unit(w, lengths[..., :n])
        cosine = np.empty((*w.shape[:-1], n + k))
        np.matmul(unit_vectors, unit_vectors.swapaxes(-1, -2), out=cosine[..., :n])
        cosine[..., n:] = unit_vectors[..., :k]  # the teachers are the first k unit vectors
        np.clip(cosine, -1.0, 1.0, out=cosine)
        every = np.arange(n)
        cosine[..., every, every] = 1.0
        rest = np.arccos(cosine)
        np.subtract(pi, rest, out=rest)
        # Near ±1 arccos loses digits, but f and its gradient change with θ like sin θ, which is small there.
        rest[..., every, every] = np.where(lengths[..., :n] > 0, pi, pi / 2)
        sine = 1.0 - cosine
        sine *= 1.0 + cosine
        np.sqrt(sine, out=sine)
        return _Angles(w, unit_vectors, lengths, cosine, sine, rest)

    def _value_of(self, at: _Angles) -> Array:
        n, k = self.layers[0].outputs, len(self.teacher)
        f = at.rest * at.cosine
        f += at.sine
        # Both pairs of two students are in the sum: half of each.
        weight = (at.norms * self._sign * np.repeat([0.5, 1.0], [n, k]))[..., None]
        sums = (f @ weight)[..., 0]
        teacher_alone = 0.5 * (k / 2 + k * (k - 1) / (2 * pi))
        risk = np.einsum("...i,...i->...", at.norms[..., :n], sums) / (2 * pi) + teacher_alone
        # A mean of squares: what rounding leaves below zero is zero.
        floor: Array = np.maximum(risk, 0.0)
        return floor

    def _gradient_of(self, at: _Angles) -> Array:
        n, k = self.layers[0].outputs, len(self.teacher)
        along = at.sine @ (self._sign * at.norms)[..., None]
        gradient: Array = at.rest[..., :n] @ at.units
        gradient += along * at.unit_vectors
        gradient[..., :k] -= at.rest[..., n:]
        gradient /= 2 * pi
        return gradient.reshape(*gradient.shape[:-2], self.dim)

    def _value(self, x: Array) -> Array:
        value: Array = in_chunks(lambda p: self._value_of(self._angles(p)), x, self._students_at_once(1))
        return value

    def _gradient(self, x: Array) -> Array:
        gradient: Array = in_chunks(
            lambda p: self._gradient_of(self._angles(p)), x, self._students_at_once(1)
        )
        return gradient

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        def both(points: Array) -> tuple[Array, Array]:
            at = self._angles(points)
            return self._value_of(at), self._gradient_of(at)

        pair: tuple[Array, Array] = in_chunks(both, x, self._students_at_once(1))
        return pair

    def _hessian(self, x: Array) -> Array:
        hessian: Array = in_chunks(self._hessians, x, self._students_at_once(self.layers[0].inputs))
        return hessian

    def _hessians(self, x: Array) -> Array:
        """Return the Hessians of a chunk of students.

        ∂²f/∂w² = (‖v‖ sin θ / 2π‖w‖)(I − w̄w̄ᵀ + n̄n̄ᵀ) and ∂²f/∂w∂v = ((π − θ)I + w̄n̄ᵀ + v̄m̄ᵀ)/2π, where
        w̄, v̄ are unit vectors, n̄ that of the part of v orthogonal to w, m̄ of the part of w orthogonal to v.
        """
        at = self._angles(x)
        n, d = self.layers[0].outputs, self.layers[0].inputs
        bar = at.unit_vectors
        teacher = np.broadcast_to(self.teacher, (*bar.shape[:-2], *self.teacher.shape))
        every_bar = np.concatenate([bar, teacher], axis=-2)
        cosine = bar @ every_bar.swapaxes(-1, -2)
        normal = every_bar[..., None, :, :] - cosine[..., None] * bar[..., :, None, :]
        length = np.linalg.norm(normal, axis=-1, keepdims=True)
        # Below 1e-8 the direction is rounding noise: the vectors count as parallel.
        normal = np.divide(normal, length, out=np.zeros_like(normal), where=length > 1e-8)

        blocks = np.zeros((*x.shape[:-1], n, d, n, d))
        outer = bar[..., :, None, :, None] * normal[..., :n, None, :]  # w̄_i n̄_ijᵀ, (..., i, j, d, d)
        mixed = outer + outer.swapaxes(-4, -3)
        mixed += at.rest[..., :n, None, None] * np.eye(d)
        blocks[...] = mixed.swapaxes(-3, -2) / (2 * pi)

        scale = self._sign * at.norms
        weight = np.divide(
            at.sine * scale[..., None, :],
            2 * pi * at.norms[..., :n, None],
            out=np.zeros_like(at.sine),
            where=at.norms[..., :n, None] > 0,
        )
        own = (normal.swapaxes(-1, -2) * weight[..., None, :]) @ normal
        across = np.eye(d) - bar[..., :, None] * bar[..., None, :]
        own += weight.sum(axis=-1)[..., None, None] * across + 0.5 * np.eye(d)
        every = np.arange(n)
        # Advanced indices with a slice between them come first: (n, ..., d, d).
        blocks[..., every, :, every, :] = np.moveaxis(own, -3, 0)
        hessian = blocks.reshape(*x.shape[:-1], self.dim, self.dim)
        symmetric: Array = (hessian + hessian.swapaxes(-1, -2)) / 2
        return symmetric

    def _linearize(self, x: Array) -> Array:
        return self._hessians(x)

    def _products(self, at: Array, v: Array) -> Array:
        return v @ at

    @property
    def gradient_flops(self) -> float:
        """Three products of (n, d) with (d, n + k) matrices and about 60 operations an angle."""
        n, d = self.layers[0].outputs, self.layers[0].inputs
        return float(n * self._sign.size * (6 * d + 60))

    @property
    def hessian_cost(self) -> float:
        """The sums over n̄n̄ᵀ, n(n + k) products of 2d², and n² blocks of 6d², over one gradient."""
        n, d = self.layers[0].outputs, self.layers[0].inputs
        return float(1 + n * d * d * (2 * self._sign.size + 6 * n) / self.gradient_flops)
