"""Every misuse is refused in the course's words: which operands, their shapes, and what to do instead."""

import math

import numpy as np
import pytest
import sympy

import backprop_lib as bp
from backprop_lib.graph import OPERATIONS, apply

BARE_NUMPY = (
    "operands could not be broadcast",
    "matmul: Input operand",
    "cannot reshape array of size",
    "out of bounds for a",
    "only integers, slices",
    "too many indices for array",
    "truth value of an array",
    "setting an array element",
    "unsupported operand type",
    "has no attribute",
    "must be real number",
    "object cannot be interpreted",
    "inhomogeneous",
    "ufunc",
    "zero-size array",
    "axes don't match",
)


def leaf(name, *shape):
    return bp.Node(np.arange(1.0, 1.0 + math.prod(shape)).reshape(shape), name)


def message(f, *kinds):
    """The message of the error that `f` raises: a ValueError or TypeError, and never a bare sentence of
    numpy's.
    """
    with pytest.raises(kinds or (ValueError, TypeError)) as caught:
        f()
    assert type(caught.value) in (ValueError, TypeError), (
        f"{type(caught.value).__name__} is neither ValueError nor TypeError"
    )
    text = str(caught.value)
    assert not any(phrase in text for phrase in BARE_NUMPY), text
    return text


def says(f, *parts, kind=None):
    text = message(f, *([kind] if kind else []))
    for part in parts:
        assert part in text, f"{part!r} is missing from: {text}"


# ------------------------------------------------------------------------------------------------------------
# - shapes

BINARY = [row for row in OPERATIONS.values() if row.elementwise and len(row.local) == 2]


@pytest.mark.parametrize("row", BINARY, ids=lambda row: row.name)
def test_mismatched_shapes_name_the_operands_their_shapes_and_the_sizes(row):
    A, B = leaf("A", 2, 3), leaf("B", 4)
    says(lambda: apply(row, A, B), "A is (2, 3)", "B is (4,)", "sizes 3 and 4", kind=ValueError)
    says(
        lambda: apply(row, A, leaf("C", 5, 3)), "A is (2, 3)", "C is (5, 3)", "sizes 2 and 5", kind=ValueError
    )
    says(lambda: apply(row, A, leaf("D", 3, 2)), "did you mean D.T?", kind=ValueError)


@pytest.mark.parametrize("first", ["node", "array"])
@pytest.mark.parametrize("sign", ["+", "-", "*", "/", "**", "<", ">", "<=", ">="])
def test_an_infix_operator_says_it_for_arrays_too(sign, first):
    W = leaf("W", 2, 3)
    left, right = (W, np.ones(4)) if first == "node" else (np.ones(4), W)
    says(
        lambda: eval(f"left {sign} right", {"left": left, "right": right}),
        "W is (2, 3)",
        "is (4,)",
        "3",
        "4",
        kind=ValueError,
    )


def test_where_names_the_two_of_its_three_operands_that_do_not_fit():
    says(
        lambda: bp.where(leaf("mask", 3) > 1, leaf("a", 3), leaf("b", 4)),
        "b is (4,)",
        "a is (3,)",
        "sizes 3 and 4",
    )


def test_matmul_says_which_sizes_differ_and_which_transpose_fits():
    X, W = leaf("X", 4, 3), leaf("W", 2, 3)
    says(
        lambda: X @ W,
        "X @ W",
        "X is (4, 3)",
        "W is (2, 3)",
        "inner sizes 3 and 2 differ",
        "did you mean W.T?",
        kind=ValueError,
    )
    says(lambda: X @ leaf("V", 4, 2), "inner sizes 3 and 4 differ", "did you mean X.T?")
    says(lambda: leaf("a", 4) @ leaf("b", 3), "a is (4,)", "b is (3,)", "inner sizes 4 and 3 differ")
    says(lambda: X @ leaf("U", 5, 6), "inner sizes 3 and 5 differ")
    assert "did you mean" not in message(lambda: X @ leaf("U", 5, 6))
    says(lambda: np.ones((4, 3)) @ W, "W is (2, 3)", "(4, 3)", "W.T")


