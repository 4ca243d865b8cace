"""Problem set 06, branches: add what arrives, in reverse topological order, from zero."""
# ruff: noqa: E501

import numpy as np

from ..task import formula, task, wrong
from .draws import numbers


class Value:
    """What a node of the exercise has: `value`, `inputs` (a list of nodes), `local` (∂this/∂input, one number
    for each input) and `grad`, None at first.
    """

    def __init__(self, name, value, inputs=(), local=()):
        self.name, self.value, self.inputs, self.local, self.grad = (
            name,
            value,
            list(inputs),
            list(local),
            None,
        )

    def __repr__(self):
        return f"{self.name} = {self.value:.4g}"


def random_graph(rng, leaves, nodes):
    """Each node multiplies or adds earlier ones; the same one may be used twice, and the output depends on
    all of them.
    """
    made = [Value(f"x{i}", float(rng.uniform(0.5, 2))) for i in range(leaves)]
    for i in range(nodes):
        a, b = made[-1], made[int(rng.integers(len(made)))]
        if rng.random() < 0.5:
            made.append(Value(f"v{i}", a.value * b.value, [a, b], [b.value, a.value]))
        else:
            made.append(Value(f"v{i}", a.value + 2 * b.value, [a, b], [1.0, 2.0]))
    return made[-1]


def diamond():
    """b = 2a, c = 3b, d = 5b, e = c + d at a = 1: ∂e/∂a is 16; without an order it comes out as 22."""
    a = Value("a", 1.0)
    b = Value("b", 2.0, [a], [2.0])
    c, d = Value("c", 6.0, [b], [3.0]), Value("d", 10.0, [b], [5.0])
    c2 = Value("c2", 12.0, [c], [2.0])  # one path is longer than the other
    return Value("e", 22.0, [d, c2], [1.0, 0.5])


def draw_graph(rng):
    yield dict(output=diamond())
    for leaves, nodes in ((2, 4), (3, 6), (2, 7)):
        yield dict(output=random_graph(rng, leaves, nodes))
    u = Value("u", 3.0)
    yield dict(output=Value("square", 9.0, [u, u], [3.0, 3.0]))
    yield dict(output=Value("leaf", 0.0))


def draw_other_graphs(rng):
    for leaves, nodes in ((1, 5), (4, 9), (6, 12)):
        yield dict(output=random_graph(rng, leaves, nodes))
    here = Value("start", 0.0)
    for i in range(40):
        here = Value(f"step {i}", 0.0, [here], [float(rng.uniform(-1.5, 1.5))])
    yield dict(output=here)
    parts = [Value(f"part {i}", float(i)) for i in range(5)]
    total = Value("total", 10.0, parts, rng.standard_normal(5).tolist())
    yield dict(
        output=Value("mixed", 0.0, [total, parts[2], total, parts[0]], rng.standard_normal(4).tolist())
    )
    yield dict(output=Value("only", -2.5))


def reachable(output):
    found, waiting = {}, [output]
    while waiting:
        node = waiting.pop()
        if id(node) not in found:
            found[id(node)] = node
            waiting += node.inputs
    return list(found.values())


def gradients_of_two_calls(function, arguments):
    """The function fills `grad`; what counts is what stands there after one call, and after another one."""
    output = arguments["output"]
    nodes = reachable(output)
    before = [(node.value, list(node.inputs), list(node.local)) for node in nodes]
    looks = []
    for _ in "12":
        returned = function(output)
        grads = {node.name: node.grad for node in nodes}
        looks.append(returned if all(g is None for g in grads.values()) else grads)
    if before != [(node.value, list(node.inputs), list(node.local)) for node in nodes]:
        return "value, inputs or local of a node is no longer what it was"
    return looks[0] if looks[0] is None else tuple(looks)


PASS = """\
order = []
    seen = set()
    visit(output, seen, order)
    for node in order:
        node.grad = 0.0
    output.grad = 1.0
    for node in reversed(order):
        for x, local in zip(node.inputs, node.local):
            x.grad += local * node.grad"""


