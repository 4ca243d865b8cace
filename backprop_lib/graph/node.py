"""A node of a computational graph: a value, the operation that made it, and the nodes that it was made from.

Writing an expression builds the graph and computes it at the same time. The backward pass goes over the same
nodes in reverse order: each one hands its inputs contribution = upstream gradient × local derivative, and an
input adds up what it receives from all of its consumers.
"""

import itertools
import operator

from . import errors
from .kinds import SYMBOLS, ranks_of, widest
from .names import checked_name, number
from .table import OPERATIONS
from .upstream import complete, first_gradient, quiet
from .values import as_value, cast_to, exact, plain

_created = itertools.count()


class Node:
    """One value in a computational graph.

    value: a float, an array of floats, or a sympy expression (or an array of them).
    grad: ∂output/∂(this node) after ``output.backward()``, in the shape of the value; None before.
    name: what the trace and the picture call it; None lets them choose v1, v2, …
    inputs: the nodes that it was computed from, in the order in which they were written.
    rule: the row of the table that made it, compiled for its kind of number. `rule.forward(*values)` is the
        value, `rule.pull(g, out, *values)` the contribution of the upstream gradient g to each input, in the
        input's shape.
    serial: how many nodes were created before. A node can only be built from nodes that exist already, so
        sorting by `serial` gives a topological order.

    Integers become floats and arrays are copied. Raises TypeError for what is no number: text, None, a
    complex number.
    """

    __slots__ = ("__weakref__", "grad", "inputs", "name", "rule", "serial", "value")
    is_constant = False
    _op_priority = 20.0  # a sympy expression on the left of an operator lets the node answer

    def __init__(self, value, name=None):
        if isinstance(value, Node):
            errors.refuse_node(value)
        self.value = as_value(value)
        self.name = checked_name(name)
        self.rule = None
        self.inputs = ()
        self.grad = None
        self.serial = next(_created)

    @property
    def op(self):
        """The operation that made this node, as a name of the table; None for a leaf."""
        return self.rule and self.rule.operation.name

    @property
    def shape(self):
        """The shape of the value; () for a single number."""
        return getattr(self.value, "shape", ())

    def backward(self, upstream=None):
        """Fill `grad` on this node and on every node that it depends on: ∂(this node)/∂node, in the node's
        shape.

        upstream: the gradient that arrives here, in the shape of the value; 1 for a single number when it is
            not given. With an upstream u the gradients are those of Σ u ∘ (this node).

        Gradients of an earlier call are replaced. At a fan-out the contributions are added. Constants receive
        none. Raises ValueError if this is no single number and `upstream` is missing, or has another shape.
        """
        order = topological_order(self)
        upstream = first_gradient(self, upstream)
        for node in order:
            node.grad = None
        self.grad = upstream
        with quiet(order):
            propagate(order)
        complete(order)

    def __add__(self, other):
        """x + y, entry by entry; operands of unequal shapes are stretched to fit, and their gradients summed
        back.
        """
        return binary(ADD_RULE, self, other)

    def __radd__(self, other):
        """x + y with a plain x."""
        return apply(ADD_RULE.operation, other, self)

    def __sub__(self, other):
        """x − y, entry by entry."""
        return binary(SUBTRACT_RULE, self, other)

    def __rsub__(self, other):
        """x − y with a plain x."""
        return apply(SUBTRACT_RULE.operation, other, self)

    def __mul__(self, other):
        """x · y, entry by entry; for the product of matrices write @."""
        return binary(MULTIPLY_RULE, self, other)

    def __rmul__(self, other):
        """x · y with a plain x."""
        return apply(MULTIPLY_RULE.operation, other, self)

    def __truediv__(self, other):
        """x / y, entry by entry."""
        return binary(DIVIDE_RULE, self, other)

    def __rtruediv__(self, other):
        """x / y with a plain x."""
        return apply(DIVIDE_RULE.operation, other, self)

    def __pow__(self, other):
        """x to the power y, entry by entry."""
        return binary(POWER_RULE, self, other)

    def __rpow__(self, other):
        """x to the power y with a plain x."""
        return apply(POWER_RULE.operation, other, self)

    def __matmul__(self, other):
        """The product of two matrices, of a matrix and a vector, or of two vectors."""
        return apply(OPERATIONS["matmul"], self, other)

    def __rmatmul__(self, other):
        """The product of a plain matrix or vector and this node."""
        return apply(OPERATIONS["matmul"], other, self)

    def __neg__(self):
        """−x."""
        return apply(OPERATIONS["negative"], self)

    def __abs__(self):
        """|x|, entry by entry."""
        return apply(OPERATIONS["absolute"], self)

    # A comparison of nodes is a node as well, so that `forward` can take the other branch later. Python's
    # `if` cannot.

    def __gt__(self, other):
        """1 where x > y, else 0."""
        return apply(OPERATIONS["greater"], self, other)

    def __lt__(self, other):
        """1 where x < y, else 0."""
        return apply(OPERATIONS["less"], self, other)

    def __ge__(self, other):
        """1 where x ≥ y, else 0."""
        return apply(OPERATIONS["greater_equal"], self, other)

    def __le__(self, other):
        """1 where x ≤ y, else 0."""
        return apply(OPERATIONS["less_equal"], self, other)

    def __getitem__(self, key):
        """Entries of an array, chosen as numpy does it."""
        return apply(OPERATIONS["getitem"], self, key=key)

    def sum(self, axis=None, keepdims=False):
        """Σ of all entries, or along an axis."""
        return apply(OPERATIONS["sum"], self, axis=axis, keepdims=keepdims)

    def mean(self, axis=None, keepdims=False):
        """The mean of all entries, or along an axis."""
        return apply(OPERATIONS["mean"], self, axis=axis, keepdims=keepdims)

    def max(self, axis=None, keepdims=False):
        """The largest entry, or the largest along an axis; a tie is split evenly."""
        return apply(OPERATIONS["max"], self, axis=axis, keepdims=keepdims)

    def min(self, axis=None, keepdims=False):
        """The smallest entry, or the smallest along an axis; a tie is split evenly."""
        return apply(OPERATIONS["min"], self, axis=axis, keepdims=keepdims)

    def softmax(self, axis=-1):
        """exp(x) / Σ exp(x) along an axis."""
        return apply(OPERATIONS["softmax"], self, axis=axis)

    def log_softmax(self, axis=-1):
        """The logarithm of softmax along an axis."""
        return apply(OPERATIONS["log_softmax"], self, axis=axis)

    def logsumexp(self, axis=None, keepdims=False):
        """log Σ exp(x) of all entries, or along an axis."""
        return apply(OPERATIONS["logsumexp"], self, axis=axis, keepdims=keepdims)

    def transpose(self, *axes):
        """The axes in another order, by default reversed."""
        return apply(OPERATIONS["transpose"], self, axes=axes[0] if len(axes) == 1 else axes or None)

    def reshape(self, *shape):
        """The same entries in another shape, as numpy does it; one size may be −1."""
        return apply(OPERATIONS["reshape"], self, shape=shape[0] if len(shape) == 1 else shape)

    @property
    def T(self):
        """The transpose."""
        return self.transpose()

    def __repr__(self):
        label = "" if self.name is None else f"{self.name} = "
        shape = "" if not self.shape else f"array of shape {self.shape}"
        made = "" if self.rule is None else f", from {self.op}"
        grad = "" if self.grad is None else f", grad {'of the same shape' if shape else number(self.grad)}"
        return f"Node({label}{shape or number(self.value)}{made}{grad})"

    __bool__ = errors.refuse_truth
    __float__ = __int__ = __array__ = errors.refuse_to_leave
    __setitem__ = errors.refuse_item_assignment
    __reduce_ex__ = errors.refuse_pickle
    __hash__ = object.__hash__

    def __eq__(self, other):
        """Whether `other` is this very node. Comparing with a number is refused: it would always be False."""
        if isinstance(other, Node) or other is None or isinstance(other, str):
            return self is other
        return errors.refuse_comparison(self)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __len__(self):
        if not self.shape:
            errors.refuse_length(self)
        return self.shape[0]

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        """``np.exp(node)`` and ``array * node`` give nodes: numpy hands over to the row of the same name."""
        row = OPERATIONS.get(ufunc.__name__.replace("arc", "a"))  # rows are spelled as in math: atan
        if row is None or not row.public or method != "__call__" or kwargs:
            errors.refuse_numpy(ufunc.__name__, "out" in kwargs)
        return apply(row, *inputs)

    def __array_function__(self, function, types, args, kwargs):
        """``np.sum(node, axis=0)`` and its kin."""
        row = OPERATIONS.get(function.__name__)
        if row is None or not row.public:
            errors.refuse_numpy(function.__name__)
        count = len(row.letters)
        return apply(row, *args[:count], **dict(zip(row.params, args[count:])), **kwargs)


