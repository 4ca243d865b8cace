"""The lectures' worked examples come out: numbers, and symbols equal to sympy's derivative. Ids as in
LECTURES.md.
"""

import math

import numpy as np
import pytest
import sympy

import backprop_lib as bp


def agree(found, expected):
    """Two sympy expressions, or arrays of them, are equal."""
    found, expected = np.broadcast_arrays(np.asarray(found, object), np.asarray(expected, object))
    for f, e in zip(found.flat, expected.flat):
        residual = sympy.sympify(f) - sympy.sympify(e)
        residual = sympy.expand(residual) and sympy.simplify(residual)
        assert residual == 0, f"{f} is not {e}: residual {residual}"


def derivatives_equal_sympy(output):
    """bp.derivatives(output) against sympy.diff of bp.symbolic(output), for every entry of every leaf.
    Returns both.
    """
    expression, found = bp.symbolic(output), bp.derivatives(output)
    assert list(found) == [leaf.name for leaf in bp.leaves(output)]
    for leaf in bp.leaves(output):
        own = np.empty(leaf.shape, object)
        for i in np.ndindex(leaf.shape):
            own[i] = sympy.Symbol(f"{leaf.name}[{','.join(map(str, i))}]" if leaf.shape else leaf.name)
        assert np.shape(found[leaf.name]) == leaf.shape
        agree(
            found[leaf.name],
            np.vectorize(lambda s: sympy.diff(expression, s), otypes=[object])(own)
            if leaf.shape
            else sympy.diff(expression, own.item()),
        )
    return expression, found


def test_000_W1_sum_times_z():
    x, y, z = bp.inputs(x=-2.0, y=5.0, z=-4.0)
    q = x + y
    f = q * z
    f.backward()
    assert (q.value, f.value) == (3.0, -12.0)
    assert (x.grad, y.grad, z.grad, q.grad, f.grad) == (-4.0, -4.0, 3.0, -4.0, 1.0)
    expression, found = derivatives_equal_sympy(f)
    X, Y, Z = sympy.symbols("x y z")
    assert expression == Z * (X + Y)
    assert found == {"x": Z, "y": Z, "z": X + Y}


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_000_W3_logistic_regression_with_both_labels(label):
    x, y, w, b = bp.inputs(x=50.0, y=label, w=0.0, b=0.0)
    z = w * x + b
    y_hat = bp.sigmoid(z)
    loss = -(y * bp.log(y_hat) + (1 - y) * bp.log(1 - y_hat))
    loss.backward()
    assert (z.value, y_hat.value) == (0.0, 0.5)
    assert loss.value == pytest.approx(0.693147, abs=5e-7)
    assert y_hat.grad == (-2.0 if label else 2.0)
    assert (z.grad, w.grad, b.grad) == ((-0.5, -25.0, -0.5) if label else (0.5, 25.0, 0.5))
    _, found = derivatives_equal_sympy(loss)
    X, Y, W, B = sympy.symbols("x y w b")
    error = 1 / (1 + sympy.exp(-(W * X + B))) - Y
    agree(found["w"], error * X)  # (ŷ − y) x, and not 000-E1's formula without its parentheses
    agree(found["b"], error)


def test_000_E10_one_step_makes_the_naive_loss_nan_and_the_stable_one_zero():
    x, y, w, b = bp.inputs(x=50.0, y=1.0, w=0.0, b=0.0)
    z = w * x + b
    y_hat = bp.sigmoid(z)
    naive = -(y * bp.log(y_hat) + (1 - y) * bp.log(1 - y_hat))
    stable = bp.softplus(z) - y * z
    stable.backward()
    assert (w.grad, b.grad) == (-25.0, -0.5)
    step = {"w": w.value - 0.1 * w.grad, "b": b.value - 0.1 * b.grad}
    assert step == {"w": 2.5, "b": 0.05}
    assert math.isnan(bp.forward(naive, **step))
    assert z.value == pytest.approx(125.05) and y_hat.value == 1.0
    assert bp.forward(stable, **step) == 0.0
    stable.backward()
    assert w.grad == pytest.approx(0.0, abs=1e-50)


