"""Experiments behind the course on high-dimensional non-convex optimization."""

__version__ = "0.1.0"
