"""The graph room: numbers in, gradients out. Read it in this order:

    node.py         a node, how an expression becomes a graph, the order, and the backward pass
    table.py        the operations: one row each
    rules.py        how a row becomes functions
    functions.py    the public functions, such as bp.exp
    kinds.py        floats, arrays, symbols and nodes: four meanings for the same formulas
    arrays.py       the words of the formulas that numpy does not have
    values.py       what a node may carry
    upstream.py     where a backward pass begins, and what it leaves behind
    gradients.py    gradients of functions, and gradients that are graphs
    symbols.py      the same backward pass, carried out on sympy symbols
    names.py        what a node is called, and how a number is written
    errors.py       what a student reads when something does not fit

Nothing in here draws or prints, and nothing knows the layers.
"""

from .functions import function_of, inputs, public_names
from .gradients import (
    backward,
    forward,
    grad,
    gradients,
    leaves,
    leaves_by_name,
    messages,
    naive_backward,
    rebuild,
    value_and_grad,
)
from .names import labels
from .node import Constant, Node, apply, topological_order
from .symbols import derivatives, symbolic
from .table import OPERATIONS


def __getattr__(name):
    if name not in OPERATIONS or not OPERATIONS[name].public:
        raise AttributeError(
            f"the graph room has no {name!r}; its operations are: {', '.join(public_names())}"
        )
    return function_of(OPERATIONS[name])
