"""What a student reads when something does not fit: the operands by name, their shapes, and the likely fix."""


from .formula import number


def name_of(node, otherwise="the node"):
    """What to call a node in an error."""
    return node.name or otherwise


def refuse_truth(node):
    """Raise: a node is neither true nor false."""
    raise TypeError(
        f"{name_of(node)} has no truth value: a Python `if` would choose a branch once, and the graph would not know that "
        "there was a choice. Use bp.where(condition, a, b) to keep both branches, or compare .value"
    )


def refuse_item_assignment(node, key, value):
    """Raise: values are set for whole leaves only."""
    raise TypeError(
        f"{name_of(node)}[{key!r}] = … would change a value behind the graph's back. Change a whole leaf with "
        "bp.forward(output, name=new_value), or build a new node"
    )


def explain(rule, nodes, problem):
    """The exception to raise in place of numpy's own `problem`, when `rule` could not be computed on `nodes`."""
    row = rule.operation
    names = [_operand(node, letter) for node, letter in zip(nodes, row.arguments.split(", "))]
    settings = "".join(f", {key}={value!r}" for key, value in rule.params.items())
    shown = f"{row.name}({', '.join(names)}{settings})" if settings or len(nodes) != 2 else f" {row.gate} ".join(names)
    shapes = ", ".join(f"{name} is {node.shape or 'a single number'}" for name, node in zip(names, nodes))
    reason = row.mismatch([node.shape for node in nodes], names) or str(problem)
    return type(problem)(f"{shown}: {shapes}: {reason}")


def _operand(node, letter):
    if node.name or node.shape or node.rule is not None:
        return node.name or letter
    return number(node.value)


def broadcast_mismatch(shapes, names):
    """Why these shapes cannot be combined entry by entry; None if they can."""
    for i, j in ((i, j) for j in range(len(shapes)) for i in range(j)):
        for from_last, (p, q) in enumerate(zip(reversed(shapes[i]), reversed(shapes[j])), start=1):
            if p != q and 1 not in (p, q):
                hint = f"; did you mean {names[j]}.T?" if shapes[i] == shapes[j][::-1] else ""
                return (
                    f"entry by entry needs equal shapes, or sizes of 1 to stretch: counted from the last axis, axis "
                    f"{from_last} has sizes {p} and {q}{hint}"
                )
    return None


def matmul_mismatch(shapes, names):
    """Why two shapes cannot be multiplied as matrices, with the transposes that would make them fit."""
    (x, y), (a, b) = shapes, names
    if not x or not y:
        return "a matrix product needs arrays on both sides; to scale by a number, use *"
    inner_x, inner_y = x[-1], y[-2] if len(y) > 1 else y[0]
    if inner_x == inner_y:
        return None
    fixes = []
    if len(y) == 2 and y[1] == inner_x:
        fixes.append(f"{b}.T")
    if len(x) == 2 and x[0] == inner_y:
        fixes.append(f"{a}.T")
    hint = f"; did you mean {' or '.join(fixes)}?" if fixes else ""
    return f"inner sizes {inner_x} and {inner_y} differ{hint}"
