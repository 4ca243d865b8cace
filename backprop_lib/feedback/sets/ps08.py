"""Problem set 08, a network of scalars: Lecture 003's algorithms, one number for each node and edge."""
# ruff: noqa: E501

import math

import numpy as np

from ..task import formula, task, wrong, wrong_anywhere, wrong_constant

SIX = ((1, 2), (1, 3), (2, 4), (2, 5), (3, 4), (3, 5), (4, 6), (5, 6))  # the lecture's network
WIDE = (
    (1, 3),
    (2, 3),
    (2, 4),
    (1, 5),
    (3, 5),
    (4, 6),
    (3, 6),
    (5, 7),
    (6, 7),
)  # two inputs, and edges that skip a level


TWO = ((1, 2),)  # the smallest network: one edge


def draw_scalar(rng):
    for edges, n_inputs in ((SIX, 1), (WIDE, 2), (SIX, 1), (TWO, 1)):
        yield scalar_network(rng, edges, n_inputs)


def scalar_network(rng, edges, n_inputs):
    w = {edge: float(rng.choice([-1, 1]) * rng.uniform(0.5, 1.5)) for edge in edges}
    return dict(values={j: float(rng.uniform(0.5, 2)) for j in range(1, n_inputs + 1)}, w=w)


def draw_scalar_hidden(rng):
    """Networks that nobody has seen, with their edges in no order; in the first, an input and a weight are 0."""
    for n_inputs, n_nodes in ((3, 8), (1, 4), (2, 9), (1, 2)):
        edges = random_edges(rng, n_inputs, n_nodes)
        arguments = scalar_network(rng, edges, n_inputs)
        if n_inputs == 3:
            arguments["values"][2] = 0.0
            arguments["w"][edges[0]] = 0.0
        yield arguments


def random_edges(rng, n_inputs, n_nodes):
    """Edges in random order: one at least ends in each node beyond the inputs, one leaves each but the last."""
    edges = set()
    for j in range(n_inputs + 1, n_nodes + 1):
        edges.add((int(rng.integers(1, j)), j))
    for i in range(1, n_nodes):
        edges.add((i, int(rng.integers(max(i, n_inputs) + 1, n_nodes + 1))))
        edges.add((i, n_nodes))
    edges = sorted(edges)
    return [edges[k] for k in rng.permutation(len(edges))]


def with_targets(rng, networks):
    for arguments in networks:
        yield arguments | dict(target=float(rng.standard_normal()))


@task(
    "08.1", "The forward algorithm (Lecture 003)", draw=draw_scalar, draw_hidden=draw_scalar_hidden, returns="x y", points="2 2", hidden=1, minutes=15, difficulty=2,
    hints=(
        "In which order may the nodes be computed? What do you need to know of the nodes before?",
        "x_j is a sum over the edges that end in j; y = tanh(x) inside, y = x at inputs and at the output.",
        "Node 4 with edges from 1 and 2, y1 = 2, y2 = −1, w14 = 0.5, w24 = 3: x4 = 0.5·2 + 3·(−1) = −2, and y4 = tanh(−2) = −0.964.",
    ),
    mistakes=(
        wrong("edge_direction_swapped", "sum((w[i, k] * y[i] for i, k in w if k == j))", "sum((w[k, i] * y.get(i, 0.0) for k, i in w if k == j))"),
        wrong("assignment_instead_of_sum", "sum((w[i, k] * y[i] for i, k in w if k == j))", "[w[i, k] * y[i] for i, k in w if k == j][-1]", say="Only the last edge into a node counts: x_j is a sum over all of them."),
        wrong("assignment_instead_of_sum", "sum((w[i, k] * y[i] for i, k in w if k == j))", "[w[i, k] * y[i] for i, k in sorted(w) if k == j][-1]", say="Only the last edge into a node counts: x_j is a sum over all of them."),
        wrong("activation_on_output", "x[j] if j == last else math.tanh(x[j])", "math.tanh(x[j])"),
        wrong("activation_omitted", "x[j] if j == last else math.tanh(x[j])", "x[j]", say="tanh is missing: x was handed on as it is."),
        wrong("input_nodes_activated", "y = dict(values)", "y = {j: math.tanh(v) for j, v in values.items()}"),
        wrong("first_input_only", "sum((w[i, k] * y[i] for i, k in w if k == j))", "[w[i, k] * y[i] for i, k in w if k == j][0]",
              say="Only the first edge into a node counts: x_j is a sum over all of them."),
        wrong("first_input_only", "sum((w[i, k] * y[i] for i, k in w if k == j))", "[w[i, k] * y[i] for i, k in sorted(w) if k == j][0]",
              say="Only the first edge into a node counts: x_j is a sum over all of them."),
        wrong("product_for_sum", "sum((w[i, k] * y[i] for i, k in w if k == j))", "math.prod((w[i, k] * y[i] for i, k in w if k == j))"),
        wrong("wrong_activation", "math.tanh(x[j])", "1 / (1 + math.exp(-x[j]))"),
        wrong("wrong_activation", "math.tanh(x[j])", "max(x[j], 0.0)"),
        wrong("inputs_left_out", "return (x, y)", "return ({j: x[j] for j in x if j not in values}, {j: y[j] for j in y if j not in values})",
              say="The input nodes are missing in the result: x = y = their value."),
        wrong("pre_activation_for_activation", "w[i, k] * y[i]", "w[i, k] * x[i]", say="What travels along an edge is y, behind the activation, not x."),
        wrong("weights_ignored", "w[i, k] * y[i]", "y[i]", say="The weights are missing: x_j = Σ w_ij·y_i."),
    ),
)  # fmt: skip
def scalar_forward(values, w):
    """Return (x, y), two dicts {node: number} over all nodes, the input nodes included. Input nodes: x = y =
    their value. Others: x_j = Σ_i w_ij y_i over the edges that end in j, and y_j = tanh x_j; at the last node
    alone y = x.

    values {node: number}: the input nodes 1 … m. w {(i, j): w_ij}: the edges, from node i to node j, i < j,
    in any order. Nodes are numbered 1, 2, … without a gap; an edge ends in each of them beyond m; the last one
    is the output. The arguments stay unchanged.
    """
    x = dict(values)
    y = dict(values)
    last = max((k for _, k in w))
    for j in range(len(values) + 1, last + 1):
        x[j] = sum((w[i, k] * y[i] for i, k in w if k == j))
        y[j] = x[j] if j == last else math.tanh(x[j])
    return x, y


