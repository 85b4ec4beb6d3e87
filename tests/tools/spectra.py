"""Spectra that several tests use."""

import numpy as np

# Eigenvalues of the blind-spot case: one negative, the next 0.1, the others evenly on [1, 10].
BLIND_SPOT = np.r_[-1.0, 0.1, np.linspace(1, 10, 28)]


def gradient_with_overlap(overlap):
    """Return a gradient with this part along the negative eigenvector, equal parts along the others."""
    return np.r_[overlap, np.full(BLIND_SPOT.size - 1, np.sqrt((1 - overlap**2) / (BLIND_SPOT.size - 1)))]


def rotated(eigenvalues, rng):
    """Return a symmetric matrix with these eigenvalues, and its eigenvectors as columns."""
    eigenvalues = np.asarray(eigenvalues, dtype=float)
    Q = np.linalg.qr(rng.standard_normal((eigenvalues.size,) * 2))[0]
    H = (Q * eigenvalues) @ Q.T
    return (H + H.T) / 2, Q
