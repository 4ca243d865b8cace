"""Change an input, watch every value and every gradient: a graph with a slider for each of its numbers."""

from ..graph import backward, forward, labels, leaves, topological_order
from ..program import javascript
from ..show.picture import picture
from .panel import Panel, slider

ROOM = "−0.0000"  # of a number that can be changed: its wire is long enough for this one


def explore(output, **ranges):
    """A picture of the graph of `output` with a slider for each named leaf that is a single number.

    ranges: ``x=(-5, 5)`` or ``x=(-5, 5, 0.1)``, lowest, highest and step; a leaf that is not mentioned gets a
    range around its value. The numbers in dotted boxes can be dragged as well.

    A graph of single numbers lives in the page and needs no kernel; the graph in Python keeps its values. One
    with arrays follows its sliders in Python, so that ``x.value`` is what you see. Raises ValueError for a
    leaf that the graph does not have.
    """
    return Explorer(output, ranges)


class Explorer(Panel):
    """What `explore` returns; shows itself in a notebook."""

    script = "graphs"

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
        order = topological_order(self.output)
        gradients = {node: node.grad for node in order}
        return picture(order, labels(order), gradients, {node: [ROOM] for node in order})

    def set(self, name, value):
        """Move one slider: give the leaf a value and compute everything again."""
        forward(self.output, **{name: float(value)})

    def view(self):
        return self.picture()._repr_html_()

    def words(self):
        return self.picture().description

    def circuit(self):
        """What the page needs to compute both passes; None for a graph with arrays or symbols."""
        order = topological_order(self.output)
        try:
            program = javascript(self.output)
        except (TypeError, ValueError):
            return None
        own = leaves(self.output)
        return {
            "program": program,
            "names": [labels(order)[node] for node in order],
            "leaves": [leaf.name or "" for leaf in own],
            "places": [order.index(leaf) for leaf in own],
            "start": [float(leaf.value) for leaf in own],
        }

    def data(self):
        circuit = self.circuit()
        if circuit is None:
            return None
        values = {name: float(leaf.value) for name, leaf in self.leaves.items()}
        return {"circuits": [circuit | {"title": ""}], "state": {"leaves": values}}

    def read(self, control):
        return self.leaves[control.index].value

    def write(self, control, value):
        self.set(control.index, value)

    def parts(self):
        return [self.view, *self.sliders()]

    def sliders(self):
        """A slider for each leaf."""
        for name, (low, high, *step) in self.ranges.items():
            traits = {"step": step[0]} if step else {}
            yield slider("leaves", name, f"value of {name}", low, high, index=name, **traits)


def _around(value):
    reach = max(2 * abs(value), 2.0)
    return value - reach, value + reach