def test_000_E1_the_printed_formula_without_parentheses_is_wrong_except_at_y_1():
    x, y, w, b = bp.inputs(x=50.0, y=1.0, w=0.0, b=0.0)
    y_hat = bp.sigmoid(w * x + b)
    found = bp.derivatives(-(y * bp.log(y_hat) + (1 - y) * bp.log(1 - y_hat)))["b"]
    Y, p = sympy.symbols("y p")
    printed = p * (1 - p) * -Y / p + (1 - Y) / (1 - p)
    logit = {sympy.Symbol("w"): 0, sympy.Symbol("x"): 0, sympy.Symbol("b"): sympy.log(p / (1 - p))}
    residual = sympy.simplify(printed - found.subs(logit))
    agree(residual, (Y - 1) * (p**2 - p + 1) / (p - 1))
    assert residual.subs(Y, 1) == 0


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_002_W1_squared_error_of_a_logistic_unit(target):
    x, w, b, t = bp.inputs(x=0.7, w=-1.3, b=0.4, t=target)
    z = w * x + b
    y = bp.sigmoid(z)
    loss = (y - t) ** 2 / 2
    loss.backward()
    p = 1 / (1 + math.exp(-(-1.3 * 0.7 + 0.4)))
    assert y.grad == pytest.approx(p - target)
    assert z.grad == pytest.approx((p - target) * p * (1 - p))
    assert (w.grad, b.grad) == (pytest.approx(z.grad * 0.7), pytest.approx(z.grad))
    derivatives_equal_sympy(loss)


def test_002_W2_two_branches():
    t = bp.Node(1.0, "t")
    x, y = bp.cos(t), t**2
    f = y + bp.exp(x * y)
    f.backward()
    assert t.grad == pytest.approx(2.41048, abs=5e-6)
    T = sympy.Symbol("t")
    X, Y = sympy.cos(T), T**2
    _, found = derivatives_equal_sympy(f)
    agree(found["t"], Y * sympy.exp(X * Y) * -sympy.sin(T) + (1 + X * sympy.exp(X * Y)) * 2 * T)
    dropped = Y * sympy.exp(X * Y) * -sympy.sin(T)
    assert float(dropped.subs(T, 1)) == pytest.approx(-1.44441, abs=5e-6)


def test_002_W3_multiclass_logistic_has_prediction_minus_target():
    rng = np.random.default_rng(2)
    x, W, b = bp.inputs(x=rng.normal(size=4), W=rng.normal(size=(3, 4)), b=rng.normal(size=3))
    t = np.array([0.0, 1.0, 0.0])
    z = W @ x + b
    loss = -(t * bp.log_softmax(z)).sum()
    loss.backward()
    error = bp.softmax(z.value) - t
    np.testing.assert_allclose(z.grad, error, rtol=1e-12)
    np.testing.assert_allclose(W.grad, np.outer(error, x.value), rtol=1e-12)
    np.testing.assert_allclose(b.grad, error, rtol=1e-12)


