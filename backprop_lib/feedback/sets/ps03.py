"""Problem set 03, computational graphs forward: an order, values that are kept, who uses what."""
# ruff: noqa: E501

import graphlib

import numpy as np

from ..task import formula, task, wrong
from .draws import numbers


def draw_order(rng):
    yield dict(graph={"e": ["d", "c"], "c": ["b"], "a": [], "d": ["b", "a"], "b": ["a"]})
    yield dict(graph={"f": ["q", "z"], "z": [], "q": ["x", "y"], "y": [], "x": []})
    n = 7
    names = [f"v{i}" for i in rng.permutation(n)]
    graph = {names[i]: [names[j] for j in sorted(rng.choice(i, min(i, 2), replace=False))] for i in range(n)}
    yield dict(graph={name: graph[name] for name in sorted(graph, reverse=True)})
    yield dict(graph={"a": ["c"], "b": ["a"], "c": ["b"], "d": []})
    yield dict(graph={"w": ["v", "u"], "v": ["u", "u"], "u": [], "t": ["w", "w"]})
    yield dict(graph={"y": ["y", "x"], "x": []})
    yield dict(graph={"c": ["b"], "a": [], "b": ["a"]})
    yield dict(graph={"a": []})


def draw_other_orders(rng):
    yield dict(graph=some_graph(rng, 12, most_inputs=4))
    yield dict(graph=some_graph(rng, 30, most_inputs=2))
    chain = [f"step {i}" for i in rng.permutation(60)]
    yield dict(graph={name: chain[:i][-1:] for i, name in sorted(enumerate(chain), key=lambda pair: pair[1])})
    ring = some_graph(rng, 9, most_inputs=2)
    first, last = next(iter(ring)), list(ring)[-1]
    ring[first] = [*ring[first], "gate"]
    ring[last] = [*ring[last], "gate"]
    yield dict(graph=ring | {"gate": [first, last]})
    yield dict(graph=some_graph(rng, 5, most_inputs=1) | {"loop": ["loop"]})
    yield dict(graph={"p": ["q"], "q": ["p"]})
    yield dict(graph={"left": [], "right": [], "alone": []})
    yield dict(graph={})


def some_graph(rng, n, most_inputs):
    """A graph of n nodes without a cycle, in random order; a node may use the same one twice."""
    names = [f"n{i}" for i in rng.permutation(n)]
    inputs = {}
    for i, name in enumerate(names):
        how_many = int(rng.integers(0, most_inputs + 1)) if i else 0
        inputs[name] = [names[j] for j in rng.integers(0, i, how_many)] if i else []
    return {names[i]: inputs[names[i]] for i in rng.permutation(n)}


def what_is_wrong_with_the_order(function, arguments):
    """Many orders are right: what counts is that each node comes once, after its inputs, and that a cycle is
    refused.
    """
    graph = arguments["graph"]
    try:
        order = function(graph)
        if not hasattr(order, "__len__") or isinstance(order, (str, set, frozenset)):
            return order  # a generator among them: it would raise its error too late
        order = list(order)
    except ValueError as problem:
        if isinstance(problem, UnicodeError):
            raise
        return "ValueError: no order"
    except RecursionError:
        return "endless recursion"
    except Exception:
        if has_a_cycle(graph):
            return "another error than ValueError"
        raise
    place = {}
    for i, node in enumerate(order):
        place.setdefault(node, i)
    edges = [(x, node) for node, inputs in graph.items() for x in inputs if x in place and node in place]
    late = sum(place[x] > place[node] for x, node in edges)
    return {
        "nodes missing": len(set(graph) - set(order)),
        "repetitions": "none" if len(order) == len(set(order)) else "some",
        "nodes before an input of theirs": "none" if not late else "all" if late == len(edges) else "some",
    }


def has_a_cycle(graph):
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError:
        return True
    return False