class Constant(Node):
    """A plain number or array written into a formula: it takes part in the value and receives no gradient."""

    __slots__ = ()
    is_constant = True


# How an expression becomes a graph

# The operators' rules for floats.
ADD_RULE, SUBTRACT_RULE, MULTIPLY_RULE, DIVIDE_RULE, POWER_RULE = [
    OPERATIONS[name].on_floats for name in ("add", "subtract", "multiply", "divide", "power")
]


def binary(rule, x, y):
    """`apply` for two operands, without a detour where both are nodes with floats: networks of scalars live
    on this. `rule` is the operation's rule for floats.
    """
    if type(y) is Node and type(x) is Node:
        a, b = x.value, y.value
        if type(a) is float and type(b) is float:
            node = object.__new__(Node)
            node.value = rule.forward(a, b)
            node.rule = rule
            node.inputs = x, y
            node.grad = node.name = None
            node.serial = next(_created)
            return node
    return apply(rule.operation, x, y)


def apply(operation, *operands, **params):
    """Compute `operation` on nodes (or plain numbers, which become constants) and return the node of the
    result.
    """
    nodes = tuple([x if isinstance(x, Node) else _constant(x, operands) for x in operands])
    kind = widest(nodes)
    if kind.rank == SYMBOLS:
        nodes = tuple(map(_exact_constant, nodes))
    active = tuple([not x.is_constant for x in nodes])
    rule = operation.rule(kind, active, ranks_of(nodes) if operation.by_rank else (), params)
    try:
        value = plain(rule.forward(*[x.value for x in nodes]))
    except (ValueError, TypeError, IndexError, AttributeError, ArithmeticError) as problem:
        errors.refuse_operands(rule, nodes, problem)
    if operation.is_comparison and kind.rank < SYMBOLS:  # 1 where it holds, 0 elsewhere
        value = cast_to(value, nodes)
    return result_of(rule, value, nodes)