def forward_values(values, w):
    x, y, last = dict(values), dict(values), max(k for _, k in w)
    for j in range(len(values) + 1, last + 1):
        x[j] = sum(w[i, k] * y[i] for i, k in w if k == j)
        y[j] = x[j] if j == last else math.tanh(x[j])
    return x, y


def draw_backward(rng):
    yield from forward_done(with_targets(rng, draw_scalar(rng)))


def draw_backward_hidden(rng):
    yield from forward_done(with_targets(rng, draw_scalar_hidden(rng)))


def forward_done(networks):
    for arguments in networks:
        x, y = forward_values(arguments["values"], arguments["w"])
        yield dict(x=x, y=y, w=arguments["w"], target=arguments["target"], n_inputs=len(arguments["values"]))


@task(
    "08.2", "The backward algorithm (Lecture 003)", draw=draw_backward, draw_hidden=draw_backward_hidden, returns="dE_dy dE_dx dE_dw", points="3 2 1", hidden=2, minutes=25,
    difficulty=3,
    hints=(
        "The lecture has three steps: ∂E/∂y of the output; ∂E/∂x of each node; ∂E/∂y of the nodes before. Which of them can you do first, and at which node?",
        "∂E/∂y_i is a sum over the edges that leave i, of w_ij·∂E/∂x_j. Nodes in decreasing order.",
        "Node 2 with y2 = 0.5 feeds 4 and 5 with w24 = 3, w25 = −1, and ∂E/∂x4 = 2, ∂E/∂x5 = 4: ∂E/∂y2 = 3·2 − 1·4 = 2, ∂E/∂x2 = (1 − 0.25)·2 = 1.5, ∂E/∂w24 = 0.5·2 = 1.",
    ),
    mistakes=(
        wrong("assignment_instead_of_sum", "sum((w[k, j] * dE_dx[j] for k, j in w if k == i))", "[w[k, j] * dE_dx[j] for k, j in w if k == i][-1]"),
        wrong("activation_derivative_omitted", "(1 - y[i] ** 2) * dE_dy[i]", "1.0 * dE_dy[i]"),
        wrong("a_form_fed_with_z", "1 - y[i] ** 2", "1 - x[i] ** 2", say="The slope is taken in a form that wants y, the value behind the activation; it got x."),
        wrong("derivative_at_activation", "1 - y[i] ** 2", "1 - math.tanh(y[i]) ** 2"),
        wrong("sign_flipped", "y[last] - target", "target - y[last]"),
        wrong("node_value_for_input", "w[k, j] * dE_dx[j] for", "w[k, j] * dE_dy[j] for"),
        wrong("pre_activation_for_activation", "y[i] * dE_dx[j]", "x[i] * dE_dx[j]", say="dE_dw: what travels along an edge is y, behind the activation, not x."),
        wrong("weights_ignored", "w[k, j] * dE_dx[j] for", "dE_dx[j] for", say="The weights are missing: ∂E/∂y_i sums the gradients of the nodes behind, each times the weight of its edge."),
        wrong("sigmoid_derivative_for_tanh", "1 - y[i] ** 2", "y[i] * (1 - y[i])"),
        wrong("tanh_for_its_derivative", "(1 - y[i] ** 2)", "y[i]"),
        wrong("square_missing", "1 - y[i] ** 2", "1 - y[i]", say="The square is missing in the derivative of tanh."),
        wrong("wrong_activation", "(1 - y[i] ** 2)", "(x[i] > 0)", say="That is the slope of relu; the nodes apply tanh."),
        wrong("input_nodes_activated", "if i == last or i <= n_inputs else", "if i == last else"),
        wrong("product_for_sum", "sum((w[k, j] * dE_dx[j] for k, j in w if k == i))", "math.prod((w[k, j] * dE_dx[j] for k, j in w if k == i))"),
        wrong("base_case_value", "y[last] - target if", "y[last] if", say="The pass starts with the output's value; it starts with ∂E/∂y of the output, the error."),
        wrong("base_case_value", "y[last] - target if", "1.0 if", say="The pass starts with 1, the gradient of the output itself; E starts it with the error."),
        wrong("squared_error", "y[last] - target if", "0.5 * (y[last] - target) ** 2 if", say="The pass starts with E itself; it starts with ∂E/∂y of the output."),
        wrong("weight_gradient_for_weight", "dE_dw = {(i, j): y[i] * dE_dx[j] for i, j in w}", "dE_dw = {(i, j): w[i, j] * dE_dx[j] for i, j in w}",
              say="∂E/∂w_ij is computed with the weight; what the weight multiplies is the value at the start of the edge."),
        wrong("inputs_left_out", "return (dE_dy, dE_dx, dE_dw)", "return ({i: dE_dy[i] for i in dE_dy if i > n_inputs}, {i: dE_dx[i] for i in dE_dx if i > n_inputs}, dE_dw)",
              say="The input nodes are missing in the result: they have gradients as well."),
        wrong("edge_weight_with_output_gradient", "y[i] * dE_dx[j]", "y[i] * dE_dy[j]", say="For ∂E/∂w_ij you used ∂E/∂y_j, which lies behind the activation of node j."),
        wrong("own_value_for_other", "y[i] * dE_dx[j]", "y[j] * dE_dx[j]", say="∂E/∂w_ij needs the value at the start of the edge, y_i."),
        wrong("output_activated", "dE_dx[i] = dE_dy[i] if i == last or i <= n_inputs else", "dE_dx[i] = dE_dy[i] if i <= n_inputs else", say="The output node has no activation here: ∂E/∂x = ∂E/∂y there."),
        wrong("factor_two", "y[last] - target", "2 * (y[last] - target)"),
        wrong("wrong_layer_index", "w[k, j] * dE_dx[j] for", "w[k, j] * dE_dx[i + 1] for", "y[i] * dE_dx[j]", "y[i] * dE_dx[i + 1]",
              say="There is one ∂E/∂x for all nodes, overwritten at each of them, as Lecture 003's formula without indices reads. "
                  "Every node has its own, kept until all of its neighbours have used it."),
        wrong("first_branch_only", "sum((w[k, j] * dE_dx[j] for k, j in w if k == i))", "[w[k, j] * dE_dx[j] for k, j in w if k == i][0]"),
        wrong("edge_direction_swapped", "dE_dw = {(i, j): y[i] * dE_dx[j] for i, j in w}", "dE_dw = {(i, j): y[j] * dE_dx[i] for i, j in w}"),
    ),
)  # fmt: skip
def scalar_backward(x, y, w, target, n_inputs):
    """Return (dE_dy, dE_dx, dE_dw) for E = ½(y_last − target)²: dicts {node: number}, {node: number} over all
    nodes, the input nodes included, and {(i, j): number} over all edges.

    x, y: what 08.1 returns, tanh inside, identity at the input nodes 1 … n_inputs and at the last node, so
    that ∂E/∂x = ∂E/∂y there. w {(i, j): w_ij}, in any order; an edge leaves each node but the last. The
    arguments stay unchanged.
    """
    last = max((k for _, k in w))
    dE_dy = {}
    dE_dx = {}
    for i in range(last, 0, -1):
        dE_dy[i] = y[last] - target if i == last else sum((w[k, j] * dE_dx[j] for k, j in w if k == i))
        dE_dx[i] = dE_dy[i] if i == last or i <= n_inputs else (1 - y[i] ** 2) * dE_dy[i]
    dE_dw = {(i, j): y[i] * dE_dx[j] for i, j in w}
    return dE_dy, dE_dx, dE_dw


