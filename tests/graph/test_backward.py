"""The backward pass: what it fills in, in which order, and what it never does."""

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.graph import table


def diamond(a=1.0):
    """b = 2a, c = 3b, d = 5b, e = c + d: de/da = 2 · (3 + 5) = 16."""
    a = bp.Node(a, "a")
    b = 2 * a
    return a, b, 3 * b + 5 * b


def test_the_gradient_is_none_before_and_one_at_the_output():
    x, y = bp.inputs(x=-2.0, y=5.0)
    out = x * y
    assert x.grad is y.grad is out.grad is None
    out.backward()
    assert (out.grad, x.grad, y.grad) == (1.0, 5.0, -2.0)


def test_fan_out_sums():
    a, b, e = diamond()
    e.backward()
    assert (b.grad, a.grad) == (8.0, 16.0)


def test_a_naive_order_counts_what_arrived_first_twice():
    a, _, e = diamond()
    bp.naive_backward(e)
    assert a.grad == 22.0  # DESIGN, notebook 06: 22 where 16 is right
    e.backward()
    assert a.grad == 16.0


def test_a_naive_order_is_right_on_a_chain_and_on_a_tree():
    x, y, z = bp.inputs(x=-2.0, y=5.0, z=-4.0)
    out = bp.tanh((x + y) * z / 10)
    out.backward()
    right = [n.grad for n in (x, y, z)]
    bp.naive_backward(out)
    assert [n.grad for n in (x, y, z)] == right


def test_one_node_as_both_operands_receives_both_contributions():
    for f, expected in (
        (lambda x: x + x, 2.0),
        (lambda x: x * x, 6.0),
        (lambda x: x - x, 0.0),
        (lambda x: x / x, 0.0),
    ):
        x = bp.Node(3.0)
        f(x).backward()
        assert x.grad == expected


def test_diamonds_in_a_row_multiply_their_paths():
    x = y = bp.Node(1.5)
    for _ in range(60):
        y = y + y
    y.backward()
    assert (y.value, x.grad) == (1.5 * 2**60, 2.0**60)  # 2⁶⁰ paths, 60 nodes


def test_diamonds_of_arrays_with_broadcasting():
    rng = np.random.default_rng(0)
    v, m = bp.Node(rng.normal(size=4), "v"), bp.Node(rng.normal(size=(3, 1)), "m")
    s = v * m
    out = (s * v + s / (m * m + 1) - v).sum()
    out.backward()
    V, M = v.value, m.value
    np.testing.assert_allclose(v.grad, (2 * V * M + M / (M**2 + 1) - 1).sum(axis=0), rtol=1e-13)
    dm = V**2 + V * (1 - M**2) / (M**2 + 1) ** 2
    np.testing.assert_allclose(m.grad, dm.sum(axis=1, keepdims=True), rtol=1e-13)


def test_a_second_backward_replaces_the_gradients():
    a, b, e = diamond()
    for _ in range(3):
        e.backward()
    assert (a.grad, b.grad, e.grad) == (16.0, 8.0, 1.0)
    e.backward(upstream=-0.5)
    assert (a.grad, e.grad) == (-8.0, -0.5)


def test_a_backward_from_another_output_replaces_the_gradients_of_shared_nodes():
    x = bp.Node(3.0)
    square, cube = x**2, x**3
    square.backward()
    cube.backward()
    assert x.grad == 27.0
    assert square.grad == 1.0  # it is no ancestor of cube


def test_the_order_of_inputs_is_kept():
    x, y = bp.inputs(x=2.0, y=3.0)
    for out in (x - y, y - x, x / y, y**x, bp.maximum(y, x), bp.where(x > y, y, x)):
        names = [n.name for n in out.inputs[-2:]]
        assert names == (
            ["x", "y"] if out.op in ("subtract", "divide") and out.inputs[0] is x else ["y", "x"]
        )


def test_the_order_is_topological_and_holds_every_node_once():
    rng = np.random.default_rng(7)
    nodes = [bp.Node(float(x)) for x in rng.normal(size=5)]
    for _ in range(300):
        i, j = rng.integers(len(nodes), size=2)
        nodes.append(bp.tanh(nodes[i] * nodes[j] - nodes[i]))
    out = sum(nodes[-20:], start=nodes[0])
    order = bp.topological_order(out)
    place = {node: i for i, node in enumerate(order)}
    assert len(place) == len(order) and order[-1] is out
    assert all(place[x] < place[node] for node in order for x in node.inputs)


def test_leaves_come_in_order_of_creation_and_without_constants():
    x, y = bp.inputs(x=1.0, y=2.0)
    assert bp.leaves(3 * y + x * 2 - y) == [x, y]


