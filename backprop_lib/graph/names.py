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


def checked_name(name):
    """The name of a node: text, or None. Raises TypeError for anything else."""
    if name is None or isinstance(name, str):
        return name
    raise TypeError(f"a name is text; {name!r} is a {type(name).__name__}")


def labels(order):
    """{node: what to call it}: its name, the number itself for a constant, and v1, v2, … for nodes without a
    name.

    A name that several nodes have is numbered, a, a_2, a_3, so that no two nodes are called the same.
    """
    given = {str(node.name) for node in order if node.name}
    taken = set()
    fresh = (f"v{i}" for i in range(1, 2 * len(order) + 1) if f"v{i}" not in given)
    called = {}
    for node in order:
        if node.name:
            called[node] = _not_taken(str(node.name), given, taken)
            taken.add(called[node])
        elif node.is_constant and not node.shape:
            called[node] = number(node.value)
        else:
            called[node] = next(fresh)
    return called


def _not_taken(name, given, taken):
    if name not in taken:
        return name
    return next(new for i in range(2, len(taken) + 3) if (new := f"{name}_{i}") not in given | taken)
