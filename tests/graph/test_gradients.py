"""A gradient is a graph: it can be differentiated again, drawn, traced, made symbolic, and nests through
closures.
"""

import itertools
import threading

import numpy as np
import pytest
import sympy

import backprop_lib as bp
from backprop_lib.graph import OPERATIONS, apply
from tests.graph.proofs import (
    directional_derivative,
    is_condition,
    sample,
    structural_cases,
    textbook,
)

ROWS = list(OPERATIONS.values())
ELEMENTWISE = [row for row in ROWS if row.elementwise and any(row.local)]
STRUCTURAL = [row for row in ROWS if not row.elementwise]


def by_name(rows):
    return pytest.mark.parametrize("row", rows, ids=lambda row: row.name)


# ------------------------------------------------------------- the table is closed under differentiation


@by_name(ELEMENTWISE)
@pytest.mark.parametrize("of_arrays", [False, True], ids=["floats", "arrays"])
def test_derivatives_up_to_the_third_are_those_of_sympy(row, of_arrays):
    """All second and third derivatives, by each argument and by all pairs and triples of arguments, at five
    points.
    """
    symbols, value, _ = textbook(row)
    rng = np.random.default_rng(9)
    for _ in range(5):
        points = sample(row, [()] * len(symbols), rng)
        moving = [i for i in range(len(symbols)) if not is_condition(row, i)]
        at = {s: sympy.Float(float(x), 17) for s, x in zip(symbols, points)}
        leaves = [bp.Node([[x]] if of_arrays else x) for x in points]
        out = apply(row, *leaves)
        out = out.sum() if of_arrays else out
        for order in (1, 2, 3):
            for places in itertools.combinations_with_replacement(moving, order):
                found = out
                for i in places:
                    found = bp.gradients(found, leaves[i])
                    found = found.sum() if of_arrays else found
                exact = sympy.diff(value, *[symbols[i] for i in places]).subs(at)
                exact = float(exact.doit().replace(sympy.DiracDelta, lambda *_: sympy.Integer(0)))
                assert found.value == pytest.approx(exact, rel=1e-9, abs=1e-9), (row.name, places, points)


