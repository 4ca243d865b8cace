"""The graph room. Read it in this order:

table.py        the operations: one row each
kinds.py        floats, arrays and symbols: three meanings for the same formulas
operation.py    how a row becomes functions
node.py         a node, and how an expression becomes a graph
backward.py     the order, the backward pass, and what is built on it
symbols.py      the same backward pass, carried out on sympy symbols
names.py        what a node is called, and how a number is written
errors.py       what a student reads when something does not fit
"""

from .backward import (
    backward,
    forward,
    grad,
    leaves,
    naive_backward,
    rebuild,
    topological_order,
    value_and_grad,
)
from .node import Constant, Node, apply, function_of, inputs
from .symbols import derivatives, symbolic
from .table import OPERATIONS


def __getattr__(name):
    if name not in OPERATIONS:
        raise AttributeError(f"the graph room has no {name!r}; its operations are: {', '.join(OPERATIONS)}")
    function = globals()[name] = function_of(OPERATIONS[name])
    return function