def test_two_runs_are_bit_identical():
    def run():
        rng = np.random.default_rng(3)
        X, W, b = (bp.Node(rng.normal(size=s)) for s in ((7, 5), (3, 5), (3,)))
        h = bp.tanh(X @ W.T + b)
        loss = (h * h / (1 + abs(h))).sum() + (bp.softmax(h) * X[:, :3]).mean() + W[0, 1] * h[2].max()
        loss.backward()
        return [loss.value.hex(), X.grad.tobytes(), W.grad.tobytes(), b.grad.tobytes()]

    assert run() == run()


def test_a_constant_receives_no_gradient():
    x = bp.Node([1.0, 2.0])
    out = (x * np.array([3.0, 4.0]) + 5).sum()
    out.backward()
    for node in bp.topological_order(out):
        assert (node.grad is None) == node.is_constant


def test_a_leaf_that_changes_nothing_has_gradient_zero_and_not_none():
    x, y = bp.inputs(x=[1.0, -2.0], y=3.0)
    (y * bp.where(x > 0, 1.0, 2.0).sum()).backward()
    np.testing.assert_array_equal(x.grad, [0.0, 0.0])
    assert bp.derivatives(bp.where(bp.Node(1.0, "a") > 0, bp.Node(2.0, "b"), 0.0))["a"] == 0


def test_infinity_in_a_condition_does_not_become_nan():
    for infinite in (np.inf, [np.inf, 1.0]):
        x, y = bp.inputs(x=infinite, y=2.0)
        bp.where(x > 0, y, 0.0).sum().backward()
        assert not np.any(x.grad)


def test_the_leaf_itself_may_be_the_output():
    x = bp.Node(3.0)
    x.backward()
    assert x.grad == 1.0


# --------------------------------------------------------------------------------------------- shapes,
# dtypes, memory


def test_leaf_gradients_own_their_memory():
    """Rules may return views or share one array; a student who writes ``grad *= 0.5`` must change one
    gradient only.
    """
    x, y, z, w = (bp.Node(np.arange(6.0).reshape(2, 3)) for _ in range(4))
    upstream = np.ones((3, 2))
    out = ((x + y) + (z - w)).T
    out.backward(upstream)
    for node in (x, y, z, w):
        assert node.grad.flags.owndata and node.grad.flags.writeable
        node.grad += 100
    assert np.all(upstream == 1) and np.all(out.grad == 1)
    assert np.all(x.grad == 101) and np.all(y.grad == 101) and np.all(z.grad == 101) and np.all(w.grad == 99)
    x.value += 1
    assert np.all(x.grad == 101)


@pytest.mark.parametrize("make", ["sum", "mean", "reshape", "transpose", "getitem", "negative", "add"])
def test_no_rule_hands_a_leaf_a_read_only_view(make):
    x = bp.Node(np.arange(6.0).reshape(2, 3))
    out = {
        "sum": lambda: x.sum(),
        "mean": lambda: x.mean(axis=0).sum(),
        "reshape": lambda: x.reshape((6,)).sum(),
        "transpose": lambda: x.T.sum(),
        "getitem": lambda: x[0].sum(),
        "negative": lambda: (-x).sum(),
        "add": lambda: (x + 1).sum(),
    }[make]()
    out.backward()
    x.grad[0, 0] = 7.0


def test_the_array_given_to_a_leaf_is_copied():
    data = np.array([1.0, 2.0])
    x = bp.Node(data)
    data[0] = 99.0
    assert x.value[0] == 1.0
    c = x * data
    data[1] = 99.0
    c.sum().backward()
    np.testing.assert_array_equal(x.grad, [99.0, 2.0])


def test_an_index_that_is_changed_later_does_not_reach_into_the_graph():
    for key in ([0, 0], np.array([0, 0])):
        x = bp.Node([1.0, 2.0])
        out = x[key].sum()
        key[1] = 1
        out.backward()
        np.testing.assert_array_equal(x.grad, [2.0, 0.0])


def test_every_node_has_a_gradient_of_the_shape_and_dtype_of_its_value():
    rng = np.random.default_rng(4)
    for dtype in (np.float32, np.float64):
        X, W, b = (bp.Node(rng.normal(size=s).astype(dtype)) for s in ((4, 3), (5, 3), (5,)))
        z = X @ W.T + b
        h = bp.relu(z) * 2 - bp.gelu(z) / 3 + bp.where(z > 0, z, 0.1 * z) ** 2
        out = bp.logsumexp(h, axis=1, keepdims=True) - bp.log_softmax(h)[:, [0, 0, 3]]
        out.backward(rng.normal(size=(4, 3)))  # float64, whatever the graph has
        for node in bp.topological_order(out):
            if not node.is_constant:
                assert node.grad.shape == node.value.shape
                assert node.grad.dtype == node.value.dtype == dtype, node


