"""The forward and the backward pass as the lines a person would write, with the symbol and the number of
every factor.

q     = x + y         = −2 + 5 = 3
∂f/∂q = z · ∂f/∂f     = −4 · 1 = −4
"""

import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass

from ..graph.backward import first_gradient, quiet, topological_order
from ..graph.names import labels, number
from ..graph.node import widest
from .formula import in_latex, in_text
from .notation import name_in_latex, number_in_latex

LARGEST = 10_000  # nodes; a longer list of lines is read by nobody
PRINTED = 200  # lines of each pass that a printed trace shows


@dataclass(frozen=True, eq=False)
class Step:
    """One line of a pass.

    phase: "forward" or "backward". node: the node that is computed; in the backward pass the consumer that
        hands on.
    source: the input that receives ``contribution = local · upstream``; None in the forward pass and in the
        base case.
    position: which input of the node it is. value: the value (forward). total: the gradient of `source` so
        far.
    arrivals: the contributions so far, this one included. fan_out: how many there will be.
    text: the line of arithmetic in Leibniz's notation; `Trace.texts` has the others.
    """

    phase: str
    node: object
    source: object = None
    position: int = 0
    value: object = None
    local: object = None
    upstream: object = None
    contribution: object = None
    total: object = None
    arrivals: tuple = ()
    fan_out: int = 1
    text: str = ""


@dataclass(frozen=True)
class _Style:
    """How one medium writes names, numbers, formulas and gradients."""

    name: object
    number: object
    factor: object  # a number that follows a times sign
    formula: object
    times: str
    gradient: dict


_TEXT = _Style(
    name=str,
    number=number,
    factor=number,
    formula=in_text,
    times=" · ",
    gradient={
        "leibniz": lambda f, x: f"∂{f}/∂{x}",
        "bar": lambda f, x: f"{x[0]}\u0304{x[1:]}",
        "delta": lambda f, x: f"δ_{x}",
    },
)
_LATEX = _Style(
    name=name_in_latex,
    number=number_in_latex,
    factor=lambda value: f"({text})" if (text := number_in_latex(value)).startswith("-") else text,
    formula=in_latex,
    times=r" \cdot ",
    gradient={
        "leibniz": lambda f, x: rf"\frac{{\partial {f}}}{{\partial {x}}}",
        "bar": lambda f, x: rf"\overline{{{x}}}",
        "delta": lambda f, x: rf"\delta_{{{x}}}",
    },
)


class Latex(str):
    """LaTeX that a notebook shows as a formula and `print` shows as its source."""

    def _repr_latex_(self):
        return f"$\\displaystyle {self}$"

    def __repr__(self):
        return str(self)


