"""The derivations that unfold line by line: each line is true of random numbers, and can be opened."""

import re

import nbformat
import numpy as np
import pytest

from course_utils.optimizers.heavy_ball import heavy_ball_components, heavy_ball_roots
from course_utils.optimizers.rates import best_momentum
from tests.tools import ROOT


def derivation(notebook: str, title: str) -> str:
    """Return the Markdown cell of a notebook that unfolds under ``title``."""
    (path,) = (ROOT / "notebooks").glob(f"{notebook}_*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    (found,) = [cell.source for cell in cells if f"<summary><b>{title}" in cell.source]
    return found


@pytest.mark.parametrize(
    ("notebook", "title", "lines"),
    [("02", "Kantorovich's angle", 5), ("02", "Heavy ball's roots", 5), ("06", "The trust-region step", 5)],
)
def test_each_line_can_be_opened_and_gives_its_reason(notebook, title, lines):
    source = derivation(notebook, title)
    assert len(re.findall(r"<details><summary>Why\?", source)) == lines
    assert source.count("<details>") == source.count("</details>") == lines + 1
    assert len(re.findall(r"\$\$.+?\$\$", source, re.DOTALL)) == lines
    # Only after an empty line is Markdown, with its formulas, read as such inside HTML again.
    assert all(f"{tag}\n\n" in source for tag in ("</summary>", "</details>"))
    assert not re.search(r"</summary>\n(?!\n)", source)


def test_kantorovichs_angle():
    rng = np.random.default_rng(0)
    for n in (2, 3, 7):
        V, _ = np.linalg.qr(rng.normal(size=(n, n)))
        lam, g = np.exp(rng.uniform(-2, 3, n)), rng.normal(size=n)
        H = V @ np.diag(lam) @ V.T
        away = np.linalg.solve(H, g)
        cosine = g @ away / np.linalg.norm(g) / np.linalg.norm(away)
        p = V @ np.diag(lam**-0.5) @ V.T @ g
        assert cosine**2 == pytest.approx((p @ p) ** 2 / (p @ H @ p) / (p @ np.linalg.solve(H, p)))
        w = (V.T @ p) ** 2 / (p @ p)
        assert w.sum() == pytest.approx(1)
        product = (w @ lam) * (w @ (1 / lam))
        assert cosine**-2 == pytest.approx(product)
        a, b = lam.min(), lam.max()
        assert (lam + a * b / lam <= (a + b) * (1 + 1e-12)).all()
        middle = w @ lam + a * b * (w @ (1 / lam))
        assert 2 * np.sqrt(a * b * product) <= middle <= a + b
        bound = 2 * np.sqrt(b / a) / (b / a + 1)
        assert cosine >= bound == pytest.approx(2 * np.sqrt(a * b) / (a + b))
        worst = np.sqrt(b) * V[:, lam.argmax()] - np.sqrt(a) * V[:, lam.argmin()]
        there = np.linalg.solve(H, worst)
        assert worst @ there / np.linalg.norm(worst) / np.linalg.norm(there) == pytest.approx(bound)


def test_heavy_balls_roots():
    rng = np.random.default_rng(1)
    for _ in range(200):
        mu, scaled = rng.uniform(0, 0.99), rng.uniform(-0.5, 5.0)
        x = heavy_ball_components(1.0, mu, [scaled], 4)[:, 0]
        assert x[2:] == pytest.approx((1 + mu - scaled) * x[1:-1] - mu * x[:-2], rel=1e-9, abs=1e-12)
        roots = heavy_ball_roots(1.0, mu, scaled)
        assert roots**2 - (1 + mu - scaled) * roots + mu == pytest.approx(0, abs=1e-12)
        conjugate = (1 - np.sqrt(mu)) ** 2 < scaled < (1 + np.sqrt(mu)) ** 2
        assert bool(roots[0].imag != 0) == conjugate
        if conjugate:
            assert np.abs(roots) == pytest.approx(np.sqrt(mu))
        assert bool(np.abs(roots[0]) < 1) == (0 < scaled < 2 * (1 + mu))
    for kappa in (1.0, 10.0, 1e4):
        best = best_momentum(2.0, 2.0 * kappa)
        assert np.sqrt(best.momentum) == pytest.approx((np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1))
        assert np.sqrt(best.learning_rate * 2.0) == pytest.approx(1 - np.sqrt(best.momentum))
        assert np.sqrt(best.learning_rate * 2.0 * kappa) == pytest.approx(1 + np.sqrt(best.momentum))


def test_the_trust_region_step():
    rng = np.random.default_rng(2)
    for n in (2, 3, 6):
        V, _ = np.linalg.qr(rng.normal(size=(n, n)))
        lam, g, r = rng.uniform(0.2, 3, n) * rng.choice([-1, 1], n), rng.normal(size=n), rng.uniform(0.1, 4)
        size, root = V @ np.diag(np.abs(lam)) @ V.T, V @ np.diag(np.abs(lam) ** 0.5) @ V.T
        p = np.linalg.solve(root, g)
        inside = rng.normal(size=(2000, n))
        inside *= (np.sqrt(r) * rng.uniform(0, 1, 2000) / np.linalg.norm(inside, axis=1))[
            :, None
        ]  # y in the ball
        steps = np.linalg.solve(root, inside.T).T
        assert np.einsum("ki,ij,kj->k", steps, size, steps) == pytest.approx(np.sum(inside**2, axis=1))
        assert steps @ g == pytest.approx(inside @ p)
        lowest = -np.linalg.norm(p) * np.sqrt(r)
        assert (inside @ p >= lowest).all()
        reach = g @ np.linalg.solve(size, g)
        best = -np.sqrt(r / reach) * np.linalg.solve(size, g)
        assert best @ size @ best == pytest.approx(r)
        assert best @ g == pytest.approx(lowest)
        nu = np.sqrt(reach / r) / 2
        assert g + 2 * nu * size @ best == pytest.approx(0, abs=1e-12)
        h = 1e-6 * r
        slope = (-np.linalg.norm(p) * np.sqrt(r + h) + np.linalg.norm(p) * np.sqrt(r - h)) / (2 * h)
        assert slope == pytest.approx(-nu, rel=1e-7)
