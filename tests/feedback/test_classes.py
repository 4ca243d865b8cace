"""What is said about whole classes of answers, in several tasks each."""

import numpy as np
import pytest

import backprop_lib as bp

fb = bp.feedback


def solution(task_id):
    return fb.about(task_id).reference


def check(task_id, function):
    return fb.check(task_id, function, "ada")


def changed(task_id, change):
    """The right function, with something done to what it returns."""
    right = solution(task_id)
    return lambda *values: change(right(*values))


def spoiled(task_id, *texts):
    """The right function with each text replaced by the next one."""
    task = fb.about(task_id)
    text = task.source
    for old, new in zip(texts[::2], texts[1::2]):
        assert old in text
        text = text.replace(old, new)
    return task.compiled(text)


# ---------------------------------------------------------------------------------------- containers


@pytest.mark.parametrize("task_id", ["02.1", "09.3", "11.1", "11.5", "12.1", "12.8", "13.1"])
def test_a_tuple_of_rows_is_an_array_whatever_its_length(task_id):
    assert check(task_id, changed(task_id, tuple)).passed


@pytest.mark.parametrize("task_id", ["02.1", "02.4", "06.2", "11.5", "13.2"])
def test_a_tuple_around_the_one_result_is_that_result(task_id):
    assert check(task_id, changed(task_id, lambda result: (result,))).passed


@pytest.mark.parametrize("task_id", ["01.1", "01.2", "03.1", "11.1", "12.1", "12.8", "13.2"])
def test_a_generator_for_the_one_result_is_nothing_computed(task_id):
    feedback = check(task_id, changed(task_id, iter_of))
    assert feedback.diagnosis == "not_computed" and "generator" in feedback.message


def iter_of(result):
    return (entry for entry in result)


def test_a_generator_within_a_list_of_layers_is_nothing_computed():
    feedback = check("10.1", changed("10.1", lambda results: (results[0], iter_of(results[1]))))
    assert feedback.diagnosis == "not_computed"


def test_a_generator_of_several_results_unpacks():
    assert check("09.1", changed("09.1", iter_of)).passed


def test_an_order_that_raises_only_when_it_is_read_is_refused():
    def order(graph):
        yield from solution("03.1")(graph)

    assert check("03.1", order).diagnosis == "not_computed"


# ------------------------------------------------------------------------------- memory that is kept


def keeping(task_id):
    """Right numbers, each time in the objects of the first call."""
    right, kept = solution(task_id), {}

    def function(*values):
        results = right(*values)
        key = repr(values)
        return kept.setdefault(key, results)

    return function


@pytest.mark.parametrize("task_id", ["01.1", "01.2", "03.3", "08.1", "09.1", "10.2", "11.1", "12.2"])
def test_what_is_handed_out_a_second_time_is_refused(task_id):
    feedback = check(task_id, keeping(task_id))
    assert not feedback.passed and feedback.diagnosis == "result_overwritten"
    assert "array" not in feedback.message


def test_a_view_of_memory_that_is_kept_is_refused():
    memory = np.empty(1000)

    def softmax(Z):
        view = memory[: Z.size].reshape(Z.shape)
        view[:] = solution("11.1")(Z)
        return view

    assert check("11.1", softmax).diagnosis == "result_overwritten"


def test_numbers_texts_and_constants_that_cannot_be_written_to_may_be_the_same_object():
    identity = np.eye(3)
    identity.flags.writeable = False
    right = solution("10.5")

    def one_layer(delta, a_before):
        dW, dz_db, db = right(delta, a_before)
        return dW, identity if len(delta) == 3 else dz_db, db

    assert check("10.5", one_layer).passed
    assert check("08.3", solution("08.3")).passed and check("10.8", solution("10.8")).passed


# --------------------------------------------------------------------------------------------- zeros


def in_integers(result):
    return np.array(result).astype(int)


