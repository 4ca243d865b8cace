"""Every row of the table is proven from the row alone, and the proof is tried on rows that are wrong."""

import math

import mpmath
import numpy as np
import pytest
import sympy

import backprop_lib as bp
from backprop_lib.graph import OPERATIONS, operation
from backprop_lib.graph.kinds import arrays
from backprop_lib.graph.node import apply
from backprop_lib.graph.operation import Elementwise, Structural
from tests.graph.proofs import (
    altered,
    is_condition,
    prove_numerically,
    prove_symbolically,
    sample,
    structural_cases,
)

ROWS = list(OPERATIONS.values())
ELEMENTWISE = [row for row in ROWS if isinstance(row, Elementwise)]


def by_name(rows):
    return pytest.mark.parametrize("row", rows, ids=lambda row: row.name)


@by_name(ELEMENTWISE)
def test_sympy_proves_the_local_derivatives(row):
    assert prove_symbolically(row) >= 1


@by_name(ROWS)
@pytest.mark.parametrize("seed", [0, 1])
def test_numbers_prove_the_vector_jacobian_product(row, seed):
    prove_numerically(row, seed)


@by_name(ROWS)
def test_a_row_says_what_it_is(row):
    assert row.arguments and row.gate and row.value
    assert len(row.local) == len(row.arguments.split(", "))
    assert OPERATIONS[row.name] is row


def test_every_public_operation_of_the_contract_is_a_row():
    names = """exp log sqrt sin cos tanh sigmoid relu leaky_relu gelu softplus softmax log_softmax logsumexp maximum
        minimum where sum mean max min matmul transpose reshape getitem""".split()
    assert set(names) <= set(OPERATIONS)
    assert all(callable(getattr(bp, name)) for name in names)


def test_a_piecewise_row_is_proven_on_every_branch():
    found = {
        row.name: prove_symbolically(row)
        for row in ELEMENTWISE
        if row.name in ("absolute", "relu", "maximum", "where")
    }
    assert found["absolute"] == found["relu"] == 2  # x < 0, x > 0
    assert found["maximum"] == 6  # the signs of x and y, and for equal signs which one is larger
    assert found["where"] == 8


# ---------------------------------------------------------------------------------------------- three kinds
# of number


def one_case(row, rng):
    """(array points, settings) of the first interesting shapes of a row."""
    if isinstance(row, Elementwise):
        count = len(row.local)
        return sample(row, [(2, 3), (3,), (2, 1)][:count], rng), {}
    shapes, params = next(case for case in structural_cases(row) if all(len(shape) > 1 for shape in case[0]))
    return sample(row, shapes, rng), params


@by_name(ROWS)
def test_float32_stays_float32(row):
    points, params = one_case(row, np.random.default_rng(3))
    nodes = [bp.Node(x.astype(np.float32)) for x in points]
    out = apply(row, *nodes, **params)
    exact = apply(row, *map(bp.Node, points), **params)
    assert not out.shape or out.value.dtype == np.float32
    np.testing.assert_allclose(out.value, exact.value, rtol=2e-5, atol=2e-6)
    out.backward(np.ones(out.shape))
    assert all(node.grad.dtype == np.float32 for node in nodes)
    assert not out.shape or out.grad.dtype == np.float32


@by_name(ROWS)
def test_integers_are_promoted_and_not_truncated(row):
    points, params = one_case(row, np.random.default_rng(4))
    whole = [x if x.dtype == bool else (1 + np.arange(x.size).reshape(x.shape)) for x in points]
    as_int = apply(row, *map(bp.Node, whole), **params)
    as_float = apply(row, *(bp.Node(x if x.dtype == bool else x.astype(float)) for x in whole), **params)
    np.testing.assert_array_equal(as_int.value, as_float.value)
    as_int.backward(np.full(as_int.shape, 0.5))
    for i, node in enumerate(as_int.inputs):
        assert is_condition(row, i) or node.value.dtype == node.grad.dtype == float


