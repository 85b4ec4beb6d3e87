"""A rough landscape with one more dimension in which its hills end: the way round."""

from __future__ import annotations

import numpy as np

from course_utils.objectives.base import Array, Objective
from course_utils.objectives.checks import real_number
from course_utils.objectives.planar import hills
from course_utils.objectives.quadratic import quadratic


class Detour(Objective):
    """A rough function of n coordinates whose roughness fades along one coordinate more.

    f(x, z) = smooth(x) + (rough(x) − smooth(x))·exp(−z²/2w²) + ½kz², with z the last coordinate.

    At z = 0 it is the rough function and its gradient points along that slice, so a run that starts
    there never leaves it. Far from z = 0 it is the smooth one. A minimum of the rough function that lies
    more than kw² above the smooth function at the same place is a saddle here: z leads down from it.

    Parameters
    ----------
    rough, smooth : objectives with the same number of coordinates n.
    width : w, how far the roughness reaches along z.
    stiffness : k, what pulls z back to 0.

    Raises
    ------
    ValueError
        If the dimensions differ, ``width`` ≤ 0 or ``stiffness`` < 0.
    """

    def __init__(self, rough: Objective, smooth: Objective, width: float, stiffness: float) -> None:
        if rough.dim != smooth.dim:
            raise ValueError(f"rough and smooth must have the same dim, got {rough.dim} and {smooth.dim}")
        width = real_number("width", width, above=0.0)
        stiffness = real_number("stiffness", stiffness, at_least=0.0)
        domain = rough.domain if rough.dim > 1 else (*rough.domain, (-2 * width, 2 * width))
        super().__init__(f"{rough.name} with a way round", rough.dim + 1, domain=domain)
        self.rough, self.smooth = rough, smooth
        self.width, self.stiffness = width, stiffness

    def _fade(self, z: Array) -> Array:
        fade: Array = np.exp(-(z**2) / (2 * self.width**2))
        return fade

    def _value(self, x: Array) -> Array:
        return self._value_and_gradient(x)[0]

    def _gradient(self, x: Array) -> Array:
        return self._value_and_gradient(x)[1]

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        flat, z = x[..., :-1], x[..., -1]
        fade = self._fade(z)
        ground, slope = self.smooth._value_and_gradient(flat)
        height, steep = self.rough._value_and_gradient(flat)
        bumps = _above(height, ground) * fade
        gradient = np.empty_like(x)
        gradient[..., :-1] = slope + (steep - slope) * fade[..., None]
        gradient[..., -1] = (self.stiffness - bumps / self.width**2) * z
        return ground + bumps + 0.5 * self.stiffness * z**2, gradient

    def _hessian(self, x: Array) -> Array:
        flat, z = x[..., :-1], x[..., -1]
        fade, w2 = self._fade(z), self.width**2
        bumps = _above(self.rough._value(flat), self.smooth._value(flat))
        steeper = self.rough._gradient(flat) - self.smooth._gradient(flat)
        bend = self.smooth._hessian(flat)
        H = np.empty((*x.shape, self.dim))
        H[..., :-1, :-1] = bend + (self.rough._hessian(flat) - bend) * fade[..., None, None]
        H[..., :-1, -1] = H[..., -1, :-1] = -steeper * (z * fade / w2)[..., None]
        H[..., -1, -1] = self.stiffness + bumps * fade * (z**2 / w2 - 1) / w2
        return H


def _above(height: Array, ground: Array) -> Array:
    """Return height − ground, 0 where both are beyond float64."""
    return np.subtract(height, ground, out=np.zeros_like(ground), where=height != ground)


def hills_detour(width: float = 0.8, stiffness: float = 0.1) -> Detour:
    """Return `hills` over its bowl, with a third coordinate along which the hills end."""
    bowl = quadratic([0.2, 0.2], center=[2.0, 0.0], name="the bowl alone")
    return Detour(hills(), bowl, width, stiffness)