@by_name(STRUCTURAL)
def test_second_and_third_derivatives_along_a_line_are_those_of_the_values(row):
    """φ(t) = Σ u ∘ row(x + t d)³ has φ''(0), φ'''(0) by the graph, and by differences of φ and of φ''."""
    rng = np.random.default_rng(10)
    cases = list(structural_cases(row))
    for shapes, params in [cases[i] for i in sorted({0, len(cases) // 3, len(cases) // 2, len(cases) - 1})]:
        points = sample(row, shapes, rng)
        directions = [rng.uniform(-1, 1, np.shape(x)) for x in points]
        weights = rng.normal(size=apply(row, *map(bp.Node, points), **params).shape)

        def phi(t, points=points, directions=directions, weights=weights, params=params):
            return (
                weights * apply(row, *[x + t * d for x, d in zip(points, directions)], **params) ** 3
            ).sum()

        second = bp.grad(bp.grad(phi))
        by_values = directional_derivative(
            lambda t: directional_derivative(lambda s: phi(bp.Node(t + s)).value)
        )
        assert second(0.0) == pytest.approx(by_values, rel=1e-6, abs=1e-8)
        slope = directional_derivative(second)
        assert bp.grad(second)(0.0) == pytest.approx(slope, rel=1e-7, abs=1e-9)


def test_softplus_has_the_second_derivative_of_sigmoid_at_0():
    assert bp.grad(bp.grad(bp.softplus))(0.0) == 0.25
    assert bp.grad(bp.grad(lambda x: bp.softplus(x, 3.0)))(0.0) == 0.75


def test_float32_stays_float32_in_second_derivatives():
    for f in (
        bp.relu,
        bp.leaky_relu,
        bp.gelu,
        bp.softplus,
        bp.sqrt,
        abs,
        lambda x: bp.maximum(x, 0.5),
        bp.softmax,
        lambda x: x.max(axis=0),
        lambda x: x.mean(axis=1),
        lambda x: x[0],
    ):
        x = bp.Node(np.array([[0.5, 1.0, 2.0], [0.7, 0.2, 3.0]], np.float32), "x")
        gradient = bp.gradients((f(x) ** 3).sum(), x)
        assert gradient.value.dtype == np.float32
        assert bp.gradients(gradient.sum(), x).value.dtype == np.float32


# ------------------------------------------------------------------------------------ gradients of functions


def test_a_closure_is_not_confused_with_its_own_variable():
    assert bp.grad(lambda x: bp.grad(lambda y: x * y)(2.0))(3.0) == 1.0
    assert bp.grad(lambda x: x * bp.grad(lambda y: x * y)(2.0))(3.0) == 6.0
    assert bp.grad(lambda x: x * bp.grad(lambda y: x + y)(x))(3.0) == 1.0
    assert bp.grad(lambda x: bp.grad(lambda y: x * y**3)(x))(2.0) == 36.0  # 3x·x² = 3x³


def test_value_and_grad_nests_with_its_value_too():
    def f(x):
        value, slope = bp.value_and_grad(lambda y: x * y**2)(x)
        return value * slope  # x³ · 2x² = 2x⁵

    assert bp.grad(f)(2.0) == 160.0


def test_a_gradient_inside_a_function_may_ignore_the_outer_variable():
    assert bp.grad(lambda x: x * bp.grad(lambda y: y**2)(3.0))(5.0) == 6.0


def test_nobody_else_is_touched():
    W = bp.Node(5.0, "W")
    (W * W).backward()
    assert bp.grad(lambda x: W * x)(2.0) == 5.0
    bp.gradients(W * W * W, W)
    bp.compile(W * W)()
    assert W.grad == 10.0


def test_calls_in_two_threads_do_not_meet():
    found = {}

    def work(k):
        found[k] = [bp.grad(lambda x: bp.grad(lambda y: x * y**k)(2.0))(3.0) for _ in range(200)]

    threads = [threading.Thread(target=work, args=(k,)) for k in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found[2]) == {4.0} and set(found[3]) == {12.0}


def test_an_exception_inside_leaves_nothing_behind():
    def broken(x):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        bp.grad(broken)(1.0)
    assert bp.grad(lambda x: x**2)(3.0) == 6.0
    assert isinstance(bp.grad(lambda x: x**2)(3.0), float)


# ------------------------------------------------------------------------------- gradients as nodes of a
# graph


def test_a_gradient_can_be_drawn_traced_made_symbolic_and_compiled():
    x, y = bp.inputs(x=1.0, y=2.0)
    f = bp.sin(x * y) + x**2
    f.name = "f"
    fx, fy = bp.gradients(f, [x, y])
    assert (fx.name, fy.name) == ("f_x", "f_y")
    a, b = sympy.symbols("x y")
    expected = sympy.sin(a * b) + a**2
    assert sympy.simplify(bp.symbolic(fx) - sympy.diff(expected, a)) == 0
    assert sympy.simplify(bp.derivatives(fx)["y"] - sympy.diff(expected, a, b)) == 0
    assert any(line.startswith("∂f_x/∂y") for line in bp.trace(fx).texts())
    assert "f_x = " in bp.draw(fx).description
    value, (fxx, fxy) = bp.compile(fx)(x=1.0, y=2.0)
    assert value == fx.value
    assert fxy == pytest.approx(float(sympy.diff(expected, a, b).subs({a: 1, b: 2})))
    assert bp.forward(fx, x=0.0) == pytest.approx(2.0)


def test_gradients_by_inner_nodes_and_by_what_is_not_there():
    x, w = bp.inputs(x=3.0, w=2.0)
    z = x * w
    f = z**2
    assert bp.gradients(f, z).value == 12.0
    assert bp.gradients(f, f).value == 1.0
    stranger = bp.Node([1.0, 2.0])
    np.testing.assert_array_equal(bp.gradients(f, stranger).value, [0.0, 0.0])


def test_a_gradient_that_is_another_leaf_keeps_its_own_name():
    x, y = bp.inputs(x=3.0, y=2.0)
    f = x * y
    f.name = "f"
    fx, fy = bp.gradients(f, [x, y])
    assert (fx.name, fx.value, y.name) == ("f_x", 2.0, "y")
    assert bp.gradients(fx, y).value == 1.0


def test_a_long_chain_has_a_gradient_without_recursion():
    x = bp.Node(1.0, "x")
    y = x
    for _ in range(20_000):
        y = 1.0001 * y
    gradient = bp.gradients(y, x)
    y.backward()
    assert gradient.value == x.grad


@pytest.mark.parametrize(
    "bad",
    [
        lambda x: bp.gradients(x * [1.0, 2.0], x),
        lambda x: bp.gradients(x, "x"),
        lambda x: bp.gradients(2.0, x),
    ],
)
def test_misuse_is_explained(bad):
    with pytest.raises((TypeError, ValueError)) as caught:
        bad(bp.Node(2.0, "x"))
    assert len(str(caught.value)) > 30


# ------------------------------------------------------------------------------------------------ second
# order


def small_network(seed=0):
    rng = np.random.default_rng(seed)
    X, Y = rng.normal(size=(7, 3)), np.eye(2)[rng.integers(2, size=7)]
    sizes = [(4, 3), (4,), (2, 4), (2,)]
    theta = [rng.normal(size=size) for size in sizes]

    def loss(W1, b1, W2, b2):
        Z2 = bp.tanh(X @ W1.T + b1) @ W2.T + b2
        return -(Y * bp.log_softmax(Z2)).sum() / 7

    return loss, theta


def flat(arrays):
    return np.concatenate([np.ravel(array) for array in arrays])


def test_the_hessian_of_a_network_is_symmetric_and_right():
    loss, theta = small_network()
    leaves = [bp.Node(P, name) for P, name in zip(theta, ("W1", "b1", "W2", "b2"))]
    gradients = bp.gradients(loss(*leaves), leaves)
    rows = []
    for gradient in gradients:
        for index in np.ndindex(gradient.shape):
            gradient[index].backward()
            rows.append(flat([leaf.grad if leaf.grad is not None else 0 * leaf.value for leaf in leaves]))
    H = np.array(rows)
    assert H.shape == (26, 26)
    np.testing.assert_allclose(H, H.T, atol=1e-15)

    def slope(at):
        parts = np.split(at, np.cumsum([P.size for P in theta])[:-1])
        return flat(bp.grad(loss)(*[part.reshape(P.shape) for part, P in zip(parts, theta)]))

    point, h = flat(theta), 1e-4
    for i in range(26):
        e = np.eye(26)[i]
        fine, coarse = ((slope(point + k * e) - slope(point - k * e)) / (2 * k) for k in (h, 2 * h))
        np.testing.assert_allclose(H[i], (4 * fine - coarse) / 3, rtol=1e-8, atol=1e-10)


def test_a_hessian_vector_product_is_a_program_too():
    loss, theta = small_network(1)
    rng = np.random.default_rng(2)
    leaves = [bp.Node(P, name) for P, name in zip(theta, ("W1", "b1", "W2", "b2"))]
    vector = [rng.normal(size=P.shape) for P in theta]
    gradients = bp.gradients(loss(*leaves), leaves)
    along = sum((g * v).sum() for g, v in zip(gradients, vector))
    _, product = bp.compile(along)()
    h = 1e-5
    up, down = (bp.grad(loss)(*[P + s * h * v for P, v in zip(theta, vector)]) for s in (1, -1))
    np.testing.assert_allclose(flat(product), (flat(up) - flat(down)) / (2 * h), rtol=1e-7, atol=1e-9)


def test_newtons_method_reaches_the_valley_of_rosenbrock():
    def f(x, y):
        return (1 - x) ** 2 + 100 * (y - x**2) ** 2

    x, y = bp.inputs(x=-1.2, y=1.0)
    fx, fy = bp.gradients(f(x, y), [x, y])
    by_x, by_y = bp.compile(fx), bp.compile(fy)
    point = np.array([-1.2, 1.0])
    for _ in range(7):
        (gx, row_x), (gy, row_y) = by_x(*point), by_y(*point)
        point -= np.linalg.solve([row_x, row_y], [gx, gy])
    assert f(*point) == pytest.approx(0.0, abs=1e-20)
    np.testing.assert_allclose(point, [1.0, 1.0], rtol=1e-9)


def test_newtons_method_in_one_variable():
    f = lambda x: bp.exp(x) - 3 * x  # noqa: E731
    slope, bend = bp.grad(f), bp.grad(bp.grad(f))
    x = 2.0
    for _ in range(6):
        x -= slope(x) / bend(x)
    assert x == pytest.approx(np.log(3), rel=1e-12)