def test_the_suggested_transpose_works():
    X, W = leaf("X", 4, 3), leaf("W", 2, 3)
    assert (X @ W.T).shape == (4, 2)
    assert (leaf("X", 4, 3).T @ leaf("V", 4, 2)).shape == (3, 2)


def test_matmul_with_a_number_points_to_times():
    says(
        lambda: bp.Node(3.0, "s") @ leaf("v", 3),
        "s is a single number",
        "v is (3,)",
        "use *",
        kind=ValueError,
    )
    says(lambda: leaf("v", 3) @ 2, "v is (3,)", "use *")


def test_matmul_with_batches_that_do_not_fit():
    says(
        lambda: leaf("X", 2, 4, 3) @ leaf("W", 5, 3, 2),
        "X is (2, 4, 3)",
        "W is (5, 3, 2)",
        "2",
        "5",
        kind=ValueError,
    )


def test_reductions_name_the_axes_that_exist():
    for f in (bp.sum, bp.mean, bp.max, bp.min, bp.softmax, bp.log_softmax, bp.logsumexp):
        says(lambda f=f: f(leaf("A", 2, 3), axis=5), "A is (2, 3)", "axis 5", "0 and 1", kind=ValueError)
        says(lambda f=f: f(leaf("A", 2, 3), axis="rows"), "A is (2, 3)", "'rows'")
    says(lambda: bp.max(bp.Node(3.0, "a"), bp.Node(4.0, "b")), "max(a")


def test_nothing_to_reduce():
    says(lambda: bp.Node(np.zeros((0, 3)), "A").max(), "A is (0, 3)", "empty")
    says(lambda: bp.Node(np.zeros((0, 3)), "A").mean(axis=0), "A is (0, 3)", "empty")


def test_reshape_counts_the_entries():
    says(lambda: leaf("A", 2, 3).reshape((4, 2)), "A is (2, 3)", "6", "(4, 2)", kind=ValueError)
    assert leaf("A", 2, 3).reshape((3, 2)).shape == leaf("A", 2, 3).reshape(3, 2).shape == (3, 2)
    says(lambda: leaf("A", 2, 3).reshape(-1, 4), "A is (2, 3)", "6")


def test_transpose_with_impossible_axes():
    for axes in ((0, 0), (0, 1, 2), (0,), (0, 5)):
        says(lambda axes=axes: leaf("A", 2, 3).transpose(axes), "A is (2, 3)")


@pytest.mark.parametrize(
    "key", [7, (0, 9), 1.5, "a", (0, 0, 0), np.array([0, 7]), [0, 7], np.array([True] * 4), bp.Node(1.0), {}]
)
def test_indexing_names_the_array_and_its_shape(key):
    text = message(lambda: leaf("A", 2, 3)[key])
    assert "A" in text and "(2, 3)" in text


def test_indexing_a_single_number():
    says(lambda: bp.Node(3.0, "s")[0], "s is a single number", kind=ValueError)
    says(lambda: len(bp.Node(3.0, "s")), "s is a single number")
    says(lambda: list(bp.Node(3.0, "s")), "s is a single number")


def test_an_operand_without_a_name_is_called_by_its_letter():
    text = message(lambda: bp.Node(np.ones((2, 3))) + np.ones(4))
    assert text.startswith("x + y: x is (2, 3), y is (4,)")


# -------------------------------------------------------------------------------------------------- backward,
# forward


def test_backward_from_an_array_says_how_to_go_on():
    loss = leaf("losses", 3)
    says(loss.backward, "losses", "(3,)", ".sum()", ".mean()", "upstream=", kind=ValueError)
    says(lambda: bp.grad(lambda x: x * 2)([1.0, 2.0]), "(2,)", ".sum()")


