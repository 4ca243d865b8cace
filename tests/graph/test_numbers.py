"""Numbers: random graphs against two independent oracles, and values and gradients where textbook formulas
overflow.
"""

import math
import warnings

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import backprop_lib as bp
from backprop_lib.graph import OPERATIONS
from tests.graph.proofs import directional_derivative, textbook

ONE_ARGUMENT = [
    row
    for row in OPERATIONS.values()
    if row.public and row.elementwise and len(row.local) - len(row.defaults) == 1
]
QUIET_AT_1000 = [row for row in ONE_ARGUMENT if row.name != "exp"]

# ----------------------------------------------------------------------------------------------- random
# scalar graphs

# What a random graph is made of, for the graph, for complex numbers and for sympy. All of these are analytic.
COMPLEX = {
    "exp": np.exp,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "negative": lambda z: -z,
}
SYMPY = {
    "exp": sympy.exp,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tanh": sympy.tanh,
    "sigmoid": lambda z: 1 / (1 + sympy.exp(-z)),
    "softplus": lambda z: sympy.log(1 + sympy.exp(z)),
    "negative": lambda z: -z,
}
GRAPH = {name: getattr(bp, name) for name in COMPLEX}


def steady(examples):
    """The same examples in every run, whatever the speed of the machine."""
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@st.composite
def programs(draw, longest=14):
    """Instructions over a growing list of values: later ones use any earlier value, so fan-out is common."""
    steps = []
    for k in range(draw(st.integers(2, longest))):
        index = st.integers(0, 2 + k)
        kind = draw(st.sampled_from(["+", "-", "*", "/", "**", *COMPLEX]))
        number = draw(st.sampled_from([None, None, 2.0, -0.5, 3.0]))
        steps.append((kind, draw(index), draw(index), number))
    return steps


def run(program, start, functions):
    values = list(start)
    for kind, i, j, number in program:
        x, y = values[i], values[j] if number is None else number
        squashed = functions["tanh"](y)  # keeps divisors away from 0 and exponents small
        if kind in functions:
            values.append(functions[kind](functions["tanh"](x) * 1.5))
        elif kind == "/":
            values.append(x / (squashed + 1.5))
        elif kind == "**":
            values.append((functions["tanh"](x) + 1.5) ** (squashed * 2))
        else:
            values.append(x + y if kind == "+" else x - y if kind == "-" else x * squashed)
    return sum(values[3:], start=values[-1] * 0.5)


@steady(120)
@given(program=programs(), start=st.tuples(*[st.floats(-2, 2)] * 3))
def test_random_graphs_agree_with_complex_steps(program, start):
    """∂f/∂x = Im f(x + ih) / h with h = 1e-30: exact to the last digits, without any code or rule of the
    engine.
    """
    leaves = [bp.Node(x) for x in start]
    out = run(program, leaves, GRAPH)
    out.backward()
    for i, leaf in enumerate(leaves):
        shifted = [complex(x, 1e-30 if k == i else 0.0) for k, x in enumerate(start)]
        f = run(program, shifted, COMPLEX)
        assert out.value == pytest.approx(f.real, rel=1e-11, abs=1e-11)
        assert (leaf.grad or 0.0) == pytest.approx(f.imag / 1e-30, rel=1e-9, abs=1e-9)


HALVES = st.integers(-4, 4).map(lambda k: k / 2)


@steady(20)
@given(program=programs(longest=4), start=st.tuples(HALVES, HALVES, HALVES))
def test_random_graphs_agree_with_sympy(program, start):
    """The derivative that sympy finds in the composed formula, at halves: exact fractions stay short."""
    program = [("*" if kind == "**" else kind, i, j, number) for kind, i, j, number in program]
    symbols = sympy.symbols("a b c")
    leaves = [bp.Node(x, s.name) for x, s in zip(start, symbols)]
    out = run(program, leaves, GRAPH)
    out.backward()
    formula = sympy.sympify(run(program, symbols, SYMPY))
    found = bp.derivatives(out)
    for leaf, s in zip(leaves, symbols):
        both = [sympy.diff(formula, s), found.get(leaf.name, 0)]
        expected, ours = sympy.lambdify(symbols, both, "math")(*start)
        assert (leaf.grad or 0.0) == pytest.approx(expected, rel=1e-9, abs=1e-9)
        assert ours == pytest.approx(expected, rel=1e-9, abs=1e-9)