@task(
    "06.1", "The backward pass of any graph", draw=draw_graph, draw_hidden=draw_other_graphs, observe=gradients_of_two_calls, changes_input=True,
    returns="grads grads_after_a_second_call", points="4 2", hidden=2, minutes=30, difficulty=3,
    hints=(
        "Draw b = 2a, c = 3b, d = 5b, e = c + d. When may b pass its gradient on to a?",
        "Three things: an order in which consumers come first, `+=` where a node is used twice, and zeros at the start of each call.",
        "p = 3k, m = 2k + p, out = 5m + p: an order with the inputs first is k, p, m, out. Backward from out = 1: m gets 5; p gets 1 from out and 1·5 from m, 6 in all; only now p hands on 3·6 to k, which has 2·5 from m already: 28.",
    ),
    mistakes=(
        wrong("assignment_instead_of_sum", "x.grad += local", "x.grad = local"),
        wrong("no_topological_order", PASS,
              "for node in reachable(output):\n        node.grad = 0.0\n    output.grad = 1.0\n    hand_on_from_a_queue(output)"),
        wrong("wrong_order", "visit(output, seen, order)", "breadth_first(output, order)",
              say="A value passed its gradient on before all of its consumers had reported: the order in which you discover the nodes is no topological order."),
        *(
            wrong("no_topological_order", PASS, "for node in reachable(output):\n        node.grad = 0.0\n    output.grad = 1.0\n    " + how,
                  say="A value passes its gradient on as soon as something arrives, and again when more does: what it has got so far is handed on several times. Wait until all of its consumers have reported.")
            for how in ("hand_on(output)", "hand_on_from_a_stack(output)")
        ),
        wrong("wrong_order", "visit(output, seen, order)", "depth_first(output, order)",
              say="A value passed its gradient on when it was met for the first time, before all of its consumers had reported: an input may come up after its consumers only."),
        wrong("wrong_order", "in reversed(order)", "in order", say="The pass runs from the leaves to the output: nothing has arrived when a node hands on. Go the other way."),
        wrong("local_derivative_omitted", "local * node.grad", "node.grad"),
        wrong("first_input_only", "zip(node.inputs, node.local)", "zip(node.inputs[:1], node.local)", say="Only the first input of each node gets something."),
        wrong("repeated_input_once", "zip(node.inputs, node.local)", "dict(zip(node.inputs, node.local)).items()"),
        wrong("gradients_not_reset", "node.grad = 0.0", "node.grad = node.grad or 0.0"),
        wrong("gradients_not_reset", "node.grad = 0.0", "node.grad = node.grad if node.inputs and node.grad is not None else 0.0",
              say="Right the first time, and more at the second call: the leaves start from 0, and what stands in the nodes between them and the output is still there."),
        wrong("gradients_not_reset", "node.grad = 0.0", "node.grad = node.grad if not node.inputs and node.grad is not None else 0.0",
              say="Right the first time, and more at the second call: the leaves still hold their gradients from the first one. They start from 0 as well."),
        wrong("base_case_missing", "output.grad = 1.0", "pass", say="∂output/∂output = 1 is missing: the pass has nothing to multiply with."),
        wrong("base_case_value", "output.grad = 1.0", "output.grad = output.value",
              say="The pass starts with the output's value; it starts with ∂output/∂output = 1."),
        wrong("upstream_ignored", "local * node.grad", "local"),
        wrong("upstream_added", "local * node.grad", "(local + node.grad)"),
        wrong("product_for_sum", "x.grad += local * node.grad", "x.grad = (x.grad or 1.0) * local * node.grad"),
        wrong("local_derivative_of_wrong_variable", "zip(node.inputs, node.local)", "zip(node.inputs, [i.value for i in node.inputs])",
              say="The value of the input stands where the local derivative belongs: use node.local."),
        wrong("operands_swapped", "zip(node.inputs, node.local)", "zip(node.inputs, node.local[::-1])",
              say="The local derivatives of the two inputs are swapped: local[i] belongs to inputs[i]."),
    ),
)  # fmt: skip
def backward(output):
    """Fill `grad` of `output` and of every node it depends on with ∂output/∂node. Return nothing.

    A node has `inputs` (a list of nodes, empty for a leaf), `local` (∂node/∂input, one number for each of
    them), `value` and `grad`, which is None at first. A node may be the input of several others, or twice of
    the same one; `output` may be a leaf. There are at most 100 nodes and no cycle. Change `grad` alone. A
    second call must give the same gradients again.
    """
    order = []
    seen = set()
    visit(output, seen, order)
    for node in order:
        node.grad = 0.0
    output.grad = 1.0
    for node in reversed(order):
        for x, local in zip(node.inputs, node.local):
            x.grad += local * node.grad