@pytest.mark.parametrize("upstream", [1.0, [1.0], [1.0, 2.0, 3.0, 4.0], [[1.0, 2.0, 3.0]], np.ones((3, 1))])
def test_an_upstream_of_the_wrong_shape_names_both_shapes(upstream):
    says(
        lambda: leaf("v", 3).backward(upstream),
        f"upstream has shape {np.shape(upstream)}",
        "v has shape (3,)",
        kind=ValueError,
    )


def test_an_upstream_for_a_single_number_is_a_single_number():
    x = bp.Node(2.0, "x")
    says(lambda: x.backward([1.0]), "(1,)", "()", kind=ValueError)
    x.backward(bp.Node(3.0))
    assert x.grad == 3.0


@pytest.mark.parametrize("upstream", ["1", [None, 1.0, 2.0], 1j, {}])
def test_an_upstream_that_is_no_number(upstream):
    message(lambda: leaf("v", 3).backward(upstream), TypeError)


def test_a_refused_backward_leaves_old_gradients_alone():
    v = leaf("v", 3)
    out = v * 2
    out.backward([1.0, 1.0, 1.0])
    for wrong in (None, [1.0], "text"):
        message(lambda wrong=wrong: out.backward(wrong))
        assert v.grad is not None, "an error must not destroy the gradients that were there"


def test_a_cycle_made_by_hand_is_found():
    x, y = bp.inputs(x=1.0, y=2.0)
    q = x + y
    f = q * 2
    q.inputs = (x, f)
    for walk in (
        f.backward,
        lambda: bp.forward(f, x=1.0),
        lambda: bp.derivatives(f),
        lambda: bp.topological_order(f),
    ):
        says(walk, "cycle", kind=ValueError)
    x.inputs = (x,)
    says(x.backward, "x", "cycle", kind=ValueError)


def test_a_cycle_among_leaves():
    x, y = bp.inputs(x=1.0, y=2.0)
    f = x * y
    x.inputs = (y,)
    y.inputs = (x,)
    says(f.backward, "cycle", kind=ValueError)


def test_what_is_no_node_is_named():
    for f in (
        bp.backward,
        bp.forward,
        bp.symbolic,
        bp.derivatives,
        bp.topological_order,
        bp.leaves,
        bp.naive_backward,
    ):
        says(lambda f=f: f(3.0), "3.0", "node", kind=TypeError)
        says(lambda f=f: f(None), "node", kind=TypeError)


def test_two_leaves_of_one_name_have_no_symbol():
    twins = bp.Node(1.0, "a") * bp.Node(2.0, "a")
    says(lambda: bp.derivatives(twins), "'a'", kind=ValueError)
    says(lambda: bp.symbolic(twins), "'a'", kind=ValueError)


def test_grad_says_what_is_wrong_with_the_function():
    def forgetful(x):
        x**2

    says(lambda: bp.grad(forgetful)(1.0), "forgetful", "None", "return", kind=TypeError)
    says(lambda: bp.grad(lambda: 1.0)(), "argument", kind=TypeError)
    says(lambda: bp.grad(lambda x: x)("1"), "'1'", kind=TypeError)


# ----------------------------------------------------------------------------------------- values that are no
# numbers


