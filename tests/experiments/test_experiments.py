"""The command line, and the course's own experiments."""

from course_utils import experiments
from course_utils.experiments import catalogue
from course_utils.experiments.command import main
from course_utils.running import load_results
from tests.tools.toy_experiment import TOY


def test_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(experiments, "BUILT_IN", ("tests.tools.toy_experiment:TOY",))
    assert main(["--list"]) == 0
    assert capsys.readouterr().out.split() == ["toy", *TOY.description.split()]
    assert main(["toy", "--quick", "--seed", "3", "--workers", "1"]) == 0
    shown = capsys.readouterr()
    assert shown.out == "mean count 2.50\n6 of 6 tasks in toy-quick.npz\n"
    assert "toy ######################## 6/6" in shown.err
    results = load_results("toy-quick.npz")
    assert (results.identity["seed"], results.identity["quick"], len(results.rows)) == (3, True, 6)
    for arguments, message in [
        (["other"], "no experiment is called 'other'; there are: toy"),
        (["tests.tools.toy_experiment:NONE"], "no experiment at 'tests.tools.toy_experiment:NONE'"),
        (["tests.tools.toy_experiment:log"], "must be an Experiment, got function"),
        (["toy", "--out", "a.txt"], "out must be a .npz file"),
    ]:
        assert main(arguments) == 2
        assert message in capsys.readouterr().err


def test_every_experiment_of_the_course_has_tasks_of_plain_values():
    for name, experiment in catalogue().items():
        assert experiment.name == name
        for quick in (True, False):
            assert experiment.identity(0, quick)["tasks"]