def visit(node, seen, order):
    if id(node) not in seen:
        seen.add(id(node))
        for x in node.inputs:
            visit(x, seen, order)
        order.append(node)


def hand_on(node):
    for x, local in zip(node.inputs, node.local):
        x.grad += local * node.grad
        hand_on(x)


def hand_on_from_a_queue(output, next_one=0):
    waiting = [output]
    while waiting:
        node = waiting.pop(next_one)
        for x, local in zip(node.inputs, node.local):
            x.grad += local * node.grad
            waiting.append(x)


def hand_on_from_a_stack(output):
    hand_on_from_a_queue(output, next_one=-1)


def depth_first(node, order):
    """In order of discovery; the last one discovered comes first."""
    if node not in order:
        order.insert(0, node)
        for x in node.inputs:
            depth_first(x, order)


def breadth_first(output, order):
    waiting = [output]
    for node in waiting:
        for x in node.inputs:
            waiting += [] if x in waiting else [x]
    order += reversed(waiting)


def draw_consumers(rng):
    for n in (3, 2, 4, 1):
        yield dict(consumer_gradients=rng.standard_normal(n), local=rng.standard_normal(n))
    yield dict(consumer_gradients=np.array([0.0, 2.0, -1.5]), local=np.array([3.0, 0.5, 0.0]))


def draw_other_consumers(rng):
    for n in (6, 9, 1):
        yield dict(consumer_gradients=100 * rng.standard_normal(n), local=rng.standard_normal(n))
    yield dict(consumer_gradients=np.ones(5), local=np.ones(5))
    yield dict(consumer_gradients=np.array([-2.0]), local=np.array([0.0]))


@task(
    "06.2", "Find the error in Lecture 004: which gradients are added?", draw=draw_consumers, draw_hidden=draw_other_consumers, returns="gradient", points="3", hidden=1,
    minutes=8, difficulty=1,
    hints=(
        "The slide says: the gradient of a node is the sum of the downstream gradients. Whose local derivatives are missing?",
        "Each consumer sends its own gradient times its local derivative by this node; then they are added.",
        "Consumers with the gradients 2 and −1, local derivatives 3 and 4: the node gets 2·3 + (−1)·4 = 2.",
    ),
    mistakes=(
        wrong("local_derivative_omitted", "consumer_gradients * local", "consumer_gradients",
              say="That is the slide's sum, without the local derivatives: each consumer's gradient is multiplied by its derivative by this node."),
        wrong("upstream_ignored", "consumer_gradients * local", "local"),
        wrong("assignment_instead_of_sum", "(consumer_gradients * local).sum()", "float(consumer_gradients[-1] * local[-1])"),
        wrong("first_branch_only", "(consumer_gradients * local).sum()", "float(consumer_gradients[0] * local[0])"),
        wrong("mean_for_sum", ".sum()", ".mean()"),
        wrong("product_for_sum", ".sum()", ".prod()"),
        wrong("upstream_added", "(consumer_gradients * local).sum()", "(consumer_gradients + local).sum()",
              say="Gradient and local derivative were added: along a path the factors multiply, and the consumers' products are added."),
        wrong("not_summed", "float((consumer_gradients * local).sum())", "consumer_gradients * local"),
        wrong("one_left_out", ".sum()", "[:-1].sum()", say="The last consumer does not contribute: the loop ends one too early."),
        wrong("one_left_out", ".sum()", "[1:].sum()", say="The first consumer does not contribute: the loop begins one too late."),
        wrong("sign_flipped", "float(", "-float(", say="{what} has the opposite sign: there is a minus too many."),
        wrong("mean_for_max", "(consumer_gradients * local).sum()", "(consumer_gradients * local).max()", say="That is the largest contribution alone; all of them are added."),
        wrong("sum_before_product", "(consumer_gradients * local).sum()", "consumer_gradients.sum() * local.sum()",
              say="Sums were multiplied: each consumer's gradient belongs to its own local derivative. Multiply first, then add."),
    ),
)  # fmt: skip
def gradient_at_a_node(consumer_gradients, local):
    """Return ∂L/∂v, a number, of a node v with n consumers: consumer_gradients[i] = ∂L/∂(consumer i),
    local[i] = ∂(consumer i)/∂v.

    Both are arrays (n,), n ≥ 1.
    """
    return float((consumer_gradients * local).sum())


