"""The backward pass, and the functions that are built on it.

forward pass     compute every value, inputs before the nodes that use them          (happens while you write)
backward pass    the same nodes in reverse order: each one hands its inputs
                 contribution = upstream gradient × local derivative,
                 and an input adds up what it receives from all of its consumers
"""

import contextlib
import operator

from .errors import name_of
from .kinds import as_value, exact, unbroadcast, zero_like
from .node import Constant, Node, apply


def topological_order(output):
    """All nodes that `output` depends on, and `output`, each one after its inputs.

    A node is created after its inputs, so the order of creation serves. Raises ValueError for a cycle, which
    only a change of ``node.inputs`` by hand can make.
    """
    if not isinstance(output, Node):
        raise TypeError(
            f"this needs a node, the output of a graph; {output!r} is {'nothing' if output is None else 'not one'}"
        )
    found, order = {output}, [output]
    for node in order:  # grows while we walk it
        serial = node.serial
        for x in node.inputs:
            if x not in found:
                found.add(x)
                order.append(x)
            if x.serial >= serial:
                raise ValueError(
                    f"{name_of(node)} takes {name_of(x)} as an input, and {name_of(x)} was not there before it: the graph has a "
                    "cycle, or its inputs were changed by hand. A computational graph has none; build the expression again"
                )
    order.sort(key=operator.attrgetter("serial"))
    return order


def backward(output, upstream=None):
    """Fill ``grad`` on `output` and on every node that it depends on: ∂output/∂node, in the shape of the
    node's value.

    upstream: the gradient that arrives at `output`, in its shape; 1 for a single number when it is not given.
        With an upstream u the gradients are those of Σ u ∘ output.

    Gradients of an earlier call are replaced. At a fan-out the contributions are added. Constants receive
    none. Raises ValueError if `output` is no single number and `upstream` is missing, or has another shape.
    """
    order = topological_order(output)
    upstream = first_gradient(output, upstream)
    for node in order:
        node.grad = None
    output.grad = upstream
    with quiet(order):
        propagate(order)
    own_arrays(order)
    for node in order:
        if node.grad is None and type(node) is Node:
            node.grad = zero_like(node.value)


def quiet(order):
    """No warnings from numpy in a backward pass: the rules settle 0 · inf themselves, and a nan is there to
    be seen.
    """
    if all([type(node.value) is float for node in order]):
        return contextlib.nullcontext()
    import numpy as np

    return np.errstate(all="ignore")


def propagate(order):
    """The loop itself: from the output back to the leaves, push each node's gradient to its inputs."""
    for node in reversed(order):
        rule, g = node.rule, node.grad
        if rule is None or g is None:  # a leaf, or a condition, which no gradient reaches
            continue
        sources = node.inputs
        if len(sources) == 2:  # spelled out, because it is three times faster than the general case below
            x, y = sources
            gx, gy = rule.pull(g, node.value, x.value, y.value)
            if gx is not None:
                x.grad = gx if x.grad is None else x.grad + gx
            if gy is not None:
                y.grad = gy if y.grad is None else y.grad + gy
        else:
            for x, gx in zip(sources, rule.pull(g, node.value, *[x.value for x in sources])):
                if gx is not None:
                    x.grad = gx if x.grad is None else x.grad + gx


def own_arrays(order):
    """Give each leaf a gradient array of its own, which may be changed in place: rules may return views, or
    share one.
    """
    taken = set()
    for node in order:
        g = node.grad
        if type(g) is not float:
            if node.rule is None and hasattr(g, "base") and (g.base is not None or id(g) in taken):
                node.grad = g.copy()
            taken.add(id(g))


def first_gradient(output, upstream=None):
    """The gradient at the output itself, from which a backward pass starts: the base case ∂output/∂output =
    1.
    """
    if upstream is None:
        if output.shape:
            raise ValueError(
                f"{name_of(output, 'this node')} is an array of shape {output.shape}: backward() starts from a single number. "
                "Reduce it first, for example with .sum() or .mean(), or pass upstream=, the gradient that arrives at it"
            )
        return 1.0 if isinstance(output.value, float) else exact(1.0)
    upstream = as_value(upstream.value if isinstance(upstream, Node) else upstream)
    if getattr(upstream, "shape", ()) != output.shape:
        raise ValueError(
            f"upstream has shape {getattr(upstream, 'shape', ())}, but {name_of(output, 'the node')} has shape {output.shape}: "
            "there is one upstream gradient for each entry"
        )
    return unbroadcast(upstream, output.value)  # in the precision of the output


