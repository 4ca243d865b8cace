"""The kill matrix, in full: every mistake of every task is refused and named, every right answer gets its
points.
"""

import pytest

import backprop_lib as bp
from tools.answers.student_mistakes import MISTAKES
from tools.kill_matrix import main


@pytest.fixture(scope="module")
def matrix():
    return main()


@pytest.mark.slow
def test_blank_stubs_are_not_attempted_yet(matrix):
    assert matrix[0]["blank right"] == matrix[0]["blank"] > 0


@pytest.mark.slow
def test_every_mistake_and_every_pair_is_refused(matrix):
    counts = matrix[0]
    assert not counts["single ACCEPTED"] and not counts["pair ACCEPTED"]
    assert not counts["single does not apply"]


@pytest.mark.slow
def test_mistakes_are_named_and_nobody_is_accused_of_another(matrix):
    counts = matrix[0]
    assert counts["single named"] >= 0.95 * counts["single"]
    assert counts["pair named"] >= 0.8 * counts["pair"]
    assert not counts["single accused"] and not counts["pair accused"]


@pytest.mark.slow
def test_right_answers_in_every_style_get_full_points(matrix):
    assert matrix[0]["correct right"] == matrix[0]["correct"] >= 4 * len(bp.feedback.tasks())


@pytest.mark.slow
def test_what_students_write_is_diagnosed_as_it_is_due(matrix):
    assert matrix[0]["hand right"] == matrix[0]["hand"] == len(MISTAKES) >= 60, "\n".join(matrix[1])
