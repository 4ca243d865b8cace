"""One function, drawn with many small gates or with few large ones: change an input, watch every gradient in
both.
"""

import html

from ..show.notation import fixed
from .explorer import Explorer
from .panel import Panel, switch, table


def gates(circuits, **ranges):
    """A switch between pictures of the same function, with a slider for each input that they share.

    circuits: {title: output node}, for example ``{"four gates": 1 / (1 + bp.exp(-z)), "one gate":
    bp.sigmoid(z)}``; inputs are the same if they have the same name. ranges: as in `explore`. Raises
    ValueError if the inputs differ.
    """
    if len(circuits) < 2:
        raise ValueError("gates compares circuits: give at least two, as {title: node, title: node}")
    return Gates({title: Explorer(output, ranges) for title, output in circuits.items()})


class Gates(Panel):
    """What `gates` returns. explorers: {title: Explorer}; circuit: the title of the one that is drawn."""

    script = "graphs"

    def __init__(self, explorers):
        self.explorers, self.circuit = explorers, next(iter(explorers))
        first, *others = explorers.values()
        for other in others:
            if sorted(other.leaves) != sorted(first.leaves):
                both = " and ".join(", ".join(explorer.leaves) for explorer in (first, other))
                raise ValueError(f"the circuits have different inputs: {both}")
        self.leaves = first.leaves

    def set(self, name, value):
        """Give an input a value in all circuits."""
        for explorer in self.explorers.values():
            explorer.set(name, value)

    def gradients(self):
        """{title: {input: gradient}}, computed in each circuit by itself."""
        found = {}
        for title, explorer in self.explorers.items():
            explorer.picture()
            found[title] = {name: leaf.grad for name, leaf in explorer.leaves.items()}
        return found

    def table(self):
        """The output and the gradients of the inputs, a row for each circuit, as HTML."""
        rows = []
        for title, found in self.gradients().items():
            rows.append([title, fixed(self.explorers[title].output.value), *map(fixed, found.values())])
        return table(["circuit", "output", *(f"by {name}" for name in self.leaves)], rows)

    def view(self):
        return self.explorers[self.circuit].view()

    def words(self):
        lines = []
        for title, found in self.gradients().items():
            output = fixed(self.explorers[title].output.value)
            by = ", ".join(f"{name} {fixed(gradient)}" for name, gradient in found.items())
            lines.append(f"{title}: output {output}; gradients {by}")
        return "\n".join(lines)

    def static(self):
        pictures = ""
        for title, each in self.explorers.items():
            pictures += f"<p><b>{html.escape(title)}</b></p>{each.view()}"
        return {"text/html": pictures + self.table(), "text/plain": self.words()}

    def data(self):
        circuits = {title: one.circuit() for title, one in self.explorers.items()}
        if None in circuits.values():
            return None
        return {
            "circuits": [circuit | {"title": title} for title, circuit in circuits.items()],
            "state": {"circuit": self.circuit}
            | {"leaves": {name: float(leaf.value) for name, leaf in self.leaves.items()}},
        }

    def read(self, control):
        return self.circuit if control.index is None else self.leaves[control.index].value

    def write(self, control, value):
        if control.index is None:
            self.circuit = value
        else:
            self.set(control.index, value)

    def parts(self):
        titles = {title: f"draw it with {title}" for title in self.explorers}
        sliders = self.explorers[self.circuit].sliders()
        return [switch("circuit", "circuit", titles), self.view, self.table, *sliders]
