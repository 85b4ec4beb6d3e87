"""Spectra that several tests use."""

import numpy as np

# Eigenvalues of the blind-spot case: one negative, the next 0.1, the others evenly on [1, 10].
BLIND_SPOT = np.r_[-1.0, 0.1, np.linspace(1, 10, 28)]


def gradient_with_overlap(overlap):
    """Return a gradient with this part along the negative eigenvector, equal parts along the others."""
    return np.r_[overlap, np.full(BLIND_SPOT.size - 1, np.sqrt((1 - overlap**2) / (BLIND_SPOT.size - 1)))]
