"""What a network is judged by: cross-entropy of its last layer, of classes or of pixels, and squared error.

Everything here works on the last pre-activations z of shape (..., C, N): C outputs, N examples.
``scale`` is what one example counts, 1/N for a mean over all of them. Where z is in single precision its
derivatives are, too, but sums over outputs and examples are made in double.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol, Self, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.networks.activations import ACTIVATIONS
from course_utils.networks.precision import DOUBLE, SINGLE
from course_utils.networks.targets import class_targets, share_targets, vector_targets
from course_utils.objectives.base import Array

LossName = Literal["cross_entropy", "sigmoid_cross_entropy", "squared_error"]

# Odds against the most probable class below which the loss is taken from them and not from the total.
SURE = 1e-4


class Loss(Protocol):
    """What the passes of a network ask of a loss."""

    @property
    def targets(self) -> NDArray[Any]:
        """The right answers, examples along the last axis."""

    def value(self, z: Array) -> Array:
        """Return the loss, shape (...,)."""

    def response(self, z: Array) -> Array:
        """Return what the network answers, shape (..., C, N): probabilities or the outputs themselves."""

    def value_and_response(self, z: Array) -> tuple[Array, Array]:
        """Return both, for the price of one."""

    def gradient(self, response: Array) -> Array:
        """Return ∂loss/∂z, shape (..., C, N)."""

    def curvature_product(self, response: Array, r: Array) -> Array:
        """Return (∂²loss/∂z²) r for a ``response`` (C, N) and directions ``r`` (..., C, N), in place of r."""

    def curvature(self, response: Array) -> Array:
        """Return ∂²loss/∂z² of every example, shape (C, C, N)."""

    def examples(self, indices: Any) -> Self:
        """Return the same loss, at the same scale, of some examples only."""

    def rescaled(self, scale: float) -> Self:
        """Return the same loss with another weight for one example."""


def _softmax_parts(z: Array) -> tuple[Array, Array, Array]:
    """Return the largest z, e^(z − largest), which cannot overflow, and its sum over the classes."""
    top = z.real.max(axis=-2, keepdims=True)
    p = np.exp(z - top)
    return top, p, p.sum(axis=-2, keepdims=True)


@dataclass(frozen=True)
class CrossEntropy:
    """Mean of −log softmax(z)[target].

    Attributes
    ----------
    targets : (N,) the class of each example.
    scale : weight of one example.
    """

    targets: NDArray[np.intp]
    scale: float

    def value(self, z: Array) -> Array:
        """Return the loss, shape (...,)."""
        return self._mean(z, *_softmax_parts(z))

    def response(self, z: Array) -> Array:
        """Return the probabilities."""
        _, p, total = _softmax_parts(z)
        p /= total
        return p

    def value_and_response(self, z: Array) -> tuple[Array, Array]:
        """Return the loss and the probabilities."""
        top, p, total = _softmax_parts(z)
        value = self._mean(z, top, p, total)
        p /= total
        return value, p

    def _mean(self, z: Array, top: Array, p: Array, total: Array) -> Array:
        hit = z[..., self.targets, np.arange(self.targets.size)]
        loss = np.log(total[..., 0, :]) + (top[..., 0, :] - hit)
        sure = total.real[..., 0, :] < 1.0 + SURE
        if sure.any():  # log(1 + ε) of all that is left beside the top, which 1 + ε has lost to rounding
            others = np.moveaxis(p, -2, -1)[sure]
            lead = np.arange(len(others)), np.abs(others).argmax(axis=-1)
            first = others[lead]  # 1, and beside the real line of length 1
            others[lead] = 0.0
            left = np.log1p(others.sum(axis=-1) / first)
            loss[sure] = np.log(first) + left + (top[..., 0, :] - hit)[sure]
        lost = np.isnan(loss)
        if lost.any():  # some z are beyond float64: the class that is alone up there has all probability
            alone = (
                (hit == np.inf) & (np.count_nonzero(z == np.inf, axis=-2) == 1) & ~np.isnan(z).any(axis=-2)
            )
            loss[lost] = np.where(alone, 0.0, np.inf)[lost]
        mean: Array = self.scale * loss.sum(axis=-1, dtype=np.result_type(loss, np.float64))
        return mean

    def gradient(self, response: Array) -> Array:
        """Return (p − onehot)·scale."""
        delta = response * self.scale
        delta[..., self.targets, np.arange(self.targets.size)] -= self.scale
        return delta

    def curvature_product(self, response: Array, r: Array) -> Array:
        """Return (diag(p) − ppᵀ) r · scale, in place of r."""
        # (r − p·r) ⊙ p: three passes over r, which is the largest array of a block of products.
        r -= np.einsum("cn,...cn->...n", response, r)[..., None, :]
        r *= self.scale * response
        return r

    def curvature(self, response: Array) -> Array:
        """Return (diag(p) − ppᵀ)·scale."""
        p = self.scale * response
        blocks = -response[:, None, :] * p
        every = np.arange(len(p))
        blocks[every, every] += p
        return blocks

    def examples(self, indices: Any) -> CrossEntropy:
        """Return the loss of some examples, at the same scale."""
        return replace(self, targets=self.targets[indices])

    def rescaled(self, scale: float) -> CrossEntropy:
        """Return the loss with another weight for one example."""
        return replace(self, scale=scale)


@dataclass(frozen=True)
class SigmoidCrossEntropy:
    """Mean over the examples of Σ_c −t_c log σ(z_c) − (1 − t_c) log(1 − σ(z_c)).

    What grey pixels t between 0 and 1 are reconstructed by (Hinton & Salakhutdinov 2006). Its Hessian in z
    is diagonal, σ(1 − σ), whatever the targets.

    Attributes
    ----------
    targets : (C, N) in 0 … 1.
    scale : weight of one example.
    """

    targets: Array
    scale: float

    def value(self, z: Array) -> Array:
        """Return the loss, shape (...,)."""
        up = z.real > 0
        # log(1 + e^z) − tz, with an exponential that cannot overflow
        loss = np.where(up, -z, z) if np.iscomplexobj(z) else -np.abs(z)
        np.exp(loss, out=loss)
        _log1p(loss)
        loss += (up - self.targets) * z
        total = loss.sum(axis=(-2, -1), dtype=np.result_type(loss, np.float64))
        if np.isnan(total).any():  # 0·∞ where a z beyond float64 is right
            lost = np.isnan(loss)
            loss[lost] = np.where(np.isnan(z), np.inf, 0.0)[lost]
            total = loss.sum(axis=(-2, -1), dtype=total.dtype)
        return np.asarray(self.scale * total)

    def response(self, z: Array) -> Array:
        """Return σ(z)."""
        p = z.copy()
        ACTIVATIONS["sigmoid"].apply(p)
        return p

    def value_and_response(self, z: Array) -> tuple[Array, Array]:
        """Return the loss and σ(z)."""
        return self.value(z), self.response(z)

    def gradient(self, response: Array) -> Array:
        """Return (σ − target)·scale."""
        delta = response - self.targets
        delta *= self.scale
        return delta

    def curvature_product(self, response: Array, r: Array) -> Array:
        """Return σ(1 − σ) r · scale, in place of r."""
        curvature = ACTIVATIONS["sigmoid"].slope(response)
        curvature *= self.scale
        r *= curvature
        return r

    def curvature(self, response: Array) -> Array:
        """Return diag(σ(1 − σ))·scale for every example."""
        return _diagonal_blocks(response * (1.0 - response) * self.scale)

    def examples(self, indices: Any) -> SigmoidCrossEntropy:
        """Return the loss of some examples, at the same scale."""
        return replace(self, targets=self.targets[:, indices])

    def rescaled(self, scale: float) -> SigmoidCrossEntropy:
        """Return the loss with another weight for one example."""
        return replace(self, scale=scale)


@dataclass(frozen=True)
class SquaredError:
    """Mean over the examples of ½‖z − target‖².

    Attributes
    ----------
    targets : (C, N).
    scale : weight of one example.
    """

    targets: Array
    scale: float

    def value(self, z: Array) -> Array:
        """Return the loss, shape (...,)."""
        error = z - self.targets
        error[np.isnan(error)] = np.inf  # of terms beyond float64
        return half_squares(self.scale, error.reshape(*error.shape[:-2], error.shape[-2] * error.shape[-1]))

    def response(self, z: Array) -> Array:
        """Return the outputs themselves."""
        return z

    def value_and_response(self, z: Array) -> tuple[Array, Array]:
        """Return the loss and the outputs."""
        return self.value(z), z

    def gradient(self, response: Array) -> Array:
        """Return (z − target)·scale."""
        delta = response - self.targets
        delta *= self.scale
        return delta

    def curvature_product(self, response: Array, r: Array) -> Array:
        """Return r · scale, in place of r: the Hessian in z is the identity."""
        del response
        r *= self.scale
        return r

    def curvature(self, response: Array) -> Array:
        """Return the identity · scale for every example."""
        return _diagonal_blocks(np.full_like(response, self.scale))

    def examples(self, indices: Any) -> SquaredError:
        """Return the loss of some examples, at the same scale."""
        return replace(self, targets=self.targets[:, indices])

    def rescaled(self, scale: float) -> SquaredError:
        """Return the loss with another weight for one example."""
        return replace(self, scale=scale)


def _log1p(e: Array) -> None:
    """Replace ``e``, at least 0, by log(1 + e) to its last digits."""
    if e.dtype != SINGLE:
        np.log1p(e, out=e)
        return
    # In single precision NumPy's log is several times as quick as its log1p. What 1 + e rounds away is
    # made good by the slope there, which is exact to rounding as (2⁻²⁴)² is nothing beside 2⁻²⁴.
    one_more = 1.0 + e
    e -= one_more - 1.0
    e /= one_more
    e += np.log(one_more, out=one_more)


def _diagonal_blocks(entries: Array) -> Array:
    """Return diag(entries), shape (C, C, N), for entries (C, N) of every example."""
    outputs, examples = entries.shape
    blocks = np.zeros((outputs, outputs, examples))
    every = np.arange(outputs)
    blocks[every, every] = entries
    return blocks


def half_squares(weight: float, v: Array) -> Array:
    """Return ½·``weight``·‖v‖² for vectors (..., n): finite wherever it is a float64, for any weight."""
    v = v.astype(np.result_type(v, np.float64), copy=False)
    half: Array = np.asarray(0.5 * weight * np.einsum("...i,...i->...", v, v))
    if not np.isfinite(half).all():  # the squares overflow, but not all that is left of them
        shrunk = np.sqrt(0.5 * weight) * v
        half = np.asarray(np.einsum("...i,...i->...", shrunk, shrunk))
    return half


def make_loss(
    name: str, targets: ArrayLike, examples: int, outputs: int, dtype: np.dtype[Any] = DOUBLE
) -> Loss:
    """Return the loss of that name on checked ``targets``, which it keeps in the precision ``dtype``."""
    if name == "cross_entropy":
        if outputs < 2:
            raise ValueError(f"layer_sizes must end with at least 2 outputs for cross_entropy, got {outputs}")
        return CrossEntropy(class_targets(targets, examples, outputs), 1.0 / examples)
    if name == "squared_error":
        return SquaredError(vector_targets(targets, examples, outputs, dtype), 1.0 / examples)
    if name == "sigmoid_cross_entropy":
        return SigmoidCrossEntropy(share_targets(targets, examples, outputs, dtype), 1.0 / examples)
    raise ValueError(f"loss must be one of {', '.join(map(repr, get_args(LossName)))}, got {name!r}")