def _constant(x, operands):
    """A plain operand as a node; a mask of truth values takes the precision of the arrays that it meets."""
    if hasattr(x, "dtype") and x.dtype.kind == "b":
        x = cast_to(x, [node for node in operands if isinstance(node, Node)])
    return Constant(x)


def _exact_constant(node):
    value = exact(node.value) if node.is_constant else node.value
    return node if value is node.value else Constant(value, node.name)


def result_of(rule, value, nodes):
    node = Node.__new__(Node)
    node.value = value
    node.rule = rule
    node.inputs = nodes
    node.grad = node.name = None
    node.serial = next(_created)
    return node


# The backward pass


def topological_order(output, *others):
    """All nodes that `output` (and `others`) depend on, and they themselves, each one after its inputs.

    A node is created after its inputs, so the order of creation serves. Raises ValueError for a cycle, which
    only a change of ``node.inputs`` by hand can make.
    """
    if not isinstance(output, Node):
        errors.refuse_output(output)
    found, order, waiting = {output, *others}, [], [output, *others]
    while waiting:  # depth first, from the output: turned round, the list is nearly sorted already
        node = waiting.pop()
        order.append(node)
        serial = node.serial
        for x in node.inputs:
            if x not in found:
                found.add(x)
                waiting.append(x)
            if x.serial >= serial:
                errors.refuse_cycle(node, x)
    order.reverse()
    order.sort(key=operator.attrgetter("serial"))
    return order


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
