"""A node of a computational graph: a value, the operation that made it, and the nodes that it was made from.

Writing an expression builds the graph and computes it at the same time. `Node` knows no operation by name:
its operators and methods are filled in from the table, at the bottom of this file.
"""

import functools
import inspect
import itertools

from .errors import explain, name_of, refuse_item_assignment, refuse_to_leave, refuse_truth
from .kinds import SYMBOLS, as_value, exact, floats, kind_of, plain
from .names import number
from .operation import Structural
from .table import OPERATIONS

_created = itertools.count()


class Node:
    """One value in a computational graph.

    value: a float, an array of floats, or a sympy expression (or an array of them).
    grad: ∂output/∂(this node) after ``output.backward()``, in the shape of the value; None before.
    name: what the trace and the picture call it; None lets them choose v1, v2, …
    inputs: the nodes that it was computed from, in the order in which they were written.
    serial: how many nodes were created before. A node can only be built from nodes that exist already, so the
        order of creation is a topological order, and sorting by `serial` is all that the backward pass needs.

    Integers become floats and arrays are copied. Raises TypeError for what is no number: text, None, a
    complex number.
    """

    __slots__ = ("__weakref__", "grad", "inputs", "name", "rule", "serial", "value")
    is_constant = False

    def __init__(self, value, name=None):
        if isinstance(value, Node):
            raise TypeError(f"{value!r} is a node already; to copy its value, write bp.Node(node.value)")
        self.value = as_value(value)
        self.name = name
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

    @property
    def T(self):
        """The transpose."""
        return self.transpose()

    def reshape(self, *shape):
        """The same entries in another shape, as numpy does it; one size may be −1."""
        return apply(OPERATIONS["reshape"], self, shape=shape[0] if len(shape) == 1 else shape)

    def backward(self, upstream=None):
        """Fill `grad` on this node and on every node that it was computed from. See
        `backprop_lib.graph.backward`.
        """
        from .backward import backward

        backward(self, upstream)

    def __repr__(self):
        label = "" if self.name is None else f"{self.name} = "
        shape = "" if not self.shape else f"array of shape {self.shape}"
        made = "" if self.rule is None else f", from {self.op}"
        grad = "" if self.grad is None else f", grad {'of the same shape' if shape else number(self.grad)}"
        return f"Node({label}{shape or number(self.value)}{made}{grad})"

    # A comparison of nodes is a node as well, so that `forward` can take the other branch later. Python's
    # `if` cannot.
    __bool__ = refuse_truth
    __float__ = __int__ = __array__ = refuse_to_leave
    __setitem__ = refuse_item_assignment
    __hash__ = object.__hash__

    def __eq__(self, other):
        """Whether `other` is this very node. Comparing with a number is refused: it would always be False."""
        if isinstance(other, Node) or other is None or isinstance(other, str):
            return self is other
        raise TypeError(
            f"{name_of(self)} == … compares a node with a number; compare {name_of(self)}.value instead"
        )

    def __iter__(self):
        if not self.shape:
            raise TypeError(f"{name_of(self)} is a single number: it cannot be iterated")
        return (self[i] for i in range(len(self)))

    def __len__(self):
        if not self.shape:
            raise TypeError(f"{name_of(self)} is a single number: it has no length")
        return self.shape[0]

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        """``np.exp(node)`` and ``array * node`` give nodes: numpy hands over to the row that numpy calls the
        same.
        """
        row = _row_of(ufunc)
        if "out" in kwargs:
            raise TypeError(
                "a node cannot be computed into an array that exists: write a = a + node in place of a += node"
            )
        if row is None or method != "__call__" or kwargs:
            raise TypeError(
                f"np.{ufunc.__name__} has no row in the table of operations: {', '.join(OPERATIONS)}"
            )
        return apply(row, *inputs)

    def __array_function__(self, function, types, args, kwargs):
        if function.__name__ not in OPERATIONS:
            raise TypeError(
                f"np.{function.__name__} does not know nodes; build it from: {', '.join(OPERATIONS)}"
            )
        return function_of(OPERATIONS[function.__name__])(*args, **kwargs)


@functools.cache
def _row_of(ufunc):
    """The row that numpy calls by the same name; None if the table has none."""
    import numpy as np

    return next((row for row in OPERATIONS.values() if getattr(np, row.name, None) is ufunc), None)


class Constant(Node):
    """A plain number or array written into a formula: it takes part in the value and receives no gradient."""

    __slots__ = ()
    is_constant = True


def inputs(**values):
    """Several named leaves at once: ``x, y = bp.inputs(x=-2.0, y=5.0)``. A single one comes alone."""
    nodes = tuple(Node(value, name) for name, value in values.items())
    return nodes[0] if len(nodes) == 1 else nodes