def draw_edges(rng):
    yield dict(edges=[(1, 2), (1, 3), (2, 3), (2, 4), (3, 4), (3, 5), (4, 5)])
    yield dict(edges=list(WIDE))
    yield dict(edges=list(SIX))
    for widths in ((1, 3, 2, 4, 1), (2, 2, 3, 3, 1)):
        starts = np.cumsum((1, *widths))
        layers = [range(a, b) for a, b in zip(starts, starts[1:])]
        yield dict(
            edges=[
                (int(i), int(j)) for before, after in zip(layers, layers[1:]) for i in before for j in after
            ]
        )
    yield dict(edges=list(TWO))


def draw_edges_hidden(rng):
    for n_inputs, n_nodes in ((2, 7), (1, 10), (3, 9), (4, 5)):
        yield dict(edges=random_edges(rng, n_inputs, n_nodes))


@task(
    "08.3", "Paths and edges: why caching pays", draw=draw_edges, draw_hidden=draw_edges_hidden, returns="paths edges", points="3 1", hidden=1, minutes=12, difficulty=2,
    hints=("How many paths end in node j, if you know it for the nodes before?", "Add over the edges that end in j; input nodes have one path.",
           "If 2 paths end in node 3 and 5 in node 4, and the edges (3, 6) and (4, 6) are all that end in node 6, then 2 + 5 = 7 paths end in node 6."),
    mistakes=(
        wrong("path_counted_as_edge", "sum((ways[i] for i, k in edges if k == j))", "sum((1 for i, k in edges if k == j))"),
        wrong("assignment_instead_of_sum", "sum((ways[i] for i, k in edges if k == j))", "[ways[i] for i, k in edges if k == j][-1]", say="A node that several edges reach got the paths of one of them (or their product, and a product of ones is one): add."),
        wrong("assignment_instead_of_sum", "sum((ways[i] for i, k in edges if k == j))", "[ways[i] for i, k in sorted(edges) if k == j][-1]", say="A node that several edges reach got the paths of one of them (or their product, and a product of ones is one): add."),
        wrong("nodes_for_edges", "return (ways[last], len(edges))", "return (ways[last], last)", say="That is the number of nodes; a backward pass does its work once for each edge."),
        wrong("all_paths_added", "return (ways[last], len(edges))", "return (sum(ways.values()), len(edges))", say="The paths to all nodes were added; asked for are those that end in the last node."),
        wrong("outputs_swapped", "return (ways[last], len(edges))", "return (len(edges), ways[last])", say="Both numbers are right, in the wrong order: paths first, then edges."),
        wrong("inputs_left_out", "if incoming else 1", "if incoming else int(j == 1)", say="Only the paths that start in node 1 are counted: every node in which no edge ends is an input."),
        wrong("base_case_value", "if incoming else 1", "if incoming else 0", say="An input node got 0 paths: then there are none anywhere. The path of no edge counts as one."),
    ),
)  # fmt: skip
def count_paths(edges):
    """Return (paths, edges): how many paths lead from input nodes (no edge ends there; there may be several) to
    the last node, and how many edges there are, which is what backpropagation visits. Both are whole numbers.

    edges: list of (i, j), i < j, no pair twice, in any order. Nodes are numbered 1, 2, … without a gap; the last
    node is the largest number. The list stays unchanged.
    """
    last = max((j for _, j in edges))
    ways = {}
    for j in range(1, last + 1):
        incoming = any((k == j for _, k in edges))
        ways[j] = sum((ways[i] for i, k in edges if k == j)) if incoming else 1
    return ways[last], len(edges)


