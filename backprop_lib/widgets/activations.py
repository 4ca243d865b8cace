"""The activation explorer: a function, its derivative, and where the derivative has nearly died."""

import numpy as np

from .. import graph
from ..graph import Node
from ..show.frame import Frame, label
from ..show.svg import BLUE, GREY, RED, box, image
from .panel import Panel

NAMES = ("sigmoid", "tanh", "relu", "leaky_relu", "gelu", "softplus")
REACH, DEAD = 6.0, 0.05  # drawn for |z| up to; a slope below this hardly teaches


def activations(*names, z=1.0, **own):
    """A switch for the function, a slider for z; the curve, its slope, and in grey where |slope| < 0.05.

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


class Activations(Panel):
    """What `activations` returns. `name` and `z` say what is shown."""

    def __init__(self, functions, z):
        self.functions, self.z = functions, float(z)
        self.name = next(iter(functions))
        self.grid = np.linspace(-REACH, REACH, 121)
        self.curves = {}

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
        return f"{name}({self.z:.2f}) = {value:.4f}, slope {slope:.4f}; {flat} (z from −6 to 6)".replace(
            "-", "−"
        )

    def picture(self):
        values, slopes = self._curve(self.name)
        low, high = min(-1.25, np.floor(slopes.min())), max(1.5, min(np.ceil(slopes.max()), 3.0))
        frame = Frame(44, 30, 420, 220, (-REACH, REACH), (low, high))
        parts = [
            box(frame.x(a), frame.top, frame.x(b) - frame.x(a), frame.height, "#ececec", "none")
            for a, b in self.dead(self.name)
        ]
        parts.append(frame.axes((-6, -4, -2, 0, 2, 4, 6), (-1, 0, 1), "z"))
        seen = (values >= low) & (values <= high)
        parts.append(frame.line(self.grid[seen], values[seen], BLUE))
        parts.append(frame.line(self.grid, slopes, RED, dash="6 4"))
        value, slope = self.at(self.name)
        parts += [
            frame.mark(self.z, value, BLUE) if low <= value <= high else "",
            frame.mark(self.z, slope, RED),
        ]
        parts.append(label(476, 60, self.name, BLUE, "start", "bold"))
        parts.append(label(476, 78, f"{value:.4f}".replace("-", "−"), BLUE, "start"))
        parts.append(label(476, 112, "slope (dashed)", RED, "start"))
        parts.append(label(476, 130, f"{slope:.4f}".replace("-", "−"), RED, "start"))
        parts.append(label(476, 164, f"grey: |slope| < {DEAD}", GREY, "start"))
        return image(parts, 610, 296, self.facts())

    def static(self):
        return {"text/html": self.picture(), "text/plain": "\n".join(map(self.facts, self.functions))}

    def controls(self):
        import ipywidgets as widgets

        view = widgets.HTML(self.picture())
        choice = widgets.ToggleButtons(
            options=list(self.functions), description="function",
            tooltips=[f"Show {name}" for name in self.functions], style={"button_width": "7.5em"},
        )  # fmt: skip
        slider = widgets.FloatSlider(
            self.z,
            min=-REACH,
            max=REACH,
            step=0.1,
            description="z",
            readout_format=".1f",
            tooltip="pre-activation",
        )

        def moved(_):
            self.name, self.z = choice.value, slider.value
            view.value = self.picture()

        choice.observe(moved, "value")
        slider.observe(moved, "value")
        return widgets.VBox([choice, view, slider])

    def _curve(self, name):
        if name not in self.curves:
            self.curves[name] = curve(self.functions[name], self.grid)
        return self.curves[name]