@by_name([row for row in ROWS if any(row.local)])
def test_symbols_flow_through_the_same_row(row):
    """Σ weights ∘ row on symbols: the value that numbers give, and mpmath's derivative of it as gradients."""
    rng = np.random.default_rng(5)
    if isinstance(row, Elementwise):
        shapes, params = [()] * len(row.local), {}
    else:
        shapes, params = [(2, 3), (3, 2)][: len(row.vjp)], dict(row.params)
        params |= {
            name: choice for name, choice in {"shape": (3, 2), "key": (0, [1, 1])}.items() if name in params
        }
    leaves = [bp.Node(x, name) for x, name in zip(sample(row, shapes, rng), "abc")]
    out = apply(row, *leaves, **params)
    total = (out * rng.normal(size=out.shape)).sum()
    value = bp.symbolic(total)
    at = {s: v for i, leaf in enumerate(leaves) for s, v in values_of(leaf, is_condition(row, i))}
    assert float(value.subs(at)) == pytest.approx(total.value, rel=1e-12)
    gradients = bp.derivatives(total)
    for i, leaf in enumerate(leaves):
        if is_condition(row, i):
            continue
        for (s, x), found in zip(values_of(leaf), np.ravel(gradients[leaf.name])):
            along = sympy.lambdify(
                s, value.subs({other: v for other, v in at.items() if other != s}), "mpmath"
            )
            assert float(sympy.sympify(found).subs(at)) == pytest.approx(
                float(mpmath.diff(along, x)), rel=1e-8, abs=1e-12
            )


def values_of(leaf, is_truth=False):
    """(symbol, number) for every entry of a leaf, with the names that the course gives to entries."""
    for index in np.ndindex(leaf.shape):
        name = f"{leaf.name}[{','.join(map(str, index))}]" if leaf.shape else leaf.name
        x = float(leaf.value[index] if leaf.shape else leaf.value)
        yield sympy.Symbol(name), sympy.sympify(bool(x)) if is_truth else x


@by_name(ROWS)
def test_the_public_function_simply_computes_on_plain_numbers(row):
    points, params = one_case(row, np.random.default_rng(6))
    function = getattr(bp, row.name)
    plain = function(*points, **params)
    assert not isinstance(plain, bp.Node)
    np.testing.assert_array_equal(plain, apply(row, *map(bp.Node, points), **params).value)
    mixed = function(bp.Node(points[0]), *points[1:], **params)
    assert isinstance(mixed, bp.Node)
    np.testing.assert_array_equal(mixed.value, plain)


# ---------------------------------------------------------------------------------------------------------
# wrong rows

