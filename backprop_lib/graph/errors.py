"""What a student reads when something does not fit: operands by name, their shapes, and the likely fix."""

import functools
import itertools
import traceback
from pathlib import Path

from .names import number

NOT_THE_READERS = (str(Path(__file__).parent.parent), "IPython")


def in_short(refuse):
    """IPython shows the error that `refuse` raises with the lines of the reader alone."""

    @functools.wraps(refuse)
    def refuse_in_short(*values, **named):
        try:
            refuse(*values, **named)
        except Exception as error:
            error._render_traceback_ = functools.partial(readers_lines, error)
            raise

    return refuse_in_short


def readers_lines(error):
    lines = ["Traceback (most recent call last)"]
    for frame in traceback.extract_tb(error.__traceback__):
        if not any([part in frame.filename for part in NOT_THE_READERS]):
            lines.append(f"  line {frame.lineno}: {frame.line}")
    return [*lines, f"{type(error).__name__}: {error}"]


def name_of(node, otherwise="the node"):
    """What to call a node in an error."""
    return node.name or otherwise


@in_short
def refuse_truth(node):
    """Raise: a node is neither true nor false."""
    raise TypeError(
        f"{name_of(node)} has no truth value: a Python `if` would choose a branch once, and the graph would "
        "not know that there was a choice. Use bp.where(condition, a, b) to keep both branches, or compare "
        ".value"
    )


@in_short
def refuse_to_leave(node, *_, **__):
    """Raise: a function that wants a plain number would take the value out of the graph."""
    raise TypeError(
        f"{name_of(node)} is a node, and this function wants plain numbers: what it computes would be no "
        "part of the graph. Use a function of the course, such as bp.exp in place of math.exp, or pass "
        ".value"
    )


@in_short
def refuse_item_assignment(node, key, value):
    """Raise: values are set for whole leaves only."""
    raise TypeError(
        f"{name_of(node)}[{key!r}] = … would change a value behind the graph's back. Change a whole leaf "
        "with bp.forward(output, name=new_value), or build a new node"
    )


@in_short
def refuse_pickle(node, *_):
    """Raise: a graph is code and values together."""
    raise TypeError(
        f"{name_of(node)} is part of a graph, which cannot be pickled or copied: keep "
        f"{name_of(node)}.value, or the function that builds the graph"
    )


@in_short
def refuse_node(node):
    """Raise: a leaf is made from a value."""
    raise TypeError(f"{node!r} is a node already; to copy its value, write bp.Node(node.value)")


@in_short
def refuse_comparison(node):
    """Raise: == asks whether two nodes are the same one, so with a number it would always be False."""
    raise TypeError(
        f"{name_of(node)} == … compares a node with a number; compare {name_of(node)}.value instead"
    )


@in_short
def refuse_length(node):
    """Raise: a single number is not iterated."""
    raise TypeError(f"{name_of(node)} is a single number: it has no length and cannot be iterated")


@in_short
def refuse_numpy(name, into_an_array=False):
    """Raise: a function of numpy that has no row."""
    from .table import OPERATIONS

    if into_an_array:
        raise TypeError(
            "a node cannot be computed into an array that exists: write a = a + node, not a += node"
        )
    known = ", ".join(name for name, row in OPERATIONS.items() if row.public)
    raise TypeError(f"np.{name} does not know nodes, it has no row in the table of operations: {known}")


@in_short
def refuse_output(output):
    """Raise: a pass starts from a node."""
    found = "nothing" if output is None else "not one"
    raise TypeError(f"this needs a node, the output of a graph; {output!r} is {found}")


@in_short
def refuse_cycle(node, x):
    """Raise: inputs were changed by hand."""
    raise ValueError(
        f"{name_of(node)} takes {name_of(x)} as an input, and {name_of(x)} was not there before it: the "
        "graph has a cycle, or its inputs were changed by hand. A computational graph has none; build the "
        "expression again"
    )


@in_short
def refuse_array(output):
    """Raise: an array has no single gradient."""
    raise ValueError(
        f"{name_of(output, 'this node')} is an array of shape {output.shape}: backward() starts from a "
        "single number. Reduce it first, for example with .sum() or .mean(), or pass upstream=, the "
        "gradient that arrives at it"
    )


@in_short
def refuse_upstream(output, upstream):
    """Raise: there is one upstream gradient for each entry."""
    raise ValueError(
        f"upstream has shape {getattr(upstream, 'shape', ())}, but {name_of(output)} has shape "
        f"{output.shape}: there is one upstream gradient for each entry"
    )


