"""The way round through a third coordinate."""

from course_utils.pictures import way_round
from tests.tools.scenes import exercise_every_control


def test_the_way_round_opens_only_off_the_plane():
    scene = way_round()
    rows = {row[0]: row for row in scene.readout.rows}
    assert rows["in the plane, x₃ = 0"][2] == "never"
    steps = int(rows["with the third coordinate"][2])
    scene.set("offset", 1e-8)
    assert int(scene.readout.rows[1][2]) > steps + 30
    scene.set("offset", 0.0)
    assert scene.readout.rows[1][2] == "never"
    assert "never leaves" in scene.message
    scene.set("offset", 1e-4)
    scene.set("stiffness", 0.6)
    assert "trap in three dimensions" in scene.message
    scene.set("stiffness", 0.2)
    scene.move("start", (3.0, 0.0))
    assert "itself leads to the goal" in scene.message
    assert exercise_every_control(scene) > 5
