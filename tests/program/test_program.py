"""The program that a graph writes: it computes what the graph computes, bit for bit, and reads as if written
by hand.
"""

import math
import random
import re
from pathlib import Path

import numpy as np
import pytest

import backprop_lib as bp

GOLDEN = Path(__file__).parent / "programs"

# ------------------------------------------------------------------------------------------ random programs

UNARY = [
    bp.exp,
    bp.log,
    bp.sqrt,
    bp.sin,
    bp.cos,
    bp.tanh,
    bp.sigmoid,
    bp.relu,
    bp.leaky_relu,
    bp.gelu,
    bp.softplus,
    abs,
    lambda x: -x,
    lambda x: x**2,
    lambda x: x**0.5,
    lambda x: 1 / x,
    lambda x: 2 * x - 0.5,
]
BINARY = [
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x * y,
    lambda x, y: x / y,
    lambda x, y: x**y,
    bp.maximum,
    bp.minimum,
    lambda x, y: bp.where(x > y, x * y, y),
    lambda x, y: (x > y) + (y >= x) * x,
    lambda x, y: bp.where(x <= y, bp.log(y), 2 * x),
    lambda x, y: (x < y) * 1.0 + (x < 0.5),
]
STRUCTURAL = [
    lambda x: x.sum(axis=0),
    lambda x: x.sum(axis=-1, keepdims=True),
    lambda x: x.mean(axis=1),
    lambda x: x.mean(),
    lambda x: x.max(axis=0),
    lambda x: x.min(axis=-1, keepdims=True),
    lambda x: x.T,
    lambda x: x.reshape(-1),
    lambda x: x[0],
    lambda x: x[..., 1:],
    lambda x: x[[0, 1, 0]],
    lambda x: bp.softmax(x),
    lambda x: bp.log_softmax(x, axis=0),
    lambda x: bp.logsumexp(x, axis=1),
    lambda x: x @ x.T,
    lambda x: x @ x[0],
    lambda x: x[:, 0] @ x,
    lambda x: x[0] @ x[1],
]
SHAPES = [(), (3,), (2, 3), (2, 1), (1, 3), (4, 2, 3), (1,), (1, 1)]


def random_graph(seed, with_arrays):
    """(output, leaves): a random expression over a growing list of nodes; fan-out and ties are common."""
    rng = random.Random(seed)
    draw = np.random.default_rng(seed)
    shapes = [rng.choice(SHAPES) if with_arrays else () for _ in range(rng.randint(1, 4))]
    leaves = [bp.Node(near(shape, draw), name) for shape, name in zip(shapes, "abcd")]
    nodes = list(leaves)
    for _ in range(rng.randint(2, 14)):
        x, y = rng.choice(nodes), rng.choice(nodes)
        kind = rng.choice([UNARY, BINARY, BINARY, STRUCTURAL] if with_arrays else [UNARY, BINARY])
        f = rng.choice(kind)
        try:
            node = f(x, y) if kind is BINARY else f(x)
        except (ValueError, TypeError):  # shapes that do not fit
            continue
        if rng.random() < 0.2:
            node.name = f"n{len(nodes)}"
        nodes.append(node)
    total = nodes[-1]
    for node in nodes[-3:-1]:
        total = total.sum() * node.sum()
    return total.sum() + 0.5 * leaves[0].sum(), leaves


def near(shape, draw):
    """Numbers with ties, whole numbers and zeros among them."""
    values = np.round(draw.uniform(-2, 3, shape), 1)
    return values if shape else float(values)


def by_backward(output, leaves):
    output.backward()
    return output.value, [leaf.grad for leaf in leaves]


def same(found, expected):
    np.testing.assert_array_equal(found, expected)  # nan equals nan, −0 equals 0
    assert np.shape(found) == np.shape(expected)
    assert type(found) is type(expected)


@pytest.mark.parametrize("with_arrays", [False, True], ids=["floats", "arrays"])
@pytest.mark.parametrize("hundred", range(4))
def test_the_program_gives_the_same_bits_as_the_backward_pass(hundred, with_arrays):
    for seed in range(100 * hundred, 100 * hundred + 100):
        output, _ = random_graph(seed, with_arrays)
        leaves = bp.leaves(output)
        function = bp.compile(output)
        value, gradients = function()
        expected, grads = by_backward(output, leaves)
        same(value, expected)
        for found, grad in zip(gradients, grads, strict=True):
            same(found, grad)
        draw = np.random.default_rng(seed + 7)
        others = [near(leaf.shape, draw) for leaf in leaves]
        value, gradients = function(*others)
        bp.forward(output, **{leaf.name: x for leaf, x in zip(leaves, others)})
        expected, grads = by_backward(output, leaves)
        same(value, expected)
        for found, grad in zip(gradients, grads, strict=True):
            same(found, grad)