class Trace:
    """Both passes through the graph of one output, step by step. Made by `trace`.

    order: the nodes in topological order. labels: what each one is called. steps: the lines, forward then
        backward.
    """

    def __init__(self, output, order, names, steps):
        self.output, self.order, self.labels = output, order, names
        self._names = {
            style.name: {node: style.name(label) for node, label in names.items()}
            for style in (_TEXT, _LATEX)
        }
        self.steps = tuple(Step(**{**vars(step), "text": self._line(step, "leibniz")}) for step in steps)

    def texts(self, notation="leibniz"):
        """The lines of arithmetic in one notation: "leibniz" (∂f/∂q), "bar" (q̄, lecture 002) or "delta"
        (δ_q, 001, 004).

        A function of two names, (output, node), writes gradients in a notation of its own.
        """
        return [self._line(step, notation) for step in self.steps]

    def latex(self, notation="leibniz", only=None):
        """The backward pass as aligned LaTeX; `only` the gradients of some nodes, if given."""
        lines = []
        for step in self.steps:
            if step.phase == "backward" and (only is None or step.source in only):
                what, *middle, result, total = self._cells(step, notation, _LATEX)
                shown = [*filter(None, middle), result]
                lines.append(
                    f"{what} &{_sign(step)} "
                    + " = ".join(shown)
                    + (rf",\quad \textstyle\sum = {total}" if total else "")
                )
        return Latex("\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}")

    def table(self, notation="leibniz"):
        """The rows of both passes: {"forward": rows, "backward": rows}, each row five texts."""
        rows = {"forward": [], "backward": []}
        for step in self.steps:
            rows[step.phase].append(self._cells(step, notation, _TEXT))
        return rows

    def __str__(self):
        heads = {
            "forward": ("node", "formula", "in numbers", "value", ""),
            "backward": ("gradient", "local · upstream", "in numbers", "contribution", "sum at a fan-out"),
        }
        parts = []
        for phase, rows in self.table().items():
            shown = [heads[phase], *rows[:PRINTED]]
            widths = [max(map(_width, column)) for column in zip(*shown)]
            lines = [
                "  ".join(cell + " " * (w - _width(cell)) for cell, w in zip(row, widths)).rstrip()
                for row in shown
            ]
            left = [f"… and {len(rows) - PRINTED} more"] if len(rows) > PRINTED else []
            parts.append("\n".join([f"{phase} pass", lines[0], "─" * sum(widths, 8), *lines[1:], *left]))
        return "\n\n".join(parts)

    __repr__ = __str__

    def _line(self, step, notation):
        what, *middle, result, total = self._cells(step, notation, _TEXT)
        line = f"{what} {_sign(step)} " + " = ".join([*filter(None, middle), result])
        return f"{line}; sum {what} = {total}" if total else line

    def _cells(self, step, notation, style):
        """(what, in symbols, in numbers, result, sum at a fan-out)."""
        write_gradient = notation if callable(notation) else style.gradient.get(notation)
        if write_gradient is None:
            raise ValueError(f"no notation {notation!r}: choose one of {', '.join(style.gradient)}")
        names = self._names[style.name]
        if step.phase == "forward":
            return names[step.node], *_forward_formulas(step, names, style), style.number(step.value), ""

        def gradient(node):
            return write_gradient(names[self.output], names[node])

        if step.source is None:
            return gradient(self.output), "", "", style.number(step.total), ""
        row = step.node.rule.operation
        letters = row.letters(names[x] for x in step.node.inputs)
        symbols = style.formula(
            row.product(step.position), {**letters, "out": names[step.node], "g": gradient(step.node)}
        )
        if row.stretches and step.source.shape != step.node.shape:
            symbols = (
                f"Σ {symbols}" if style is _TEXT else rf"\sum {symbols}"
            )  # over the axes that were stretched
        numbers = (
            "" if step.local is None else style.number(step.local) + style.times + style.factor(step.upstream)
        )
        total = ""
        if len(step.arrivals) > 1:
            terms = map(style.number, step.arrivals)
            total = (
                " + ".join(f"({t})" if t[0] in "-−" else t for t in terms) + " = " + style.number(step.total)
            )
        return gradient(step.source), symbols, numbers, style.number(step.contribution), total


def _sign(step):
    return "+=" if step.fan_out > 1 and step.source is not None else "="


def _forward_formulas(step, names, style):
    if step.node.rule is None:
        return "", ""
    row, sources = step.node.rule.operation, step.node.inputs
    symbols = style.formula(row.value, row.letters(names[x] for x in sources))
    if any(x.shape for x in (*sources, step.node)):
        return symbols, ""
    return symbols, style.formula(row.value, row.letters(style.number(x.value) for x in sources))


def _width(text):
    return sum(not unicodedata.combining(character) for character in text)


def trace(output, upstream=None):
    """The forward and backward pass of `output` as steps; prints as a table. Changes no gradient.

    upstream: the gradient that arrives at `output`, needed if it is no single number. Raises ValueError for a
    graph of more than 10,000 nodes.
    """
    order = topological_order(output)
    if len(order) > LARGEST:
        raise ValueError(
            f"this graph has {len(order)} nodes: a trace of more than {LARGEST} is too long to read. Trace one example instead of "
            "many, or use array nodes: one node for a whole layer"
        )
    steps = [Step("forward", node, value=node.value) for node in order if not node.is_constant]
    with quiet(order):
        steps += _backward_steps(output, order, first_gradient(output, upstream))
    return Trace(output, order, labels(order), steps)


def _backward_steps(output, order, upstream):
    fan_out = Counter(
        x for node in order for x, on in zip(node.inputs, node.rule.active if node.rule else ()) if on
    )
    totals, arrivals = {output: upstream}, defaultdict(tuple)
    yield Step("backward", output, total=upstream)
    for node in reversed(order):
        if node.rule is None or node not in totals:
            continue
        row, g = node.rule.operation, totals[node]
        values = [x.value for x in node.inputs]
        for i, (x, contribution) in enumerate(zip(node.inputs, node.rule.pull(g, node.value, *values))):
            if contribution is None:
                continue
            arrivals[x] += (contribution,)
            totals[x] = totals[x] + contribution if x in totals else contribution
            local = None if node.shape or x.shape else row.local_derivative(i, widest(node.inputs))
            local = local and local(node.value, *values)[0]
            yield Step(
                "backward", node, x, i, None, local, g, contribution, totals[x], arrivals[x], fan_out[x]
            )  # fmt: skip
