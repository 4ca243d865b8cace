"""The program of a graph in JavaScript computes what the graph computes, in the engine of a browser."""

import json
import math
import random

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.graph import apply
from backprop_lib.graph.table import ELEMENTWISE
from backprop_lib.program import javascript
from backprop_lib.program.javascript import RESERVED, definitions
from tests.program.engine import digits, run, script
from tests.program.test_program import UNARY, near, random_graph

GRAPHS = 300
EXACT = [
    lambda x, y: x + y,
    lambda x, y: x - 2 * y,
    lambda x, y: x * y,
    lambda x, y: x / y,
    lambda x, y: -x / 3 + y,
    lambda x, y: bp.sqrt(abs(x)) * y,
    lambda x, y: bp.relu(x) - y,
    lambda x, y: bp.leaky_relu(x) + y**1,
    bp.maximum,
    bp.minimum,
    lambda x, y: bp.where(x > y, x * y, y),
    lambda x, y: (x >= y) * x + (y < 0.5),
]


def exact_graph(seed):
    """A random graph of operations that IEEE 754 rounds in one way only."""
    rng = random.Random(seed)
    nodes = [bp.Node(round(rng.uniform(-3, 3), 1), name) for name in "abc"[: rng.randint(1, 3)]]
    for _ in range(rng.randint(1, 12)):
        nodes.append(rng.choice(EXACT)(rng.choice(nodes), rng.choice(nodes)))
    return nodes[-1] + nodes[len(nodes) // 2] * nodes[0]


def points_of(output, seed):
    """The values that the leaves have, and others."""
    draw = np.random.default_rng(seed)
    leaves = bp.leaves(output)
    return [[leaf.value for leaf in leaves], [near((), draw) for _ in leaves]]


def on_the_graph(output, point):
    """(values, gradients) of all nodes, by the graph's own backward pass."""
    bp.forward(output, **{leaf.name: x for leaf, x in zip(bp.leaves(output), point)})
    output.backward()
    order = bp.topological_order(output)
    return [node.value for node in order], [0.0 if node.grad is None else node.grad for node in order]


def assert_close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)  # nan equals nan


def same_bits(found, expected):
    return all(
        digits(x + 0.0) == digits(y + 0.0) or x != x and y != y for x, y in zip(found, expected, strict=True)
    )


# -------------------------------------------------------------------------------------- random graphs


def test_every_value_and_gradient_of_300_random_graphs():
    graphs = [random_graph(seed, with_arrays=False)[0] for seed in range(GRAPHS)]
    points = [points_of(output, seed + 7) for seed, output in enumerate(graphs)]
    results = run([(javascript(output), at) for output, at in zip(graphs, points)])
    not_finite = 0
    for output, at, found in zip(graphs, points, results):
        for point, result in zip(at, found):
            values, gradients = on_the_graph(output, point)
            assert_close(result["values"], values)
            assert_close(result["gradients"], gradients)
            not_finite += not np.isfinite(values).all()
    assert not_finite > 20  # overflow, 1/0 and log of a negative number were among them


def test_value_and_gradients_of_the_leaves_of_300_random_graphs():
    graphs = [random_graph(seed, with_arrays=False)[0] for seed in range(GRAPHS)]
    points = [points_of(output, seed + 7) for seed, output in enumerate(graphs)]
    results = run([(javascript(output, every=False), at) for output, at in zip(graphs, points)])
    compared = 0
    for output, at, found in zip(graphs, points, results):
        function = bp.compile(output)
        for point, result in zip(at, found):
            value, gradients = function(*point)
            assert_close(result["value"], value)
            if np.isfinite(on_the_graph(output, point)[0]).all():
                assert_close(result["gradients"], gradients)
                compared += 1
    assert compared > GRAPHS