@pytest.mark.parametrize("task_id", ["11.1", "12.1", "02.1"])
def test_decimals_that_integers_have_cut_off_are_called_so(task_id):
    assert check(task_id, changed(task_id, in_integers)).diagnosis == "integer_truncation"


def test_one_of_the_results_in_an_array_of_integers():
    feedback = check("07.1", changed("07.1", lambda results: (results[0], in_integers(results[1]))))
    assert feedback.diagnosis == "integer_truncation"
    feedback = check("11.2", changed("11.2", lambda results: (results[0], in_integers(results[1]))))
    assert feedback.diagnosis == "integer_truncation"


@pytest.mark.parametrize("task_id", ["08.1", "08.2", "09.1", "10.1", "10.2", "10.4"])
def test_zeros_of_the_right_shapes_are_all_zero(task_id):
    assert check(task_id, changed(task_id, zeros_like)).diagnosis == "all_zero"


def zeros_like(result):
    if isinstance(result, dict):
        return {key: zeros_like(entry) for key, entry in result.items()}
    if isinstance(result, (list, tuple)):
        return type(result)(zeros_like(entry) for entry in result)
    return 0.0 * result


@pytest.mark.parametrize("task_id, zero", [("12.5", 1), ("03.7", 0), ("02.2", 1)])
def test_of_a_number_that_is_0_only_that_is_said(task_id, zero):
    def with_a_zero(results):
        return tuple(0 if i == zero else result for i, result in enumerate(results))

    message = check(task_id, changed(task_id, with_a_zero)).message
    assert "filled" not in message and "0" in message


# -------------------------------------------------------------------------------------------- shapes


def said_of(task_id, position, change):
    def function(results):
        results = list(results)
        results[position] = change(results[position])
        return results

    return check(task_id, changed(task_id, function))


def test_keepdims_is_blamed_only_for_a_row_that_should_be_a_vector():
    row = said_of("09.1", 2, lambda db: db[None])
    assert row.diagnosis == "bias_keeps_axis"
    for task_id, position, change in (
        ("09.1", 2, lambda db: db[:, None]),
        ("09.1", 2, np.squeeze),
        ("09.2", 2, lambda db: db.T),
        ("02.2", 1, lambda db: np.array([db])),
        ("02.3", 1, lambda db: np.array([db])),
    ):
        feedback = said_of(task_id, position, change)
        assert feedback.diagnosis == "size_one_axis" and "keepdims" not in feedback.message


def test_a_lost_axis_and_one_too_many_are_told_apart():
    lost = check("11.1", changed("11.1", np.squeeze)).message
    assert "is an axis." in lost and "not asked for" not in lost
    more = said_of("02.2", 0, lambda dw: dw[:, None]).message
    assert "not asked for" in more
    turned = said_of("09.2", 2, lambda db: db.T).message
    assert "A row is not a column" in turned


def test_where_an_element_is_too_many_is_said():
    before = check("01.1", changed("01.1", lambda path: [0.0, *path])).message
    assert "one element too many at its beginning" in before
    after = check("12.8", changed("12.8", lambda sizes: [*sizes, 1.0, 2.0])).message
    assert "two elements too many at its end" in after


# ------------------------------------------------------------------------- one mistake and two at once


