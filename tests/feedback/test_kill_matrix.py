"""The kill matrix: every mistake of every task is refused and named, every right answer gets its points.

Here all single mistakes and a few pairs of each task; the nightly workflow runs all of it.
(tests/feedback/test_diagnosis.py has the cold one, of a single task.)
"""

import pytest

import backprop_lib as bp
from tools.answers.student_mistakes import MISTAKES
from tools.kill_matrix import LEAST_NAMED, main, report

PAIRS, STUDENTS = 15, 30
PAPER = [task for task in bp.feedback.tasks() if task.kind == "numbers"]
slow = pytest.mark.slow


@pytest.fixture(scope="module")
def matrix():
    """What was counted, and what is not as it should be."""
    return main(most_pairs=PAIRS, students=STUDENTS)


@pytest.fixture
def counts(matrix):
    return matrix[0]


@slow
def test_nothing_is_other_than_it_should_be(matrix):
    _, wrong = matrix
    assert not wrong, "\n".join(wrong)


@slow
def test_blank_stubs_are_not_attempted_yet(counts):
    assert counts["blank recognised"] == counts["blank"] == 4 * len(bp.feedback.tasks())


@slow
def test_every_mistake_and_every_pair_is_refused(counts):
    assert not counts["single ACCEPTED"] and not counts["pair ACCEPTED"]
    assert not counts["single does not apply"]


@slow
def test_mistakes_are_named_and_nobody_is_accused_of_another(counts):
    assert counts["single named"] == counts["single"] > 1900
    assert counts["pair named"] >= (LEAST_NAMED - 0.03) * counts["pair"] > 500  # a sample varies
    assert not counts["single accused"] and not counts["pair accused"]


@slow
def test_right_answers_in_every_style_get_full_points(counts):
    assert counts["correct accepted"] == counts["correct"] >= 4 * len(bp.feedback.tasks())


@slow
def test_work_on_paper_with_four_digits_gets_full_points(counts):
    assert counts["rounded accepted"] == counts["rounded"] == 2 * STUDENTS * len(PAPER)


@slow
def test_what_students_write_is_diagnosed_as_it_is_due(matrix):
    counts, worst = matrix
    assert counts["hand named"] == counts["hand"] == len(MISTAKES) >= 180, "\n".join(worst)


@slow
def test_every_message_can_be_read(counts):
    assert counts["messages"] > 5000 and not counts["misworded"]


@slow
def test_most_tasks_with_sizes_have_an_instance_of_size_1(counts):
    assert counts["size 1"] >= 0.9 * counts["sizes"] > 40


def test_a_fresh_process_finds_the_same():
    *here, _ = report("04.2", most_pairs=PAIRS)
    total, wrong = main("04.2", fresh=True, most_pairs=PAIRS)
    assert {name: total[name] for name in here[1]} == dict(here[1]) and wrong == here[2] == []