@task(
    "03.1", "A topological order", draw=draw_order, draw_hidden=draw_other_orders, observe=what_is_wrong_with_the_order, returns="order", points="5", hidden=1, minutes=20, difficulty=2,
    hints=(
        "Which node may come first? Which may come when that one is there?",
        "Visit the inputs of a node before the node itself, and remember what was visited; a node that is met while it is being visited is on a cycle.",
        "For {'c': ['b', 'a'], 'b': ['a'], 'a': []} starting at c: c is open, b is open, a has no inputs and is noted first, then b; back at c, a is met again and is done already; c comes last. Had a the input c, an open node would have been met.",
    ),
    mistakes=(
        wrong("children_before_parents", "return order", "return order[::-1]"),
        wrong("no_topological_order", "return order", "return list(graph)", say="The nodes come in the order of the dict: some stand before their inputs."),
        wrong("visited_twice", "if state.get(node) == 'done':\n            return", "pass"),
        wrong("wrong_order", "state[node] = 'open'", "state[node] = 'open'\n        order.append(node)", "state[node] = 'done'\n        order.append(node)", "state[node] = 'done'",
              say="Each node is noted when it is met, before its inputs are: note it when all of them are done."),
        wrong("no_topological_order", "return order", "return sorted(graph)", say="The nodes are sorted by their names: some stand before their inputs."),
        wrong("cycle_undetected", "raise ValueError('the graph has a cycle')", "return"),
        wrong("cycle_undetected", "return order", "return without_the_cycle(graph)", "raise ValueError('the graph has a cycle')", "return",
              say="On a cycle no node ever becomes free, and your order stops short without a word: nodes that are left over mean a cycle. Raise ValueError."),
        wrong("cycle_undetected", "for x in graph[node]:", "for x in [x for x in graph[node] if x != node]:", say="A node that is an input of itself is a cycle, too."),
        wrong("cycle_other_error", "raise ValueError('the graph has a cycle')", "raise RuntimeError('the graph has a cycle')"),
        wrong("repeated_input_waits", "return order", "return without_the_cycle(graph, each_once=True, strict=True)"),
        wrong("repeated_input_waits", "return order", "return without_the_cycle(graph, each_once=True, strict=False)"),
        wrong("cycle_undetected", "if state.get(node) == 'open':\n            raise ValueError('the graph has a cycle')", "pass",
              say="On a cycle your function visits round and round until Python gives up. Notice when you meet a node that is still being visited, and raise ValueError."),
        wrong("node_left_out", "order.append(node)", "order.extend([node] if graph[node] else [])", say="The nodes without inputs are missing."),
        wrong("node_left_out", "order.append(node)", "order.extend([node] if any(node in inputs for inputs in graph.values()) else [])", say="The nodes that nobody uses are missing."),
        wrong("node_left_out", "return order", "return order[:order.index(list(graph)[0]) + 1]", say="Only what the first node needs is in the list: begin at every node."),
        wrong("first_input_only", "for x in graph[node]:", "for x in graph[node][:1]:", say="Only the first input of each node is visited before it."),
        wrong("cycle_returns_none", "raise ValueError('the graph has a cycle')", "state['cycle'] = True\n            return", "return order", "return None if 'cycle' in state else order",
              say="For a graph with a cycle your function returns None; the task wants a ValueError, which cannot be overlooked."),
        wrong("cycle_returns_none", "raise ValueError('the graph has a cycle')", "state['cycle'] = True\n            return", "return order", "return [] if 'cycle' in state else order",
              say="For a graph with a cycle your function returns an empty list; the task wants a ValueError, which cannot be overlooked."),
    ),
)  # fmt: skip
def topological_order(graph):
    """Return a list of all nodes, each one once and after its inputs; which of the possible orders, is up to
    you. Raise ValueError if there is a cycle.

    graph: {node: [its inputs]}, at most 100 nodes in any order, their names are texts. Every input is a node
    of the graph; a list may name the same one twice (x + x). A node that is an input of itself is a cycle.
    The order of a graph without nodes is []. The graph stays as it is.
    """
    order = []
    state = {}

    def visit(node):
        if state.get(node) == "done":
            return
        if state.get(node) == "open":
            raise ValueError("the graph has a cycle")
        state[node] = "open"
        for x in graph[node]:
            visit(x)
        state[node] = "done"
        order.append(node)

    for node in graph:
        visit(node)
    return order