def draw_output(rng):
    for t in (1.0, 0.0, 1.0, 0.0):
        yield dict(x_out=float(2 * rng.standard_normal()), target=t)
    yield dict(x_out=0.0, target=1.0)
    yield dict(x_out=9.5, target=0.0)  # nearly sure, and wrong
    yield dict(x_out=-9.5, target=1.0)


def draw_output_hidden(rng):
    yield dict(x_out=0.0, target=0.0)
    for t in (0.0, 1.0):
        for size in (0.3, 9.8):
            for sign in (-1, 1):
                yield dict(x_out=float(sign * size * rng.uniform(0.9, 1)), target=t)


@task(
    "08.4", "Find the error in Lecture 003: log loss with σ twice", draw=draw_output, draw_hidden=draw_output_hidden, returns="E dE_dy dE_dx", points="1 1 2", hidden=1, minutes=12,
    difficulty=2,
    hints=("The lecture starts with ∂E/∂y = y − t, for the log loss too. Which loss does that belong to?", "The derivative of −log y is −1/y. Its denominator meets σ'(x) = y(1 − y): what is left?",
           "For t = 1 and y = 0.8: ∂E/∂y = −1/0.8 = −1.25, σ' = 0.16, ∂E/∂x = −1.25·0.16 = −0.2. Do the same for t = 0."),
    mistakes=(
        wrong("output_derivative_twice", "dE_dy = (y - target) / (y * (1 - y))", "dE_dy = y - target", "dE_dx = y - target", "dE_dx = y * (1 - y) * (y - target)",
              say="Those are the lecture's numbers: ∂E/∂y = y − t belongs to the squared error. In the log loss σ' meets a denominator that it cancels."),
        wrong("sign_flipped", "dE_dy = (y - target)", "dE_dy = (target - y)", "dE_dx = y - target", "dE_dx = target - y"),
        wrong("output_derivative_omitted", "dE_dx = y - target", "dE_dx = dE_dy", say="dE_dx is the gradient at y: the step back through σ is missing."),
        wrong("squared_error", "-target * math.log(y) - (1 - target) * math.log(1 - y)", "0.5 * (y - target) ** 2", say="E is the squared error; asked for is the log loss."),
        wrong("squared_error", "-target * math.log(y) - (1 - target) * math.log(1 - y)", "0.5 * (y - target) ** 2", "dE_dy = (y - target) / (y * (1 - y))", "dE_dy = y - target", "dE_dx = y - target", "dE_dx = y * (1 - y) * (y - target)", say="That is the squared error with its gradients, as the lecture has it; asked for is the log loss."),
        wrong("squared_error", "-target * math.log(y) - (1 - target) * math.log(1 - y)", "(y - target) ** 2", "dE_dy = (y - target) / (y * (1 - y))", "dE_dy = 2 * (y - target)", "dE_dx = y - target", "dE_dx = 2 * y * (1 - y) * (y - target)", say="That is the squared error with its gradients; asked for is the log loss."),
        wrong("squared_error", "-target * math.log(y) - (1 - target) * math.log(1 - y)", "(y - target) ** 2", say="E is the squared error; asked for is the log loss."),
        wrong("missing_negative_label_term", "- (1 - target) * math.log(1 - y)", ""),
        wrong("output_gradient_of_square", "dE_dy = (y - target) / (y * (1 - y))", "dE_dy = y - target", say="∂E/∂y = y − t belongs to the squared error; the derivative of −log y is −1/y."),
        wrong("output_derivative_twice", "dE_dx = y - target", "dE_dx = y * (1 - y) * (y - target)"),
        *wrong_anywhere("negative_label_sign", "dE_dy = (y - target) / (y * (1 - y))", "dE_dy = -target / y - (1 - target) / (1 - y)",
                        "dE_dx = y - target", "dE_dx = y * (1 - y) * (-target / y - (1 - target) / (1 - y))"),
        *wrong_anywhere("missing_negative_label_term", "dE_dy = (y - target) / (y * (1 - y))", "dE_dy = -target / y", "dE_dx = y - target", "dE_dx = target * (y - 1)"),
        wrong("missing_negative_label_term", "- (1 - target) * math.log(1 - y)", "", "dE_dy = (y - target) / (y * (1 - y))", "dE_dy = -target / y", "dE_dx = y - target", "dE_dx = target * (y - 1)"),
        wrong("missing_parenthesis", "dE_dx = y - target", "dE_dx = y * (1 - y) * -target / y + (1 - target) / (1 - y)",
              say="The parentheses are missing: σ' multiplies both terms of ∂E/∂y, not the first alone."),
        *wrong_anywhere("labels_swapped", "-target * math.log(y) - (1 - target) * math.log(1 - y)", "-(1 - target) * math.log(y) - target * math.log(1 - y)",
                        "dE_dy = (y - target) / (y * (1 - y))", "dE_dy = (y - 1 + target) / (y * (1 - y))", "dE_dx = y - target", "dE_dx = y - 1 + target"),
        wrong("loss_sign", "E = -target * math.log(y) - (1 - target) * math.log(1 - y)", "E = target * math.log(y) + (1 - target) * math.log(1 - y)",
              say="E is negative: the minus in front of the logarithms is missing."),
        wrong("loss_sign", "E = -target * math.log(y) - (1 - target) * math.log(1 - y)", "E = target * math.log(y) + (1 - target) * math.log(1 - y)", "dE_dy = (y - target)", "dE_dy = (target - y)", "dE_dx = y - target", "dE_dx = target - y",
              say="E is negative, and its gradients have the opposite sign with it: the minus in front of the logarithms is missing."),
        wrong("negative_label_sign", "- (1 - target) * math.log(1 - y)", "+ (1 - target) * math.log(1 - y)", say="E is right for t = 1 and negative for t = 0: both terms have a minus."),
        wrong("log_missing", "math.log(y)", "y", "math.log(1 - y)", "(1 - y)"),
        wrong("factor_two", "dE_dy = (y - target)", "dE_dy = 2 * (y - target)", "dE_dx = y - target", "dE_dx = 2 * (y - target)", say="{what} is exactly 2 times too big: there is no square in this loss."),
        wrong("factor_half", "dE_dy = (y - target)", "dE_dy = 0.5 * (y - target)", "dE_dx = y - target", "dE_dx = 0.5 * (y - target)"),
        wrong("base_ten", "math.log(", "math.log10("),
        wrong("base_ten", "math.log(", "math.log2("),
        *(
            wrong("base_ten", "math.log(", f"math.log{base}(", "dE_dy = (y - target)", f"dE_dy = (y - target) / math.log({base})", "dE_dx = y - target", f"dE_dx = (y - target) / math.log({base})", say="The logarithm is the natural one, ln; yours has another base, in E and in its gradients.")
            for base in (10, 2)
        ),
        wrong("tanh_for_sigmoid", "1 / (1 + math.exp(-x_out))", "0.5 + 0.5 * math.tanh(x_out)"),
        wrong("local_sign", "math.exp(-x_out)", "math.exp(x_out)", say="y is σ(−x): the minus in the exponent is missing."),
        *wrong_constant("probability_clipped", "1e-2 1e-3 1e-4", "math.log(y)", "math.log(min(max(y, EPS), 1 - EPS))", "math.log(1 - y)", "math.log(1 - min(max(y, EPS), 1 - EPS))"),
        *wrong_constant("probability_clipped", "1e-3 1e-5 1e-6 1e-7 1e-8", "math.log(y)", "math.log(y + EPS)", "math.log(1 - y)", "math.log(1 - y + EPS)"),
        *wrong_constant("probability_clipped", "1e-2 1e-3 1e-4", "y = 1 / (1 + math.exp(-x_out))", "y = min(max(1 / (1 + math.exp(-x_out)), EPS), 1 - EPS)",
                        say="y was clipped: near 0 and 1 it no longer changes. Asked for is σ(x) itself, with nothing clipped."),
        *wrong_constant("probability_clipped", "1e-3 1e-5 1e-6 1e-7 1e-8", "math.log(y)", "math.log(y + EPS)", "math.log(1 - y)", "math.log(1 - y + EPS)",
                        "dE_dy = (y - target) / (y * (1 - y))", "dE_dy = -target / (y + EPS) + (1 - target) / (1 - y + EPS)"),
    ),
)  # fmt: skip
def log_loss_output(x_out, target):
    """Return (E, dE_dy, dE_dx), three numbers, at the output node, y = σ(x_out), for E = −t log y − (1 − t)
    log(1 − y), with the natural logarithm and nothing clipped. x_out: a number from −10 to 10; target t: 0 or 1.

    Lecture 003 starts its backward pass with ∂E/∂y = y − t, whatever the loss, and goes on with ∂E/∂x = σ'(x)
    ∂E/∂y. Put it right.
    """
    y = 1 / (1 + math.exp(-x_out))
    E = -target * math.log(y) - (1 - target) * math.log(1 - y)
    dE_dy = (y - target) / (y * (1 - y))
    dE_dx = y - target
    return E, dE_dy, dE_dx