@pytest.mark.parametrize("with_arrays", [False, True], ids=["floats", "arrays"])
def test_the_textbook_runs_too(with_arrays):
    for seed in range(60):
        output, _ = random_graph(seed, with_arrays)
        text = bp.source(output)
        namespace = constants_of(output)
        exec(text, namespace)
        assert all(len(line) <= 100 for line in text.splitlines())
        with np.errstate(all="ignore"):
            try:
                value, gradients = namespace["value_and_gradients"](
                    *[leaf.value for leaf in bp.leaves(output)]
                )
            except (ArithmeticError, ValueError):
                continue
        expected, grads = by_backward(output, bp.leaves(output))
        np.testing.assert_allclose(value, expected, rtol=1e-9)
        for found, grad in zip(gradients, grads, strict=True):
            if np.isfinite(found).all() and np.isfinite(grad).all():
                np.testing.assert_allclose(found, grad, rtol=1e-7, atol=1e-12)


def constants_of(output):
    """The arrays that a program takes from the graph: indices."""
    found = {}
    for node in bp.topological_order(output):
        if node.op == "getitem" and isinstance(node.rule.params["key"], list):
            found[f"c{len(found) + 1}"] = node.rule.params["key"]
    return found


# ------------------------------------------------------------------- programs that read as if written by hand


def logistic_unit():
    w0, x0, w1, x1, w2 = bp.inputs(w0=2.0, x0=-1.0, w1=-3.0, x1=-2.0, w2=-3.0)
    z = w0 * x0 + w1 * x1 + w2
    z.name = "z"
    p = bp.sigmoid(z)
    p.name = "p"
    return p, None


def logistic_unit_of_gates():
    w0, x0, w1, x1, w2 = bp.inputs(w0=2.0, x0=-1.0, w1=-3.0, x1=-2.0, w2=-3.0)
    f = 1 / (1 + bp.exp(-(w0 * x0 + w1 * x1 + w2)))
    f.name = "f"
    return f, None


def branch():
    a = bp.Node(1.0, "a")
    b = 2 * a
    c, d = 3 * b, 5 * b
    e = c + d
    for node, name in zip((b, c, d, e), "bcde"):
        node.name = name
    return e, None


def second_derivative():
    x = bp.Node(0.7, "x")
    slope = bp.gradients(bp.sin(x) * bp.exp(x) + x**3, x)
    slope.name = "slope"
    return slope, None


def network(activation, loss):
    rng = np.random.default_rng(0)
    X, Y = bp.inputs(X=rng.normal(size=(5, 3)), Y=np.eye(4)[[0, 1, 2, 3, 0]])
    W1, b1 = bp.inputs(W1=rng.normal(size=(6, 3)), b1=rng.normal(size=6))
    W2, b2 = bp.inputs(W2=rng.normal(size=(4, 6)), b2=rng.normal(size=4))
    Z1 = X @ W1.T + b1
    A1 = activation(Z1)
    Z2 = A1 @ W2.T + b2
    L = loss(Z2, Y)
    for node, name in zip((Z1, A1, Z2, L), ("Z1", "A1", "Z2", "L")):
        node.name = name
    return L, ["W1", "b1", "W2", "b2"]


def softmax_cross_entropy(Z, Y):
    return -(Y * bp.log_softmax(Z)).sum() / 5


def half_squared_error(A, Y):
    return ((A - Y) ** 2).sum() / 10