def without_the_cycle(graph, each_once=False, strict=False):
    """Take the nodes whose inputs are all there, again and again. each_once: an input that stands twice is
    waited for twice, and ticked off once.
    """
    waiting = {node: len(inputs if each_once else set(inputs)) for node, inputs in graph.items()}
    order = [node for node in graph if not waiting[node]]
    for done in order:
        for node, inputs in graph.items():
            if done in inputs:
                waiting[node] -= 1
                order += [] if waiting[node] else [node]
    if strict and len(order) < len(graph):
        raise ValueError("the graph has a cycle")
    return order


def subtract(a, b):
    return a - b


def divide(a, b):
    return a / b


def add_square(a, b):
    return a + b * b


def draw_program(rng):
    for shift in (0.0, 1.0, 2.0):
        x, y = map(float, rng.uniform(1, 2, 2) + shift)
        program = {
            "p": (subtract, ["x", "y"]),
            "q": (divide, ["p", "x"]),
            "r": (add_square, ["q", "p"]),
            "f": (subtract, ["r", "q"]),
        }
        yield dict(program=program, values={"x": x, "y": y})
    program = {"s": (negative, ["x"]), "t": (subtract, ["y", "y"]), "u": (sum_of_three, ["s", "y", "s"])}
    yield dict(program=program, values={"x": 0.0, "y": 1.5, "z": -2.0})


def negative(a):
    return -a


def sum_of_three(a, b, c):
    return a + 2 * b + 3 * c


def draw_other_programs(rng):
    steps = (negative, 1), (subtract, 2), (add_square, 2), (sum_of_three, 3)
    for leaves, nodes in ((1, 6), (4, 9)):
        names = [f"leaf {i}" for i in range(leaves)]
        values, program = {name: float(rng.standard_normal()) for name in names}, {}
        for i in range(nodes):
            step, n = steps[int(rng.integers(len(steps)))]
            program[f"node {i}"] = (step, [str(name) for name in rng.choice(names, n)])
            names.append(f"node {i}")
        yield dict(program=program, values=values)
    yield dict(program={}, values={"only": 7.0})


def values_and_calls(function, arguments):
    """The values, and how often each step was computed."""
    calls = dict.fromkeys(arguments["program"], 0)

    def watched(name, step):
        def counted(*operands):
            calls[name] += 1
            return step(*operands)

        return counted

    program = {name: (watched(name, step), inputs) for name, (step, inputs) in arguments["program"].items()}
    values = function(program, arguments["values"])
    return values if values is None or values is ... else (values, calls)


@task(
    "03.2", "Evaluate a graph, each node once", draw=draw_program, draw_hidden=draw_other_programs, observe=values_and_calls, changes_input=True, returns="values calls", points="3 2",
    hidden=1, minutes=12, difficulty=2,
    hints=("Which values exist before the first step?", "Keep each value under its name; the next steps look it up.", "With x = 3, the line 'q': (square, ['x']) looks up x, calls square(3) and keeps 9 under q; a line 'r': (divide, ['q', 'x']) then calls divide(9, 3). A list of operands is handed over with a star: step(*[9, 3])."),
    mistakes=(
        wrong("operands_reversed", "for i in inputs", "for i in inputs[::-1]", say="The operands are reversed: a − b is not b − a. Keep the order of the inputs."),
        wrong("recomputed_instead_of_cached", "found[name] = step(*[found[i] for i in inputs])", "found[name] = again(name, program, values)"),
        wrong("recomputed_instead_of_cached", "found[name] = step(*[found[i] for i in inputs])", "step(*[found[i] for i in inputs])\n        found[name] = step(*[found[i] for i in inputs])",
              say="The values are right, but every function is called twice: call it once and keep the result."),
        wrong("inputs_left_out", "return found", "return {name: found[name] for name in program}", say="The values of the leaves are missing in the result."),
        wrong("last_value_only", "return found", "return found[name]", say="That is the last value; all values are asked for: the backward pass will need them."),
    ),
)  # fmt: skip
def evaluate(program, values):
    """Return {name: value} of all nodes, leaves included. Each function is called once.

    values {name: number}: the leaves; program {name: (function, [names of its inputs])}, in topological
    order. A function takes as many numbers as its list has names, one or more, in this order; a list may name
    the same node twice. Return a new dict, or fill in `values` itself; an empty program adds nothing.
    """
    found = dict(values)
    for name, (step, inputs) in program.items():
        found[name] = step(*[found[i] for i in inputs])
    return found