def draw_hand(rng):
    """Node 3 is dark (x3 < 0), all others are not; all numbers are small integers."""
    while True:
        size = {
            name: float(rng.integers(1, 5))
            for name in ("w12", "w13", "w24", "w25", "w34", "w35", "w46", "w56")
        }
        sign = {name: -1.0 for name in ("w13", "w35", "w56")}
        w = {name: value * sign.get(name, 1.0) for name, value in size.items()}
        y1, y2 = float(rng.integers(1, 4)), 0.0
        y2 = w["w12"] * y1
        y6 = w["w46"] * w["w24"] * y2 + w["w56"] * w["w25"] * y2
        error = float(rng.choice([-3, -2, 2, 3]))
        if (
            len(set(size.values())) >= 4
            and w["w24"] * w["w46"] + w["w25"] * w["w56"]
            and abs(y6) < 100
            and y6 != error
        ):
            yield dict(y1=y1, **w, target=y6 - error)


@task(
    "08.5", "By hand: six nodes, one of them dark", kind="numbers", draw=draw_hand,
    returns="y6 dE_dx6 dE_dx4 dE_dx5 dE_dy2 dE_dy3 dE_dx3 dE_dw12 dE_dw24 dE_dw34", points="1 1 1 1 1 1 1 1 1 1", minutes=15, difficulty=2,
    tolerance=1e-3,
    hints=(
        "Draw the net and write x and y at each node: which of the relu units answers 0?",
        "From the last node down: ∂E/∂y_i = Σ_j w_ij ∂E/∂x_j over the edges that leave i; then the slope of relu, 1 or 0.",
        "With y6 = 9 and target = 4: ∂E/∂x6 = 5; with w46 = 6: ∂E/∂x4 = 30; with w24 = 7: node 2 gets 7·30 = 210 along this edge. With y2 = 8 at its start: ∂E/∂w24 = 8·30 = 240. "
        "A dark relu lets nothing through",
    ),
    mistakes=(
        wrong("activation_omitted", "y3 = max(x3, 0.0)", "y3 = x3", say="y6: node 3 handed on a negative number; relu turns it into 0."),
        wrong("activation_omitted", "y3 = max(x3, 0.0)", "y3 = x3", "dE_dx3 = 0.0 * dE_dy3", "dE_dx3 = dE_dy3",
              say="relu is missing in both passes: node 3 gets a negative number, hands on 0, and lets no gradient through."),
        wrong("activation_derivative_omitted", "dE_dx3 = 0.0 * dE_dy3", "dE_dx3 = dE_dy3", say="dE_dx3: x3 is negative, and there the slope of relu is 0."),
        wrong("branch_missing", "w24 * dE_dx4 + w25 * dE_dx5", "w25 * dE_dx5", "w34 * dE_dx4 + w35 * dE_dx5", "w35 * dE_dx5"),
        wrong("first_branch_only", "w24 * dE_dx4 + w25 * dE_dx5", "w24 * dE_dx4", "w34 * dE_dx4 + w35 * dE_dx5", "w34 * dE_dx4"),
        wrong("product_for_sum", "w24 * dE_dx4 + w25 * dE_dx5", "w24 * dE_dx4 * w25 * dE_dx5", "w34 * dE_dx4 + w35 * dE_dx5", "w34 * dE_dx4 * w35 * dE_dx5"),
        wrong("weights_ignored", "w24 * dE_dx4 + w25 * dE_dx5", "dE_dx4 + dE_dx5", "w34 * dE_dx4 + w35 * dE_dx5", "dE_dx4 + dE_dx5",
              say="The weights are missing: ∂E/∂y_i = Σ_j w_ij·∂E/∂x_j."),
        wrong("edge_direction_swapped", "w25 * dE_dx5", "w34 * dE_dx5", "w34 * dE_dx4 +", "w25 * dE_dx4 +",
              say="w25 and w34 are swapped: w_ij leads from i to j in Lecture 003."),
        wrong("sign_flipped", "y6 - target", "target - y6"),
        wrong("factor_two", "y6 - target", "2 * (y6 - target)", say="Everything but y6 is 2 times too big: the ½ of E cancels the 2 of the square."),
        wrong("own_value_for_other", "dE_dw24 = y2 * dE_dx4", "dE_dw24 = w24 * dE_dx4", "dE_dw12 = y1 * dE_dy2", "dE_dw12 = w12 * dE_dy2",
              "dE_dw34 = y3 * dE_dx4", "dE_dw34 = w34 * dE_dx4", say="∂E/∂w_ij is y_i·∂E/∂x_j: the value at the start of the edge, not the weight."),
        wrong("node_value_for_input", "dE_dw34 = y3 * dE_dx4", "dE_dw34 = x3 * dE_dx4", say="dE_dw34: what travels along the edge is y3, what node 3 hands on; x3 is what came in."),
    ),
)  # fmt: skip
def six_nodes(y1, w12, w13, w24, w25, w34, w35, w46, w56, target):
    """Lecture 003's network: node 1 feeds 2 and 3, both feed 4 and 5, both feed 6; w_ij leads from i to j,
    and there are no biases. Nodes 2, 3, 4 and 5 apply relu, y = max(0, x); nodes 1 and 6 pass on what they
    get. E = ½(y6 − target)².

    Give y6, ∂E/∂x6, ∂E/∂x4, ∂E/∂x5, ∂E/∂y2, ∂E/∂y3, ∂E/∂x3, ∂E/∂w12, ∂E/∂w24 and ∂E/∂w34."""
    x3 = w13 * y1
    y2 = w12 * y1
    y3 = max(x3, 0.0)
    y4 = w24 * y2 + w34 * y3
    y5 = w25 * y2 + w35 * y3
    y6 = w46 * y4 + w56 * y5
    dE_dx6 = y6 - target
    dE_dx4 = w46 * dE_dx6
    dE_dx5 = w56 * dE_dx6
    dE_dy2 = w24 * dE_dx4 + w25 * dE_dx5
    dE_dy3 = w34 * dE_dx4 + w35 * dE_dx5
    dE_dx3 = 0.0 * dE_dy3
    dE_dw12 = y1 * dE_dy2
    dE_dw24 = y2 * dE_dx4
    dE_dw34 = y3 * dE_dx4
    return y6, dE_dx6, dE_dx4, dE_dx5, dE_dy2, dE_dy3, dE_dx3, dE_dw12, dE_dw24, dE_dw34


