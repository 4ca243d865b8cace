"""A function of the student's as a program for the page, if a graph of single numbers says all of it."""

import math

from ..graph import Node, leaves
from ..program import compile as compiled
from ..program import javascript


def program_of(f, points):
    """The JavaScript of the value and the gradient of `f`, a function of numbers; None if there is none.

    A graph does not know what Python decides. So its program has to agree with `f` at all `points`, tuples of
    numbers, at the first of which the graph is built.
    """
    nodes = [Node(float(x), f"x{i}") for i, x in enumerate(points[0])]
    try:
        output = f(*nodes)
        if not isinstance(output, Node) or leaves(output) != nodes:
            return None
        run = compiled(output)
        for point in points:
            if not math.isclose(run(*point)[0], f(*point), rel_tol=1e-6, abs_tol=1e-9):
                return None
        return javascript(output, every=False)
    except (TypeError, ValueError, ArithmeticError, AttributeError, IndexError):
        return None


def spread(windows, count=8):
    """So many points in the windows, [(lowest, highest), …], none of them in the middle."""
    points = []
    for k in range(count):
        point = []
        for i, (low, high) in enumerate(windows, start=1):
            part = (0.11 + 0.618 * k * i) % 1
            point.append(low + (high - low) * part)
        points.append(tuple(point))
    return points
