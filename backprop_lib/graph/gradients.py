"""What is built on the backward pass: its messages one by one, gradients of functions, and gradients that are
graphs.

A gradient that is wanted as a graph is computed by the same formulas, carried out on nodes in place of
numbers. Nothing here writes the `grad` of a node, except `naive_backward`, which shows what goes wrong.
"""

import contextvars

from . import kinds
from .kinds import ranks_of
from .node import Constant, Node, apply, topological_order
from .table import OPERATIONS
from .upstream import first_gradient, quiet
from .values import as_value, zero_like


def backward(output, upstream=None):
    """Fill ``grad`` on `output` and on every node that it depends on. See `Node.backward`."""
    if not isinstance(output, Node):
        topological_order(output)  # says what is wrong
    output.backward(upstream)


def leaves(output):
    """The leaves that `output` depends on, in the order of creation: its inputs and parameters, without
    constants.
    """
    return [node for node in topological_order(output) if node.rule is None and not node.is_constant]


def messages(output, gradients, ordered=True, add=True):
    """The messages of a backward pass, one after the other: (gate, position of the input, contribution).

    gradients: {output: its own gradient}, in which the gradients of the others are collected, up to the
        message just told. add: an input adds what it receives; otherwise it keeps the last. ordered: a gate
        speaks once, after all of its consumers; otherwise each time it has heard something. Both mistakes are
        shown in the course.
    """
    waiting = topological_order(output) if ordered else [output]
    while waiting:
        gate = waiting.pop()  # in topological order the last is the output
        if gate.rule is None or gate not in gradients:
            continue
        contributions = gate.rule.pull(gradients[gate], gate.value, *[x.value for x in gate.inputs])
        told = []
        for position, contribution in enumerate(contributions):
            if contribution is not None:
                x = gate.inputs[position]
                gradients[x] = gradients[x] + contribution if add and x in gradients else contribution
                told.append(x)
                yield gate, position, contribution
        if not ordered:
            waiting += reversed(told)


def naive_backward(output):
    """Backpropagation without an order, kept to be broken: correct on a chain and on a tree, wrong on a
    diamond.

    It hands a node's gradient on as soon as a contribution arrives, without waiting for the other consumers;
    what had arrived earlier is then handed on again. For b = 2a, c = 3b, d = 5b, e = c + d it finds 22
    instead of ∂e/∂a = 16.
    """
    order = topological_order(output)
    gradients = {output: first_gradient(output)}
    for _ in messages(output, gradients, ordered=False):
        pass
    for node in order:
        node.grad = gradients.get(node)


def forward(output, /, **values):
    """Give leaves new values by name and compute every node again, in order, without building anything.

    Returns the value. Old gradients belong to old values and are cleared. Raises ValueError for a name that
    no leaf has; if any step fails, the graph keeps all of its old values.
    """
    order = topological_order(output)
    new = {leaf: as_value(values[name]) for name, leaf in leaves_by_name(output, values).items()}
    twin = rebuild(order, new)
    for node in order:
        node.value, node.rule, node.grad = twin[node].value, twin[node].rule, None
    return output.value


def leaves_by_name(output, names):
    """{name: the leaf of that name}. Raises ValueError for a name that no leaf has, or several."""
    found = {}
    own = leaves(output)
    for name in names:
        called = [leaf for leaf in own if leaf.name == name]
        if not called:
            known = ", ".join(leaf.name for leaf in own if leaf.name) or "none that has a name"
            raise ValueError(f"no leaf of this graph is called {name!r}; its leaves are: {known}")
        if len(called) > 1:
            raise ValueError(
                f"{len(called)} leaves of this graph are called {name!r}: give each a name of its own"
            )
        found[name] = called[0]
    return found


def rebuild(order, leaf_values, replace=None):
    """A second graph of the same operations on other leaf values: {node: its twin}. Leaves not mentioned keep
    theirs.

    replace(node, value): what a node goes on with once its value is computed, such as a letter.
    """
    twin = {}
    for node in order:
        if node.rule is None:
            twin[node] = type(node)(leaf_values.get(node, node.value), node.name)
            continue
        twin[node] = apply(node.rule.operation, *[twin[x] for x in node.inputs], **node.rule.params)
        twin[node].name = node.name
        if replace:
            twin[node].value = replace(node, twin[node].value)
    return twin


# A gradient is a graph


def gradients(output, leaves):
    """The gradients of `output` by `leaves` (a node, or a list of nodes), as nodes of the same graph.

    They can be drawn, traced, made symbolic, compiled, and differentiated again:

        f = bp.sin(x * y);  fx, fy = bp.gradients(f, [x, y]);  fxy = bp.gradients(fx, y)

    `leaves` may be any nodes that `output` depends on; by one that it does not depend on, the gradient is 0.
    Nobody's `grad` is touched. A gradient gets the name f_x if output and leaf have names. Raises ValueError
    if `output` is no single number.
    """
    wanted = [leaves] if isinstance(leaves, Node) else list(leaves)
    for leaf in wanted:
        if not isinstance(leaf, Node):
            raise TypeError(f"bp.gradients wants nodes to differentiate by; {leaf!r} is none")
    topological_order(output)  # says so if it is no node
    first_gradient(output)  # says so if it is no single number
    found = gradient_graph(output, wanted)
    result = []
    for leaf in wanted:
        gradient = found.get(leaf, zero_like(leaf.value))
        if not isinstance(gradient, Node):
            gradient = Constant(gradient)
        elif not gradient.is_constant and (gradient.serial < output.serial or gradient.name):
            gradient = apply(OPERATIONS["identity"], gradient)
        if output.name and leaf.name:
            gradient.name = f"{output.name}_{leaf.name}"
        result.append(gradient)
    return result[0] if isinstance(leaves, Node) else result