def draw_layers(rng):
    while True:
        inputs, outputs = (float(rng.integers(2, 10)) for _ in range(2))
        width, hidden_layers = float(rng.integers(3, 8)), float(rng.integers(2, 6))
        if inputs * outputs * width**hidden_layers < 10_000:  # four digits hold it
            yield dict(inputs=inputs, hidden_layers=hidden_layers, width=width, outputs=outputs)


@task(
    "08.6", "Predict: how many paths, how many edges", kind="numbers", draw=draw_layers, returns="paths edges", points="1 1", minutes=5, difficulty=1, tolerance=1e-6,
    hints=(
        "How many choices does a path have in each layer, and how many layers are there?",
        "A path chooses one node in each layer, the first and the last among them. Between layers of n and m nodes there are n·m edges.",
        "With 2 inputs, 3 hidden layers of 10 nodes and 1 output: 2·10·10·10·1 = 2000 paths; 2·10 + 10·10 + 10·10 + 10·1 = 230 edges",
    ),
    mistakes=(
        wrong("path_counted_as_edge", "inputs * width ** hidden_layers * outputs", "inputs + width * hidden_layers + outputs",
              say="paths: you added the nodes. A path chooses one of them in each layer, so the numbers of choices multiply."),
        wrong("exponent_off_by_one", "width ** hidden_layers", "width ** (hidden_layers + 1)", say="paths: one factor `width` too many, it belongs to the hidden layers only."),
        wrong("exponent_one_too_small", "width ** hidden_layers", "width ** (hidden_layers - 1)", say="paths: one factor too few, a path chooses a node in each hidden layer."),
        wrong("ends_not_chosen", "inputs * width ** hidden_layers * outputs", "width ** hidden_layers", say="paths: a path also chooses the input that it starts from, and the output."),
        wrong("ends_forgotten", "(inputs + outputs) * width + (hidden_layers - 1)", "(hidden_layers - 1)", say="edges: those from the inputs and to the outputs are missing."),
        wrong("width_layers_off_by_one", "(hidden_layers - 1)", "hidden_layers", say="edges: between L layers there are L − 1 gaps, not L."),
        wrong("nodes_for_edges", "(inputs + outputs) * width + (hidden_layers - 1) * width ** 2", "inputs + outputs + width * hidden_layers", say="edges: that is the number of nodes."),
    ),
)  # fmt: skip
def paths_and_edges(inputs, hidden_layers, width, outputs):
    """A layer of `inputs` nodes, `hidden_layers` layers of `width` nodes each, and a layer of `outputs`
    nodes; each node feeds all nodes of the next layer. How many paths lead from any input to any output, all
    together, and how many edges are there?
    """
    paths = inputs * width**hidden_layers * outputs
    edges = (inputs + outputs) * width + (hidden_layers - 1) * width**2
    return paths, edges


