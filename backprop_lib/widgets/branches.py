"""A backward pass that can be done wrong: with ``=`` in place of ``+=``, and without waiting for all
consumers.

The panel steps through the messages on your own graph, with both mistakes as switches.
"""

from itertools import islice, product

from ..graph import backward, messages, topological_order
from ..graph.names import labels, number
from ..show.picture import picture, short
from ..show.theme import WARNING
from .panel import Panel, paragraphs, slider, switch, table

STORE = {"=": False, "+=": True}
ORDER = {"reverse topological order": True, "as it comes": False}
RIGHT = "+=", "reverse topological order"
SPACE = "\N{NO-BREAK SPACE}"  # after a name: "a has" with a plain space would begin with the article
MOST = 200  # messages; without an order their number can double with each branch


def passes(output, add=True, ordered=True):
    """(gate, input, message, gradient of the input afterwards) of a backward pass. See `graph.messages`."""
    gradients = {output: 1.0}
    for gate, position, message in messages(output, gradients, ordered, add):
        x = gate.inputs[position]
        yield gate, x, message, gradients[x]


def branches(output):
    """Step through a backward pass of your graph, with ``=`` or ``+=``, in order or as it comes; ✗ marks the
    errors.
    """
    if output.shape:
        raise ValueError("branches shows graphs of single numbers; this output is an array")
    return Branches(output)


class Branches(Panel):
    """What `branches` returns. runs: {(store, order): list of messages}; truth: {node: gradient}.

    store, order, step: what is shown, and how many messages have been sent.
    """

    script = "branches"

    def __init__(self, output):
        self.output, self.nodes = output, topological_order(output)
        self.names = labels(self.nodes)
        backward(output)
        self.truth = {node: node.grad for node in self.nodes if not node.is_constant}
        self.shown = [node for node in self.truth if node.name]
        self.runs = {}
        for way in product(STORE, ORDER):
            messages = passes(output, STORE[way[0]], ORDER[way[1]])
            self.runs[way] = list(islice(messages, MOST + 1))
        if max(map(len, self.runs.values())) > MOST:
            raise ValueError(
                f"without an order this graph needs more than {MOST} messages: show a smaller part of it"
            )
        self.store, self.order = next(iter(self.runs))
        self.step = len(self.runs[self.way])

    def gradients(self, store, order, steps=None):
        """{node: gradient} after so many messages, by default all."""
        found = {self.output: 1.0}
        for _, x, _, total in self.runs[store, order][:steps]:
            found[x] = total
        return found

    def rows(self, chosen=None):
        """(way, gradients of the named nodes as text), of the chosen way after `step` messages."""
        for way in self.runs:
            under_way = way == chosen and self.step < len(self.runs[way])
            found = self.gradients(*way, self.step if under_way else None)
            yield way, [self._cell(found, node, not under_way) for node in self.shown]

    def table(self, chosen=None):
        """The gradients of all four ways, as HTML."""
        rows = []
        for way, cells in self.rows(chosen):
            rows.append([("▸ " if way == chosen else "") + ", ".join(way), *cells])
        return table(["way", *(self.names[node] for node in self.shown)], rows)

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
        sent = f"{self.names[gate]}{SPACE}sends {number(message)} to {self.names[x]}"
        has = f"{self.names[x]}{SPACE}has {number(total)}"
        before = self._before(way, step)
        if before is None:
            return f"{sent}: {has}."
        if way[0] == "=":
            return f"{sent}, which overwrites {number(before)}: {has}, the {number(before)} is lost."
        return f"{sent}, which adds it: {_term(before)} + {_term(message)} = {number(total)}."

    def _before(self, way, step):
        """What the receiver of message number `step` had before it came; None if it had nothing."""
        if step == 0:
            return None
        receiver = self.runs[way][step - 1][1]
        return self.gradients(*way, step - 1).get(receiver)

    def picture(self, way=RIGHT, steps=None):
        """The graph with the gradients after so many messages."""
        texts = {node: ["1"] for node in self.nodes}
        for run in self.runs.values():
            for _, x, _, total in run:
                texts[x].append(short(total))
        return picture(self.nodes, self.names, self.gradients(*way, steps), texts)._repr_html_()

    def words(self):
        lines = []
        for way, cells in self.rows():
            pairs = [f"{self.names[node]} {cell}" for node, cell in zip(self.shown, cells)]
            lines.append(f"{', '.join(way)}: {', '.join(pairs)}")
        return "\n".join(lines)

    def static(self):
        return {"text/html": self.picture() + self.table(), "text/plain": self.words()}

    def data(self):
        place = {node: i for i, node in enumerate(self.nodes)}
        runs = []
        for (store, order), run in self.runs.items():
            messages = []
            for gate, x, message, total in run:
                position = next(i for i, one in enumerate(gate.inputs) if one is x)
                sent = {"gate": place[gate], "position": position, "to": place[x]}
                messages.append(sent | {"message": float(message), "total": float(total)})
            runs.append({"store": store, "order": order, "messages": messages})
        return {
            "names": [self.names[node] for node in self.nodes],
            "shown": [place[node] for node in self.shown],
            "truth": {place[node]: float(gradient) for node, gradient in self.truth.items()},
            "runs": runs,
            "state": {"store": self.store, "order": self.order, "step": self.step},
        }

    def view(self):
        sentence = paragraphs([self.line(self.way, self.step)])
        is_lost = self.store == "=" and self._before(self.way, self.step) is not None
        if is_lost:
            sentence = f'<div style="color:{WARNING}">{sentence}</div>'
        return self.picture(self.way, self.step) + sentence + self.table(self.way)

    @property
    def way(self):
        return self.store, self.order

    def write(self, control, value):
        super().write(control, value)
        if control.name != "step":
            self.step = len(self.runs[self.way])

    def parts(self):
        last = len(self.runs[self.way])
        return [
            switch("store", "store with", dict(zip(STORE, ("keep the last message", "add the messages")))),
            switch("order", "order", dict(zip(ORDER, ("wait for all consumers", "speak at once")))),
            slider("step", "message", "how many messages have been sent", 0, last, kind="IntSlider"),
            self.view,
        ]


def _term(x):
    """A number as a term of a sum: one below 0 in parentheses."""
    return f"({number(x)})" if x < 0 else number(x)
