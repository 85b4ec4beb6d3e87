"""Measure a small PyTorch network on digits: python data/own_network.py writes `own-network.npz`.

Needs the course and PyTorch (`pip install -e .[torch]`); a minute on one core. What is measured is told in
`course_utils.experiments.own_network`; lesson 11 shows it where PyTorch is not installed.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from course_utils.datasets import load
from course_utils.experiments.own_network import SHIPPED, as_npz, measure
from course_utils.objectives import from_torch


def main() -> None:
    """Build the network of the lesson, measure it and write the result."""
    digits = load("mnist-10x10").subset(500).standardize()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    module = torch.nn.Sequential(torch.nn.Linear(100, 16), torch.nn.Tanh(), torch.nn.Linear(16, 10))
    loss = torch.nn.functional.cross_entropy
    mine = from_torch(module.eval(), loss, digits.inputs, digits.targets)
    result = measure(mine, mine.start)
    version = torch.__version__.partition("+")[0]
    about = f"Sequential, {mine.dim:,} parameters: PyTorch is not installed here, this is a stored result"
    result = replace(result, about=f"{about} (of PyTorch {version})")
    (Path(__file__).resolve().parent / SHIPPED).write_bytes(as_npz(result))


if __name__ == "__main__":
    main()
