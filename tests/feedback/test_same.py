"""What counts as the same result: one policy, whoever asks."""

import numpy as np
import pytest

from backprop_lib.feedback.same import difference, flat, near, same


def gap(yours, expected):
    return difference(flat(yours), flat(expected), "r")


SAME = [
    (1.0, 1.0 + 1e-7),
    ([1.0, 2.0], np.array([1.0, 2.0])),
    ((1.0, 2.0), [1, 2]),
    ([[1.0], [2.0]], np.array([[1.0], [2.0]])),
    (np.array([1.0, 2.0], object), [1.0, 2.0]),
    (np.float32(0.1), 0.1),
    (np.array([1.0, 1e-17]), np.array([1.0, 0.0])),  # what is left over by a subtraction
    ([5.0, 1e-17], [5.0, 0.0]),
    ({"a": 5.0, "b": 1e-17}, {"b": 0.0, "a": 5.0}),
    ({(np.int64(1), 2): 3.0}, {(1, 2): 3.0}),
    (np.inf, np.inf),
    (np.array(["u", "v"]), ["u", "v"]),
    ({"W": [np.ones(2), np.ones(3)]}, {"W": (np.ones(2), np.ones(3))}),
    ([], []),
    (True, 1),
    (None, None),
]
DIFFERENT = [
    (1.0, 1.0 + 1e-5),
    ([1e-3, 1.0], [1.001e-3, 1.0]),
    (np.ones(3), np.ones((3, 1))),
    (np.ones((1, 3)), np.ones(3)),
    (1.0, np.ones(1)),
    ([1.0], 1.0),
    ({"a": 1.0}, {"b": 1.0}),
    ({"a": 1.0}, [1.0]),
    ({1: 1.0}, {"1": 1.0}),
    (5.0, np.inf),
    (-np.inf, np.inf),
    (np.nan, 1.0),
    ("u", "v"),
    (None, 0.0),
    (1j, 1.0),
    ([[1.0], [2.0, 3.0]], np.ones((2, 2))),
    (np.float16(0.1), 0.11),
]


@pytest.mark.parametrize("yours, expected", SAME, ids=repr)
def test_the_same(yours, expected):
    assert same(yours, expected) and gap(yours, expected) is None


@pytest.mark.parametrize("yours, expected", DIFFERENT, ids=repr)
def test_not_the_same(yours, expected):
    assert not same(yours, expected) and gap(yours, expected) is not None


def test_each_number_is_measured_against_itself_and_a_small_one_against_the_largest():
    assert same([1e9, 1.001], [1e9, 1.0])
    assert not same([1e9, 1e3], [1.00001e9, 1e3])
    assert not same([1.0, 0.5 + 1e-6], [1.0, 0.5])


@pytest.mark.parametrize("seed", range(20))
def test_the_quick_comparison_and_the_one_that_says_where_agree(seed):
    """They were two engines with two tolerances."""
    rng = np.random.default_rng(seed)
    for size in 10.0 ** np.arange(-12, 0):
        expected = {"a": 10 ** rng.uniform(-9, 9, (3, 2)), "b": [float(x) for x in rng.standard_normal(4)]}
        yours = {"a": expected["a"] * (1 + size), "b": [x + size for x in expected["b"]]}
        assert near(flat(yours), flat(expected)) == (gap(yours, expected) is None)


def test_the_tolerance_of_a_task_stands_for_that_of_the_floats():
    assert same(1.001, 1.0, tolerance=2e-3) and not same(1.001, 1.0)
    assert not same(np.float32(1.00001), np.float32(1), tolerance=1e-6)


def test_an_exception_is_the_same_as_another_one_that_says_the_same():
    assert same(ValueError("no order"), ValueError("no order"))
    assert not same(ValueError("no order"), ValueError("no")) and not same(ValueError(""), KeyError(""))


def test_two_objects_of_the_students_own_count_as_the_same():
    """Their addresses differ, and nothing else is known of them."""
    assert same(object(), object()) and same((x for x in ""), (x for x in ""))


@pytest.mark.parametrize("yours, expected, where, found, due", [
    ({"x": 1.0, "y": [1, 2, 4]}, {"x": 1.0, "y": [1, 2, 3]}, "r['y'][2]", "4", "3"),
    (np.ones((2, 3)), np.eye(2, 3), "r[0, 1]", "1", "0"),
    (np.ones((2, 3)), np.ones(3), "r", "shape (2, 3)", "shape (3,)"),
    ({"x": 1.0}, {"y": 1.0}, "r", "keys ['x']", "keys ['y']"),
    ({"x": "a"}, {"x": "b"}, "r['x']", "'a'", "'b'"),
    (None, np.ones(3), "r", "None", "shape (3,)"),
    ({"b": 1.0, "a": 2.0}, {"b": 0.0, "a": 0.0}, "r['b']", "1", "0"),
    ({"a": 2.0, "b": 1.0}, {"b": 0.0, "a": 0.0}, "r['b']", "1", "0"),
    ({"x": ["u"]}, {"x": []}, "r['x']", "['u']", "[]"),
    (np.array([True, False]), np.ones(2), "r[1]", "0", "1"),
    (1.5, np.ones(2), "r", "1.5", "shape (2,)"),
    (lambda: 1, 2.0, "r", "a function", "2"),
])  # fmt: skip
def test_the_first_difference_says_where_and_what(yours, expected, where, found, due):
    first = gap(yours, expected)
    assert (first.where, first.yours, first.expected) == (where, found, due)


def test_a_difference_counts_the_numbers_that_differ():
    first = gap([1.0, 2.5, 3.5], [1.0, 2.0, 3.0])
    assert (first.wrong, first.of) == (2, 3)