PROGRAMS = {
    "logistic_unit": logistic_unit,
    "logistic_unit_of_gates": logistic_unit_of_gates,
    "branch": branch,
    "second_derivative": second_derivative,
    "softmax_cross_entropy": lambda: network(bp.relu, softmax_cross_entropy),
    "half_squared_error": lambda: network(bp.tanh, half_squared_error),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_programs_of_the_course_read_like_this(name):
    output, wrt = PROGRAMS[name]()
    assert bp.source(output, wrt) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_another_activation_changes_one_line_of_the_backward_half():
    texts = [bp.source(*network(activation, softmax_cross_entropy)) for activation in (bp.tanh, bp.relu)]
    tanh, relu = (text.partition("\n\n    d")[2].splitlines() for text in texts)
    differing = [pair for pair in zip(tanh, relu, strict=True) if pair[0] != pair[1]]
    assert differing == [("    dZ1 = dA1 * (1 - A1 ** 2)", "    dZ1 = dA1 * (Z1 > 0)")]


@pytest.mark.parametrize("with_arrays", [False, True], ids=["floats", "arrays"])
def test_no_line_is_long_and_none_has_a_factor_of_1_or_a_sum_with_0(with_arrays):
    for seed in range(200):
        output, _ = random_graph(seed, with_arrays)
        for text in (bp.source(output), bp.compile(output).source):
            for line in text.partition("def value_and_gradients")[2].splitlines():
                assert len(line) < 100
                assert not re.search(
                    r"(?<![\w.)])1 \* |\* 1(?![\w.])|\+ 0(?![\w.])|\*\* 1(?![\w.])|- -|\.T\.T", line
                ), line


# --------------------------------------------------------------------------------- the compiled function


def test_values_come_by_order_or_by_name_or_stay_what_they_were():
    x, y = bp.inputs(x=2.0, y=5.0)
    f = bp.compile(x * y + x)
    assert f() == (12.0, (6.0, 2.0))
    assert f(3.0, 4.0) == f(y=4.0, x=3.0) == f(3.0, y=4) == (15.0, (5.0, 3.0))
    assert f(y=4.0) == (10.0, (5.0, 2.0))
    assert bp.compile(x * y + x, wrt="y")(3.0, 4.0) == (15.0, (3.0,))
    assert bp.compile(x * y + x, wrt=[y, x])(3.0, 4.0) == (15.0, (3.0, 5.0))
    assert x.grad is None and x.value == 2.0


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda f: f(1.0, 2.0, 3.0), "3 values for 2"),
        (lambda f: f(z=1.0), "'z'"),
        (lambda f: f(1.0, x=2.0), "twice"),
        (lambda f: f([1.0, 2.0], 1.0), "x was a single number"),
        (lambda f: f("1", 1.0), "text"),
    ],
)
def test_what_does_not_fit_is_explained(call, says):
    x, y = bp.inputs(x=2.0, y=5.0)
    with pytest.raises((TypeError, ValueError), match=re.escape(says)):
        call(bp.compile(x * y))


def test_another_batch_size_is_refused_with_a_sentence():
    X = bp.Node(np.ones((5, 3)), "X")
    f = bp.compile((X**2).mean())
    with pytest.raises(
        ValueError, match=r"X was \(5, 3\) .* now \(7, 3\): build the graph for the new shape"
    ):
        f(np.ones((7, 3)))


def test_a_program_wants_numbers_and_one_of_them():
    sympy = pytest.importorskip("sympy")
    with pytest.raises(TypeError, match="symbols"):
        bp.source(bp.Node(sympy.Symbol("s"), "s") ** 2)
    with pytest.raises(ValueError, match="single number"):
        bp.source(bp.Node([1.0, 2.0], "v") * 2)
    x = bp.Node(1.0, "x")
    with pytest.raises(ValueError, match="wrt"):
        bp.source(x * 2, wrt=[bp.Node(1.0)])
    with pytest.raises(ValueError, match="'w'"):
        bp.source(x * 2, wrt="w")


@pytest.mark.parametrize(
    "name",
    [
        "lambda",
        "x y",
        "1st",
        "w[0,0]",
        "np",
        "math",
        "value_and_gradients",
        "max",
        "",
        "v1",
        "dx",
        "ﬁ",
        "ŷ",
        "∂f/∂x",
        "e\u0301",
        "scatter",
        "__import__('os')",
    ],
)
def test_any_name_becomes_one_that_python_takes(name):
    a, b = bp.Node([1.0, 2.0, 4.0], name), bp.Node(3.0, "x")
    f = (bp.maximum(a, b)[[0, 2]] * a[[1, 1]]).sum() + b
    f.name = "f"
    value, gradients = bp.compile(f)()
    expected, grads = by_backward(f, [a, b])
    assert value == expected
    for found, grad in zip(gradients, grads):
        same(found, grad)
    exec(compile(bp.source(f), "program", "exec"), {})


def test_leaves_of_the_same_name_get_different_ones():
    a, b = bp.Node(2.0, "a"), bp.Node(5.0, "a")
    assert "def value_and_gradients(a, a_2):" in bp.source(a * b)
    assert bp.compile(a * b)(3.0, 4.0) == (12.0, (4.0, 3.0))
    with pytest.raises(ValueError, match="2 leaves"):
        bp.compile(a * b)(a=1.0)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (bp.log, 0.0),
        (bp.log, -1.0),
        (bp.exp, 1000.0),
        (lambda x: 1 / x, 0.0),
        (lambda x: x**-0.5, 0.0),
        (bp.sqrt, -1.0),
        (lambda x: x**0.5, -2.0),
        (lambda x: bp.exp(x) * 0.0, 1000.0),
        (bp.sqrt, 0.0),
        (lambda x: x - x, math.inf),
        (lambda x: bp.where(x > 0, bp.log(x), 2 * x), 0.0),
        (lambda x: bp.relu(bp.log(x)), 0.0),
        (bp.sigmoid, -1000.0),
        (lambda x: bp.softplus(x), 1000.0),
        (lambda x: x * bp.log(x), 0.0),
        (bp.tanh, math.inf),
        (bp.relu, math.nan),
        (lambda x: bp.maximum(1.0, x), math.nan),
        (lambda x: x**2, 1e200),
        (lambda x: abs(x), -0.0),
    ],
)
@pytest.mark.parametrize("as_array", [False, True], ids=["float", "array"])
def test_ieee_answers_where_python_raises(f, x, as_array):
    leaf = bp.Node(np.full(3, 0.5) if as_array else 0.5, "x")
    out = f(leaf).sum() if as_array else f(leaf)
    value, (gradient,) = bp.compile(out)(np.full(3, x) if as_array else x)
    fresh = bp.Node(np.full(3, x) if as_array else x)
    expected, (grad,) = by_backward(f(fresh).sum() if as_array else f(fresh), [fresh])
    np.testing.assert_array_equal(value, expected)
    np.testing.assert_array_equal(gradient, grad)


