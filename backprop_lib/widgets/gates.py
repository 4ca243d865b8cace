"""One function, drawn with many small gates or with few large ones: change an input, watch every gradient in
both.
"""

from .explorer import Explorer
from .panel import Panel

CELL, FITTING = 'style="padding:2px 10px;text-align:left"', {"button_width": "auto"}


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
    """What `gates` returns. explorers: {title: Explorer}."""

    def __init__(self, explorers):
        self.explorers = explorers
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
        rows = [
            f"<tr><th></th><th {CELL}>output</th>{''.join(f'<th {CELL}>by {name}</th>' for name in self.leaves)}</tr>"
        ]
        for title, found in self.gradients().items():
            cells = [self.explorers[title].output.value, *(found[name] for name in self.leaves)]
            rows.append(
                f"<tr><th {CELL}>{title}</th>{''.join(f'<td {CELL}>{_number(x)}</td>' for x in cells)}</tr>"
            )
        return f"<table>{''.join(rows)}</table>"

    def static(self):
        pictures = [
            f"<p><b>{title}</b></p>{each.picture()._repr_html_()}" for title, each in self.explorers.items()
        ]
        words = [
            f"{title}: output {_number(self.explorers[title].output.value)}; gradients "
            + ", ".join(f"{name} {_number(x)}" for name, x in found.items())
            for title, found in self.gradients().items()
        ]
        return {"text/html": "".join(pictures) + self.table(), "text/plain": "\n".join(words)}

    def controls(self):
        import ipywidgets as widgets

        titles = list(self.explorers)
        tooltips = [f"draw it with {title}" for title in titles]
        choice = widgets.ToggleButtons(
            options=titles, description="circuit", tooltips=tooltips, style=FITTING
        )
        view, table = widgets.HTML(), widgets.HTML()

        def show(_=None):
            table.value = self.table()
            view.value = self.explorers[choice.value].picture()._repr_html_()

        def slider(name):
            low, high, *step = next(iter(self.explorers.values())).ranges[name]
            control = widgets.FloatSlider(
                value=self.leaves[name].value, min=low, max=high, step=step[0] if step else (high - low) / 100,
                description=name, readout_format=".2f", tooltip=f"value of {name}",
            )  # fmt: skip

            def moved(change):
                self.set(name, change.new)
                show()

            control.observe(moved, "value")
            return control

        choice.observe(show, "value")
        show()
        return widgets.VBox([choice, view, table, *map(slider, self.leaves)])


def _number(x):
    return f"{round(x, 4) + 0.0:.4f}".replace("-", "−")