def again(name, program, values):
    if name in values:
        return values[name]
    step, inputs = program[name]
    return step(*[again(i, program, values) for i in inputs])


def draw_consumers(rng):
    for given in draw_order(rng):
        if not has_a_cycle(given["graph"]):
            yield given


def in_any_order(results, arguments):
    """The consumers sorted, where they are a list of something and not a generator."""
    return [
        {node: sorted(users) if hasattr(users, "__len__") else users for node, users in results[0].items()}
    ]


def draw_other_consumers(rng):
    yield dict(graph=some_graph(rng, 10, most_inputs=3))
    yield dict(graph=some_graph(rng, 15, most_inputs=5))
    yield dict(graph={"s": ["s0"] * 4, "s0": []})
    yield dict(graph={"left": [], "right": []})
    yield dict(graph={})


@task(
    "03.3", "Who uses whom: the consumers of each node", draw=draw_consumers, draw_hidden=draw_other_consumers, returns="consumers", points="3", hidden=1, minutes=8,
    difficulty=1, canonical=in_any_order,
    hints=("An edge from x to v is written down once, at v. Where do you need it?", "Start with an empty list for every node, the output too; then go through all edges.", "In {'m': ['k', 'l'], 'n': ['l'], 'k': [], 'l': []} the edge from l to m is found at m and noted at l, the one from l to n at n: l has ['m', 'n'], k has ['m'], and m and n keep their empty lists."),
    mistakes=(
        wrong("parents_and_children_swapped", "consumers[x].append(node)", "consumers[node].append(x)"),
        wrong("assignment_instead_of_sum", "consumers[x].append(node)", "consumers[x] = [node]", say="A node that is used several times kept its last consumer only: append, do not assign."),
        wrong("node_left_out", "return consumers", "return {node: users for node, users in consumers.items() if users}", say="Nodes that nobody uses are missing: the output has an empty list."),
        wrong("counts_for_lists", "return consumers", "return {node: len(users) for node, users in consumers.items()}", say="Those are the numbers of consumers; their names are asked for."),
        wrong("first_branch_only", "consumers[x].append(node)", "consumers[x] = consumers[x] or [node]", say="A node that is used several times kept its first consumer only."),
        wrong("first_input_only", "for x in inputs:", "for x in inputs[:1]:", say="Only the first input of each node was looked at."),
        wrong("repeated_input_once", "for x in inputs:", "for x in set(inputs):"),
        wrong("last_entry_only", "for x in inputs:", "for x in inputs[-1:]:", say="Only the last input of each node was looked at."),
    ),
)  # fmt: skip
def consumers_of(graph):
    """Return {node: [the nodes that have it as an input]} for every node; a node that nobody uses has an
    empty list. The order within a list does not matter.

    graph: {node: [its inputs]}, without a cycle. Where an input is named twice, as x in v = x + x, v stands
    twice in the list of x. The graph stays as it is.
    """
    consumers = {node: [] for node in graph}
    for node, inputs in graph.items():
        for x in inputs:
            consumers[x].append(node)
    return consumers


