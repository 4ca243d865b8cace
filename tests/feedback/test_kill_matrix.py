"""The kill matrix, in full: every mistake of every task is refused and named, every right answer gets its
points. (tests/feedback/test_diagnosis.py has the cold one, of a single task.)
"""

import pytest

import backprop_lib as bp
from tools.answers.student_mistakes import MISTAKES
from tools.kill_matrix import main

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def matrix():
    """What was counted, and what is not as it should be."""
    return main()


@pytest.fixture
def counts(matrix):
    return matrix[0]


def test_blank_stubs_are_not_attempted_yet(counts):
    assert counts["blank recognised"] == counts["blank"] == 4 * len(bp.feedback.tasks())


def test_every_mistake_and_every_pair_is_refused(counts):
    assert not counts["single ACCEPTED"] and not counts["pair ACCEPTED"]
    assert not counts["single does not apply"]


def test_mistakes_are_named_and_nobody_is_accused_of_another(counts):
    assert counts["single named"] == counts["single"] > 900
    assert counts["pair named"] >= 0.94 * counts["pair"] > 3000
    assert not counts["single accused"] and not counts["pair accused"]


def test_right_answers_in_every_style_get_full_points(counts):
    assert counts["correct accepted"] == counts["correct"] >= 4 * len(bp.feedback.tasks())


def test_what_students_write_is_diagnosed_as_it_is_due(matrix):
    counts, worst = matrix
    assert counts["hand named"] == counts["hand"] == len(MISTAKES) >= 60, "\n".join(worst)