def test_a_mask_of_truth_values_keeps_float32():
    x = bp.Node(np.ones((2, 3), np.float32))
    assert (x * (x > 0)).value.dtype == np.float32
    assert (x * (x.value > 0)).value.dtype == np.float32


def test_truth_values_count_as_numbers():
    p = bp.Node([0.2, 0.7, 0.9], "p")
    hits = (p > 0.5).sum()
    assert type(hits.value) is float and hits.value == 2.0
    assert (hits / 3).value == pytest.approx(2 / 3)
    assert type((bp.Node(True) + bp.Node(True)).value) is float
    np.testing.assert_array_equal((-(p > 0.5)).value, [0, -1, -1])


def test_broadcasting_is_undone_in_the_gradient():
    rng = np.random.default_rng(1)
    for shape in [(), (1,), (4,), (1, 4), (3, 1), (3, 4), (2, 3, 4), (1, 1, 1), (2, 1, 4)]:
        x = bp.Node(rng.normal(size=shape))
        y = bp.Node(rng.normal(size=(2, 3, 4)))
        u = rng.normal(size=(2, 3, 4))
        (x * y).backward(u)
        expected = np.einsum("...,...->...", u, y.value)
        for axis in range(3):
            if axis < 3 - len(shape) or shape[axis - 3 + len(shape)] == 1:
                expected = expected.sum(axis=axis, keepdims=True)
        np.testing.assert_allclose(x.grad, expected.reshape(shape), rtol=1e-13)


# ----------------------------------------------------------------------------------- conventions where none
# is forced


def test_relu_and_abs_have_derivative_zero_at_zero():
    for f in (bp.relu, abs):
        for at in (0.0, -0.0, [0.0, -0.0]):
            x = bp.Node(at)
            f(x).sum().backward()
            assert not np.any(x.grad)


def test_leaky_relu_at_zero_takes_the_slope():
    x = bp.Node(0.0)
    bp.leaky_relu(x, 0.2).backward()
    assert x.grad == 0.2


def test_a_tie_in_maximum_and_minimum_is_split_evenly():
    for f in (bp.maximum, bp.minimum):
        x, y = bp.inputs(x=[2.0, 1.0], y=[2.0, 1.0])
        f(x, y).backward([1.0, 3.0])
        np.testing.assert_array_equal(x.grad, [0.5, 1.5])
        np.testing.assert_array_equal(y.grad, [0.5, 1.5])


def test_a_tie_in_max_and_min_is_split_evenly():
    x = bp.Node([[3.0, 1.0, 3.0, 3.0], [0.0, 5.0, 5.0, 1.0]])
    x.max(axis=1).backward([6.0, 1.0])
    np.testing.assert_allclose(x.grad, [[2, 0, 2, 2], [0, 0.5, 0.5, 0]], rtol=1e-15)
    x.min(axis=(0, 1)).backward()
    np.testing.assert_array_equal(x.grad, [[0, 0, 0, 0], [1, 0, 0, 0]])
    x.max().backward()
    np.testing.assert_allclose(x.grad, [[0, 0, 0, 0], [0, 0.5, 0.5, 0]])


def test_the_gradient_of_a_norm_at_zero_is_zero():
    """However it is written; documented in table.py: the smallest subgradient."""
    norms = [
        lambda v: bp.sqrt((v**2).sum()),
        lambda v: bp.sqrt((v * v).sum()),
        lambda v: bp.sqrt(v @ v),
        lambda v: (v**2).sum() ** 0.5,
        lambda v: abs(v).sum(),
    ]
    for norm in norms:
        v = bp.Node([0.0, 0.0, 0.0])
        norm(v).backward()
        np.testing.assert_array_equal(v.grad, [0.0, 0.0, 0.0])
    x = bp.Node(0.0)
    bp.sqrt(x * x).backward()
    assert x.grad == 0.0


def test_the_conventions_are_documented_where_the_rows_are():
    text = " ".join(table.__doc__.split())
    for phrase in (
        "relu'(0) = 0",
        "tie in max or min is split evenly",
        "norm at 0 is 0",
        "gelu is the exact form",
    ):
        assert phrase in text


# -----------------------------------------------------------------------------------------------------
# forward, again


def test_forward_computes_again_without_building():
    x, y, z = bp.inputs(x=-2.0, y=5.0, z=-4.0)
    f = (x + y) * z
    before = bp.topological_order(f)
    f.backward()
    assert bp.forward(f, x=1.0, z=2.0) == f.value == 12.0
    assert bp.topological_order(f) == before
    assert (x.value, y.value, z.value) == (1.0, 5.0, 2.0)
    f.backward()
    assert (x.grad, z.grad) == (2.0, 6.0)