def test_where_ieee_rounds_in_one_way_the_bits_are_the_same():
    graphs = [exact_graph(seed) for seed in range(GRAPHS)]
    points = [points_of(output, seed) for seed, output in enumerate(graphs)]
    jobs = [(javascript(output), at) for output, at in zip(graphs, points)]
    jobs += [(javascript(output, every=False), at) for output, at in zip(graphs, points)]
    results = run(jobs)
    for output, at, every, chosen in zip(graphs, points, results[:GRAPHS], results[GRAPHS:]):
        for point, all_of_it, of_leaves in zip(at, every, chosen):
            values, gradients = on_the_graph(output, point)
            assert same_bits(all_of_it["values"], values)
            assert same_bits(all_of_it["gradients"], gradients)
            if np.isfinite(values).all():
                assert same_bits([of_leaves["value"]], [output.value])
                assert same_bits(of_leaves["gradients"], [leaf.grad for leaf in bp.leaves(output)])


# -------------------------------------------------------------------------------------- special values

SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -8.0, 1000.0, -1000.0, 1e-300, 1e200, math.inf, -math.inf, math.nan]


def test_special_values_give_what_the_graph_gives():
    functions = [
        *UNARY,
        lambda x: x**-0.5,
        lambda x: x**3,
        lambda x: x**-2,
        lambda x: x**x,
        lambda x: 2**x,
        lambda x: bp.softplus(x, 3.0),
        lambda x: bp.exp(x) * 0.0,
        lambda x: x * bp.log(x),
        lambda x: bp.where(x > 0, bp.log(x), 2 * x),
        lambda x: bp.where(x, 3 * x, 2 * x),
        lambda x: bp.relu(bp.log(x)),
        lambda x: bp.maximum(1.0, x),
        lambda x: bp.sqrt(x * x),
        lambda x: x - x,
        lambda x: x.sum() * x.mean(),
    ]
    jobs, expected = [], []
    for f in functions:
        x = bp.Node(0.5, "x")
        output = f(x) + 0.0
        jobs.append((javascript(output), [[value] for value in SPECIAL]))
        expected.append([on_the_graph(output, [value]) for value in SPECIAL])
    for (text, _), found, values_and_gradients in zip(jobs, run(jobs), expected):
        for value, result, (values, gradients) in zip(SPECIAL, found, values_and_gradients):
            said = f"at {value} of\n{text}"
            np.testing.assert_allclose(result["values"], values, rtol=1e-12, err_msg=said)
            np.testing.assert_allclose(result["gradients"], gradients, rtol=1e-12, err_msg=said)


def test_the_stable_forms_do_not_overflow():
    x = bp.Node(0.5, "x")
    jobs = [(javascript(f(x)), [[1000.0], [-1000.0]]) for f in (bp.sigmoid, bp.softplus)]
    (high, low), (large, small) = run(jobs)
    assert high["values"][-1] == 1 and low["values"][-1] == 0
    assert large["values"][-1] == 1000 and small["values"][-1] == 0
    assert large["gradients"][0] == 1 and small["gradients"][0] == 0


def test_no_upstream_is_no_gradient_even_if_the_derivative_is_infinite():
    x = bp.Node(0.5, "x")
    output = bp.where(x > 0, bp.log(x), 2 * x)
    for text in (javascript(output), javascript(output, every=False)):
        assert run([(text, [[0.0]])])[0][0]["gradients"][0] == 2


# -------------------------------------------------------------------------------------- erf


def test_erf_and_erfc_have_all_digits():
    near_the_seams = [s + d for s in (0.0, 1.0, -1.0, 28.0) for d in (-1e-9, 0.0, 1e-9)]
    points = [*np.linspace(-7, 7, 2001), *near_the_seams, 1e-310, 1e-20, -1e-8, 30.0, -30.0]
    points += [math.inf, -math.inf, math.nan]
    in_front = "\n".join(definitions()[word] for word in ("gauss", "erf", "erfc"))
    texts = [f"(x) => {{ {in_front}\n return {{value: {word}(x)}}; }}" for word in ("erf", "erfc")]
    erf, erfc = run([(text, [[float(x)] for x in points]) for text in texts])
    for x, one, other in zip(points, erf, erfc):
        np.testing.assert_allclose(one["value"], math.erf(x), rtol=1e-15)
        np.testing.assert_allclose(other["value"], math.erfc(x), rtol=4e-15, atol=1e-300)