def draw_time(rng):
    for t in (1.0, *rng.uniform(0.3, 2, 3), 0.0, -1.2):
        yield dict(t=float(t))


def draw_other_times(rng):
    for t in (*rng.uniform(-2, 2, 4), 0.01):
        yield dict(t=float(t))
    yield dict(t=2)


@task(
    "06.3", "Two ways from t to f (Lecture 002)", draw=draw_time, draw_hidden=draw_other_times, returns="dfdx dfdy dfdt", points="1 1 2", hidden=1, minutes=12, difficulty=2,
    hints=(
        "t moves x, and t moves y. How many terms has df/dt?",
        "df/dt = ∂f/∂x · dx/dt + ∂f/∂y · dy/dt; at t = 1 it is 2.41048.",
        "For g = x + sin(xy) with x = 3t and y = t³: ∂g/∂x = 1 + y·cos(xy), ∂g/∂y = x·cos(xy), and dg/dt = ∂g/∂x·3 + ∂g/∂y·3t².",
    ),
    mistakes=(
        wrong("branch_missing", "dfdx * -np.sin(t) + dfdy * 2 * t", "dfdx * -np.sin(t)", say="The branch through y is missing: t moves f in two ways. (At t = 1 this gives −1.44.)"),
        wrong("branch_through_x_missing", "dfdx * -np.sin(t) + dfdy * 2 * t", "dfdy * 2 * t", say="The branch through x is missing: t moves f in two ways."),
        wrong("local_sign", "-np.sin(t)", "np.sin(t)"),
        wrong("inner_derivative_missing", "dfdx = y * np.exp(x * y)", "dfdx = np.exp(x * y)", "1 + x * np.exp(x * y)", "1 + np.exp(x * y)"),
        wrong("operands_swapped", "dfdx = y * np.exp(x * y)", "dfdx = x * np.exp(x * y)", "1 + x * np.exp(x * y)", "1 + y * np.exp(x * y)"),
        wrong("operands_swapped", "dfdx = y * np.exp(x * y)", "dfdx = x * np.exp(x * y)", say="dfdx: the inner derivative of e^(xy) by x is y, not x."),
        wrong("operands_swapped", "1 + x * np.exp(x * y)", "1 + y * np.exp(x * y)", say="dfdy: the inner derivative of e^(xy) by y is x, not y."),
        wrong("inner_derivative_missing", "dfdx = y * np.exp(x * y)", "dfdx = np.exp(x * y)", say="dfdx: the inner derivative is missing. x stands in the exponent next to y."),
        wrong("inner_derivative_missing", "1 + x * np.exp(x * y)", "1 + np.exp(x * y)", say="dfdy: the inner derivative is missing. y stands in the exponent next to x."),
        wrong("local_derivative_omitted", "dfdx * -np.sin(t) + dfdy * 2 * t", "dfdx + dfdy", say="dfdt: dx/dt and dy/dt are missing, the local derivatives of the two branches."),
        wrong("value_for_derivative", "dfdx * -np.sin(t) + dfdy * 2 * t", "dfdx * x + dfdy * y", say="dfdt: x and y themselves stand where dx/dt and dy/dt belong."),
        wrong("value_for_derivative", "-np.sin(t)", "np.cos(t)", say="dfdt: cos t itself stands where its derivative −sin t belongs."),
        wrong("factor_half", "dfdy * 2 * t", "dfdy * t", say="dfdt: the derivative of t² is 2t; the 2 is missing."),
        wrong("scale_from_input", "dfdy * 2 * t", "dfdy * 2", say="dfdt: the derivative of t² is 2t; the t is missing."),
        wrong("direct_term_missing", "1 + x * np.exp(x * y)", "x * np.exp(x * y)", say="f = y + e^(xy): the first y has a derivative too, the 1 is missing."),
        wrong("product_for_sum", "dfdx * -np.sin(t) + dfdy * 2 * t", "dfdx * -np.sin(t) * dfdy * 2 * t"),
    ),
)  # fmt: skip
def two_branches(t):
    """f = y + e^(xy) with x = cos t and y = t². Return (dfdx, dfdy, dfdt) at the number t: ∂f/∂x (y held
    fixed), ∂f/∂y (x held fixed) and df/dt.

    t is between −2 and 2, and may be 0.
    """
    x, y = np.cos(t), t**2
    dfdx = y * np.exp(x * y)
    dfdy = 1 + x * np.exp(x * y)
    dfdt = dfdx * -np.sin(t) + dfdy * 2 * t
    return dfdx, dfdy, dfdt