def test_labels_are_part_of_the_program_and_it_says_so():
    Z = bp.Node(np.arange(6.0).reshape(3, 2), "Z")
    rows, labels = np.arange(3), np.array([0, 1, 1])
    L = -bp.log_softmax(Z)[rows, labels].mean()
    f = bp.compile(L)
    assert f.source.count("that was written into the graph") == 2
    value, (dZ,) = f()
    expected, (grad,) = by_backward(L, [Z])
    assert value == expected
    same(dZ, grad)
    labels[:] = 0  # the program keeps what it was written with
    assert f()[0] == expected


def test_gradients_are_arrays_of_ones_own():
    a, b = bp.inputs(a=np.ones((2, 3)), b=np.full((2, 3), 2.0))
    f = bp.compile((a * b + (a + b)).sum())
    A, B = np.ones((2, 3)), np.full((2, 3), 2.0)
    _, (da, db) = f(A, B)
    da += 100
    db += 100
    assert f(A, B)[1][0][0, 0] == 3.0 and A[0, 0] == 1.0 and B[0, 0] == 2.0
    x = bp.Node(np.ones((2, 3)), "x")
    _, (dx,) = bp.compile(x.T.sum())()
    dx += 1  # no read-only view either


def test_float32_stays_float32_and_follows_the_values():
    x = bp.Node(np.ones((2, 3), np.float32), "x")
    f = bp.compile((bp.softplus(x) * x.mean()).sum() + x.max())
    value, (gradient,) = f()
    assert type(value) is float and gradient.dtype == np.float32
    assert f(np.ones((2, 3)))[1][0].dtype == np.float64


def test_a_deep_chain_and_a_wide_sum_are_compiled():
    x = bp.Node(1.0, "x")
    y = x
    for _ in range(10_000):
        y = 1.0001 * y
    y.backward()
    assert bp.compile(y)() == (y.value, (x.grad,))
    leaves = [bp.Node(float(i)) for i in range(3000)]
    total = sum(leaves, 0.0) ** 2
    value, gradients = bp.compile(total)()
    assert value == total.value and set(gradients) == {2.0 * sum(range(3000))}


def test_a_traceback_and_a_debugger_see_the_line():
    import linecache

    x = bp.Node(2.0, "x")
    f = bp.compile(bp.exp(x) * x)
    filename = f.__wrapped__.__code__.co_filename
    assert "".join(linecache.getlines(filename)) == f.source
    with pytest.raises(TypeError) as caught:
        f.__wrapped__("no number")
    assert any("math.exp(x)" in str(entry.statement) for entry in caught.traceback)
    del f, caught
    import gc

    gc.collect()
    assert filename not in linecache.cache


def test_the_text_names_what_it_means():
    output, wrt = network(bp.relu, softmax_cross_entropy)
    meaning = bp.source(output, wrt).meaning
    assert meaning["Z1"][0] == "value" and meaning["dZ1"][0] == "gradient"
    assert meaning["Z1"][1] is meaning["dZ1"][1] and meaning["dW2"][1].name == "W2"


def test_layers_graph_and_compiled_program_agree():
    rng = np.random.default_rng(4)
    X, Y = rng.normal(size=(6, 3)), np.eye(4)[rng.integers(4, size=6)]
    net, loss = bp.MLP(3, (5, 7), 4, activation="tanh", rng=1), bp.SoftmaxCrossEntropy()
    value = loss.forward(net.forward(X), Y)
    net.backward(loss.backward())
    L = bp.to_graph(net, X, loss=loss, Y=Y)
    names = list(net.params)
    L.backward()
    by_graph = {leaf.name: leaf.grad for leaf in bp.leaves(L)}
    compiled_value, gradients = bp.compile(L, wrt=names)()
    assert compiled_value == L.value == pytest.approx(value, rel=1e-12)
    for name, gradient in zip(names, gradients):
        np.testing.assert_array_equal(gradient, by_graph[name])
        np.testing.assert_allclose(gradient, net.grads[name], rtol=1e-12, atol=1e-15)