def draw_unit(rng):
    n = numbers(rng, w=4, x=5, b=6, t=7)
    yield {"w": n["w"] / 2, "x": n["x"] / 2, "b": n["b"] / 4, "t": n["t"] / 8}


@task(
    "03.4", "By hand: one logistic unit, forward", kind="numbers", draw=draw_unit, returns="z y L", points="1 1 1", minutes=6, difficulty=1, tolerance=2e-3,
    hints=(
        "Which of the three can be computed first, and what does each of the others wait for?",
        "Inputs before the nodes that use them. σ(z) = 1/(1 + e⁻ᶻ): mind the minus in the exponent.",
        "With w = 3, x = 1, b = −1 and t = 0.6: z = 3·1 − 1 = 2, y = 1/(1 + e⁻²) = 1/1.135 = 0.8808, L = ½·0.2808² = 0.03942",
    ),
    mistakes=(
        wrong("missing_bias", "w * x + b", "w * x"),
        wrong("factor_two", "(y - t) ** 2 / 2", "(y - t) ** 2", say="The ½ of the loss is missing."),
        wrong("local_sign", "np.exp(-z)", "np.exp(z)", say="That is σ(−z): mind the minus in e⁻ᶻ."),
        wrong("square_missing", "(y - t) ** 2 / 2", "(y - t) / 2", say="The error is not squared."),
        wrong("activation_omitted", "1 / (1 + np.exp(-z))", "z", say="σ is missing: y is z itself."),
        wrong("loss_of_z", "(y - t) ** 2 / 2", "(z - t) ** 2 / 2", say="The loss compares y with t, not z."),
    ),
)  # fmt: skip
def logistic_unit(w, x, b, t):
    """z = w·x + b, y = σ(z), L = ½(y − t)². Give z, y and L."""
    z = w * x + b
    y = 1 / (1 + np.exp(-z))
    L = (y - t) ** 2 / 2
    return float(z), float(y), float(L)


def draw_layers(rng):
    for d, h in ((3, 4), (5, 2), (2, 3), (1, 3), (4, 1)):
        yield small_network(rng, d, h)


def draw_other_layers(rng):
    for d, h in ((6, 5), (1, 1), (2, 7)):
        yield small_network(rng, d, h)
    yield small_network(rng, 3, 6) | dict(x=np.zeros(3), b1=np.zeros(6))
    far = small_network(rng, 4, 3)
    yield far | dict(x=20 * far["x"])


def small_network(rng, d, h):
    normal = rng.standard_normal
    return dict(x=normal(d), W1=normal((h, d)), b1=normal(h), W2=normal((1, h)), b2=normal(1))