@steady(60)
@given(seed=st.integers(0, 10**6))
def test_random_array_graphs_agree_with_a_difference_quotient(seed):
    """Every kind of row at once, on sizes that are all different: batch 5, 3 → 4 → 2."""
    rng = np.random.default_rng(seed)
    shapes = {"X": (5, 3), "W": (4, 3), "b": (4,), "V": (2, 4), "c": (5, 1)}
    at = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    choice = rng.integers(0, 4, size=4)
    upstream = rng.normal(size=(5, 2))

    def program(X, W, b, V, c):
        z = X @ W.T + b
        h = [bp.tanh, bp.gelu, bp.softplus, bp.sigmoid][choice[0]](z)
        h = [h * c, h / (c * c + 1), h - c, h + bp.exp(-c * c)][choice[1]]
        o = [h @ V.T, (V @ h.T).T, (h @ V.T).reshape(2, 5).T, bp.softmax(h @ V.T)][choice[2]]
        o = [
            bp.log_softmax(o),
            o - bp.logsumexp(o, axis=0),
            o * o.mean(axis=1, keepdims=True),
            o[[0, 1, 1, 2, 4]] - o[::-1],
        ][choice[3]]
        return o + h[:, 1:3] - (X.sum(axis=0) * W).mean()

    nodes = {name: bp.Node(value) for name, value in at.items()}
    program(**nodes).backward(upstream)
    direction = {name: rng.uniform(-1, 1, size=shape) for name, shape in shapes.items()}

    def along(t):
        moved = {name: bp.Node(at[name] + t * direction[name]) for name in at}
        return float((upstream * program(**moved).value).sum())

    numerical = directional_derivative(along)
    pulled = sum(float((nodes[name].grad * direction[name]).sum()) for name in at)
    assert pulled == pytest.approx(numerical, rel=1e-8, abs=1e-9)


# ----------------------------------------------------------------------------------------------------------
# stability


@pytest.fixture
def strict():
    with warnings.catch_warnings(), np.errstate(divide="warn", over="warn", invalid="warn"):
        warnings.simplefilter("error")
        yield


def both(f, x):
    """(value, derivative) of f on a float and on an array; they must be the same."""
    node, array = bp.Node(x), bp.Node([x, x])
    out, outs = f(node), f(array)
    out.backward()
    outs.backward([1.0, 1.0])
    np.testing.assert_array_equal(outs.value, [out.value] * 2)
    np.testing.assert_array_equal(array.grad, [node.grad] * 2)
    return out.value, node.grad


FAR_OUT = [-1000.0, -745.2, -100.0, -36.8, -20.0, 20.0, 36.8, 100.0, 709.8, 1000.0]


