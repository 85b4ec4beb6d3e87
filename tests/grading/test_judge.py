"""Every loss by a limit is named in the remarks, whatever the kernel was asked when it met the limit."""

from __future__ import annotations

import pytest

from course_utils.grading.judge import _TROUBLES, _Errand
from course_utils.grading.kernel import KernelEndedError, NoKernelError
from course_utils.grading.limits import Limits

LIMITS = Limits(call=10.0, memory=4 * 1024**3)


class Session:
    """Answers by name: what it holds, or what it raises."""

    def __init__(self, **answers: object) -> None:
        self.answers, self.cpu, self.asked = answers, 0.0, 0

    def ask(self, request, seconds, answerer):
        self.asked += 1
        names = request.get("names", [request.get("call")])
        for name in names:
            if isinstance(self.answers.get(name), Exception):
                raise self.answers[name]
        if "call" in request:
            self.cpu += 3.0 if request["call"] == "waits" else 10.1
            return self.answers[request["call"]]
        return {name: self.answers[name] for name in names if name in self.answers}


def errand(**answers: object) -> _Errand:
    return _Errand(Session(**answers), LIMITS, dict)


def remarks(one: _Errand) -> list[str]:
    return list(one.remarks)


def test_a_name_that_ends_the_kernel_costs_itself_alone_and_the_limit_is_named():
    one = errand(x=1, y=KernelEndedError("used more than 4 GB of memory"), z=3)
    assert one.answer({"names": ["x", "y", "z", "w"]}) == {"x": 1, "z": 3}
    assert remarks(one) == ["`y` could not be read: the kernel ended: it used more than 4 GB of memory"]
    assert one.unread == {"y"}  # so nobody says that it is not defined


def test_without_a_kernel_the_reason_is_told_once():
    one = errand(x=NoKernelError("the 120 s of CPU time for all cells were over"))
    assert one.answer({"names": ["x", "y"]}) == {}
    assert remarks(one) == ["not graded: the 120 s of CPU time for all cells were over"]
    assert one.unread == {"x", "y"}


def test_a_value_that_is_too_much_to_read_is_told():
    one = errand(x=["opaque", "an array too large"])
    one.answer({"names": ["x"]})
    assert remarks(one) == ["`x` holds what cannot be read: an array too large"]


def test_the_item_of_a_value_that_cannot_be_read_is_named():
    one = errand(x=["dict", [["larger", ["list", [1, ["opaque", "generator"]]]]]])
    one.answer({"names": ["x"]})
    assert remarks(one) == ["`x['larger'][1]` holds what cannot be read: generator"]


@pytest.mark.parametrize(
    ("error", "remark"),
    [
        (["ZeroDivisionError", "division by zero"], "`f` raised ZeroDivisionError: division by zero"),
        (["Odd", ""], "`f` raised Odd"),
        (["SystemExit", "0"], "`f` asked Python to exit"),
        (
            ["RecursionError", "maximum recursion depth exceeded"],
            "`f` called itself deeper than Python's limit, which it may raise by sys.setrecursionlimit",
        ),
    ],
)
def test_what_a_function_raised_is_told_once(error, remark):
    one = errand(f={"error": error})
    one.answer({"call": "f"})
    one._session.answers["f"] = {"error": [error[0], "another text"]}
    one.answer({"call": "f"})
    assert remarks(one) == [remark]


def test_names_that_are_not_written_yet_are_awaited():
    one = errand(x=["ellipsis"], y=1, f=["function", [], True], z=["dict", [["a", ["ellipsis"]]]])
    one.answer({"names": ["x", "y", "f", "z", "w"]})
    assert list(one.unwritten) == ["x", "f", "z"]
    assert remarks(one) == []


@pytest.mark.parametrize(
    ("result", "remark"),
    [
        (["opaque", "generator"], "`f` returned what cannot be read: generator"),
        (["tuple", [1, ["opaque", "map"]]], "`f` returned what cannot be read at [1]: map"),
    ],
)
def test_a_result_that_cannot_be_read_is_told(result, remark):
    one = errand(f={"result": result, "changed": False})
    one.answer({"call": "f"})
    assert remarks(one) == [remark]


LATE = {"error": ["TimeoutError", "no answer after 10 s"], "late": True}


@pytest.mark.parametrize(
    ("name", "answer", "remark"),
    [
        ("f", KernelEndedError("crashed (SIGSEGV)"), "`f` ended the kernel: it crashed (SIGSEGV)"),
        ("f", KernelEndedError(""), "`f` ended the kernel"),
        ("f", NoKernelError("the kernel had ended too often"),
         "`f` was not called: the kernel had ended too often"),
        ("f", LATE, "`f` was stopped after 10 s of CPU time"),
        ("waits", LATE, "`waits` was stopped after 50 s by the clock"),
        ("f", {"error": ["MemoryError", ""]}, "`f` reached the limit of 4 GB of memory"),
        ("f", {"error": ["_ArrayMemoryError", "Unable to allocate 9 GB"]},
         "`f` reached the limit of 4 GB of memory"),
        ("f", {"error": ["RuntimeError", "can't start new thread"]},
         "`f` reached the limit of 200 processes and threads"),
        ("f", {"error": ["OSError", "[Errno 24] Too many open files: 'x'"]},
         "`f` reached the limit of 1024 open files"),
        ("f", {"error": ["NameError", "name 'np' is not defined"]}, "`f` met a name that is not defined"),
    ],
)  # fmt: skip
def test_a_call_that_met_a_limit_is_told(name, answer, remark):
    one = errand(**{name: answer})
    one.answer({"call": name})
    assert remarks(one) == [remark]


def test_what_is_not_called_any_more_is_told():
    one = errand(f=LATE, g={"result": 1})
    for _ in range(_TROUBLES):
        one.answer({"call": "f"})
    assert one.answer({"call": "g"}) is None
    assert remarks(one)[1] == f"`g` was not called any more after {_TROUBLES} calls that were stopped"


@pytest.mark.parametrize("answer", [7, None, {"error": []}, {"error": "x", "late": True}, {"result": 1}])
def test_nonsense_for_an_answer_is_handed_on(answer):
    assert errand(f=answer).answer({"call": "f"}) == answer
