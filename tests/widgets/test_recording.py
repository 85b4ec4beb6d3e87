"""A recorded picture shows what the live one shows in the same state."""

import numpy as np
import pytest

from course_utils import objectives, pictures
from course_utils.optimizers import GradientDescent, Momentum
from course_utils.widgets import Handle, Landscape, Line, Points, Raster, Text, View, choice, slider, toggle
from course_utils.widgets.packing import QUANTUM
from tests.tools.scenes import plain


def field():
    """A scene with every kind of layer, whose ground changes with a menu and whose line leaves the window."""
    grounds = {name: objectives.catalogue()[name] for name in ("Himmelblau", "monkey saddle")}
    cells = Raster(np.arange(6).reshape(2, 3), np.linspace(0, 1, 18).reshape(6, 3))

    def update(state):
        if state.at[0] > 1.5:
            raise ZeroDivisionError
        ground = cells if state.f == "cells" else Landscape(grounds[state.f], resolution=21, levels=4)
        run = state.at * np.array([[1.0], [3.0], [1e9], [np.nan], [0.5]])
        return View(
            picture=[ground, Line(run, run="run"), Points(state.at), Text((0, 0), f"{state.at[0]:.2f}")],
            readout=f"at {state.at[0]:.3f}",
            message="on" if state.on else "",
            windows={"picture": (-2, 2, -1 - state.on, 1)},
        )

    return plain(
        update,
        handles={"at": Handle((0.25, -0.5))},
        controls={"f": choice("f", [*grounds, "cells"]), "on": toggle("on")},
    )


MADE = {
    "every layer": field,
    "saddle shapes": pictures.saddle_shapes,
    "step gain": pictures.step_gain,
    "own landscape": pictures.own_landscape,
    "small network": pictures.xor_units,
    "explore": lambda: pictures.explore(
        objectives.himmelblau(), [GradientDescent(0.005), Momentum(0.005)], start=[-0.5, -4.0], steps=20
    ),
}


# A landscape takes a tenth of a second: it is enough to record some.
RESTING = {f"{what}_{k}": 1 for what in ("place", "shape") for k in (2, 3)}
SLOW = {"own landscape", "small network"}
FEWER = {"own landscape": RESTING | {"start": 3, "place_1": 3, "count": 3, "learning_rate": 2}}


def units(frame):
    return np.frombuffer(frame["data"], np.float32).reshape(-1, 2)


@pytest.mark.parametrize(
    ("name", "states", "tried", "stops"),
    [
        *((name, 60 if name in SLOW else 300, 30 if name in SLOW else 100, FEWER.get(name)) for name in MADE),
        *(pytest.param(name, 300, 100, None, marks=pytest.mark.thorough) for name in sorted(SLOW)),
    ],
)
def test_random_states_show_what_the_live_picture_shows(name, states, tried, stops):
    made = MADE[name]()
    recording = made.record(states=states, stops=stops)
    rng = np.random.default_rng(0)
    for k in sorted(rng.integers(len(recording), size=tried)):  # neighbours share much
        wanted, values = recording.lattice.at(recording.lattice.states[k])
        # All at once, as a message of the browser moves them: each alone would draw a picture of its own.
        made._moved({name: at + made._hung_on(name) for name, at in wanted.items()}, values, ["test", int(k)])
        assert made.error is None
        live, recorded = made.frame, recording.frame(int(k))
        for part in ("readout", "message", "error", "controls"):
            assert recorded[part] == live[part]
        for one, other in zip(recorded["handles"], live["handles"], strict=True):
            assert one["at"] == pytest.approx(other["at"], rel=1e-6, abs=1e-9)
        for one, other in zip(recorded["panels"], live["panels"], strict=True):
            assert one["window"] == pytest.approx(other["window"], rel=1e-6)
            assert one["layers"] == other["layers"]
        sent, kept = units(live), recorded["data"]
        near = ~(np.abs(sent) > 1.99)
        np.testing.assert_allclose(kept[near], sent[near], rtol=0, atol=QUANTUM / 2)
        np.testing.assert_array_equal(kept[np.abs(sent) > 2.01], sent[np.abs(sent) > 2.01])
        for one, other in zip(recorded["grounds"], made.grounds, strict=True):
            assert (one is None) == (other is None)
            if one is not None:
                assert {n: one[n] for n in ("shade", "palette", "columns", "rows", "cells")} == {
                    n: other[n] for n in ("shade", "palette", "columns", "rows", "cells")
                }
                lines = np.frombuffer(other["lines"], np.float32).reshape(-1, 2)
                np.testing.assert_allclose(one["lines"], lines, rtol=0, atol=QUANTUM / 2)


def test_recording_leaves_the_picture_as_it_is():
    made = field()
    made.move("at", (-0.5, 0.5))
    before, frame = dict(made.state), made.frame
    recording = made.record(states=50)
    assert made.frame is frame
    assert made.state.at.tolist() == before["at"].tolist() == [-0.5, 0.5]
    assert recording.frame(0)["handles"][0]["at"] == [-0.5, 0.5]  # it begins where the picture stands


def test_states_that_raise_are_left_out():
    made = field()
    recording = made.record(states=300)
    places = np.array([recording.frame(k)["handles"][0]["at"] for k in range(len(recording))])
    assert 1.0 < places[:, 0].max() <= 1.5
    made.move("at", (1.9, 0.0))
    with pytest.raises(ValueError, match="must draw the state that it stands in"):
        made.record()


def test_a_limit_is_kept_with_fewer_states():
    made = MADE["step gain"]()
    roomy, tight = made.record(), made.record(limit=20_000)
    assert len(tight.pack) <= 20_000 < len(roomy.pack)
    assert 3 <= len(tight) < len(roomy)
    assert repr(tight).startswith(f"Recording({len(tight)} states, ")


def test_what_is_shared_is_kept_once():
    objective = objectives.himmelblau()
    made = plain(
        lambda state: View(picture=[Landscape(objective), Points(state.at)]), handles={"at": Handle((0, 0))}
    )
    one, many = made.record(states=3, stops={"at": 1}), made.record(states=300)
    assert len(many) > 250
    assert len(many.pack) - len(one.pack) < 20 * len(many)


@pytest.mark.parametrize(
    ("settings", "error", "told"),
    [
        ({"states": 0}, ValueError, "states must be at least 1, got 0"),
        ({"states": 2.5}, TypeError, "states must be a whole number, got 2.5"),
        ({"states": True}, TypeError, "states must be a whole number, got True"),
        ({"limit": -1}, ValueError, "limit must be at least 1, got -1"),
        ({"limit": 100}, ValueError, "limit must leave room for 3 states of this scene, got 100 bytes"),
        ({"stops": {"at": 0}}, ValueError, r"stops\['at'\] must be at least 1, got 0"),
        (
            {"stops": {"speed": 3}},
            ValueError,
            r"stops must name handles and controls \(at, f, on\), got speed",
        ),
    ],
)
def test_bad_arguments_are_named(settings, error, told):
    with pytest.raises(error, match=told):
        field().record(**settings)


def test_nothing_to_move_is_nothing_to_record():
    with pytest.raises(ValueError, match="must have a handle or a control to be recorded, it has none"):
        plain().record()


def test_a_slider_that_is_off_is_recorded_as_such():
    made = plain(
        lambda state: View(readout=f"{state.clip}"),
        controls={"clip": slider("clip", 0.1, 1.0, 0.5, switch=True, off=None)},
    )
    recording = made.record()
    assert [recording.frame(k)["readout"] for k in range(len(recording))].count({"text": "None"}) == 1
