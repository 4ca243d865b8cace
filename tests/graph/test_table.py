"""Every row of the table is proven from the row alone, and the proof is tried on rows that are wrong."""

import math

import mpmath
import numpy as np
import pytest
import sympy

import backprop_lib as bp
from backprop_lib.graph import OPERATIONS, apply, kinds
from backprop_lib.graph.rules import Operation
from tests.graph.proofs import (
    altered,
    is_condition,
    prove_numerically,
    prove_symbolically,
    sample,
    structural_cases,
)

ROWS = list(OPERATIONS.values())
PUBLIC = [row for row in ROWS if row.public]
ELEMENTWISE = [row for row in ROWS if row.elementwise]


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
    names = """exp log sqrt sin cos tanh sigmoid relu leaky_relu gelu softplus softmax log_softmax logsumexp
        maximum minimum where sum mean max min matmul transpose reshape getitem""".split()
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
    if row.elementwise:
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
    if row.elementwise:
        shapes, params = [()] * len(row.local), {}
    else:
        shapes, params = [(2, 3), (3, 2)][: len(row.letters)], dict(row.params)
        if row.name == "stretch":
            shapes, params = [(3,), (2, 3)], {"axis": 0, "keepdims": False}
        elif "like" in row.letters:
            shapes = [(2,) if row.name == "scatter" else (2, 3), (2, 3)]
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
        yield sympy.Symbol(name), sympy.Integer(bool(x)) if is_truth else x


@by_name(PUBLIC)
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
        dict(
            local=("(1 + erf(x / sqrt(2))) / 2.001 + x * exp(-x ** 2 / 2) / sqrt(2 * pi)",),
            numeric_local=None,
        ),
        BOTH,
    ),
    "2.001 instead of 2 in maximum": (
        "maximum",
        dict(local=("where(x > y, 2.001, 0) / 2", "where(x > y, 0, 2) / 2")),
        BOTH,
    ),
    "1.000001 instead of 1": ("add", dict(local=("1", "1.000001")), BOTH),
    "swapped locals of multiply": ("multiply", dict(local=("x", "y")), BOTH),
    "swapped locals of divide": ("divide", dict(local=("-out / y", "1 / y")), BOTH),
    "swapped locals of subtract": ("subtract", dict(local=("-1", "1")), BOTH),
    "swapped locals of power": (
        "power",
        dict(local=("out * log(x)", "y * x ** (y - 1)"), numeric_local=None),
        BOTH,
    ),
    "swapped locals of maximum": ("maximum", dict(local=OPERATIONS["minimum"].local), BOTH),
    "swapped branches of where": (
        "where",
        dict(local=(None, "where(condition, 0, 1)", "where(condition, 1, 0)")),
        BOTH,
    ),
    "the sign of cos": ("cos", dict(local=("sin(x)",)), BOTH),
    "the sign in subtract": ("subtract", dict(local=("1", "1")), BOTH),
    "sigmoid's rule for tanh": ("tanh", dict(local=("out * (1 - out)",)), BOTH),
    "a square forgotten": ("tanh", dict(local=("1 - out",)), BOTH),
    "the other branch of relu": ("relu", dict(local=("where(x > 0, 0, 1)",), numeric_local=None), BOTH),
    "a slope in one branch only": (
        "leaky_relu",
        dict(local=("where(x > 0, 1, 0.01)", "where(x > 0, 0, x)")),
        BOTH,
    ),
    "a derivative that is missing": ("multiply", dict(local=("y", None)), BOTH),
    "no derivative for the second branch": (
        "where",
        dict(local=(None, "where(condition, 1, 0)", None)),
        BOTH,
    ),
    "beta forgotten": (
        "softplus",
        dict(local=("1 / (1 + exp(-x))", OPERATIONS["softplus"].local[1]), numeric_local=None),
        BOTH,
    ),
    "a wrong numeric derivative": ("sigmoid", dict(numeric_local=("out * (1 + out)",)), prove_numerically),
    "a numeric derivative off by 1e-7": ("exp", dict(numeric_local=("out * 1.0000001",)), prove_numerically),
    "a numeric derivative wrong on one side": (
        "relu",
        dict(numeric_local=("(x > 0) + 0.001 * (x < 0)",)),
        prove_numerically,
    ),
    "a wrong numeric value": ("softplus", dict(numeric="maximum(beta * x, 0.0) / beta"), prove_numerically),
    "the tanh form of gelu": (
        "gelu",
        dict(numeric="x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x ** 3))) / 2"),
        prove_numerically,
    ),
    "a wrong value": ("sin", dict(value="cos(x)"), BOTH),
}


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