@pytest.mark.parametrize(
    "value",
    [
        "3",
        "x",
        b"3",
        None,
        ["1", "2"],
        [[1.0, "b"]],
        [None, 1.0],
        {},
        {1, 2},
        object(),
        1j,
        [1j],
        len,
        float,
        np.array(["a"]),
        np.array([], dtype=str),
        np.array([None]),
        np.datetime64("2026-01-01"),
        [{}],
        [[1, 2], [3]],
        [[], [1]],
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_that_is_no_number_is_refused_by_a_node_and_by_every_operator(value):
    for use in (
        bp.Node,
        lambda v: bp.inputs(x=v),
        lambda v: bp.Node(1.0) + v,
        lambda v: bp.exp(v),
        lambda v: bp.maximum(v, 1.0),
    ):
        message(lambda use=use: use(value))


def test_the_refused_value_is_shown():
    says(lambda: bp.Node("3"), "'3'", "text", kind=TypeError)
    says(lambda: bp.Node(None), "None", kind=TypeError)
    says(lambda: bp.Node(["a", "b"]), "text", kind=TypeError)
    says(lambda: bp.Node([[1, 2], [3]]), "lengths", kind=ValueError)


def test_a_list_of_nodes_is_not_silently_an_array_of_objects():
    x, y = bp.inputs(x=1.0, y=2.0)
    for f in (
        lambda: bp.Node([x, y]),
        lambda: bp.sum([x, y]),
        lambda: np.array([x, y]),
        lambda: np.asarray(x),
        lambda: x + [y, 1.0],
    ):
        says(f, "node", kind=TypeError)
    says(lambda: bp.Node(x), "x", ".value", kind=TypeError)


def test_integers_too_large_for_a_float():
    message(lambda: bp.Node(10**400), ValueError)
    assert bp.Node([10**30, 1]).value.dtype == float


def test_numpy_numbers_are_numbers():
    for number in (np.float32(1.5), np.float64(1.5), np.int64(2), np.bool_(True), np.array(1.5), np.uint8(7)):
        assert isinstance(bp.Node(number).value, float)
        assert isinstance((number * bp.Node(2.0)), bp.Node)


# -------------------------------------------------------------------------------------- assignment, truth,
# comparison


def test_assignment_into_a_node_points_to_forward():
    for node in (leaf("W", 2, 3), bp.Node(1.0, "W")):
        with pytest.raises(TypeError, match="W.*bp.forward"):
            node[0] = 5.0
    with pytest.raises((TypeError, AttributeError)):
        del leaf("W", 2)[0]
    with pytest.raises(AttributeError):
        leaf("W", 2).vlaue = 3.0


@pytest.mark.parametrize(
    "branch",
    [
        lambda x: 1 if x else 2,
        lambda x: 1 if x > 0 else 2,
        lambda x: not x,
        lambda x: x and 1,
        lambda x: 0 < x < 1,
        lambda x: max(x, 0.5),
        lambda x: min(x, 0.5),
        lambda x: sorted([x, 1.0]),
        lambda x: [y for y in [x] if y >= 0],
        lambda x: bool(x),
        lambda x: any([x]),
    ],
)
def test_a_silent_branch_is_refused_and_points_to_where(branch):
    for x in (bp.Node(0.3, "x"), leaf("x", 3)):
        says(lambda x=x: branch(x), "truth", "bp.where", kind=TypeError)


def test_comparisons_are_nodes_so_that_forward_can_take_the_other_branch():
    x, y = bp.inputs(x=1.0, y=2.0)
    assert [(x > y).value, (x < y).value, (x >= 1).value, (1 <= x).value, (2 > x).value] == [
        False,
        True,
        True,
        True,
        True,
    ]
    assert (2 < x).op in ("less", "greater")


def test_equality_of_a_node_and_a_number_is_refused_and_of_nodes_is_identity():
    x, twin = bp.Node(1.0, "x"), bp.Node(1.0, "x")
    assert x == x and x != twin and x != None and {x: 1, twin: 2}[x] == 1  # noqa: E711
    for f in (lambda: x == 1.0, lambda: 1.0 != x, lambda: x in [1.0], lambda: x == np.ones(2)):
        message(f, TypeError)


# --------------------------------------------------------------------------------- leaving the graph without
# noticing


@pytest.mark.parametrize(
    "leave", [math.exp, math.sqrt, float, int, complex, np.asarray, np.array, lambda x: math.floor(x)]
)
def test_a_function_for_plain_numbers_does_not_take_the_value_silently(leave):
    says(lambda: leave(bp.Node(2.0, "x")), "x is a node", "bp.exp", ".value", kind=TypeError)


@pytest.mark.parametrize(
    "leave", [round, lambda x: f"{x:.3f}", lambda x: range(3)[x], lambda x: x // 2, lambda x: x % 2]
)
def test_what_python_refuses_by_itself_stays_refused(leave):
    with pytest.raises(TypeError):
        leave(bp.Node(2.0, "x"))


def test_numpy_functions_without_a_row_say_which_rows_there_are():
    v = leaf("v", 3)
    for f in (
        lambda: np.floor(v),
        lambda: np.concatenate([v, v]),
        lambda: np.dot(v, v),
        lambda: np.linalg.norm(v),
        lambda: np.add.reduce(v),
    ):
        text = message(f, TypeError)
        assert "exp" in text and "matmul" in text


def test_numpy_is_not_asked_to_write_into_an_array():
    a, v = np.ones(3), leaf("v", 3)
    with pytest.raises(TypeError, match="a = a"):
        a += v
    np.testing.assert_array_equal(a, 1.0)
    message(lambda: np.exp(v, out=a), TypeError)


def test_numpy_functions_of_a_node_are_nodes():
    v = leaf("v", 2, 3)
    for f in (
        np.exp,
        np.log,
        np.sqrt,
        np.sin,
        np.cos,
        np.tanh,
        np.abs,
        np.negative,
        np.sum,
        np.mean,
        np.max,
        np.min,
        np.transpose,
    ):
        assert isinstance(f(v), bp.Node), f
        np.testing.assert_allclose(f(v).value, f(v.value), rtol=1e-15)
    assert isinstance(np.where(v > 2, v, 0.0), bp.Node)
    assert np.reshape(v, (3, 2)).shape == (3, 2)
    assert np.sum(v, axis=0).shape == (3,)
    for made in (
        np.ones(3) * v,
        np.ones((4, 2)) @ v,
        np.float64(2.0) / v,
        np.ones(3) ** v,
        np.maximum(np.ones(3), v),
        np.arange(3) > v,
    ):
        assert type(made) is bp.Node


def test_the_wrong_number_of_arguments_shows_the_signature():
    says(lambda: bp.exp(), "exp(x)", kind=TypeError)
    says(lambda: bp.exp(1.0, 2.0), "exp(x)", kind=TypeError)
    says(lambda: bp.leaky_relu(1.0, slop=0.1), "leaky_relu(x, slope=0.01)", kind=TypeError)
    says(lambda: leaf("A", 2, 3).sum(axes=0), "axes", kind=TypeError)


def test_a_name_that_does_not_exist_lists_what_exists():
    for module in (bp, bp.graph):
        with pytest.raises(AttributeError, match="sigmoid") as caught:
            _ = module.sigmoyd
        assert "sigmoyd" in str(caught.value)


def test_symbols_of_a_condition_that_is_decided_by_nothing():
    """An unnamed leaf has a symbol as well: v1, v2, …"""
    assert bp.symbolic(bp.Node(2.0) * bp.Node(3.0, "v1")) == sympy.Symbol("v2") * sympy.Symbol("v1")


def mistaken(x, W):
    return x @ W


@pytest.mark.parametrize("misuse", [lambda A: mistaken(A, A), lambda A: float(A), lambda A: A.backward()])
def test_a_notebook_shows_the_readers_own_lines_and_the_sentence(misuse):
    with pytest.raises((ValueError, TypeError)) as problem:
        misuse(bp.Node(np.ones((2, 3)), "A"))
    *lines, sentence = problem.value._render_traceback_()
    assert sentence.endswith(str(problem.value))
    assert any("misuse(" in line for line in lines)
    assert not any("apply(" in line or "refuse" in line for line in lines)
