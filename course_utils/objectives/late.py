"""Parts of NumPy that are loaded only when somebody uses them."""

from __future__ import annotations

import importlib.util
import sys

import numpy as np


def load_when_used(part: str) -> None:
    """Let the package ``numpy.part``, unless it is there already, be loaded once something in it is used."""
    name = f"numpy.{part}"
    spec = None if name in sys.modules else importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        return
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    setattr(np, part, module)  # as importing it would