# -------------------------------------------------------------------------------------- how it reads


def test_it_reads_as_if_written_by_hand():
    w, x, b = bp.inputs(w=2.0, x=-1.0, b=0.5)
    z = w * x + b
    z.name = "z"
    L = (bp.tanh(z) - 1) ** 2
    L.name = "L"
    assert (
        javascript(L, [w, b])
        == """\
(w, x, b) => {
  const v1 = w * x;
  const z = v1 + b;
  const v2 = Math.tanh(z);
  const v3 = v2 - 1;
  const L = v3 * v3;

  const dL_dv3 = 2 * v3;
  const dL_dz = dL_dv3 * (1 - v2 * v2);
  const dL_dw = dL_dz * x;

  return {value: L, gradients: [dL_dw, dL_dz]};
}"""
    )
    assert (
        javascript(z * x)
        == """\
(w, x, b) => {
  // 0 · Infinity would be NaN, and no upstream is no gradient: a g of 0 stays 0.
  const times = (g, local) => g && g * local;
  const v1 = w * x;
  const z = v1 + b;
  const v2 = z * x;

  const dv2_dz = x;
  const dv2_dv1 = dv2_dz;
  const dv2_db = dv2_dz;
  const dv2_dx = z + times(dv2_dv1, w);
  const dv2_dw = times(dv2_dv1, x);

  return {
    values: [w, x, b, v1, z, v2],
    gradients: [dv2_dw, dv2_dx, dv2_db, dv2_dv1, dv2_dz, 1],
  };
}"""
    )


def test_lines_stay_short_and_words_stand_in_front_only_where_used():
    for seed in range(100):
        text = javascript(random_graph(seed, with_arrays=False)[0])
        assert max(map(len, text.splitlines())) <= 100
        body = text.partition("=> {")[2]
        for word in definitions():
            assert (f"const {word} = " in body) == (f"{word}(" in body), word


@pytest.mark.parametrize(
    "name", [*RESERVED, "x y", "1st", "w[0,0]", "δ", "ŷ", "∂f/∂x", "", "times", "erf", "v1", "values", "$"]
)
def test_any_name_becomes_one_that_javascript_takes(name):
    a, b = bp.Node(2.0, name), bp.Node(5.0, "x")
    output = bp.gelu(a * b) * a
    output.name = "f"
    for every in (True, False):
        (result,) = run([(javascript(output, every=every), [[2.0, 5.0]])])[0]
        output.backward()
        assert_close(result["gradients"][:2], [a.grad, b.grad])


def test_a_gradient_has_its_program_too():
    x = bp.Node(0.7, "x")
    slope = bp.gradients(bp.sin(x) * bp.exp(x) + x**3 + bp.gelu(x), x)
    (result,) = run([(javascript(slope), [[0.7]])])[0]
    values, gradients = on_the_graph(slope, [0.7])
    assert_close(result["values"], values)
    assert_close(result["gradients"], gradients)


def test_chosen_leaves_come_in_the_order_of_wrt():
    x, y = bp.inputs(x=2.0, y=5.0)
    output = x * y + x
    texts = [javascript(output, wrt) for wrt in ("y", ["y", x], None)]
    texts[2] = javascript(output, every=False)
    found = [result["gradients"] for (result,) in run([(text, [[2.0, 5.0]]) for text in texts])]
    assert found == [[2.0], [2.0, 6.0], [6.0, 2.0]]
    assert "dv2_dx" not in texts[0]
    with pytest.raises(ValueError, match="'z'"):
        javascript(output, "z")


