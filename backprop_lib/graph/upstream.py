"""The ends of a backward pass: the gradient that it starts from, and gradient arrays that belong to one node
only.
"""

import contextlib

from . import errors
from .values import as_value, cast_to, exact, zero_like


def first_gradient(output, upstream=None):
    """The gradient at the output itself, from which a backward pass starts: the base case ∂output/∂output =
    1.
    """
    if upstream is None:
        if output.shape:
            errors.refuse_array(output)
        return 1.0 if isinstance(output.value, float) else exact(1.0)
    upstream = as_value(getattr(upstream, "value", upstream))
    if getattr(upstream, "shape", ()) != output.shape:
        errors.refuse_upstream(output, upstream)
    return cast_to(upstream, [output])


def quiet(order):
    """No warnings from numpy in a backward pass: the rules settle 0 · inf themselves, and a nan is there to
    be seen.
    """
    if all([type(node.value) is float for node in order]):
        return contextlib.nullcontext()
    import numpy as np

    return np.errstate(all="ignore")


def complete(order):
    """Every node that is no constant has a gradient, 0 where none arrived; that of a leaf is an array of its
    own, which may be changed in place: rules may return views, or share an array.
    """
    taken = set()
    for node in order:
        g = node.grad
        if g is None:
            if not node.is_constant:
                node.grad = zero_like(node.value)
        elif type(g) is not float:
            if node.rule is None and hasattr(g, "base") and (g.base is not None or id(g) in taken):
                node.grad = g.copy()
            taken.add(id(g))
