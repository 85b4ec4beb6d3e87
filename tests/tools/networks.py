"""Networks that several tests use: small, and made the same way every time."""

from __future__ import annotations

import numpy as np

from course_utils.datasets import TextDataset
from course_utils.networks import RNN, text_windows

TEXT = TextDataset.from_strings("toy", "abcab cabba acb abc " * 20, "abc cab " * 40)


def text_network(units: int = 5, sequences: int = 3, steps: int = 6) -> tuple[RNN, np.ndarray]:
    """Return a recurrent network on windows of ``TEXT``, and parameters whose gradients grow."""
    windows = text_windows(TEXT.train, sequences, steps)
    network = RNN(units, len(TEXT.vocabulary), windows[0])
    return network, network.initial(np.random.default_rng(3), spectral_radius=1.5)