def test_graphs_without_arithmetic_have_a_program():
    x = bp.Node(3.0, "x")
    assert run([(javascript(x), [[4.0]])])[0] == [{"values": [4.0], "gradients": [1.0]}]
    constant = bp.where(x > 2, 1.0, 0.0)
    assert run([(javascript(constant, "x"), [[4.0]])])[0] == [{"value": 1.0, "gradients": [0.0]}]


def test_the_rows_for_arrays_know_a_single_number():
    x = bp.Node(3.0, "x")
    output = bp.logsumexp(x) * x.max() + x.min().T * x.reshape(()) + bp.softmax(x) * bp.log_softmax(x)
    (result,) = run([(javascript(output), [[2.5]])])[0]
    values, gradients = on_the_graph(output, [2.5])
    assert_close(result["values"], values)
    assert_close(result["gradients"], gradients)


def test_arrays_and_symbols_are_refused_with_a_sentence():
    sympy = pytest.importorskip("sympy")
    with pytest.raises(ValueError, match=r"array of shape \(2,\).* number by number"):
        javascript((bp.Node([1.0, 2.0], "v") * 2).sum())
    with pytest.raises(TypeError, match="symbols"):
        javascript(bp.Node(sympy.Symbol("s"), "s") ** 2)


def test_source_prints_it_as_code():
    x = bp.Node(2.0, "x")
    program = bp.source(x * x, language="javascript")
    assert program == javascript(x * x, every=False)
    assert program._repr_markdown_() == f"```javascript\n{program}\n```"
    with pytest.raises(ValueError, match="'rust'"):
        bp.source(x * x, language="rust")


def test_every_elementwise_row_of_the_table_is_written():
    jobs, expected = [], []
    for row in ELEMENTWISE:
        leaves = [bp.Node(value, letter) for value, letter in zip((0.7, 0.4, 0.3), row.letters)]
        output = apply(row, *leaves)
        point = [leaf.value for leaf in leaves]
        jobs.append((javascript(output), [point]))
        expected.append(on_the_graph(output, point))
    for (result,), (values, gradients) in zip(run(jobs), expected):
        assert_close(result["values"], values)
        assert_close(result["gradients"], gradients)


# -------------------------------------------------------------------------------------- a small network


def small_network():
    """(loss, its parameters) of a 2-8-8-1 network and one example."""
    net = bp.MLP(2, (8, 8), 1, activation="tanh", rng=1)
    z = bp.to_graph(net, np.array([[0.3, -0.7]]), scalar=True)[0, 0]
    t = bp.Node(1.0, "t")
    loss = bp.softplus(z) - t * z
    loss.name = "L"
    return loss, [leaf for leaf in bp.leaves(loss) if leaf.name[0] in "Wb"]


def test_a_small_network_trains_on_the_gradients_of_python():
    loss, parameters = small_network()
    draw = np.random.default_rng(5)
    points = [[leaf.value + draw.normal(0, 0.3) for leaf in bp.leaves(loss)] for _ in range(20)]
    function = bp.compile(loss, parameters)
    for point, result in zip(points, run([(javascript(loss, parameters), points)])[0], strict=True):
        value, gradients = function(*point)
        assert_close(result["value"], value)
        assert_close(result["gradients"], gradients)


def test_an_example_takes_no_longer_than_25_microseconds(record_property):
    loss, parameters = small_network()
    text = javascript(loss, parameters)
    values = json.dumps([leaf.value for leaf in bp.leaves(loss)])
    microseconds = float(
        script(f"""
            const f = {text};
            const values = {values};
            let sum = 0;
            const once = () => {{
              const start = performance.now();
              for (let i = 0; i < 2000; i += 1) {{
                values[0] = i * 1e-4;
                sum += f(...values).gradients[0];
              }}
              return (performance.now() - start) / 2;
            }};
            const found = Array.from({{length: 15}}, once).sort((a, b) => a - b);
            console.log(found[7], sum);
        """).split()[0]
    )
    record_property("microseconds for an example, forward and backward", microseconds)
    print(f"2-8-8-1 in JavaScript: {microseconds:.2f} µs for an example, forward and backward")
    assert microseconds < 25