def test_002_W5_vector_backward_of_a_small_network():
    """ȳ = y − t, then W̄², b̄², h̄, z̄, W̄¹, b̄¹, x̄; d, h and k all different."""
    rng = np.random.default_rng(5)
    d, h, k = 2, 3, 1
    x, W1, b1, W2, b2 = bp.inputs(
        x=rng.normal(size=d),
        W1=rng.normal(size=(h, d)),
        b1=rng.normal(size=h),
        W2=rng.normal(size=(k, h)),
        b2=rng.normal(size=k),
    )
    t = np.array([0.3])
    z = W1 @ x + b1
    hidden = bp.sigmoid(z)
    y = W2 @ hidden + b2
    loss = ((y - t) ** 2).sum() / 2
    loss.backward()
    y_bar = y.value - t
    z_bar = (W2.value.T @ y_bar) * hidden.value * (1 - hidden.value)
    bars = [
        (y, y_bar),
        (W2, np.outer(y_bar, hidden.value)),
        (b2, y_bar),
        (hidden, W2.value.T @ y_bar),
        (z, z_bar),
        (W1, np.outer(z_bar, x.value)),
        (b1, z_bar),
        (x, W1.value.T @ z_bar),
    ]
    for node, bar in bars:
        np.testing.assert_allclose(node.grad, bar, rtol=1e-12)
    expression, found = bp.symbolic(loss), bp.derivatives(loss)
    numbers = {
        sympy.Symbol(f"{n.name}[{','.join(map(str, i))}]"): n.value[i]
        for n in (x, W1, b1, W2, b2)
        for i in np.ndindex(n.shape)
    }
    for name, entry, i in (
        ("W1", "W1[2,1]", (2, 1)),
        ("b1", "b1[0]", (0,)),
        ("W2", "W2[0,1]", (0, 1)),
        ("b2", "b2[0]", (0,)),
        ("x", "x[1]", (1,)),
    ):
        assert sympy.simplify(found[name][i] - sympy.diff(expression, sympy.Symbol(entry))) == 0
    for node in (x, W1, b1, W2, b2):
        symbolic = np.vectorize(lambda e: float(e.subs(numbers)))(found[node.name])
        np.testing.assert_allclose(symbolic, node.grad, rtol=1e-12)


def six_node_network(activation, values=None):
    """003-W1: 1 → {2, 3} → {4, 5} → 6 → E, no biases, input and output identity."""
    names = ["w12", "w13", "w24", "w25", "w34", "w35", "w46", "w56"]
    values = values or [0.8, -0.5, 1.2, 0.4, -0.7, 0.9, 0.6, -1.1]
    w = dict(zip(names, bp.inputs(**dict(zip(names, values)))))
    x1, t = bp.inputs(x1=1.5, t=0.25)
    y2, y3 = activation(w["w12"] * x1), activation(w["w13"] * x1)
    y4 = activation(w["w24"] * y2 + w["w34"] * y3)
    y5 = activation(w["w25"] * y2 + w["w35"] * y3)
    y6 = w["w46"] * y4 + w["w56"] * y5
    return w, (y6 - t) ** 2 / 2, (x1, y2, y3, y4, y5, y6, t)


def test_003_W1_eight_edge_gradients():
    w, E, (x1, y2, y3, y4, y5, y6, t) = six_node_network(bp.tanh)
    E.backward()
    d6 = y6.value - t.value
    d4, d5 = d6 * w["w46"].value * (1 - y4.value**2), d6 * w["w56"].value * (1 - y5.value**2)
    d2 = (d4 * w["w24"].value + d5 * w["w25"].value) * (1 - y2.value**2)
    d3 = (d4 * w["w34"].value + d5 * w["w35"].value) * (1 - y3.value**2)
    by_hand = dict(
        w12=d2 * x1.value,
        w13=d3 * x1.value,
        w24=d4 * y2.value,
        w25=d5 * y2.value,
        w34=d4 * y3.value,
        w35=d5 * y3.value,
        w46=d6 * y4.value,
        w56=d6 * y5.value,
    )
    assert {name: node.grad for name, node in w.items()} == pytest.approx(by_hand, rel=1e-12)
    expression, found = bp.symbolic(E), bp.derivatives(E)
    for name in w:
        agree(found[name], sympy.diff(expression, sympy.Symbol(name)))


def test_003_W1_with_relu_symbols_agree_in_every_region():
    w, E, _ = six_node_network(bp.relu)
    expression, found = bp.symbolic(E), bp.derivatives(E)
    symbols = sympy.symbols([*w, "x1", "t"])
    pairs = [
        sympy.lambdify(symbols, [found[name], sympy.diff(expression, sympy.Symbol(name))], "math")
        for name in w
    ]
    rng = np.random.default_rng(9)
    alive = 0
    for _ in range(40):
        at = rng.normal(size=10)
        for pair in pairs:
            ours, sympys = pair(*at)
            assert ours == pytest.approx(sympys, rel=1e-9, abs=1e-12)
            alive += ours != 0
    assert 40 < alive < 280  # some edges carry no gradient, some do