def gradient_graph(output, wanted):
    """The backward pass as a graph: {node: its gradient, a node or a plain number}, on the way to `wanted`
    only.
    """
    order = topological_order(output)
    leading = set(wanted)
    for node in order:
        if any([x in leading for x in node.inputs]):
            leading.add(node)
    found = {output: 1.0}
    for node in reversed(order):
        if node.rule is None or node not in found or not any([x in leading for x in node.inputs]):
            continue
        rule = node.rule
        active = tuple([on and x in leading for on, x in zip(rule.active, node.inputs)])
        ranks = ranks_of(node.inputs) if rule.operation.by_rank else ()
        pull = rule.operation.rule(kinds.nodes(), active, ranks, rule.params).pull
        g = found[node]
        if not isinstance(g, Node) and not rule.operation.elementwise:
            g = Constant(g)  # its formulas ask for g.sum() and the like
        for x, contribution in zip(node.inputs, pull(g, node, *map(_bare, node.inputs))):
            if contribution is not None:
                found[x] = found[x] + contribution if x in found else contribution
    return found


def _bare(node):
    """A plain number written into a formula, handed in as a number: y · x ** (y − 1) with y = 2 becomes 2 ·
    x.
    """
    return node.value if node.is_constant and not node.shape else node


def times(g, local):
    """g · local, without factors of 1, and with one number where all entries are the same."""
    for factor, other in ((g, local), (local, g)):
        if not isinstance(factor, Node) and not getattr(factor, "shape", ()):
            return _scaled(factor, other)
    if _is_one_number(g) and local.shape == g.shape and _dtype(local) == _dtype(g):
        return times(_bare(g.inputs[0]), local)
    return g * local


def _scaled(factor, x):
    if not isinstance(x, Node):
        return factor * x
    if factor in (1, -1):
        return x if factor == 1 else -x
    if _is_one_number(x) and _dtype(x) == "float64":  # float32 would be rounded elsewhere
        number, like = x.inputs
        return apply(OPERATIONS["stretch"], times(factor, _bare(number)), like, **x.rule.params)
    return factor * x


def _is_one_number(node):
    """Whether all entries are one number, stretched."""
    return node.op == "stretch" and not node.inputs[0].shape


def _dtype(node):
    return str(getattr(node.value, "dtype", ""))


def unbroadcast(contribution, like):
    """`arrays.unbroadcast` for nodes: sum over the axes along which `like` was stretched."""
    if not isinstance(like, Node):
        return contribution
    shape, found = like.shape, getattr(contribution, "shape", ())
    if found == () and shape:
        contribution = apply(OPERATIONS["stretch"], contribution, like)
    elif found != shape:
        extra = len(found) - len(shape)
        if extra > 0:
            contribution = contribution.sum(axis=tuple(range(extra)) if extra > 1 else 0)
        stretched = tuple([i for i, size in enumerate(shape) if size == 1 and contribution.shape[i] != 1])
        if stretched:
            one = len(stretched) == 1
            contribution = contribution.sum(axis=stretched[0] if one else stretched, keepdims=True)
        if getattr(contribution, "shape", ()) != shape:  # a constant local derivative needs stretching itself
            contribution = apply(OPERATIONS["stretch"], contribution, like)
    if (
        shape
        and contribution.value.dtype != like.value.dtype
        and "O" not in (like.value.dtype.kind, contribution.value.dtype.kind)
    ):
        contribution = apply(OPERATIONS["cast"], contribution, like)
    return contribution


# Gradients of functions

_under_way = contextvars.ContextVar(
    "the variables of the calls that have not returned yet", default=frozenset()
)


def value_and_grad(f):
    """A function that returns ``(f(*args), gradients)``, by building the graph of `f` anew at every call.

    gradients is one gradient for a function of one argument, otherwise a tuple with one for each positional
    argument; keyword arguments are passed on untouched. It nests: where an argument is a node, or `f` uses a
    variable of a call that is still under way, value and gradients are nodes, and can be differentiated in
    turn. Nobody's `grad` is touched. Raises ValueError if the result is no single number.
    """
    name = getattr(f, "__name__", "the function")

    def value_and_gradient(*args, **kwargs):
        if not args:
            raise TypeError(f"{name} needs at least one positional argument to differentiate by")
        variables = [apply(OPERATIONS["identity"], x) if isinstance(x, Node) else Node(x) for x in args]
        outer = _under_way.get()
        token = _under_way.set(outer.union(variables))
        try:
            result = f(*variables, **kwargs)
        finally:
            _under_way.reset(token)
        if result is None:
            raise TypeError(f"{name} returned None: did it forget its `return`?")
        result = result if isinstance(result, Node) else Constant(result)
        order = topological_order(result)
        if any([isinstance(x, Node) for x in args]) or any([node in outer for node in order]):
            value, own = result, gradients(result, variables)
        else:
            found = {result: first_gradient(result)}
            with quiet(order):
                for _ in messages(result, found):
                    pass
            value, own = result.value, [found.get(x, zero_like(x.value)) for x in variables]
            own = [x.copy() if hasattr(x, "base") else x for x in own]
        return value, own[0] if len(own) == 1 else tuple(own)

    return value_and_gradient


def grad(f):
    """The gradient of `f` as a function: ``bp.grad(lambda x: x ** 2)(3.0)`` is 6.0, and
    ``bp.grad(bp.grad(f))`` is f''.

    See `value_and_grad`.
    """

    def gradient(*args, **kwargs):
        return value_and_grad(f)(*args, **kwargs)[1]

    return gradient
