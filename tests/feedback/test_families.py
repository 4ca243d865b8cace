"""feedback/families.txt says where each mistake is known, and the sets agree; a mistake in one task
asks for its neighbours.
"""

import re

import pytest

import backprop_lib as bp
from backprop_lib.feedback.catalogue import CATALOGUE, families
from backprop_lib.feedback.diagnosis import Expected
from backprop_lib.feedback.judging import VISIBLE
from backprop_lib.feedback.same import all_near
from tools.kill_matrix import is_further_patient

FAMILIES = families()
FUNCTIONS = [task for task in bp.feedback.tasks() if task.kind == "function"]
# All patients of the bug clinic have the same mistakes; the capstone has none.
ONE_OF_EACH = [task for task in FUNCTIONS if task.mutants and not is_further_patient(task)]
SHORT = 6  # a piece of text this short, like `w`, fits everywhere
SOME = 3  # instances that show whether a mistake makes a difference
each_family = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.key)


def keys_of(task_id):
    task = bp.feedback.about(task_id)
    return set(task.mistakes) if task.kind == "formula" else {mistake.key for mistake in task.mutants}


def lines_of(key):
    return [family for family in FAMILIES if family.key == key]


def listed(key):
    return {task_id for family in lines_of(key) for task_id in family.tasks}


def left_out(key):
    return {task_id for family in lines_of(key) for task_id in family.left_out}


@each_family
def test_a_line_has_a_key_forms_and_tasks_that_know_it(family):
    assert family.key in CATALOGUE and family.words and family.tasks
    for task_id in family.tasks:
        assert family.key in keys_of(task_id), task_id


@each_family
def test_what_is_left_out_is_not_known_and_has_a_reason(family):
    for task_id, why in family.left_out.items():
        assert family.key not in keys_of(task_id), task_id
        assert len(why) > 3, task_id


@each_family
def test_a_task_that_calls_it_otherwise_knows_the_other_name(family):
    for task_id, why in family.left_out.items():
        called = re.match(r"(?:called|see) (\w+_\w+)(?: and (\w+_\w+))?", why)
        if called:
            assert set(filter(None, called.groups())) & keys_of(task_id), f"{task_id}: {why}"


@pytest.mark.parametrize("key", CATALOGUE)
def test_a_key_of_several_functions_has_a_line_that_names_them_all(key):
    known = {task.id for task in FUNCTIONS if key in keys_of(task.id)}
    functions_listed = {task_id for task_id in listed(key) if bp.feedback.about(task_id).kind == "function"}
    if len(known) > 1 or lines_of(key):
        assert functions_listed == known


def neighbours():
    """(key, task) where the very text of a mistake in another task fits, and makes a difference."""
    expected = {task.id: Expected(task, task.instances(VISIBLE)[:SOME]) for task in ONE_OF_EACH}
    for task in ONE_OF_EACH:
        for other in ONE_OF_EACH:
            for mistake in other.mutants:
                if fits(mistake, task) and makes_a_difference(mistake, expected[task.id]):
                    yield mistake.key, task.id


def fits(mistake, task):
    longest = max((len(old) for old, _ in mistake.edits), default=0)
    return longest >= SHORT and all(old in task.source for old, _ in mistake.edits)


def makes_a_difference(mistake, expected):
    found = [expected.spoiled_by((mistake,), i) for i in range(len(expected.instances))]
    if None in found or any(isinstance(results[0].value, BaseException) for results in found):
        return False
    return not all(all_near(*pair, expected.task.tolerance) for pair in zip(found, expected.right))


def test_a_mistake_whose_text_fits_in_another_task_is_known_there_or_was_considered():
    open_questions = set()
    for key, task_id in neighbours():
        if key not in keys_of(task_id) and task_id not in left_out(key):
            open_questions.add((key, task_id))
    assert not open_questions