@in_short
def refuse_values(name, shape, found):
    """Raise: a program belongs to the shapes that it was written for."""
    raise ValueError(
        f"{name or 'the leaf'} was {shape or 'a single number'} when the program was written and is now "
        f"{found or 'a single number'}: build the graph for the new shape and compile that"
    )


@in_short
def refuse_operands(rule, nodes, problem):
    """Raise in place of numpy's own `problem`: `rule` failed on `nodes`."""
    row = rule.operation
    names = [_operand(node, letter) for node, letter in zip(nodes, row.letters)]
    settings = [f"{key}={value!r}" for key, value in rule.params.items() if value is not row.params[key]]
    if row.name == "getitem":
        shown = f"{names[0]}[{rule.params['key']!r}]"
    elif len(row.value.split()) == 3 and len(nodes) == 2:  # x @ y
        shown = f" {row.gate} ".join(names)
    else:
        shown = f"{row.name}({', '.join(names + settings)})"
    shapes = ", ".join(f"{name} is {node.shape or 'a single number'}" for name, node in zip(names, nodes))
    reason = row.mismatch([node.shape for node in nodes], names, **rule.params) or str(problem)
    raise (TypeError if isinstance(problem, TypeError) else ValueError)(
        f"{shown}: {shapes}: {reason}"
    ) from None


def _operand(node, letter):
    if node.name or node.shape or node.rule is not None:
        return node.name or letter
    return number(node.value)


def broadcast_mismatch(shapes, names):
    """Why these shapes cannot be combined entry by entry; None if they can."""
    for i, j in itertools.combinations(range(len(shapes)), 2):
        for from_last, (p, q) in enumerate(zip(reversed(shapes[i]), reversed(shapes[j])), start=1):
            if p != q and 1 not in (p, q):
                hint = f"; did you mean {names[j]}.T?" if shapes[i] == shapes[j][::-1] else ""
                return (
                    "entry by entry needs equal shapes, or sizes of 1 to stretch: counted from the last "
                    f"axis, axis {from_last} has sizes {p} and {q}{hint}"
                )
    return None


def matmul_mismatch(shapes, names):
    """Why two shapes cannot be multiplied as matrices, with the transposes that would make them fit."""
    (x, y), (a, b) = shapes, names
    if not x or not y:
        return "a matrix product needs arrays on both sides; to scale by a number, use *"
    inner_x, inner_y = x[-1], y[-2] if len(y) > 1 else y[0]
    if inner_x == inner_y:
        return f"the axes before the last two differ: {x[:-2]} and {y[:-2]}"
    fixes = []
    if len(y) == 2 and y[1] == inner_x:
        fixes.append(f"{b}.T")
    if len(x) == 2 and x[0] == inner_y:
        fixes.append(f"{a}.T")
    hint = f"; did you mean {' or '.join(fixes)}?" if fixes else ""
    return f"inner sizes {inner_x} and {inner_y} differ{hint}"


def axis_mismatch(shapes, names, axis=None, **_):
    """Why a reduction along `axis` is impossible."""
    sizes = shapes[0]
    if 0 in sizes:
        return f"{names[0]} is empty: there is nothing to reduce"
    axes = axis if isinstance(axis, tuple) else (axis,)
    if any(not hasattr(one, "__index__") for one in axes if one is not None):
        return f"an axis is a whole number, or a tuple of them; {axis!r} is neither"
    if axis is None:
        return None
    known = " and ".join(str(i) for i in range(len(sizes))) or "none"
    return f"there is no axis {axis}; the axes of {names[0]} are: {known}"


def transpose_mismatch(shapes, names, axes):
    """Why the axes cannot be put in this order."""
    usual = tuple(range(len(shapes[0])))
    return f"axes names each axis of {names[0]} once, in the new order: a permutation of {usual}"


def reshape_mismatch(shapes, names, shape):
    """Why the entries do not fill the new shape."""
    count = 1
    for size in shapes[0]:
        count *= size
    return f"its {count} entries do not fill {shape if isinstance(shape, tuple) else (shape,)}"


def index_mismatch(shapes, names, key):
    """Why nothing can be picked there."""
    if not shapes[0]:
        return "a single number has no entries to pick from"
    last = ", ".join(str(size - 1) for size in shapes[0])
    return (
        "indices are whole numbers (or slices, or arrays of them) and start at 0; "
        f"the largest for each axis: {last}"
    )
