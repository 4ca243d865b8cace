"""A backward pass that can be done wrong: with ``=`` in place of ``+=``, and without waiting for all
consumers.

`passes` is the loop with both mistakes as switches; the panel steps through it on your own graph.
"""

from itertools import islice

from ..graph import backward, topological_order
from ..graph.names import labels, number
from ..show.picture import picture
from .panel import Panel

STORE = {"=": False, "+=": True}
ORDER = {"reverse topological order": True, "as it comes": False}
CELL = 'style="padding:2px 10px;text-align:left"'
MOST = 200  # messages; without an order their number can double with each branch


def passes(output, add=True, ordered=True):
    """The messages of a backward pass, one after the other: (gate, input, message, gradient of the input
    afterwards).

    add: an input adds what it receives to what it has; otherwise it keeps the last. ordered: a gate speaks
    once, after all of its consumers; otherwise each time it has heard something. Changes no node.
    """
    gradients = {output: 1.0}
    waiting = topological_order(output) if ordered else [output]
    while waiting:
        gate = waiting.pop()  # in topological order the last is the output
        if gate.rule is None or gate not in gradients:
            continue
        messages = gate.rule.pull(gradients[gate], gate.value, *[x.value for x in gate.inputs])
        told = [(x, message) for x, message in zip(gate.inputs, messages) if message is not None]
        for x, message in told:
            gradients[x] = gradients[x] + message if add and x in gradients else message
            yield gate, x, message, gradients[x]
        if not ordered:
            waiting += reversed([x for x, _ in told])


def branches(output):
    """Step through a backward pass of your graph, with ``=`` or ``+=``, in order or as it comes; ✗ marks the
    errors.
    """
    if output.shape:
        raise ValueError("branches shows graphs of single numbers; this output is an array")
    return Branches(output)


class Branches(Panel):
    """What `branches` returns. runs: {(store, order): list of messages}; truth: {node: gradient}."""

    def __init__(self, output):
        self.output, self.order = output, topological_order(output)
        self.names = labels(self.order)
        backward(output)
        self.truth = {node: node.grad for node in self.order if not node.is_constant}
        ways = [(store, order) for store in STORE for order in ORDER]
        self.runs = {(s, o): list(islice(passes(output, STORE[s], ORDER[o]), MOST + 1)) for s, o in ways}
        if max(map(len, self.runs.values())) > MOST:
            raise ValueError(
                f"without an order this graph needs more than {MOST} messages: show a smaller part of it"
            )

    def gradients(self, store, order, steps=None):
        """{node: gradient} after so many messages, by default all."""
        found = {self.output: 1.0}
        for _, x, _, total in self.runs[store, order][:steps]:
            found[x] = total
        return found

    def table(self, steps=None, chosen=None):
        """The gradients of all four ways beside the truth, as HTML; of the chosen one after so many messages."""
        shown = [node for node in self.truth if node.name]
        head = "".join(f"<th {CELL}>{self.names[node]}</th>" for node in shown)
        rows = [f"<tr><th {CELL}></th>{head}</tr>"]
        for way in self.runs:
            found = self.gradients(*way, steps if way == chosen else None)
            cells = "".join(
                f"<td {CELL}>{self._cell(found, node, way != chosen or steps is None)}</td>" for node in shown
            )
            rows.append(f"<tr><th {CELL}>{'▸ ' * (way == chosen)}{way[0]}, {way[1]}</th>{cells}</tr>")
        return f"<table>{''.join(rows)}</table>"

    def _cell(self, found, node, finished):
        if node not in found:
            return "·"
        right = abs(found[node] - self.truth[node]) < 1e-9 * max(1, abs(self.truth[node]))
        return number(found[node]) + (" ✗" if finished and not right else "")

    def line(self, way, step):
        """Message number `step` as a sentence; 0 is the beginning."""
        if step == 0:
            return f"{self.names[self.output]} starts with 1."
        gate, x, message, total = self.runs[way][step - 1]
        done = "adds it" if way[0] == "+=" else "keeps it"
        to = self.names[x]
        return f"{self.names[gate]} sends {number(message)} to {to}, which {done}: {to} has {number(total)}."

    def picture(self, way, steps=None):
        """The graph with the gradients after so many messages."""
        return picture(self.order, self.names, self.gradients(*way, steps))

    def static(self):
        words = []
        for way in self.runs:
            found = self.gradients(*way)
            pairs = [f"{self.names[x]} {self._cell(found, x, True)}" for x in self.truth if x.name]
            words.append(f"{way[0]}, {way[1]}: {', '.join(pairs)}")
        right = self.picture(("+=", "reverse topological order"))
        return {"text/html": right._repr_html_() + self.table(), "text/plain": "\n".join(words)}

    def controls(self):
        import ipywidgets as widgets

        view = widgets.HTML()
        store = _switch("store with", STORE, ["keep the last message", "add the messages"])
        order = _switch("order", ORDER, ["wait for all consumers", "speak at once"])
        step = widgets.IntSlider(
            description="message", tooltip="how many messages have been sent", layout=widgets.Layout(width="420px"),
        )  # fmt: skip

        def show(_=None):
            way = store.value, order.value
            at = step.value if step.value < step.max else None
            picture = self.picture(way, step.value)._repr_html_()
            view.value = f"{picture}<p>{self.line(way, step.value)}</p>{self.table(at, way)}"

        def choose(_=None):
            step.max = len(self.runs[store.value, order.value])
            step.value = step.max
            show()

        store.observe(choose, "value")
        order.observe(choose, "value")
        step.observe(show, "value")
        choose()
        return widgets.VBox([store, order, step, view])


def _switch(description, choices, tooltips):
    import ipywidgets as widgets

    fitting = {"button_width": "auto"}
    return widgets.ToggleButtons(
        options=list(choices), description=description, tooltips=tooltips, style=fitting
    )
