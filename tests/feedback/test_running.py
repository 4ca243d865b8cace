"""Whatever a student's function does, `check` answers with a sentence, and leaves everything as it was."""

import builtins
import sys
import time

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.feedback.running import OutOfTime, call, time_limit

TASKS = ["01.1", "04.2", "09.1", "03.3"]


def right(task_id):
    return bp.feedback.about(task_id).reference


def returns(value):
    return lambda *arguments: value


class UnreadableError(Exception):
    def __str__(self):
        raise RuntimeError


class EndlessError(Exception):
    def __str__(self):
        while True:
            pass


class Untouchable:
    def __getattribute__(self, name):
        raise RuntimeError("hands off")


class EqualsAll:
    __hash__ = None

    def __eq__(self, other):
        return True


class Liar(np.ndarray):
    """An array that claims to be equal to everything."""

    def __eq__(self, other):
        return True

    def __array_ufunc__(self, *arguments, **named):
        return True

    def __array_function__(self, *arguments, **named):
        return True

    def __deepcopy__(self, memory):
        raise ValueError


def round_and_round():
    entries = []
    entries += [entries, entries, entries]
    return entries


def round_in_an_array():
    entries = np.empty(2, object)
    entries[0] = entries[1] = entries
    return entries


def deep():
    entries = []
    for _ in range(10_000):
        entries = [entries]
    return entries


STRANGE = [
    Untouchable(),
    EqualsAll(),
    np.zeros(3).view(Liar),
    round_and_round(),
    round_in_an_array(),
    deep(),
    [{}] * 100_001,
    ["a"] * 100_001,
    np.broadcast_to(1.0, (10**6, 10**6)),
    {"a": round_and_round()},
    float("nan"),
    10**400,
    "text",
    b"bytes",
    np.array(["u"]),
    np.datetime64("2026-01-01"),
]


@pytest.mark.parametrize("i", range(len(STRANGE)))
@pytest.mark.parametrize("task_id", TASKS)
def test_strange_results_get_a_sentence(task_id, i):
    value = STRANGE[i]
    several = [value] * max(2, len(bp.feedback.about(task_id).returns))
    for answer in (value, returns(value), returns(several), returns(iter(several))):
        feedback = bp.feedback.check(task_id, answer)
        assert not feedback.passed and len(feedback.message) > 20 and len(str(feedback)) < 5000


@pytest.mark.parametrize(
    "error", [UnreadableError(), SystemExit(1), KeyboardInterrupt(), MemoryError(), OutOfTime()]
)
def test_whatever_is_raised_gets_a_sentence(error):
    def broken(*arguments):
        raise error

    feedback = bp.feedback.check("09.1", broken)
    assert feedback.diagnosis in ("raises", "interrupted", "infinite_loop") and feedback.points == 0


def test_a_text_that_never_ends_is_not_waited_for():
    def broken(*arguments):
        raise EndlessError

    assert "EndlessError: (its own text" in bp.feedback.check("09.1", broken).message


def test_recursion_without_end_gets_a_sentence():
    def again(*arguments):
        return again(*arguments)

    assert "RecursionError" in bp.feedback.check("09.1", again).message


# ------------------------------------------------------------------------------------------ loops


def swallowing():
    while True:
        try:
            sum(range(9))
        except BaseException:
            continue


def twice():
    while True:
        try:
            swallowing()
        except BaseException:
            pass


@pytest.mark.parametrize("loop", [swallowing, twice])
def test_a_loop_that_catches_everything_is_stopped_on_the_main_thread(loop):
    start = time.monotonic()
    with pytest.raises(OutOfTime), time_limit(0.2):
        loop()
    assert time.monotonic() - start < 20


def test_the_time_limit_leaves_nothing_behind():
    with pytest.raises(OutOfTime), time_limit(0.1):
        swallowing()
    assert sum(range(10**6)) == 499999500000
    with time_limit(0.05):
        pass
    time.sleep(0.1)


def test_a_pair_of_mistakes_that_loops_for_ever_is_ended_by_a_count():
    task = bp.feedback.about("01.1")
    endless = task.compiled("def descend(slope, x, lr, steps):\n    while True:\n        x += 1")
    with pytest.raises(StopIteration):
        endless(None, 0, 0, 0)


# ------------------------------------------------------------------------------------------ left as it was


def test_a_replaced_function_of_numpy_earns_nothing_and_is_put_back():
    absolute, any_of = np.abs, builtins.any

    def patching(upstream, X, W, b):
        np.abs = lambda x: 0 * x
        builtins.any = lambda entries: False
        return upstream @ W + 1, upstream.T @ X, upstream.sum(axis=0)

    feedback = bp.feedback.check("09.1", patching)
    assert not feedback.passed and np.abs is absolute and builtins.any is any_of
    assert "replaces builtins.any and numpy.abs for everybody" in str(feedback)


def test_a_function_that_was_replaced_before_is_put_back_as_well(monkeypatch):
    monkeypatch.setattr(np, "isnan", lambda x: True)
    feedback = bp.feedback.check("09.1", lambda *a: tuple(np.full(3, np.nan) for _ in "123"))
    assert not feedback.passed and "numpy.isnan had been replaced" in str(feedback)


def test_tracing_recursion_and_numpys_errors_are_as_before():
    before = sys.gettrace(), sys.getprofile(), sys.getrecursionlimit(), np.geterr()

    def meddling(*arguments):
        sys.setprofile(lambda *anything: None)
        sys.settrace(None)
        sys.setrecursionlimit(500)
        np.seterr(all="raise")
        return right("09.1")(*arguments)

    assert bp.feedback.check("09.1", meddling).passed
    assert before == (sys.gettrace(), sys.getprofile(), sys.getrecursionlimit(), np.geterr())


def test_of_megabytes_of_prints_the_beginning_is_kept():
    def chatty(*arguments):
        for _ in range(2000):
            print("x" * 1000)
        return right("09.1")(*arguments)

    task = bp.feedback.about("09.1")
    assert len(call(task, chatty, task.instances()[0]).printed) < 5000
    assert bp.feedback.check("09.1", chatty).passed


def test_arguments_of_another_class_are_changed_arguments():
    def renaming(output):
        output.__class__ = type("Other", (), {})

    assert not bp.feedback.check("06.1", renaming).passed


# ------------------------------------------------------------------------------------------ sympy


def test_a_function_is_judged_without_sympy():
    import subprocess

    code = """
import sys
import backprop_lib as bp
bp.feedback.check("09.1", bp.feedback.about("09.1").reference)
bp.feedback.check("09.1", lambda *a: 1)
print("sympy" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "False"