@task(
    "03.5", "Find the error in Lecture 000: forward(W_1, …) without an x", draw=draw_layers, draw_hidden=draw_other_layers, returns="z1 a1 z2 p", points="1 1 1 1", hidden=1, minutes=10,
    difficulty=1,
    hints=("What does the first line of the forward pass need that the printed function never gets?", "Return the intermediate values as well: a backward pass reads them.", "One input x = 2 and one hidden unit with w = 0.5, b = −1: z1 = 0.5·2 − 1 = 0 and a1 = tanh 0 = 0. The second layer reads a1, not z1 and not x; all four numbers are returned."),
    mistakes=(
        wrong("missing_bias", "W1 @ x + b1", "W1 @ x", "W2 @ a1 + b2", "W2 @ a1"),
        wrong("missing_bias", "W1 @ x + b1", "W1 @ x", say="The bias of the first layer is missing."),
        wrong("missing_bias", "W2 @ a1 + b2", "W2 @ a1", say="The bias of the second layer is missing."),
        wrong("wrong_activation", "np.tanh(z1)", "np.maximum(0, z1)", say="That is relu; the hidden activation of this network is tanh."),
        wrong("sigmoid_sign", "np.exp(-z2)", "np.exp(z2)"),
        wrong("returns_output", "return (z1, a1, z2, p)", "return p"),
        wrong("activation_omitted", "np.tanh(z1)", "z1.copy()"),
        wrong("pre_activation_for_activation", "W2 @ a1", "W2 @ z1"),
        wrong("wrong_activation", "np.tanh(z1)", "1 / (1 + np.exp(-z1))", say="The hidden activation of this network is tanh."),
        wrong("activation_missing_on_output", "1 / (1 + np.exp(-z2))", "z2.copy()"),
        wrong("tanh_for_sigmoid", "1 / (1 + np.exp(-z2))", "np.tanh(z2)"),
        wrong("untransposed_weights", "W1 @ x", "x @ W1", say="x @ W1 wants a W1 with one row for each input; here it has one row for each unit."),
    ),
)  # fmt: skip
def network_forward(x, W1, b1, W2, b2):
    """Return (z1, a1, z2, p), the cache of a network with one hidden layer: z = W @ input + b in each layer,
    tanh inside, a sigmoid at the output.

    The lecture's function has no x among its arguments, and returns the output alone. x (d,); W1 (h, d); b1
    (h,); W2 (1, h); b2 (1,); d and h are 1 or more. z1 and a1 are (h,), z2 and p are (1,).
    """
    z1 = W1 @ x + b1
    a1 = np.tanh(z1)
    z2 = W2 @ a1 + b2
    p = 1 / (1 + np.exp(-z2))
    return z1, a1, z2, p


def graph_of_reuse():
    from ...graph import Node

    x, y, z = Node(-2.0, "x"), Node(5.0, "y"), Node(-4.0, "z")
    q = x + y
    q.name = "q"
    f = q * z + x
    f.name = "f"
    return f


formula(
    "03.6", "A leaf with two consumers", "q = x + y and f = q·z + x. Give ∂f/∂x as a formula in x, y, z.",
    graph=graph_of_reuse, wrt="x", points=3, minutes=5, difficulty=1, answer="z + 1",
    mistakes={"branch_missing": "z", "first_branch_only": "1", "product_for_sum": "z*(x+y)", "own_value_for_other": "q + 1"},
    hints=(
        "Draw the graph: how many arrows leave x?",
        "Each arrow starts a path to f. Multiply local derivatives along a path; add the paths.",
        "Another graph, q = x·y and g = q + 3x: through q it is 1·y, directly 3, so ∂g/∂x = y + 3",
    ),
)  # fmt: skip


def draw_reuse(rng):
    doublings = {f"x{i + 1}": [f"x{i}", f"x{i}"] for i in range(6)}
    yield dict(graph=doublings | {"x0": []}, output="x6")
    yield dict(graph={"f": ["q", "z"], "q": ["x", "y"], "x": [], "y": [], "z": []}, output="f")
    yield dict(
        graph={"a": [], "b": ["a"], "c": ["b", "a"], "d": ["b", "c", "c"], "e": ["d", "b"], "g": ["e", "d"]},
        output="e",
    )
    yield dict(graph={"u": [], "v": ["u", "u"], "w": ["v", "u"], "t": ["w", "w", "v"]}, output="t")
    yield dict(graph={"k": [], "l": ["k"]}, output="k")


def draw_other_reuse(rng):
    for n, most_inputs in ((9, 2), (14, 3), (20, 2)):
        graph = some_graph(rng, n, most_inputs)
        work = {node: count_operations(graph, node)[1] for node in graph}
        busiest = sorted(graph, key=lambda node: work[node])
        yield dict(graph=graph, output=busiest[-1])
        yield dict(graph=graph, output=busiest[-3])
    yield dict(graph={"h": ["g", "g", "g"], "g": ["e"], "e": []}, output="h")
    yield dict(graph={"alone": []}, output="alone")


