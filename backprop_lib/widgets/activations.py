"""The activation explorer: a function, its derivative, and where the derivative has nearly died."""

import numpy as np

from .. import graph
from ..graph import Node
from ..show.chart import Chart
from ..show.notation import fixed
from ..show.svg import column, image
from ..show.theme import GRADIENT, GREY, RULE, VALUE
from .panel import Panel, slider, switch
from .traced import program_of, spread

NAMES = ("sigmoid", "tanh", "relu", "leaky_relu", "gelu", "softplus")
REACH, DEAD = 6.0, 0.05  # drawn for |z| up to; a slope below this hardly teaches
HALVINGS = 25  # of an interval: a slope that still differs at its ends has a jump between them


def activations(*names, z=1.0, **own):
    """A switch for the function, z to drag on the curve; its slope, and in grey where |slope| < 0.05.

    names: of the course's activations, all six by default. own: more functions of one number, made of the
    course's operations, such as ``swish=lambda z: z * bp.sigmoid(z)``.
    """
    if unknown := [name for name in names if name not in graph.OPERATIONS]:
        raise ValueError(f"no activation is called {unknown[0]!r}; there are: {', '.join(NAMES)}")
    chosen = names or (() if own else NAMES)
    return Activations({name: getattr(graph, name) for name in chosen} | own, z)


def curve(function, z):
    """Values and slopes of an elementwise function at all `z`: one backward pass through the sum gives every
    slope.
    """
    node = Node(np.array(z, float), "z")
    out = function(node)
    out.sum().backward()
    return out.value, node.grad


def pieces(function, grid, slopes):
    """The slope as a list of lines, [(z, slope), …]: where it jumps, one ends and the next begins."""
    found = [[(float(grid[0]), float(slopes[0]))]]
    for i in range(1, len(grid)):
        (low, before), (high, after) = (grid[i - 1], slopes[i - 1]), (grid[i], slopes[i])
        is_steep = abs(after - before) > DEAD
        for _ in range(HALVINGS if is_steep else 0):
            middle = (low + high) / 2
            slope = curve(function, [middle])[1][0]
            if abs(slope - before) > abs(slope - after):
                high, after = middle, slope
            else:
                low, before = middle, slope
        if is_steep and abs(after - before) > DEAD:
            found[-1].append((float(low), float(before)))
            found.append([(float(high), float(after))])
        found[-1].append((float(grid[i]), float(slopes[i])))
    return found


class Activations(Panel):
    """What `activations` returns. `name` and `z` say what is shown."""

    script = "activations"

    def __init__(self, functions, z):
        self.functions, self.z = functions, float(z)
        self.name = next(iter(functions))
        self.grid = np.linspace(-REACH, REACH, 121)
        self.curves, self.lines_of_slopes = {}, {}

    def at(self, name):
        """Value and slope at the present z."""
        value, slope = curve(self.functions[name], [self.z])
        return float(value[0]), float(slope[0])

    def dead(self, name):
        """The intervals of the drawn range where |slope| < 0.05, as (from, to)."""
        flat = np.abs(self._curve(name)[1]) < DEAD
        edges = np.flatnonzero(np.diff(np.concatenate([[False], flat, [False]])))
        return [(float(self.grid[a]), float(self.grid[b - 1])) for a, b in zip(edges[::2], edges[1::2])]

    def facts(self, name=None):
        """One line about a function: value and slope at z, and where it is flat."""
        name = name or self.name
        value, slope = self.at(name)
        flat = [f"from {a:.1f} to {b:.1f}" for a, b in self.dead(name) if b > a]
        flat = f"slope below {DEAD} {' and '.join(flat)}" if flat else f"slope nowhere below {DEAD}"
        flat = flat.replace("-", "−")
        return f"{name}({fixed(self.z, 2)}) = {fixed(value)}, slope {fixed(slope)}; {flat} (z from −6 to 6)"

    def picture(self):
        values, slopes = self._curve(self.name)
        low, high = min(-1.25, np.floor(slopes.min())), max(1.5, min(np.ceil(slopes.max()), 3.0))
        chart = Chart((-REACH, REACH), (low, high), "z", "", (44, 14, 420, 240))
        for a, b in self.dead(self.name):
            chart.field((a, b), (low, high), RULE)
        chart.line(zip(self.grid, values), VALUE)
        for piece in self._pieces(self.name):
            chart.line(piece, GRADIENT, "6 4")
        value, slope = self.at(self.name)
        chart.ring((self.z, slope), GRADIENT)
        chart.dots([(self.z, value)], VALUE)
        beside = [
            *column(476, 60, [(self.name, VALUE), (fixed(value), VALUE)]),
            *column(476, 112, [("slope (dashed)", GRADIENT), (fixed(slope), GRADIENT)]),
            *column(476, 164, [(f"grey: |slope| < {DEAD}", GREY)]),
        ]
        return image([*chart.parts, *beside], 620, 298, self.facts())

    def words(self):
        return "\n".join(map(self.facts, self.functions))

    def data(self):
        programs = [(name, program_of(f, spread([(-REACH, REACH)]))) for name, f in self.functions.items()]
        if None in dict(programs).values():
            return None
        return {
            "reach": REACH,
            "least": DEAD,
            "functions": programs,
            "dead": {name: self.dead(name) for name in self.functions},
            "jumps": {name: self._jumps(name) for name in self.functions},
            "state": {"name": self.name, "z": self.z},
        }

    def parts(self):
        names = {name: f"Show {name}" for name in self.functions}
        z = slider("z", "z", "pre-activation", -REACH, REACH)
        return [switch("name", "function", names), self.view, z]

    def _curve(self, name):
        if name not in self.curves:
            self.curves[name] = curve(self.functions[name], self.grid)
        return self.curves[name]

    def _pieces(self, name):
        if name not in self.lines_of_slopes:
            self.lines_of_slopes[name] = pieces(self.functions[name], self.grid, self._curve(name)[1])
        return self.lines_of_slopes[name]

    def _jumps(self, name):
        """Where the slope jumps: (z, slope just before, slope just after)."""
        found = []
        own = self._pieces(name)
        for one, other in zip(own, own[1:]):
            found.append((one[-1][0], one[-1][1], other[0][1]))
        return found