BOTH = "both proofs"
WRONG = {  # changed fields, and which proof must see it (the other one must not)
    "2.001 instead of 2 in sqrt": ("sqrt", dict(local=("1 / (2.001 * out)",), numeric_local=None), BOTH),
    "2.001 instead of 2 in gelu": (
        "gelu",
        dict(local=("(1 + erf(x / sqrt(2))) / 2.001 + x * exp(-x ** 2 / 2) / sqrt(2 * pi)",), numeric_local=None),
        BOTH,
    ),
    "2.001 instead of 2 in maximum": (
        "maximum", dict(local=("where(x > y, 2.001, 0) / 2", "where(x > y, 0, 2) / 2")), BOTH,
    ),
    "1.000001 instead of 1": ("add", dict(local=("1", "1.000001")), BOTH),
    "swapped locals of multiply": ("multiply", dict(local=("x", "y")), BOTH),
    "swapped locals of divide": ("divide", dict(local=("-out / y", "1 / y")), BOTH),
    "swapped locals of subtract": ("subtract", dict(local=("-1", "1")), BOTH),
    "swapped locals of power": ("power", dict(local=("out * log(x)", "y * x ** (y - 1)"), numeric_local=None), BOTH),
    "swapped locals of maximum": ("maximum", dict(local=OPERATIONS["minimum"].local), BOTH),
    "swapped branches of where": (
        "where", dict(local=(None, "where(condition, 0, 1)", "where(condition, 1, 0)")), BOTH,
    ),
    "the sign of cos": ("cos", dict(local=("sin(x)",)), BOTH),
    "the sign in subtract": ("subtract", dict(local=("1", "1")), BOTH),
    "sigmoid's rule for tanh": ("tanh", dict(local=("out * (1 - out)",)), BOTH),
    "a square forgotten": ("tanh", dict(local=("1 - out",)), BOTH),
    "the other branch of relu": ("relu", dict(local=("where(x > 0, 0, 1)",), numeric_local=None), BOTH),
    "a slope in one branch only": ("leaky_relu", dict(local=("where(x > 0, 1, 0.01)", "where(x > 0, 0, x)")), BOTH),
    "a derivative that is missing": ("multiply", dict(local=("y", None)), BOTH),
    "no derivative for the second branch": ("where", dict(local=(None, "where(condition, 1, 0)", None)), BOTH),
    "beta forgotten": (
        "softplus", dict(local=("1 / (1 + exp(-x))", OPERATIONS["softplus"].local[1]), numeric_local=None), BOTH,
    ),
    "a wrong numeric derivative": ("sigmoid", dict(numeric_local=("out * (1 + out)",)), prove_numerically),
    "a numeric derivative off by 1e-7": ("exp", dict(numeric_local=("out * 1.0000001",)), prove_numerically),
    "a numeric derivative wrong on one side": (
        "relu", dict(numeric_local=("(x > 0) + 0.001 * (x < 0)",)), prove_numerically,
    ),
    "a wrong numeric value": ("softplus", dict(numeric="maximum(beta * x, 0.0) / beta"), prove_numerically),
    "the tanh form of gelu": (
        "gelu", dict(numeric="x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x ** 3))) / 2"), prove_numerically,
    ),
    "a wrong value": ("sin", dict(value="cos(x)"), BOTH),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_a_wrong_elementwise_row_is_found(case):
    name, changes, seen_by = case
    wrong = altered(OPERATIONS[name], **changes)
    for proof in (prove_symbolically, prove_numerically):
        if seen_by in (proof, BOTH):
            with pytest.raises(AssertionError):
                proof(wrong)
        else:
            proof(wrong)


def test_a_row_with_other_letters_is_right():
    same = altered(
        OPERATIONS["divide"],
        arguments="top, bottom",
        value="top / bottom",
        local=("1 / bottom", "-out / bottom"),
    )
    prove_symbolically(same)
    prove_numerically(same)


def _sum_vjp_that_takes_the_wrong_axis(m, g, out, x, axis, keepdims):
    axis = None if axis is None else (axis + 1) % x.ndim if isinstance(axis, int) else axis
    return np.broadcast_to(g if axis is None or keepdims else np.expand_dims(g, axis), x.shape)


def _scatter_that_keeps_one(m, g, out, x, key):
    scattered = np.zeros(x.shape)
    scattered[key] = g
    return scattered


def _max_vjp_that_looks_for_the_smallest(m, g, out, x, axis, keepdims):
    row = OPERATIONS["max"]
    return row.vjp[0](m, g, OPERATIONS["min"].forward(m, x, axis, keepdims), x, axis, keepdims)


WRONG_STRUCTURAL = {
    "mean forgets to divide": ("mean", [OPERATIONS["sum"].vjp[0]]),
    "sum stretches along the wrong axis": ("sum", [_sum_vjp_that_takes_the_wrong_axis]),
    "sum scaled by 2.001 / 2": ("sum", [lambda *a, **k: 1.0005 * OPERATIONS["sum"].vjp[0](*a, **k)]),
    "max gives everything to every entry": ("max", [OPERATIONS["sum"].vjp[0]]),
    "max looks for the smallest": ("max", [_max_vjp_that_looks_for_the_smallest]),
    "matmul swaps its operands": ("matmul", OPERATIONS["matmul"].vjp[::-1]),
    "matmul forgets its transposes": ("matmul", [lambda m, g, out, x, y: g @ y, lambda m, g, out, x, y: x @ g]),
    "matmul's sign": ("matmul", [lambda *a: -OPERATIONS["matmul"].vjp[0](*a), OPERATIONS["matmul"].vjp[1]]),
    "transpose goes forward again": ("transpose", [lambda m, g, out, x, axes: np.transpose(g, axes)]),
    "reshape reads down the columns": ("reshape", [lambda m, g, out, x, shape: g.reshape(x.shape, order="F")]),
    "indexing keeps one of two": ("getitem", [_scatter_that_keeps_one]),
    "softmax skips the Jacobian": ("softmax", [lambda m, g, out, x, axis: out * (1 - out) * g]),
    "softmax over the wrong axis": (
        "softmax", [lambda m, g, out, x, axis: out * (g - (g * out).sum(axis=0, keepdims=True))],
    ),
    "log_softmax forgets the exponential": (
        "log_softmax", [lambda m, g, out, x, axis: g - out * g.sum(axis=axis, keepdims=True)],
    ),
    "logsumexp spreads evenly": ("logsumexp", [OPERATIONS["mean"].vjp[0]]),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG_STRUCTURAL.values(), ids=WRONG_STRUCTURAL)
def test_a_wrong_structural_row_is_found(case):
    name, vjp = case
    wrong = altered(OPERATIONS[name], vjp=tuple(vjp))
    with pytest.raises((AssertionError, ValueError)):
        prove_numerically(wrong)


@pytest.mark.parametrize("forget", ["axes in front", "axes of size 1", "all"])
@pytest.mark.parametrize("name", ["add", "multiply", "maximum", "where", "divide"])
def test_a_missing_unbroadcast_is_found(name, forget, monkeypatch):
    right = arrays()["unbroadcast"]

    def forgetful(contribution, like):
        shape, found = np.shape(like), np.shape(contribution)
        if forget == "all" or (forget == "axes in front") == (len(found) > len(shape)):
            return contribution
        return right(contribution, like)

    monkeypatch.setitem(arrays(), "unbroadcast", forgetful)
    with pytest.raises((AssertionError, ValueError, AttributeError)):
        prove_numerically(altered(OPERATIONS[name]))


def test_an_unbroadcast_that_takes_the_mean_is_found(monkeypatch):
    right = arrays()["unbroadcast"]
    monkeypatch.setitem(
        arrays(), "unbroadcast", lambda c, like: right(c, like) * (np.size(like) / max(np.size(c), 1))
    )
    with pytest.raises(AssertionError):
        prove_numerically(altered(OPERATIONS["add"]))


@pytest.mark.parametrize("name", ["matmul"])
def test_a_missing_unbroadcast_of_batches_is_found(name, monkeypatch):
    monkeypatch.setattr(operation, "unbroadcast", lambda contribution, like: contribution)
    with pytest.raises(AssertionError):
        prove_numerically(altered(OPERATIONS[name]))


# ---------------------------------------------------------------------------------------------------- a new
# row, atan


@pytest.fixture
def atan(monkeypatch):
    """The row a student would add, in the table for one test."""
    row = Elementwise("atan", "x", "atan(x)", ("1 / (1 + x ** 2)",), "atan")
    monkeypatch.setitem(OPERATIONS, "atan", row)
    yield row
    for module in (bp, bp.graph):
        vars(module).pop("atan", None)


def test_one_row_is_proven_at_once(atan):
    prove_symbolically(atan)
    prove_numerically(atan)


def test_one_row_is_a_function_on_every_kind_of_number(atan):
    x = sympy.Symbol("x")
    assert bp.atan(1) == math.atan(1.0)
    np.testing.assert_array_equal(bp.atan([0.5, -2.0]), np.arctan([0.5, -2.0]))
    assert bp.atan(x) == sympy.atan(x)
    assert bp.graph.atan(1.0) == math.atan(1.0)


def test_one_row_is_differentiable_on_every_kind_of_number(atan):
    a = bp.Node(-2.0, "a")
    bp.atan(3 * a).backward()
    assert a.grad == pytest.approx(3 / 37, rel=1e-14)
    v = bp.Node([0.5, -2.0, 1.0], "v")
    bp.atan(v).backward([1.0, 10.0, 100.0])
    np.testing.assert_allclose(v.grad, [0.8, 2.0, 50.0], rtol=1e-15)
    s = sympy.Symbol("a")
    assert sympy.simplify(bp.derivatives(bp.atan(3 * a))["a"] - sympy.diff(sympy.atan(3 * s), s)) == 0
    assert bp.symbolic(bp.atan(3 * a)) == sympy.atan(3 * s)


def test_one_row_is_known_to_numpy_under_its_name(atan):
    assert np.atan(bp.Node(1.0)).op == "atan"


def test_a_structural_row_needs_nothing_else_either(monkeypatch):
    """The trace of a square matrix, as one row: proven on no shape list of its own."""
    row = Structural(
        "cumsum", "x", "cumsum(x)", ("reversed cumsum(g)",), "cumsum",
        lambda m, x, axis: np.cumsum(x, axis=axis),
        (lambda m, g, out, x, axis: np.flip(np.cumsum(np.flip(g, axis), axis=axis), axis),), {"axis": -1},
    )  # fmt: skip
    monkeypatch.setitem(OPERATIONS, "cumsum", row)
    prove_numerically(row)
    with pytest.raises(AssertionError):
        prove_numerically(altered(row, vjp=(lambda m, g, out, x, axis: np.cumsum(g, axis=axis),)))
    x = bp.Node([[1.0, 2.0, 3.0]], "x")
    bp.cumsum(x).backward([[1.0, 10.0, 100.0]])
    np.testing.assert_array_equal(x.grad, [[111.0, 110.0, 100.0]])
    vars(bp).pop("cumsum"), vars(bp.graph).pop("cumsum", None)