@pytest.mark.parametrize(
    ("row", "x"),
    [
        pytest.param(row, x, id=f"{row.name} at {x}")
        for row in QUIET_AT_1000
        for x in FAR_OUT
        if x > 0 or row.name not in ("log", "sqrt")
    ],
)
def test_far_out_values_and_derivatives_are_right_and_silent(row, x, strict):
    """Against the textbook formula, evaluated with 1,000 digits; the tail of a value counts to its last
    digits.
    """
    value, derivative = both(getattr(bp, row.name), x)
    symbols, exact, local = textbook(row)
    defaults = [sympy.sympify(d) for d in row.defaults]
    at = [mpmath.mpf(x), *(mpmath.mpf(float(d)) for d in defaults)]
    with mpmath.workdps(1000):
        expected = sympy.lambdify(symbols, exact, "mpmath")(*at)
        expected_local = sympy.lambdify(symbols, local[0], "mpmath")(*at)
        assert value == pytest.approx(float(expected), rel=1e-12, abs=1e-300)
        assert derivative == pytest.approx(float(expected_local), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("shift", [-1000.0, 0.0, 1000.0])
def test_softmax_and_its_kin_are_right_and_silent_far_out(shift, strict):
    logits = np.array([[1.0, -2.0, 0.5], [1000.0, 0.0, -1000.0], [-1000.0, -1000.0, -1000.0]]) + shift
    exact = [[mpmath.mpf(z) for z in row] for row in logits]
    with mpmath.workdps(1000):
        sums = [mpmath.fsum(map(mpmath.exp, row)) for row in exact]
        p = np.array([[float(mpmath.exp(z) / s) for z in row] for row, s in zip(exact, sums)])
        log_p = np.array([[float(z - mpmath.log(s)) for z in row] for row, s in zip(exact, sums)])
        lse = np.array([float(mpmath.log(s)) for s in sums])
    z = bp.Node(logits)
    np.testing.assert_allclose(bp.softmax(z).value, p, rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(bp.log_softmax(z).value, log_p, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(bp.logsumexp(z, axis=1).value, lse, rtol=1e-14)
    u = np.array([[0.3, -1.0, 2.0], [1.0, 2.0, -0.5], [1.0, 0.0, -2.0]])
    bp.softmax(z).backward(u)
    np.testing.assert_allclose(z.grad, p * (u - (u * p).sum(axis=1, keepdims=True)), rtol=1e-9, atol=1e-12)
    bp.log_softmax(z).backward(u)
    np.testing.assert_allclose(z.grad, u - p * u.sum(axis=1, keepdims=True), rtol=1e-9, atol=1e-12)
    bp.logsumexp(z, axis=1).backward([1.0, 2.0, 3.0])
    np.testing.assert_allclose(z.grad, p * np.array([[1.0], [2.0], [3.0]]), rtol=1e-12, atol=1e-300)


def test_logsumexp_of_nothing_but_minus_infinity(strict):
    assert bp.logsumexp([-np.inf, -np.inf]) == -np.inf
    assert bp.logsumexp([-np.inf, 0.0]) == 0.0


def test_cross_entropy_from_logits_is_stable(strict):
    for logit, label, loss, slope in (
        (1000.0, 1.0, 0.0, 0.0),
        (1000.0, 0.0, 1000.0, 1.0),
        (-1000.0, 1.0, 1000.0, -1.0),
        (-1000.0, 0.0, 0.0, 0.0),
    ):
        z = bp.Node(logit)
        L = bp.softplus(z) - label * z
        L.backward()
        assert (L.value, z.grad) == (loss, slope)


def test_exp_beyond_the_largest_float_is_infinite_and_silent(strict):
    assert both(bp.exp, 1000.0) == (np.inf, np.inf)
    assert both(bp.exp, -1000.0) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("branch", "taken", "x", "slope"),
    [
        (lambda x: bp.log(x), lambda x: 2 * x, 0.0, 2.0),
        (lambda x: bp.log(x), lambda x: 2 * x, -1.0, 2.0),
        (lambda x: x * bp.log(x), lambda x: 0.0 * x, 0.0, 0.0),
        (lambda x: x * bp.log(x), lambda x: 3 * x, -1.0, 3.0),
        (lambda x: bp.sqrt(x) * bp.exp(x), lambda x: x * x, -2.0, -4.0),
        (lambda x: 1 / x, lambda x: x + 1, 0.0, 1.0),
        (lambda x: bp.sin(x) / x, lambda x: x + 1, 0.0, 1.0),
        (lambda x: x**-2 * bp.tanh(x), lambda x: x + 1, 0.0, 1.0),
        (lambda x: x**x, lambda x: x + 1, -0.5, 1.0),
        (lambda x: bp.log(bp.log(x)), lambda x: 5 * x, -3.0, 5.0),
        (lambda x: bp.softplus(bp.log(x)) * x, lambda x: 5 * x, -3.0, 5.0),
    ],
)
def test_where_does_not_leak_nan_from_the_branch_not_taken(branch, taken, x, slope, strict):
    value, derivative = both(lambda x: bp.where(x > 0, branch(x), taken(x)), x)
    assert math.isfinite(value) and derivative == slope
    value, derivative = both(lambda x: bp.where(x <= 0, taken(x), branch(x)), x)
    assert math.isfinite(value) and derivative == slope


def test_where_does_not_leak_an_overflow(strict):
    assert both(lambda x: bp.where(x < 0, bp.exp(x), 1 / x), 1000.0) == (1e-3, -1e-6)
    assert both(lambda x: bp.where(x < 0, bp.exp(x) * bp.exp(x), 1 / x), 1000.0) == (1e-3, -1e-6)


def test_where_does_not_leak_through_structural_operations(strict):
    v = bp.Node([-1.0, -2.0])
    for bad in (
        lambda v: v @ bp.log(v),
        lambda v: bp.log(v).mean(),
        lambda v: bp.softmax(bp.log(v))[0],
        lambda v: bp.logsumexp(1 / (v * 0)),
        lambda v: bp.log(v).max(),
    ):
        bp.where(v.sum() > 0, bad(v), (3 * v).sum()).backward()
        np.testing.assert_array_equal(v.grad, [3.0, 3.0])


def test_where_masks_entry_by_entry(strict):
    x = bp.Node([-1.0, 0.0, 0.5, 2.0])
    bp.where(x > 0, x * bp.log(x), 0.0).sum().backward()
    np.testing.assert_allclose(x.grad, [0.0, 0.0, np.log(0.5) + 1, np.log(2.0) + 1], rtol=1e-15)


def test_floats_answer_like_ieee_and_like_arrays(strict):
    """Python's own ZeroDivisionError, OverflowError and `math domain error` never reach a student."""
    cases = [
        (lambda x: 1 / x, 0.0, np.inf),
        (lambda x: x / 0, -1.0, -np.inf),
        (lambda x: 0 / x, 0.0, np.nan),
        (bp.log, 0.0, -np.inf),
        (bp.log, -1.0, np.nan),
        (bp.sqrt, -1.0, np.nan),
        (lambda x: x**0.5, -1.0, np.nan),
        (lambda x: x**1000, 10.0, np.inf),
        (lambda x: x**-1, 0.0, np.inf),
        (lambda x: x * x, 1e200, np.inf),
        (bp.sin, np.inf, np.nan),
    ]
    for f, x, expected in cases:
        assert f(bp.Node(x)).value == pytest.approx(expected, nan_ok=True)
        assert f(bp.Node([x])).value[0] == pytest.approx(expected, nan_ok=True)
        f(bp.Node(x)).backward()
    for f in (bp.maximum, bp.minimum):
        assert (
            math.isnan(f(1.0, math.nan))
            and math.isnan(f(math.nan, 1.0))
            and np.isnan(f([1.0], [math.nan])[0])
        )


def test_a_nan_in_the_data_is_not_hidden():
    x = bp.Node(math.nan)
    for f in (bp.relu, bp.sigmoid, bp.tanh, abs, bp.gelu, bp.softplus, lambda x: x * 0, lambda x: x + 1):
        assert math.isnan(f(x).value)
        assert np.isnan(f(bp.Node([math.nan])).value[0])


def test_powers():
    for x, n, value, slope in [
        (0.0, 2, 0, 0),
        (0.0, 1, 0, 1),
        (0.0, 0, 1, 0),
        (-2.0, 3, -8, 12),
        (-2.0, -1, -0.5, -0.25),
        (4.0, 0.5, 2, 0.25),
    ]:
        assert both(lambda x, n=n: x**n, x) == (value, slope)
    x, y = bp.inputs(x=2.0, y=3.0)
    (x**y).backward()
    assert (x.grad, y.grad) == (12.0, pytest.approx(8 * math.log(2)))
    n = bp.Node(3.0)
    (2**n).backward()
    assert n.grad == pytest.approx(8 * math.log(2))
