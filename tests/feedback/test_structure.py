"""Right numbers pass in whatever unpacks; in another structure than the task asks for they are told which."""

import functools
import random
from collections import deque, namedtuple
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy

import backprop_lib as bp

TASKS = "01.1 01.3 04.2 04.3 09.1 09.4 11.4".split()
SEVERAL = "01.3 04.2 04.3 09.1 09.4 11.4".split()  # with more than one result
ARRAYS = "09.1 09.4 11.4".split()


def right(task_id):
    return bp.feedback.about(task_id).reference


def names(task_id):
    return bp.feedback.about(task_id).returns


def check(task_id, change):
    """The feedback for right results after a change to them."""

    def answer(*arguments):
        return change(right(task_id)(*arguments))

    return bp.feedback.check(task_id, answer)


# ------------------------------------------------------------------------------------------ right work


def ragged(results):
    packed = np.empty(len(results), object)
    for i, result in enumerate(results):
        packed[i] = result
    return packed


UNPACK = [
    tuple,
    list,
    deque,
    ragged,
    iter,
    lambda results: map(np.asarray, results),
    lambda r: (x for x in r),
]


@pytest.mark.parametrize("task_id", SEVERAL)
@pytest.mark.parametrize("container", UNPACK)
def test_results_in_whatever_unpacks_pass(task_id, container):
    assert check(task_id, container).passed


@pytest.mark.parametrize("task_id", SEVERAL)
def test_results_by_name_pass_in_any_order(task_id):
    fields = names(task_id)
    tuple_with_names = namedtuple("Results", fields)
    record = dataclass(type("Record", (), {"__annotations__": dict.fromkeys(fields[::-1], float)}))
    assert check(task_id, lambda results: dict(reversed(list(zip(fields, results))))).passed
    assert check(task_id, lambda results: tuple_with_names(*results)).passed
    assert check(task_id, lambda results: record(**dict(zip(fields, results)))).passed


@pytest.mark.parametrize("task_id", ["01.3", "04.2", "04.3"])
def test_results_that_are_numbers_pass_in_one_array(task_id):
    assert check(task_id, np.array).passed


def whole(x):
    return int(x) if x == int(x) else x


NUMBERS = [whole, float, Fraction, Decimal, np.float64, np.float32, np.array, sympy.Float, sympy.nsimplify]


@pytest.mark.parametrize("task_id", ["04.2", "04.3"])
@pytest.mark.parametrize("kind", NUMBERS)
def test_numbers_of_every_kind_pass(task_id, kind):
    assert check(task_id, lambda results: [kind(x) for x in results]).passed


@pytest.mark.parametrize("kind", [Fraction, Decimal])
def test_lists_and_arrays_of_such_numbers_pass(kind):
    assert check("01.1", lambda path: [kind(x) for x in path]).passed
    assert check("09.1", lambda results: [np.vectorize(kind, otypes=[object])(x) for x in results]).passed


class Callable:
    def __init__(self, function):
        self.function = function

    def __call__(self, *arguments):
        return self.function(*arguments)

    def method(self, *arguments):
        return self.function(*arguments)


@pytest.mark.parametrize("task_id", TASKS)
def test_everything_that_can_be_called_is_a_function(task_id):
    function = right(task_id)
    with_one_more = functools.partial(lambda extra, *arguments: function(*arguments), 3)
    for answer in (Callable(function), Callable(function).method, functools.partial(function), with_one_more):
        assert bp.feedback.check(task_id, answer).passed


def test_a_function_is_not_its_name_as_text():
    feedback = bp.feedback.check("09.1", "affine_backward")
    assert feedback.diagnosis == "answer_as_text" and "without quotation marks" in feedback.message


# -------------------------------------------------------------------------------- another structure, told


@pytest.mark.parametrize("task_id", SEVERAL)
def test_the_number_of_results_is_told_and_which_of_them_are_right(task_id):
    more = check(task_id, lambda results: (*results, 1.0))
    assert more.diagnosis == "wrong_number_of_results" and "No mistake" not in more.message
    assert ", ".join(names(task_id)) in more.message and 0 < more.points < more.possible
    fewer = check(task_id, lambda results: results[:1])
    assert fewer.diagnosis == "wrong_number_of_results" and fewer.points == 0


@pytest.mark.parametrize("task_id", SEVERAL)
def test_other_names_are_told(task_id):
    feedback = check(task_id, lambda results: {f"my_{i}": x for i, x in enumerate(results)})
    assert feedback.diagnosis == "wrong_names" and "my_0, my_1" in feedback.message
    assert 0 < feedback.points < feedback.possible


@pytest.mark.parametrize("task_id", ARRAYS)
def test_a_dict_of_rows_is_no_matrix(task_id):
    feedback = check(task_id, lambda results: (dict(enumerate(results[0])), *results[1:]))
    assert feedback.diagnosis == "wrong_container" and f"{names(task_id)[0]}: the numbers" in feedback.message


def test_a_dict_is_no_list():
    feedback = check("01.1", lambda path: dict(enumerate(path)))
    assert feedback.diagnosis == "wrong_container" and 0 < feedback.points < feedback.possible


@pytest.mark.parametrize("task_id", ARRAYS)
def test_an_axis_of_size_one_is_told(task_id):
    feedback = check(task_id, lambda results: (results[0][None], *results[1:]))
    assert feedback.diagnosis == "size_one_axis" and "(1, " in feedback.message and not feedback.passed