@task(
    "03.7", "Count the work, with and without memory", draw=draw_reuse, draw_hidden=draw_other_reuse, returns="with_memory without_memory", points="2 2", hidden=1, minutes=12, difficulty=2,
    hints=(
        "Ten doublings of a number by adding it to itself: ten operations if every result is kept. And if each use computes it anew?",
        "With memory each node that the output needs costs one operation. Without, a node costs one plus the cost of each of its inputs, as often as it is an input.",
        "p = [x, x], q = [p, x, p] with the leaf x: p costs 1. Without memory q costs 1 + 1 + 0 + 1 = 3, since p is asked for twice; with memory two different nodes are computed, p and q.",
    ),
    mistakes=(
        wrong("recomputed_instead_of_cached", "with_memory = sum((1 for node in needed if graph[node]))", "with_memory = cost(output)",
              say="with_memory counts a node again each time it is used: once computed, it is looked up."),
        wrong("leaves_counted", "if not graph[node]:\n            return 0", "if not graph[node]:\n            return 1", "for node in needed if graph[node]", "for node in needed"),
        wrong("leaves_counted", "for node in needed if graph[node]", "for node in needed", say="with_memory counts the leaves: they are given, nothing is computed there."),
        wrong("leaves_counted", "if not graph[node]:\n            return 0", "if not graph[node]:\n            return 1", say="without_memory counts the leaves: they are given, nothing is computed there."),
        wrong("visited_twice", "1 + sum((cost(x) for x in graph[node]))", "1 + sum((cost(x) for x in set(graph[node])))",
              say="without_memory: an input that stands twice in the list (x + x) is computed twice when nothing is kept."),
        wrong("first_input_only", "sum((cost(x) for x in graph[node]))", "cost(graph[node][0])", say="without_memory follows only the first input of each node."),
        wrong("longest_path_only", "1 + sum((cost(x) for x in graph[node]))", "1 + max((cost(x) for x in graph[node]))"),
        wrong("nodes_for_edges", "1 + sum((cost(x) for x in graph[node]))", "len(graph[node]) + sum((cost(x) for x in graph[node]))",
              say="without_memory counts one operation for each input; a node is one operation, however many inputs it has."),
        wrong("unneeded_nodes_counted", "for node in needed if graph[node]", "for node in graph if graph[node]"),
        wrong("node_left_out", "return (with_memory, without_memory)", "return (max(with_memory - 1, 0), max(without_memory - 1, 0))", say="The operation of `output` itself is missing in both numbers."),
        wrong("node_left_out", "return (with_memory, without_memory)", "return (max(with_memory - 1, 0), without_memory)", say="with_memory lacks the operation of `output` itself."),
        wrong("product_for_sum", "1 + sum((cost(x) for x in graph[node]))", "1 + int(np.prod([cost(x) for x in graph[node]]))",
              say="without_memory: the costs of the inputs were multiplied; the work for one comes after the work for the other, so they add."),
        wrong("nodes_for_edges", "sum((1 for node in needed if graph[node]))", "sum((len(graph[node]) for node in needed))",
              say="with_memory is the number of edges; a node with two inputs is one operation."),
    ),
)  # fmt: skip
def count_operations(graph, output):
    """Return (with_memory, without_memory): how many operations the value of `output` takes if every result
    is kept, and if whoever needs a value computes it anew from the leaves.

    graph: {node: [its inputs]}, without a cycle. A node with inputs is one operation, however many inputs it
    has; a node without is a leaf and costs nothing. A list may name an input twice (x + x): its value is then
    needed twice. Nodes that `output` does not need are not computed; `output` may be a leaf.
    """
    needed = set()

    def need(node):
        if node not in needed:
            needed.add(node)
            for x in graph[node]:
                need(x)

    def cost(node):
        if not graph[node]:
            return 0
        return 1 + sum(cost(x) for x in graph[node])

    need(output)
    with_memory = sum(1 for node in needed if graph[node])
    without_memory = cost(output)
    return with_memory, without_memory
