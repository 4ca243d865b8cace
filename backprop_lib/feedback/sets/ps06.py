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
    looks = []
    for _ in "12":
        returned = function(output)
        grads = {node.name: node.grad for node in reachable(output)}
        looks.append(returned if all(g is None for g in grads.values()) else grads)
    return looks[0] if looks[0] is None else tuple(looks)


@task(
    "06.1", "The backward pass of any graph", draw=draw_graph, observe=gradients_of_two_calls, changes_input=True,
    returns="grads grads_after_a_second_call", points="4 2", hidden=2, minutes=30, difficulty=3,
    hints=(
        "Draw b = 2a, c = 3b, d = 5b, e = c + d. When may b pass its gradient on to a?",
        "Three things: an order in which consumers come first, `+=` where a node is used twice, and zeros at the start of each call.",
        "order by depth-first search; grad = 0 for all; output.grad = 1; for node in reversed(order): for x, l in zip(node.inputs, node.local): x.grad += l * node.grad",
    ),
    mistakes=(
        wrong("assignment_instead_of_sum", "x.grad += local", "x.grad = local"),
        wrong("no_topological_order",
              "order = []\n    seen = set()\n    visit(output, seen, order)\n    for node in order:\n        node.grad = 0.0\n    output.grad = 1.0\n    for node in reversed(order):\n        for x, local in zip(node.inputs, node.local):\n            x.grad += local * node.grad",
              "for node in reachable(output):\n        node.grad = 0.0\n    output.grad = 1.0\n    waiting = [output]\n    while waiting:\n        node = waiting.pop(0)\n        for x, local in zip(node.inputs, node.local):\n            x.grad += local * node.grad\n            waiting.append(x)"),
        wrong("wrong_order", "visit(output, seen, order)", "breadth_first(output, order)",
              say="A value passed its gradient on before all of its consumers had reported: the order in which you discover the nodes is no topological order."),
        wrong("gradients_not_reset", "node.grad = 0.0", "node.grad = node.grad or 0.0"),
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

    A node has `inputs` (a list of nodes), `local` (∂node/∂input, one number for each of them), `value` and
    `grad`. A node may be the input of several others, or twice of the same one. A second call must give the
    same gradients again.
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


def breadth_first(output, order):
    waiting = [output]
    for node in waiting:
        waiting += [x for x in node.inputs if x not in waiting]
    order += reversed(waiting)


def draw_consumers(rng):
    for n in (3, 2, 4):
        yield dict(consumer_gradients=rng.standard_normal(n), local=rng.standard_normal(n))


@task(
    "06.2", "Find the error in Lecture 004: which gradients are added?", draw=draw_consumers, returns="gradient", points="3", hidden=1,
    minutes=8, difficulty=1,
    hints=(
        "The slide says: the gradient of a node is the sum of the downstream gradients. Whose local derivatives are missing?",
        "Each consumer sends its own gradient times its local derivative by this node; then they are added.",
        "gradient = (consumer_gradients * local).sum()",
    ),
    mistakes=(
        wrong("local_derivative_omitted", "consumer_gradients * local", "consumer_gradients",
              say="That is the slide's sum, without the local derivatives: each consumer's gradient is multiplied by its derivative by this node."),
        wrong("upstream_ignored", "consumer_gradients * local", "local"),
        wrong("assignment_instead_of_sum", "(consumer_gradients * local).sum()", "float(consumer_gradients[-1] * local[-1])"),
        wrong("first_branch_only", "(consumer_gradients * local).sum()", "float(consumer_gradients[0] * local[0])"),
        wrong("mean_for_sum", ".sum()", ".mean()"),
        wrong("product_for_sum", ".sum()", ".prod()"),
        wrong("sum_before_product", "(consumer_gradients * local).sum()", "consumer_gradients.sum() * local.sum()",
              say="Sums were multiplied: each consumer's gradient belongs to its own local derivative. Multiply first, then add."),
    ),
)  # fmt: skip
def gradient_at_a_node(consumer_gradients, local):
    """Return ∂L/∂v of a node v with n consumers: consumer_gradients[i] = ∂L/∂(consumer i), local[i] =
    ∂(consumer i)/∂v; both (n,).
    """
    return float((consumer_gradients * local).sum())


def draw_time(rng):
    for t in (1.0, *rng.uniform(0.3, 2, 3)):
        yield dict(t=float(t))


@task(
    "06.3", "Two ways from t to f (Lecture 002)", draw=draw_time, returns="dfdx dfdy dfdt", points="1 1 2", hidden=1, minutes=12, difficulty=2,
    hints=(
        "t moves x, and t moves y. How many terms has df/dt?",
        "df/dt = ∂f/∂x · dx/dt + ∂f/∂y · dy/dt; at t = 1 it is 2.41048.",
        "dfdx = y·e^(xy);  dfdy = 1 + x·e^(xy);  dfdt = dfdx·(−sin t) + dfdy·2t",
    ),
    mistakes=(
        wrong("branch_missing", "dfdx * -np.sin(t) + dfdy * 2 * t", "dfdx * -np.sin(t)", say="The branch through y is missing: t moves f in two ways. (At t = 1 this gives −1.44.)"),
        wrong("branch_through_x_missing", "dfdx * -np.sin(t) + dfdy * 2 * t", "dfdy * 2 * t", say="The branch through x is missing: t moves f in two ways."),
        wrong("local_sign", "-np.sin(t)", "np.sin(t)"),
        wrong("inner_derivative_missing", "dfdx = y * np.exp(x * y)", "dfdx = np.exp(x * y)", "1 + x * np.exp(x * y)", "1 + np.exp(x * y)"),
        wrong("operands_swapped", "dfdx = y * np.exp(x * y)", "dfdx = x * np.exp(x * y)", "1 + x * np.exp(x * y)", "1 + y * np.exp(x * y)"),
        wrong("direct_term_missing", "1 + x * np.exp(x * y)", "x * np.exp(x * y)", say="f = y + e^(xy): the first y has a derivative too, the 1 is missing."),
        wrong("product_for_sum", "dfdx * -np.sin(t) + dfdy * 2 * t", "dfdx * -np.sin(t) * dfdy * 2 * t"),
    ),
)  # fmt: skip
def two_branches(t):
    """f = y + e^(xy) with x = cos t and y = t². Return (dfdx, dfdy, dfdt) at the number t: ∂f/∂x, ∂f/∂y and
    df/dt.
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
        "Follow each path from a to e and multiply along it; then add the paths.",
        "Without an order b hands on twice: first what came from c, then the sum of both.",
        "With p = 1, q = 10 and r = 20: the paths give 10 + 20 = 30. Without an order a gets 10 when c reports, and 30 when d does: 40",
    ),
    mistakes=(
        wrong("assignment_instead_of_sum", "de_da = p * (q + r)", "de_da = p * r"),
        wrong("first_branch_only", "de_da = p * (q + r)", "de_da = p * q"),
        wrong("product_for_sum", "de_da = p * (q + r)", "de_da = p * q * r"),
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
