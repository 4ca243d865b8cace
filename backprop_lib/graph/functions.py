"""The public functions of the table, such as ``bp.exp``: a node for a node, a number for a number."""

import functools
import inspect

from .node import Constant, Node, apply, result_of
from .table import OPERATIONS


def inputs(**values):
    """Several named leaves at once: ``x, y = bp.inputs(x=-2.0, y=5.0)``. A single one comes alone."""
    nodes = tuple(Node(value, name) for name, value in values.items())
    return nodes[0] if len(nodes) == 1 else nodes


def public_names():
    """The names of the operations that are offered as ``bp.name``."""
    return [name for name, row in OPERATIONS.items() if row.public]


@functools.cache
def function_of(row):
    """The public function of a row, such as ``bp.exp``: a node for a node, a number for a number, symbols for
    symbols.
    """
    names = row.letters
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    defaults = dict(zip(reversed(names), reversed(row.defaults))) | row.params
    parameters = [
        inspect.Parameter(name, kind, default=defaults.get(name, inspect.Parameter.empty))
        for name in (*names, *row.params)
    ]
    signature = inspect.Signature(parameters)
    alone = len(names) == 1 and not row.params

    def function(*args, **kwargs):
        if alone and len(args) == 1 and not kwargs and type(args[0]) is Node and type(args[0].value) is float:
            return result_of(row.on_floats, row.on_floats.forward(args[0].value), args)
        if args and not kwargs and len(args) == len(names) and isinstance(args[0], Node):
            return apply(row, *args)
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as problem:
            raise TypeError(f"{row.name}{signature}: {problem}") from None
        bound.apply_defaults()
        operands = [bound.arguments.pop(name) for name in names]
        if any([isinstance(x, Node) for x in operands]):
            return apply(row, *operands, **bound.arguments)
        return apply(row, *map(Constant, operands), **bound.arguments).value

    function.__name__ = function.__qualname__ = row.name
    function.__signature__ = signature
    function.__doc__ = (
        f"out = {row.value}\n\nOn nodes, numbers, arrays and sympy expressions alike. Derivative by "
        + ", by ".join(f"{name}: {local or 'none'}" for name, local in zip(names, row.local))
    )
    function.rule = row.rule
    return function