SUM, MEAN, MAX = (OPERATIONS[name].local[0] for name in ("sum", "mean", "max"))
MATMUL = OPERATIONS["matmul"].by_rank
WRONG_STRUCTURAL = {
    "mean forgets to divide": ("mean", dict(local=(SUM,))),
    "sum stretches along the wrong axis": ("sum", dict(local=("stretch(g, x, 0, keepdims)",))),
    "sum forgets the axis": ("sum", dict(local=("stretch(g, x, None, keepdims)",))),
    "sum scaled by 2.001 / 2": ("sum", dict(local=(f"1.0005 * {SUM}",))),
    "max gives everything to every entry": ("max", dict(local=(SUM,))),
    "max gives the whole gradient to each of a tie": (
        "max",
        dict(local=("(x == stretch(out, x, axis, keepdims)) * 1.001 * stretch(g, x, axis, keepdims)",)),
    ),
    "max looks for the smallest": (
        "max",
        dict(local=(MAX.replace("out", "x.min(axis=axis, keepdims=keepdims)"),)),
    ),
    "matmul swaps its operands": ("matmul", dict(by_rank={k: v[::-1] for k, v in MATMUL.items()})),
    "matmul forgets its transposes": ("matmul", dict(by_rank=MATMUL | {(2, 2): ("g @ y", "x @ g")})),
    "matmul's sign": ("matmul", dict(by_rank=MATMUL | {(2, 2): ("-(g @ y.T)", "x.T @ g")})),
    "a vector's product is that of matrices": (
        "matmul",
        dict(by_rank=MATMUL | {(1, 1): ("g @ y.T", "x.T @ g")}),
    ),
    "a row vector forgets its outer product": ("matmul", dict(by_rank=MATMUL | {(1, 2): ("y @ g", "x @ g")})),
    "a column vector's gradient is transposed": (
        "matmul",
        dict(by_rank=MATMUL | {(2, 1): ("y[:, None] * g", "x.T @ g")}),
    ),
    "a stack of matrices forgets to transpose": (
        "matmul",
        dict(by_rank=MATMUL | {(3, 3): ("g @ y", "swap(x) @ g")}),
    ),
    "a vector times a stack": (
        "matmul",
        dict(by_rank=MATMUL | {(1, 3): ("(y @ g[..., None])[..., 0]", "x * g")}),
    ),
    "a stack times a vector": (
        "matmul",
        dict(by_rank=MATMUL | {(3, 1): ("g * y", "(g[..., None, :] @ x)[..., 0, :]")}),
    ),
    "transpose goes forward again": ("transpose", dict(local=("g.transpose(axes)",))),
    "reshape reads down the columns": ("reshape", dict(local=("g.T.reshape(x.T.shape).T",))),
    "indexing picks instead of scattering": ("getitem", dict(local=("g + 0 * x",))),
    "scatter forgets to pick": ("scatter", dict(local=("2 * g[key]", None))),
    "stretch takes the mean": ("stretch", dict(local=("g.mean(axis=axis, keepdims=keepdims)", None))),
    "cast doubles": ("cast", dict(local=("2 * cast(g, x)", None))),
    "softmax skips the Jacobian": ("softmax", dict(local=("out * (1 - out) * g",))),
    "softmax over the wrong axis": (
        "softmax",
        dict(local=("out * (g - (g * out).sum(axis=0, keepdims=True))",)),
    ),
    "log_softmax forgets the exponential": (
        "log_softmax",
        dict(local=("g - out * g.sum(axis=axis, keepdims=True)",)),
    ),
    "logsumexp spreads evenly": ("logsumexp", dict(local=(MEAN,))),
    "a wrong value of softmax": ("softmax", dict(numeric="softmax(2 * x, axis)")),
    "a wrong value of mean": ("mean", dict(numeric="x.sum(axis=axis, keepdims=keepdims)")),
}


