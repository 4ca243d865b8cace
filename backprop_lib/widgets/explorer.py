"""Change an input, watch every value and every gradient: a graph with a slider for each of its numbers."""

import math

from ..graph import backward, forward, leaves
from ..show.picture import draw
from .panel import Panel


def explore(output, **ranges):
    """A picture of the graph of `output` with a slider for each named leaf that is a single number.

    ranges: ``x=(-5, 5)`` or ``x=(-5, 5, 0.1)``, lowest, highest and step; a leaf that is not mentioned gets a
    range around its value. The graph itself follows the sliders: afterwards ``x.value`` is what you see.
    Raises ValueError for a leaf that the graph does not have. Without widgets the picture of the present
    values remains.
    """
    return Explorer(output, ranges)


class Explorer(Panel):
    """What `explore` returns; shows itself in a notebook."""

    def __init__(self, output, ranges):
        self.output = output
        self.leaves = {leaf.name: leaf for leaf in leaves(output) if leaf.name and not leaf.shape}
        unknown = [name for name in ranges if name not in self.leaves]
        if unknown:
            known = ", ".join(self.leaves) or "none"
            raise ValueError(
                f"no single number in this graph is called {unknown[0]!r}; those with a name are: {known}"
            )
        if not self.leaves:
            raise ValueError(
                "this graph has no named leaf with a single number: name one, as in bp.Node(2.0, 'x')"
            )
        self.ranges = {name: ranges.get(name) or _around(leaf.value) for name, leaf in self.leaves.items()}

    def picture(self):
        """The picture at the present values, gradients included."""
        backward(self.output)
        return draw(self.output)

    def set(self, name, value):
        """Move one slider: give the leaf a value and compute everything again."""
        forward(self.output, **{name: float(value)})

    def static(self):
        picture = self.picture()
        return {"text/html": picture._repr_html_(), "text/plain": picture.description}

    def controls(self):
        import ipywidgets as widgets

        view = widgets.HTML(self.picture()._repr_html_())

        def slider(name):
            low, high, *step = self.ranges[name]
            step = step or [
                10.0 ** math.floor(math.log10((high - low) / 50))
            ]  # a power of ten: values of one or two digits
            control = widgets.FloatSlider(
                value=self.leaves[name].value, min=low, max=high, step=step[0],
                description=name, readout_format=".2f", tooltip=f"value of {name}",
            )  # fmt: skip

            def moved(change):
                self.set(name, change.new)
                view.value = self.picture()._repr_html_()

            control.observe(moved, "value")
            return control

        return widgets.VBox([view, *map(slider, self.leaves)])


def _around(value):
    reach = max(2 * abs(value), 2.0)
    return value - reach, value + reach