def graph_of_six():
    from ...graph import Node, function_of
    from ...graph.table import OPERATIONS

    tanh = function_of(OPERATIONS["tanh"])
    y1, w12, w13, w24, w34, t = (
        Node(v, n) for v, n in zip((0.8, 0.5, -0.7, 1.2, 0.9, 0.3), ("y1", "w12", "w13", "w24", "w34", "t"))
    )
    y2, y3 = tanh(w12 * y1), tanh(w13 * y1)
    y2.name, y3.name = "y2", "y3"
    y4 = w24 * y2 + w34 * y3
    y4.name = "y4"
    E = (y4 - t) ** 2 / 2
    E.name = "E"
    return E


formula(
    "08.7", "Both ways back to the input", "y2 = tanh(w12·y1), y3 = tanh(w13·y1), y4 = w24·y2 + w34·y3, E = ½(y4 − t)². Give ∂E/∂y1 in y2, y3, y4, t and the weights.",
    graph=graph_of_six, wrt="y1", points=4, minutes=12, difficulty=2, answer="(y4-t)*(w24*(1-y2**2)*w12 + w34*(1-y3**2)*w13)",
    mistakes={"first_branch_only": "(y4-t)*w24*(1-y2**2)*w12", "branch_missing": "(y4-t)*w34*(1-y3**2)*w13", "activation_derivative_omitted": "(y4-t)*(w24*w12 + w34*w13)",
              "sign_flipped": "(t-y4)*(w24*(1-y2**2)*w12 + w34*(1-y3**2)*w13)", "factor_two": "2*(y4-t)*(w24*(1-y2**2)*w12 + w34*(1-y3**2)*w13)",
              "upstream_ignored": "w24*(1-y2**2)*w12 + w34*(1-y3**2)*w13", "sigmoid_derivative_for_tanh": "(y4-t)*(w24*y2*(1-y2)*w12 + w34*y3*(1-y3)*w13)",
              "tanh_for_its_derivative": "(y4-t)*(w24*y2*w12 + w34*y3*w13)", "local_derivative_omitted": "(y4-t)*(w24*(1-y2**2) + w34*(1-y3**2))",
              "product_for_sum": "(y4-t)*w24*(1-y2**2)*w12*w34*(1-y3**2)*w13"},
    hints=(
        "How many edges leave node 1?",
        "One product for each branch: two weights and the slope of one tanh. What arrives at y4 stands in front of both.",
        "Other units, y2 = σ(a·x), y3 = σ(b·x) and g = 5·y2 + 7·y3: ∂g/∂x = 5·y2(1 − y2)·a + 7·y3(1 − y3)·b",
    ),
)  # fmt: skip