def draw_diamond(rng):
    yield numbers(rng, p=5, q=6, r=7)


@task(
    "06.4", "Predict: a diamond by hand", kind="numbers", draw=draw_diamond, returns="de_da without_an_order", points="2 2", minutes=8,
    difficulty=2, tolerance=1e-3,
    hints=(
        "How many paths lead from a to e, and what does each of them contribute?",
        "Multiply along a path, and add the paths. Without an order b hands on twice: first what came from c, then the sum of both.",
        "With p = 1, q = 10 and r = 20: the paths give 10 + 20 = 30. Without an order a gets 10 when c reports, and 30 when d does: 40",
    ),
    mistakes=(
        wrong("assignment_instead_of_sum", "de_da = p * (q + r)", "de_da = p * r"),
        wrong("first_branch_only", "de_da = p * (q + r)", "de_da = p * q"),
        wrong("product_for_sum", "de_da = p * (q + r)", "de_da = p * q * r"),
        wrong("product_for_sum", "de_da = p * (q + r)", "de_da = p * q * p * r"),
        wrong("upstream_ignored", "de_da = p * (q + r)", "de_da = p"),
    ),
)  # fmt: skip
def diamond_by_hand(p, q, r):
    """b = p·a, c = q·b, d = r·b, e = c + d. Give de_da = ∂e/∂a, and without_an_order: the number that an
    engine finds which hands a gradient on as soon as it arrives (the one from c first) and never waits: b
    sends p·(what it has so far) to a each time, and a adds up.
    """
    de_da = p * (q + r)
    without_an_order = p * q + p * (q + r)
    return de_da, without_an_order


def graph_of_a_square():
    from ...graph import Node

    x, w = Node(0.7, "x"), Node(1.3, "w")
    u = w * x
    u.name = "u"
    f = u * u + u * x
    f.name = "f"
    return f


formula(
    "06.5", "A value that is used three times", "u = w·x and f = u² + u·x. Give ∂f/∂x as a formula in u, w and x.",
    graph=graph_of_a_square, wrt="x", points=4, minutes=8, difficulty=2, answer="(2*u + x)*w + u",
    mistakes={"branch_missing": "(2*u + x)*w", "first_branch_only": "2*u*w", "inner_derivative_missing": "2*u + x + u", "assignment_instead_of_sum": "u",
              "own_value_for_other": "(2*u + x)*x + u"},
    hints=(
        "In how many places does x enter, and in how many does u?",
        "∂f/∂u collects two terms. ∂f/∂x collects two as well: what comes through u, and what comes directly.",
        "For g = u³ + 5·u·y with u = w·y: ∂g/∂u = 3u² + 5y, and ∂g/∂y = (3u² + 5y)·w + 5u",
    ),
)  # fmt: skip