def gate_by_gate():
    names = dict(theta1=2.0, theta2=-3.0, theta3=-3.0, x1=-1.0, x2=-2.0)
    theta1, theta2, theta3, x1, x2 = leaves = bp.inputs(**names)
    s = theta1 * x1 + theta2 * x2 + theta3
    m = -1 * s
    e = bp.exp(m)
    p = 1 + e
    return leaves, (s, m, e, p), 1 / p


def test_004_W5_sigmoid_gate_by_gate():
    leaves, (s, m, e, p), f = gate_by_gate()
    f.backward()
    assert s.value == 1.0 and f.value == pytest.approx(0.731059, abs=5e-7)
    assert [round(g.grad, 4) for g in (p, e, m, s)] == [-0.5344, -0.5344, -0.1966, 0.1966]
    assert [round(leaf.grad, 6) for leaf in leaves] == [-0.196612, -0.393224, 0.196612, 0.393224, -0.589836]
    derivatives_equal_sympy(f)


def test_004_W6_the_shortcut_is_the_same_function():
    leaves, _, f = gate_by_gate()
    f.backward()
    gates = [leaf.grad for leaf in leaves]
    theta1, theta2, theta3, x1, x2 = leaves
    short = bp.sigmoid(theta1 * x1 + theta2 * x2 + theta3)
    short.backward()
    assert [leaf.grad for leaf in leaves] == pytest.approx(gates, rel=1e-14)
    for name, symbol in bp.derivatives(short).items():
        agree(symbol, bp.derivatives(f)[name])


def test_004_Q9_max_and_average_as_gates():
    x, y = bp.inputs(x=2.0, y=-1.0)
    bp.maximum(x, y).backward()
    assert (x.grad, y.grad) == (1.0, 0.0)
    v = bp.Node([2.0, -1.0, 0.5, 0.0])
    v.mean().backward()
    np.testing.assert_array_equal(v.grad, [0.25] * 4)


def test_004_W3_the_derivative_of_a_square():
    x = bp.Node(1.0, "x")
    assert derivatives_equal_sympy((x - 4) ** 2)[1]["x"] == 2 * (sympy.Symbol("x") - 4)
    agree(bp.derivatives((x - 4) ** 2 * x**4)["x"], sympy.sympify("2*x**3*(x - 4)*(3*x - 8)"))


def test_symbols_and_numbers_flow_through_one_graph():
    s = sympy.Symbol("s", positive=True)
    x = bp.Node(s, "x")
    out = bp.log(x) * 2 + 0.1
    out.backward()
    assert out.value == 2 * sympy.log(s) + sympy.Rational(1, 10)
    assert x.grad == 2 / s
    A = bp.Node(np.array([[s, 2], [0, s**2]]), "A")
    total = (A @ A.T).sum()
    total.backward()
    agree(A.grad, 2 * (np.ones((2, 2)) @ A.value))  # Σ A Aᵀ is the sum of squared column sums


def test_a_derivation_leaves_the_numbers_of_the_graph_alone():
    x, y = bp.inputs(x=2.0, y=3.0)
    f = bp.exp(x * y)
    f.backward()
    gradient = x.grad
    bp.derivatives(f), bp.symbolic(f)
    assert (x.value, x.grad, f.value) == (2.0, gradient, math.exp(6.0))


def test_typed_decimals_become_exact_fractions():
    x = bp.Node(2.0, "x")
    assert bp.symbolic(0.1 * x + x**2.0) == sympy.Rational(1, 10) * sympy.Symbol("x") + sympy.Symbol("x") ** 2