def apply(operation, *operands, **params):
    """Compute `operation` on nodes (or plain numbers, which become constants) and return the node of the
    result.
    """
    nodes = tuple([x if isinstance(x, Node) else _constant(x, operands) for x in operands])
    active = tuple([not x.is_constant for x in nodes])
    kind = widest(nodes)
    if kind.rank == SYMBOLS:
        for x in nodes:
            x.value = exact(x.value) if type(x) is Constant else x.value
    rule = operation.rule(kind, active, params)
    try:
        value = plain(rule.forward(*[x.value for x in nodes]))
    except (ValueError, TypeError, IndexError, AttributeError, ArithmeticError) as problem:
        raise explain(rule, nodes, problem) from None
    if operation.is_comparison and kind.rank < SYMBOLS:  # 1 where it holds, 0 elsewhere
        value = (
            value.astype(next(x.value.dtype for x in nodes if x.shape))
            if hasattr(value, "dtype")
            else float(value)
        )
    return _result(rule, value, nodes)


def _constant(x, operands):
    """A plain operand as a node; a mask of truth values takes the precision of the arrays that it meets."""
    if hasattr(x, "dtype") and x.dtype.kind == "b":
        x = x.astype(
            next((node.value.dtype for node in operands if isinstance(node, Node) and node.shape), float)
        )
    return Constant(x)


def widest(nodes):
    """The kind of number in which these nodes meet."""
    kind = kind_of(nodes[0].value)
    for node in nodes[1:]:
        other = kind_of(node.value)
        if other.rank > kind.rank:
            kind = other
    return kind


def _result(rule, value, nodes):
    node = Node.__new__(Node)
    node.value = value
    node.rule = rule
    node.inputs = nodes
    node.grad = node.name = None
    node.serial = next(_created)
    return node


def function_of(row):
    """The public function of a row, such as ``bp.exp``: a node for a node, a number for a number, symbols for
    symbols.
    """
    names = row.arguments.split(", ")
    first_default = len(names) - len(row.defaults)
    kinds = inspect.Parameter
    signature = inspect.Signature(
        [kinds(name, kinds.POSITIONAL_OR_KEYWORD) for name in names[:first_default]]
        + [
            kinds(name, kinds.POSITIONAL_OR_KEYWORD, default=d)
            for name, d in zip(names[first_default:], row.defaults)
        ]
        + [kinds(name, kinds.POSITIONAL_OR_KEYWORD, default=d) for name, d in row.params.items()]
    )

    def function(*args, **kwargs):
        if (
            not kwargs
            and args
            and isinstance(args[0], Node)
            and len(names) <= len(args) <= len(names) + len(row.params)
        ):
            return apply(row, *args[: len(names)], **dict(zip(row.params, args[len(names) :])))
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as problem:
            raise TypeError(f"{row.name}{signature}: {problem}") from None
        bound.apply_defaults()
        operands = [bound.arguments.pop(name) for name in names]
        if any(isinstance(x, Node) for x in operands):
            return apply(row, *operands, **bound.arguments)
        return apply(row, *map(Constant, operands), **bound.arguments).value

    if len(names) == 1 and row.special != "__getitem__" and not row.params:
        function = _quick_on_floats(row, function)
    function.__name__ = function.__qualname__ = row.name
    function.__signature__ = signature
    function.__doc__ = (
        f"out = {row.value}\n\nOn nodes, numbers, arrays and sympy expressions alike. Derivative by "
        + ", by ".join(f"{name}: {local or 'none'}" for name, local in zip(names, row.local))
    )
    return function


def _quick_on_floats(row, general):
    """The function of one argument without a detour for a node that carries a float: scalar networks live on
    these.
    """
    rule = row.rule(floats(), (True,))
    forward = rule.forward

    def function(
        x=_created, *rest
    ):  # the default stands for "not given", which the general function explains
        if type(x) is Node and type(x.value) is float and not rest:
            return _result(rule, forward(x.value), (x,))
        return general() if x is _created else general(x, *rest)

    return function


def _quick_binary(row):
    """The method of an infix operator, and the one for a plain number on its left; both as quick for floats
    as above.
    """
    rule, by_constant = row.rule(floats(), (True, True)), row.rule(floats(), (True, False))
    forward = rule.forward

    def method(self, other):
        x = self.value
        if type(x) is float and type(self) is Node:
            if type(other) is Node and type(other.value) is float:
                return _result(rule, forward(x, other.value), (self, other))
            if type(other) in (float, int):
                constant = Constant(other)
                return _result(by_constant, forward(x, constant.value), (self, constant))
        return apply(row, self, other)

    def general(self, other):
        return apply(row, self, other)

    return general if row.is_comparison else method, lambda self, other: apply(row, other, self)


for _row in OPERATIONS.values():
    if isinstance(_row, Structural):
        if not hasattr(Node, _row.name):
            setattr(Node, _row.special or _row.name, function_of(_row))
    elif _row.special and ", " in _row.arguments:
        _method, _reflected = _quick_binary(_row)
        setattr(Node, _row.special, _method)
        setattr(Node, _row.special.replace("__", "__r", 1), _reflected)
    elif _row.special:
        setattr(Node, _row.special, function_of(_row))