def naive_backward(output):
    """Backpropagation without an order, kept to be broken: correct on a chain and on a tree, wrong on a
    diamond.

    It hands a node's gradient on as soon as a contribution arrives, without waiting for the other consumers;
    what had arrived earlier is then handed on again. For b = 2a, c = 3b, d = 5b, e = c + d it finds 22
    instead of ∂e/∂a = 16.
    """
    for node in topological_order(output):
        node.grad = None
    output.grad = first_gradient(output)
    waiting = [output]
    while waiting:
        node = waiting.pop()
        if node.rule is not None:
            contributions = node.rule.pull(node.grad, node.value, *[x.value for x in node.inputs])
            for x, contribution in zip(node.inputs, contributions):
                if contribution is not None:
                    x.grad = contribution if x.grad is None else x.grad + contribution
            waiting += reversed(
                [x for x, contribution in zip(node.inputs, contributions) if contribution is not None]
            )


def leaves(output):
    """The leaves that `output` depends on, in the order of creation: its inputs and parameters, without
    constants.
    """
    return [node for node in topological_order(output) if node.rule is None and type(node) is not Constant]


def forward(output, /, **values):
    """Give leaves new values by name and compute every node again, in order, without building anything.
    Returns the value.

    Old gradients belong to old values and are cleared. Raises ValueError for a name that no leaf has; if any
    step fails, the graph keeps all of its old values.
    """
    order = topological_order(output)
    named = {}
    for leaf in leaves(output):
        named.setdefault(leaf.name, []).append(leaf)
    new = {}
    for name, value in values.items():
        if name not in named:
            known = ", ".join(str(name) for name in named if name) or "none that has a name"
            raise ValueError(f"no leaf of this graph is called {name!r}; its leaves are: {known}")
        if len(named[name]) > 1:
            raise ValueError(
                f"{len(named[name])} leaves of this graph are called {name!r}: give each one a name of its own"
            )
        new[named[name][0]] = as_value(value)
    twin = rebuild(order, new)
    for node in order:
        node.value, node.rule, node.grad = twin[node].value, twin[node].rule, None
    return output.value


def rebuild(order, leaf_values, replace=None):
    """A second graph of the same operations on other leaf values: {node: its twin}. Leaves not mentioned keep
    their value. replace(node, value): what a node goes on with once its value is computed, such as a letter.
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


def value_and_grad(f):
    """A function that returns ``(f(*args), gradients)``, by building the graph of `f` anew at every call.

    gradients is one gradient for a function of one argument, otherwise a tuple with one for each positional
    argument; keyword arguments are passed on untouched. Raises ValueError if the result is no single number.
    """

    def value_and_gradient(*args, **kwargs):
        if not args:
            raise TypeError(
                f"{getattr(f, '__name__', 'the function')} needs at least one positional argument to differentiate by"
            )
        if any(isinstance(x, Node) for x in args):
            raise TypeError(
                "a gradient is a number, and the graph does not record how it came about: grad of grad would be 0. "
                "For a second derivative call bp.derivatives, or pass sympy symbols to bp.grad and differentiate the result"
            )
        variables = [Node(x) for x in args]
        result = f(*variables, **kwargs)
        if result is None:
            raise TypeError(
                f"{getattr(f, '__name__', 'the function')} returned None: did it forget its `return`?"
            )
        result = result if isinstance(result, Node) else Constant(result)
        backward(result)
        gradients = tuple(zero_like(x.value) if x.grad is None else x.grad for x in variables)
        return result.value, gradients[0] if len(gradients) == 1 else gradients

    return value_and_gradient


def grad(f):
    """The gradient of `f` as a function: ``bp.grad(lambda x: x ** 2)(3.0)`` is 6.0. See `value_and_grad`."""

    def gradient(*args, **kwargs):
        return value_and_grad(f)(*args, **kwargs)[1]

    return gradient