def test_an_array_with_one_entry_is_no_number():
    feedback = check("04.2", lambda results: (np.array([results[0]]), results[1]))
    assert feedback.diagnosis == "size_one_axis" and "a single number" in feedback.message


@pytest.mark.parametrize("more", [lambda path: [0.0, *path], lambda path: [*path, path[-1], 0.0]])
def test_elements_that_nobody_asked_for_are_told(more):
    feedback = check("01.1", more)
    assert feedback.diagnosis == "extra_elements" and not feedback.passed


def test_parameters_in_another_order_are_told():
    def multiply_backward(x, y, upstream):
        return y * upstream, x * upstream

    def affine_backward(X, W, b, upstream):
        return upstream @ W, upstream.T @ X, upstream.sum(axis=0)

    for task_id, function in (("04.2", multiply_backward), ("09.1", affine_backward)):
        feedback = bp.feedback.check(task_id, function)
        assert feedback.diagnosis == "parameters_in_wrong_order"
        assert "another order: " in feedback.message and 0 < feedback.points < feedback.possible


async def promised(*arguments):
    return arguments


@pytest.mark.parametrize("spoil, word", [
    (lambda x: (entry for entry in np.ravel(x)), "generator"),
    (lambda x: map(float, np.ravel(x)), "map"),
    (lambda x: lambda: x, "function"),
    (lambda x: np.asarray(x).copy, "method"),
    (lambda x: float, "class"),
    (lambda x: {1.0, 2.0}, "set"),
    (lambda x: 1j, "complex"),
])  # fmt: skip
@pytest.mark.parametrize("task_id", SEVERAL)
def test_what_is_no_number_yet_is_told_what_it_is(task_id, spoil, word):
    feedback = check(task_id, lambda results: (spoil(results[0]), *results[1:]))
    assert feedback.diagnosis == "not_computed" and word in feedback.message
    assert "between calls" not in feedback.message


def test_a_coroutine_and_a_generator_in_place_of_a_list_are_told():
    assert "async def" in bp.feedback.check("09.1", promised).message
    assert "generator" in check("01.1", lambda path: (x for x in path)).message


# -------------------------------------------------------------------------------- no more than is known


def test_a_result_left_at_zero_is_0_and_not_cut_off():
    feedback = check("09.1", lambda results: (np.zeros_like(results[0]), *results[1:]))
    assert feedback.diagnosis == "left_at_zero" and feedback.message.startswith("dX is 0")
    whole = check("09.4", lambda results: (*results[:-1], np.zeros_like(results[-1])))
    assert whole.diagnosis == "left_at_zero"
    both = check("09.1", lambda r: (np.zeros_like(r[0]), np.zeros_like(r[1]), r[2]))
    assert both.message.startswith("dX and dW are 0")


def test_decimals_are_cut_off_only_where_one_can_see_it():
    assert check("09.1", lambda r: (r[0].astype(int), *r[1:])).diagnosis == "integer_truncation"
    assert check("09.1", lambda r: (r[0] * 0 + 1e-9, *r[1:])).diagnosis is None
    numbers = bp.feedback.answer_key("01.4", "ada")
    cut = {name: int(x) for name, x in numbers.items()}
    assert bp.feedback.check("01.4", cut, "ada").diagnosis != "integer_truncation"


rng = np.random.default_rng()


def with_a_generator_of_the_notebook(upstream, x, y):
    return y * upstream + rng.normal(), x * upstream


def with_a_new_generator(upstream, X, W, b):
    noise = np.random.default_rng().standard_normal(X.shape)
    return upstream @ W + noise, upstream.T @ X, upstream.sum(axis=0)


def with_numpys_own_state(slope, x, lr, steps):
    return [x + np.random.rand() for _ in range(steps + 1)]


def with_pythons_own_state(upstream, x, y):
    return random.random() * upstream, x * upstream


@pytest.mark.parametrize("task_id, function", [
    ("04.2", with_a_generator_of_the_notebook),
    ("09.1", with_a_new_generator),
    ("01.1", with_numpys_own_state),
    ("04.2", with_pythons_own_state),
])  # fmt: skip
def test_random_numbers_are_told_as_randomness(task_id, function):
    assert bp.feedback.check(task_id, function).diagnosis == "random_result"


def test_a_state_is_not_randomness():
    calls = []

    def flips(results):
        calls.append(1)
        return results if len(calls) == 1 else (results[0] + 1, *results[1:])

    assert check("09.1", flips).diagnosis == "different_on_second_call"


def test_each_of_two_mistakes_names_only_the_results_that_are_wrong_because_of_it():
    task = bp.feedback.about("09.4")
    known = {mistake.key: mistake for mistake in task.mutants}
    pair = known["bias_averaged"], known["transposed_weight_gradient"]
    feedback = bp.feedback.check("09.4", task.mutant(*pair))
    assert set(feedback.explanations[0]) == {mistake.key for mistake in pair}
    sentences = feedback.message.split("And also: ")
    assert ["db" in s and "dW" in s for s in sentences] == [False, False]


@pytest.mark.parametrize("task", [t for t in bp.feedback.tasks() if t.kind == "function"], ids=lambda t: t.id)
def test_no_sentence_has_a_gap(task):
    for mistake in task.mutants:
        if mistake.factor or task.id == "13.14":
            continue
        message = bp.feedback.check(task.id, task.mutant(mistake)).message
        assert "{" not in message.replace("`{", "") and "  " not in message and " ," not in message