@pytest.mark.parametrize("case", WRONG_STRUCTURAL.values(), ids=WRONG_STRUCTURAL)
def test_a_wrong_structural_row_is_found(case):
    name, changes = case
    with pytest.raises((AssertionError, ValueError, IndexError, TypeError)):
        prove_numerically(altered(OPERATIONS[name], **changes))


def test_indexing_that_keeps_one_of_two_is_found(monkeypatch):
    def scatter_that_keeps_one(g, like, key):
        scattered = np.zeros(like.shape)
        scattered[key] = g
        return scattered

    monkeypatch.setitem(kinds.arrays().words, "scatter", scatter_that_keeps_one)
    with pytest.raises(AssertionError):
        prove_numerically(altered(OPERATIONS["getitem"]))


@pytest.mark.parametrize("kind", ["floats", "arrays"])
def test_the_source_of_a_rule_says_what_the_row_says(kind):
    assert "erfc(-x / sqrt(2))" in bp.gelu.rule(kind).source
    assert "x > 0" in bp.relu.rule(kind).source


@pytest.mark.parametrize("forget", ["axes in front", "axes of size 1", "all"])
@pytest.mark.parametrize("name", ["add", "multiply", "maximum", "where", "divide"])
def test_a_missing_unbroadcast_is_found(name, forget, monkeypatch):
    right = kinds.arrays().meaning("unbroadcast")

    def forgetful(contribution, like):
        shape, found = np.shape(like), np.shape(contribution)
        if forget == "all" or (forget == "axes in front") == (len(found) > len(shape)):
            return contribution
        return right(contribution, like)

    monkeypatch.setitem(kinds.arrays().words, "unbroadcast", forgetful)
    with pytest.raises((AssertionError, ValueError, AttributeError)):
        prove_numerically(altered(OPERATIONS[name]))


def test_an_unbroadcast_that_takes_the_mean_is_found(monkeypatch):
    right = kinds.arrays().meaning("unbroadcast")
    monkeypatch.setitem(
        kinds.arrays().words,
        "unbroadcast",
        lambda c, like: right(c, like) * (np.size(like) / max(np.size(c), 1)),
    )
    with pytest.raises(AssertionError):
        prove_numerically(altered(OPERATIONS["add"]))


@pytest.mark.parametrize("name", ["matmul"])
def test_a_missing_unbroadcast_of_batches_is_found(name, monkeypatch):
    monkeypatch.setitem(kinds.arrays().words, "unbroadcast", lambda contribution, like: contribution)
    with pytest.raises(AssertionError):
        prove_numerically(altered(OPERATIONS[name]))


# ---------------------------------------------------------------------------------------------------- a new
# row, atan


@pytest.fixture
def atan(monkeypatch):
    """The row a student would add, in the table for one test."""
    row = Operation("atan", "x", "atan(x)", ("1 / (1 + x ** 2)",), "atan")
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
    """The cumulative sum, as one row: proven on no shape list of its own."""
    row = Operation(
        "cumsum",
        "x",
        "cumsum(x, axis)",
        ("flip(cumsum(flip(g, axis), axis), axis)",),
        "cumsum",
        params={"axis": -1},
    )
    monkeypatch.setitem(OPERATIONS, "cumsum", row)
    prove_numerically(row)
    with pytest.raises(AssertionError):
        prove_numerically(altered(row, local=("cumsum(g, axis)",)))
    x = bp.Node([[1.0, 2.0, 3.0]], "x")
    y = bp.cumsum(x)
    y.backward([[1.0, 10.0, 100.0]])
    np.testing.assert_array_equal(x.grad, [[111.0, 110.0, 100.0]])
    assert bp.trace(y, np.ones((1, 3))).texts()[1] == "v1 = cumsum(x, axis=−1) = shape (1, 3)"
