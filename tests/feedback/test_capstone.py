"""Task 13.14, the capstone: who has trained a network passes on every split, who has not does not, and nobody
by luck.
"""

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.feedback.sets import ps13

TASK = bp.feedback.about("13.14")


class OneSplit:
    """Stands in for a random generator: the split of this number, classes in the order that is given."""

    def __init__(self, number):
        self.number = number

    def choice(self, splits):
        assert self.number in splits
        return self.number


def share_of_right(answer, number, names):
    given = ps13.split(OneSplit(number), names)
    *arguments, y_test = given.values()
    return np.mean(np.asarray(answer(*arguments)) == y_test)


def linear(epochs):
    """Softmax without a hidden layer, trained for so many epochs."""

    def answer(X, y, X_test):
        rng = np.random.default_rng(0)
        W, b, Y = np.zeros((10, 64)), np.zeros(10), np.eye(10)[y]
        for _ in range(epochs):
            for rows in np.array_split(rng.permutation(len(X)), len(X) // 32):
                E = np.exp(X[rows] @ W.T + b)
                D = (E / E.sum(axis=1, keepdims=True) - Y[rows]) / len(rows)
                W, b = W - 0.1 * D.T @ X[rows], b - 0.1 * D.sum(axis=0)
        return (X_test @ W.T + b).argmax(axis=1)

    return answer


@pytest.mark.slow
@pytest.mark.parametrize("number", ps13.EVEN_SPLITS)
def test_on_every_split_good_work_passes_with_a_margin_and_poor_work_fails_with_one(number):
    names = np.random.default_rng(number).permutation(10)
    assert share_of_right(TASK.reference, number, names) >= 0.96
    assert share_of_right(linear(5), number, names) <= 0.92


def test_the_reference_passes_on_the_visible_and_the_hidden_split():
    assert bp.feedback.check("13.14", TASK.reference).passed


def test_an_answer_that_has_hardly_been_trained_is_told_how_much_is_right():
    feedback = bp.feedback.check("13.14", linear(3))
    assert not feedback.passed and feedback.points == 0
    assert "% of the test digits are right" in str(feedback)


def test_hidden_classes_have_other_numbers():
    (visible,), (hidden,) = TASK.instances(), TASK.instances(1)
    assert sorted(set(hidden["y"])) == list(range(10))
    counts = [np.bincount(given["y"]).tolist() for given in (visible, hidden)]
    assert counts[0] != counts[1]
