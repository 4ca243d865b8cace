"""What a node is called, and how its value is written: the only place where a number becomes text."""


def number(value, digits=6):
    """A number as the course prints it: at most six significant digits and a true minus sign; the shape of an
    array.
    """
    if getattr(value, "shape", ()):
        return f"shape {value.shape}"
    if isinstance(value, (bool, float)):
        value = f"{value + 0.0:.{digits}g}"  # + 0.0 turns −0.0 into 0
    return str(value).replace("-", "−")


def labels(order):
    """{node: what to call it}: its name, the number itself for a constant, and v1, v2, … for nodes without a
    name.
    """
    taken = {node.name for node in order}
    fresh = (f"v{i}" for i in range(1, 2 * len(order) + 1) if f"v{i}" not in taken)
    return {
        node: node.name or (number(node.value) if node.is_constant and not node.shape else next(fresh))
        for node in order
    }