@pytest.mark.parametrize(
    "task_id, texts, key",
    [
        ("07.1", ("np.mean(", "np.sum(", "(p - y) / N", "(p - y)"), "sum_for_mean"),
        ("11.2", ("np.log(P)) / N", "np.log(P))", "(P - Y) / N", "(P - Y)"), "sum_for_mean"),
        ("13.10", ("np.log(P)) / len(X)", "np.log(P))", "(P - Y) / len(X)", "P - Y"), "sum_for_mean"),
        ("11.2", ("loss = -", "loss = ", "(P - Y)", "(Y - P)"), "loss_sign"),
        ("07.1", ("loss = np", "loss = -np", "(p - y)", "(y - p)"), "loss_sign"),
        ("05.5", ("** 2 / 2", "** 2", "dy = y - t", "dy = 2 * y - 2 * t"), "factor_two"),
        ("12.2", ("z) / beta", "z)", "upstream *", "beta * upstream *"), "division_by_beta_missing"),
        ("12.4", ("-2 * z", "-z", "4 * s", "2 * s"), "argument_not_doubled"),
        ("12.4", ("a = 2 * s", "a = s", "4 * s", "2 * s"), "height_not_doubled"),
        ("13.07", ("lam / 2", "lam", "+ lam * W", "+ 2 * lam * W"), "l2_doubled"),
        ("10.8", ("'tanh' in forward[1]", "True", "'maximum' in forward[1]", "False"), "wrong_activation"),
    ],
)
def test_a_wrong_value_with_its_own_right_derivative_is_one_mistake(task_id, texts, key):
    feedback = check(task_id, spoiled(task_id, *texts))
    assert feedback.explanations == ((key,),)


@pytest.mark.parametrize(
    "task_id, texts, keys",
    [
        ("07.2", ("(p - t) / N", "t - p"), {"sign_flipped", "missing_batch_mean"}),
        ("02.2", ("X @ w + b - y", "y - X @ w - b", " / len(X)", ""), {"sign_flipped", "missing_batch_mean"}),
        ("09.4", ("(P - Y) / N", "Y - P"), {"sign_flipped", "missing_batch_mean"}),
        ("11.3", ("return P *", "return -len(P) * P *"), {"sign_flipped", "missing_batch_mean"}),
        ("12.5", ("dZ1.T @ X", "-2 * dZ1.T @ X"), {"sign_flipped", "factor_two"}),
        ("13.2", ("v - lr", "v + 2 * lr"), {"steps_uphill", "factor_two"}),
    ],
)
def test_two_factors_at_once_are_both_named(task_id, texts, keys):
    feedback = check(task_id, spoiled(task_id, *texts))
    assert [set(found) for found in feedback.explanations] == [keys]


@pytest.mark.parametrize(
    "task_id, formula, keys",
    [
        ("07.7", "2*(t - y)*y*(1 - y)*x", {"sign_flipped", "factor_two"}),
        ("04.6", "-(f - t)*z/2", {"sign_flipped", "factor_half"}),
        ("10.7", "-2*(a3 - y)*a3*(1 - a3)*w3*a2*(1 - a2)*x", {"sign_flipped", "factor_two"}),
        ("11.6", "t1*p1 - t2*p2", {"label_flipped"}),
        ("11.6", "(1 - t2)*p1 - (1 - t1)*p2", {"label_flipped"}),
        ("12.7", "sigmoid(z)/β", {"beta_forgotten"}),
    ],
)
def test_the_same_for_formulas(task_id, formula, keys):
    assert [set(found) for found in fb.check(task_id, formula).explanations] == [keys]


# ------------------------------------------------------------------------------------- whole sentences


def test_the_right_side_is_asked_for_and_not_the_line():
    right = solution("10.8")

    def whole_line(forward, backward, values):
        line, text = right(forward, backward, values)
        return line, f"{backward[line].split(' = ')[0]} = {text}"

    feedback = check("10.8", whole_line)
    assert feedback.diagnosis == "whole_line" and "right side" in feedback.message


def test_of_equal_weights_only_the_slope_is_known():
    feedback = check(
        "12.5",
        spoiled("12.5", "np.tanh(X @ W1.T)", "1 / (1 + np.exp(-X @ W1.T))", "1 - A1 ** 2", "A1 - A1 ** 2"),
    )
    assert feedback.diagnosis == "sigmoid_derivative_for_tanh" and "hidden layer" not in feedback.message


def test_a_constant_that_was_left_out_is_one_mistake():
    feedback = check("04.5", spoiled("04.5", "z = q + c", "z = q"))
    assert feedback.explanations == (("mixed_term_missing",),) and "c is missing" in feedback.message
