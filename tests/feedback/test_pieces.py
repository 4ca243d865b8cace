"""A spoiled reference that runs statement by statement does what it does as a whole."""

import itertools

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.feedback.diagnosis import Expected
from backprop_lib.feedback.judging import VISIBLE
from backprop_lib.feedback.pieces import Pieces
from backprop_lib.feedback.running import quiet_call
from backprop_lib.feedback.same import all_near
from backprop_lib.feedback.task import Task, Wrong

FUNCTIONS = [task for task in bp.feedback.tasks() if task.kind == "function" and not task.once]


def task_of(function):
    return Task("0.0", "", function, lambda rng: [{}], ("result",), (1,))


def add_up(values, start=0.0):
    total = start
    for value in values:
        if value < 0:
            continue
        scaled = 2 * value
        total += scaled
    return total


def with_a_rule(x):
    k = 3

    def rule(y):
        return k * y

    k = 4
    return [rule(y) for y in x]


def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)


def early(x):
    if x > 0:
        return 1
    return 2


def too_late(x):
    if x > 0:
        later = 1
    return later


@pytest.mark.parametrize("task", FUNCTIONS, ids=lambda task: task.id)
def test_every_mistake_gives_the_same_in_pieces_and_as_a_whole(task):
    expected = Expected(task, task.instances(VISIBLE)[:1])
    pairs = [pair for pair in itertools.combinations(task.mutants, 2) if pair[0].key != pair[1].key]
    for mistakes in [*((mistake,) for mistake in task.mutants), *pairs[::40]]:
        whole = task.mutant(*mistakes)
        in_pieces = expected.spoiled_by(mistakes, 0)
        if whole is None:
            assert in_pieces is None
        else:
            given = quiet_call(task, whole, expected.instances[0])
            assert all_near(in_pieces, given, 1e-12), [mistake.key for mistake in mistakes]


def test_statements_within_a_loop_stand_alone_and_what_leaves_it_stays():
    task = task_of(add_up)
    pieces = Pieces(task)
    function = pieces.function(task.source)
    assert function([1.0, -1.0, 2.0]) == 6
    assert function([], start=5) == 5
    assert "scaled = 2 * value" in pieces.codes


def test_an_inner_function_sees_the_variables_around_it():
    task = task_of(with_a_rule)
    assert Pieces(task).function(task.source)([1, 2]) == with_a_rule([1, 2]) == [4, 8]


def test_two_functions_that_differ_in_one_line_share_the_code_of_the_others():
    task = task_of(add_up)
    pieces = Pieces(task)
    pieces.function(task.source)
    before = set(pieces.codes)
    pieces.function(task.source.replace("2 * value", "3 * value"))
    assert set(pieces.codes) - before == {"scaled = 3 * value"}


@pytest.mark.parametrize("function", [factorial, early])
def test_what_calls_itself_or_returns_early_is_compiled_as_a_whole(function):
    task = task_of(function)
    assert Pieces(task).function(task.source) is None


def test_a_variable_without_a_value_is_the_same_error():
    task = task_of(too_late)
    expected = Expected(task, [{"x": 0}])
    nothing_changed = Wrong("nothing_changed")
    spoiled = expected.spoiled_by((nothing_changed,), 0)
    assert isinstance(spoiled[0].value, UnboundLocalError)
    assert spoiled[0].structure == expected.right[0][0].structure


def test_a_loop_without_end_is_ended():
    task = task_of(add_up)
    endless = task.source.replace("for value in values:", "while True:").replace("value < 0", "total > 0")
    with pytest.raises(StopIteration):
        Pieces(task).function(endless)(np.ones(1), start=1.0)
