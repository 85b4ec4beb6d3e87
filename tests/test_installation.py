from importlib import metadata

import pytest

from course_utils import datasets, installation
from course_utils.installation import check_installation


def test_a_complete_installation_says_so():
    report = check_installation()
    assert report.complete
    assert repr(report).endswith("Everything is in place.")
    assert "numpy" in repr(report)
    assert metadata.version("numpy") not in repr(report)
    assert metadata.version("numpy") in repr(check_installation(versions=True))


def test_an_old_package_is_named(monkeypatch):
    monkeypatch.setattr(installation.metadata, "version", lambda name: "0.1" if name == "scipy" else "9999")
    report = check_installation()
    assert not report.complete
    problems = {item.name: item.problem for item in report.items}
    assert "version 0.1 was found" in problems["scipy"]
    assert "version 9999 was found" in problems["numpy"]  # above the upper end


def test_a_missing_package_is_named(monkeypatch):
    real = metadata.version

    def version(name):
        if name == "anywidget":
            raise metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(installation.metadata, "version", version)
    problems = {item.name: item.problem for item in check_installation().items if item.problem}
    assert list(problems) == ["anywidget"]
    assert "install the course again" in problems["anywidget"]


@pytest.mark.parametrize("error", [FileNotFoundError("digits are missing"), ValueError("digits are damaged")])
def test_missing_data_is_named(monkeypatch, error):
    def fail(name):
        raise error

    monkeypatch.setattr(datasets, "load", fail)
    report = check_installation()
    assert not report.complete
    assert str(error) in repr(report)
    assert "Mend what is marked ✗" in repr(report)
