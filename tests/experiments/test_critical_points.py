import numpy as np
import pytest

from course_utils.critical_points import certify, damped_newton_search, residual_by_cutoff
from course_utils.experiments import catalogue
from course_utils.experiments.critical_points import (
    CRITICAL_POINTS,
    EMBEDDINGS,
    FINDERS,
    digits_network,
    distinct,
    run,
    shipped_results,
    tasks,
)


@pytest.fixture(scope="module")
def shipped():
    return shipped_results()


def test_the_shipped_file_is_that_of_the_experiment_as_it_is(shipped):
    assert catalogue()["critical-points"] is CRITICAL_POINTS
    identity = CRITICAL_POINTS.identity(shipped.identity["seed"], quick=False)
    assert {name: shipped.identity[name] for name in identity} == identity
    assert shipped.complete
    assert not shipped.errors


def test_the_shipped_file_holds_enough_of_both_kinds(shipped):
    certified, first = shipped.column("certified"), distinct(shipped)
    assert int((certified & first).sum()) >= 60
    assert int((~certified & first).sum()) >= 60
    print("\n" + CRITICAL_POINTS.summary(shipped))


def test_gradient_norm_index_and_verdict_follow_from_the_stored_parameters(shipped):
    network = digits_network()
    x, certified = shipped.column("parameters"), shipped.column("certified")
    rng = np.random.default_rng()  # another sample every time
    sample = np.concatenate(
        [rng.choice(np.flatnonzero(certified == kind), 8, replace=False) for kind in (True, False)]
    )
    print(f"\nrows {sorted(sample.tolist())}")
    for row in sample:
        point = certify(
            network, x[row], gradient_tolerance=shipped.identity["settings"]["gradient_tolerance"]
        )
        stored = {name: shipped.column(name)[row] for name in shipped.names}
        assert point.certified == stored["certified"], row
        assert point.index == stored["index"], row
        assert point.value == pytest.approx(stored["value"], rel=1e-12)
        if certified[row]:
            assert max(point.gradient_norm, stored["gradient_norm"]) <= 1e-9
            continue
        assert point.gradient_norm == pytest.approx(stored["gradient_norm"], rel=1e-6)
        assert point.gradient_norm > 1e-9
        cutoffs = shipped.identity["settings"]["residual_cutoffs"]
        # Pixels that are always dark have the weight decay as their eigenvalue; where a cut-off is that very
        # number, rounding decides which of them it leaves out.
        decided = np.array(cutoffs) != shipped.identity["settings"]["weight_decay"]
        assert decided.sum() == len(cutoffs) - 1
        np.testing.assert_allclose(
            residual_by_cutoff(network, x[row], cutoffs)[decided],
            stored["residual_by_cutoff"][decided],
            atol=1e-6,
        )


def test_index_against_loss(shipped):
    certified, first = shipped.column("certified"), distinct(shipped)
    value, index = shipped.column("value"), shipped.column("index")

    def correlation(rows):
        return np.corrcoef(value[rows], index[rows])[0, 1]

    copies = shipped.parameter("copies")
    split = np.array([any(part not in ("", "1") for part in c.split("+")) for c in copies])
    print(
        f"\ncorrelation of loss and index: certified {correlation(certified & first):.2f}, "
        f"without split units {correlation(certified & first & ~split):.2f}, "
        f"uncertified {correlation(~certified):.2f}"
    )
    assert correlation(certified & first & ~split) > 0.9
    # At one height there are saddles of very different index, and gradient-flat points hide that.
    assert 0.4 < correlation(certified & first) < correlation(~certified)
    flat = shipped.column("residual_by_cutoff")[~certified]
    cutoffs = shipped.identity["settings"]["residual_cutoffs"]
    assert (flat[:, cutoffs.index(1e-3)] > 0.9).all()


def test_the_finder_returns_to_saddles_from_nearby(shipped):
    # So the many failures of the shipped searches are not the finder's: their starts lie too far off.
    network, x, index = digits_network(), shipped.column("parameters"), shipped.column("index")
    saddles = np.flatnonzero(shipped.column("certified") & (index > 0) & (index < 60))[:3]
    noise = np.random.default_rng(0).uniform(-1e-2, 1e-2, size=(3, network.dim))
    for row, end in zip(saddles, damped_newton_search(network, x[saddles] + noise), strict=True):
        assert end.certified
        assert end.index == index[row]
        np.testing.assert_allclose(end.x, x[row], atol=1e-9)


@pytest.mark.thorough
@pytest.mark.parametrize("task", tasks(0, quick=True), ids=lambda task: f"{task['method']} {task['copies']}")
def test_one_task_of_each_kind(task):
    result = run(task, np.random.default_rng(0))
    point = certify(digits_network(), result["parameters"])
    assert result["certified"] == point.certified == (task["method"] == "embedding")
    for name in ("value", "gradient_norm", "index", "residual", "cutoff"):
        assert result[name] == getattr(point, name)
    assert result["start_value"] > 0
    again = run(task, np.random.default_rng(0))
    np.testing.assert_array_equal(result["parameters"], again["parameters"])


def test_the_full_run_tries_everything():
    full = tasks(0, quick=False)
    assert {task["method"] for task in full} == {"embedding", *FINDERS}
    assert sum(task["method"] == "embedding" for task in full) == sum(EMBEDDINGS.values())
    assert {task["amplitude"] for task in full if task["path"] != "none"} == {1e-1, 1e-2, 1e-3, 1e-4}
