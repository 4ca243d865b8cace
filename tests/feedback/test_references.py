"""Every task can be passed: its reference does it, on visible and hidden inputs and on those of other seeds.
And what `check` displays is not enough for the hidden points.
"""

import copy

import pytest

import backprop_lib as bp
from backprop_lib.feedback.judging import expected_for, hidden_seed
from backprop_lib.feedback.running import call
from backprop_lib.feedback.same import all_near, same
from backprop_lib.feedback.task import VISIBLE
from tools.answers.correct_variants import VARIANTS

FUNCTIONS = [task for task in bp.feedback.tasks() if task.kind == "function"]
HIDDEN = [task for task in FUNCTIONS if task.hidden]
SEEDS = (VISIBLE, hidden_seed(), *range(1, 21))


def by_id(task):
    return task.id


def answers(task):
    return {"the reference": task.reference} | VARIANTS.get(task.id, {})


@pytest.mark.parametrize("task", FUNCTIONS, ids=by_id)
def test_right_answers_are_right_whatever_the_seed(task):
    for seed in SEEDS:
        expected = expected_for(task, seed)
        for style, answer in answers(task).items():
            for arguments, right in zip(expected.instances, expected.right):
                run = call(task, answer, arguments)
                assert run.ok and not run.changed, (style, seed, arguments, run.error)
                assert all_near(run.results, right, task.tolerance), (style, seed, arguments)
                assert not task.quiet or not run.warned, (style, seed, arguments, run.warned)


@pytest.mark.parametrize("task", HIDDEN, ids=by_id)
def test_no_hidden_input_is_a_visible_one(task):
    visible = task.instances(VISIBLE)
    for arguments in task.instances(hidden_seed()):
        assert not any(same(as_data(arguments), as_data(other)) for other in visible), arguments


@pytest.mark.parametrize("task", HIDDEN, ids=by_id)
def test_a_table_of_the_visible_inputs_earns_no_hidden_points(task):
    if task.observe is not type(task).observe:
        pytest.skip("the answer is watched at work; its inputs cannot be looked up")
    table = [(given, task.reference(*given.values())) for given in task.instances(VISIBLE)]

    def looked_up(*values):
        for given, result in table:
            if same(as_data(dict(zip(given, values))), as_data(given)):
                return copy.deepcopy(result)
        return copy.deepcopy(table[0][1])

    feedback = bp.feedback.check(task.id, looked_up)
    assert not feedback.passed and feedback.points == task.possible, feedback


def as_data(arguments):
    """Functions and nodes by their names, so that two instances can be compared."""
    return {name: value if is_data(value) else repr(value) for name, value in arguments.items()}


def is_data(value):
    return not callable(value) and not hasattr(value, "inputs")