def test_forward_clears_gradients():
    x, y = bp.inputs(x=2.0, y=3.0)
    f = bp.exp(x * y)
    f.backward()
    bp.forward(f, x=1.0)
    assert all(node.grad is None for node in bp.topological_order(f))


def test_forward_takes_the_other_branch():
    x = bp.Node(2.0, "x")
    f = bp.where(x > 0, x**2, -3 * x)
    f.backward()
    assert (f.value, x.grad) == (4.0, 4.0)
    assert bp.forward(f, x=-2.0) == 6.0
    f.backward()
    assert x.grad == -3.0
    g = bp.relu(x) + bp.maximum(x, 1.0)
    assert bp.forward(g, x=3.0) == 6.0
    g.backward()
    assert x.grad == 2.0


def test_forward_may_change_the_size_of_a_batch_and_the_kind_of_number():
    X, w = bp.inputs(X=np.ones((4, 3)), w=[1.0, 2.0, 3.0])
    mean = (X @ w).mean()
    assert bp.forward(mean, X=np.full((2, 3), 2.0)) == 12.0
    mean.backward()
    assert X.grad.shape == (2, 3)
    y = bp.Node(2.0, "y")
    f = bp.exp(y) * 2
    np.testing.assert_allclose(bp.forward(f, y=[0.0, 1.0]), [2.0, 2 * np.e])
    assert bp.forward(f, y=0) == 2.0


def test_forward_is_all_or_nothing():
    X, w, c = bp.inputs(X=np.ones((4, 3)), w=[1.0, 2.0, 3.0], c=2.0)
    out = (c * (X @ w)).sum()
    out.backward()
    old = {n: (np.copy(n.value), np.copy(n.grad)) for n in (X, w, c, out)}
    for wrong in (dict(c=5.0, w=[1.0, 2.0]), dict(c=5.0, W=1.0), dict(c=5.0, X="text"), dict(c=None)):
        with pytest.raises((ValueError, TypeError)):
            bp.forward(out, **wrong)
        for node, (value, gradient) in old.items():
            np.testing.assert_array_equal(node.value, value)
            np.testing.assert_array_equal(node.grad, gradient)


def test_forward_refuses_a_name_that_no_leaf_has_and_says_which_exist():
    x, y = bp.inputs(x=1.0, y=2.0)
    with pytest.raises(ValueError, match=r"'z'.*x, y"):
        bp.forward(x * y, z=3.0)
    twins = bp.Node(1.0, "a") + bp.Node(2.0, "a")
    with pytest.raises(ValueError, match="2 leaves.*'a'"):
        bp.forward(twins, a=3.0)
    named = x * y
    named.name = "q"
    with pytest.raises(ValueError, match="'q'"):
        bp.forward(named + 1, q=3.0)  # a computed node is no leaf


def test_any_name_may_be_a_leaf():
    for name in ("output", "self", "values", "upstream", "lambda"):
        assert bp.forward(3 * bp.Node(1.0, name), **{name: 2.0}) == 6.0


# ---------------------------------------------------------------------------------------------------
# functional forms


def test_value_and_grad_of_one_and_of_several_arguments():
    assert bp.value_and_grad(lambda x: x**3)(2) == (8.0, 12.0)
    assert bp.grad(lambda x: x**2)(3.0) == 6.0
    value, (gw, gx) = bp.value_and_grad(lambda w, x, power: ((w * x) ** power).sum())([1.0, 2.0], 3, power=2)
    assert value == 45.0 and gx == 30.0
    np.testing.assert_array_equal(gw, [18.0, 36.0])


def test_grad_of_a_function_that_ignores_an_argument_is_zero_for_it():
    _, (gx, gy) = bp.value_and_grad(lambda x, y: x * 2)(1.0, np.ones((2, 3)))
    assert gx == 2.0
    np.testing.assert_array_equal(gy, np.zeros((2, 3)))
    assert bp.grad(lambda x: 3.0)(1.0) == 0.0


def test_grad_of_grad_is_the_second_derivative():
    assert bp.grad(bp.grad(lambda x: x**3))(2.0) == 12.0
    second = bp.grad(lambda x: x**3)(bp.Node(2.0))
    assert isinstance(second, bp.Node) and second.value == 12.0


def test_grad_follows_symbols_so_that_a_second_derivative_is_possible():
    sympy = pytest.importorskip("sympy")
    s = sympy.Symbol("s")
    assert sympy.diff(bp.grad(lambda x: bp.exp(x) * x**2)(s), s).subs(s, 1) == 7 * sympy.E
