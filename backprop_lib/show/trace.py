"""The forward and the backward pass as the lines a person would write, with symbol and number of every
factor.

    q     = x + y         = −2 + 5 = 3
    ∂f/∂q = z · ∂f/∂f     = −4 · 1 = −4

A pass is a list of steps, which are data; lines are written from them when somebody reads them.
"""

import unicodedata
from collections import Counter
from dataclasses import dataclass

from ..graph.gradients import messages
from ..graph.kinds import inverse, ranks_of, widest
from ..graph.names import labels, number
from ..graph.node import Node, topological_order
from ..graph.upstream import first_gradient, quiet
from .formula import in_latex, in_text
from .notation import name_in_latex, number_in_latex

LARGEST = 10_000  # nodes; a longer list of lines is read by nobody
PRINTED = 200  # lines of each pass that a printed trace shows

HEADS = {
    "forward": ("node", "formula", "in numbers", "value", ""),
    "backward": ("gradient", "local · upstream", "in numbers", "contribution", "sum at a fan-out"),
}


@dataclass(frozen=True, eq=False)
class Step:
    """One line of a pass; numbers are floats, arrays or sympy expressions.

    phase: "forward" or "backward". node: the node that is computed; in the backward pass the consumer that
        hands on.
    source: the input that receives ``contribution = local · upstream``; None in the forward pass and in the
        base case.
    position: which input of the node it is. value: the value (forward). total: the gradient of `source` so
        far.
    arrivals: the contributions so far, this one included. fan_out: how many there will be.
    """

    phase: str
    node: Node
    source: Node = None
    position: int = 0
    value: float = None
    local: float = None
    upstream: float = None
    contribution: float = None
    total: float = None
    arrivals: tuple = ()
    fan_out: int = 1

    @property
    def sign(self):
        """How the line writes that the source receives something."""
        return "+=" if self.fan_out > 1 and self.source is not None else "="


class _Text:
    """How a line is written as text."""

    times = " · "
    total = "Σ "
    name = staticmethod(str)
    number = staticmethod(number)
    factor = staticmethod(number)
    formula = staticmethod(in_text)
    gradient = {
        "leibniz": lambda f, x: f"∂{f}/∂{x}",
        "bar": lambda f, x: f"{x[0]}\u0304{x[1:]}",
        "delta": lambda f, x: f"δ_{x}",
    }


class _Latex:
    """How a line is written as LaTeX."""

    times = r" \cdot "
    total = r"\sum "
    name = staticmethod(name_in_latex)
    number = staticmethod(number_in_latex)
    formula = staticmethod(in_latex)
    gradient = {
        "leibniz": lambda f, x: rf"\frac{{\partial {f}}}{{\partial {x}}}",
        "bar": lambda f, x: rf"\overline{{{x}}}",
        "delta": lambda f, x: rf"\delta_{{{x}}}",
    }

    @staticmethod
    def factor(value):
        """A number that follows a times sign."""
        text = number_in_latex(value)
        return f"({text})" if text.startswith("-") else text


class Latex(str):
    """LaTeX that a notebook shows as a formula and `print` shows as its source."""

    def _repr_latex_(self):
        return f"$\\displaystyle {self}$"

    def __repr__(self):
        return str(self)


class Trace:
    """Both passes through the graph of one output, step by step. Made by `trace`.

    order: the nodes in topological order. labels: what each one is called. steps: forward, then backward.
    """

    def __init__(self, output, order, names, steps):
        self.output, self.order, self.labels, self.steps = output, order, names, tuple(steps)

    def texts(self, notation="leibniz"):
        """The lines of arithmetic in one notation: "leibniz" (∂f/∂q), "bar" (q̄, lecture 002), "delta" (δ_q,
        001, 004).

        A function of two names, (output, node), writes gradients in a notation of its own.
        """
        write = self._writer(notation, _Text)
        return [self._line(step, write) for step in self.steps]

    def latex(self, notation="leibniz", only=None):
        """The backward pass as aligned LaTeX; `only` the gradients of some nodes, if given."""
        write = self._writer(notation, _Latex)
        lines = []
        for step in self.steps:
            if step.phase == "backward" and (only is None or step.source in only):
                what, *middle, result, total = write(step)
                shown = " = ".join([*filter(None, middle), result])
                added = rf",\quad \textstyle\sum = {total}" if total else ""
                lines.append(f"{what} &{step.sign} {shown}{added}")
        return Latex("\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}")

    def table(self, notation="leibniz"):
        """The rows of both passes: {"forward": rows, "backward": rows}, each row five texts."""
        write = self._writer(notation, _Text)
        rows = {"forward": [], "backward": []}
        for step in self.steps:
            rows[step.phase].append(write(step))
        return rows

    def __str__(self):
        return "\n\n".join(_aligned(phase, rows) for phase, rows in self.table().items())

    __repr__ = __str__

    def _line(self, step, write):
        what, *middle, result, total = write(step)
        line = f"{what} {step.sign} " + " = ".join([*filter(None, middle), result])
        return f"{line}; sum {what} = {total}" if total else line

    def _writer(self, notation, style):
        """The function step → (what, in symbols, in numbers, result, sum at a fan-out)."""
        gradient = notation if callable(notation) else style.gradient.get(notation)
        if gradient is None:
            raise ValueError(f"no notation {notation!r}: choose one of {', '.join(style.gradient)}")
        names = {node: style.name(label) for node, label in self.labels.items()}

        def write(step):
            if step.phase == "forward":
                return _forward_cells(step, names, style)
            return _backward_cells(step, names, style, lambda x: gradient(names[self.output], names[x]))

        return write


def _forward_cells(step, names, style):
    node = step.node
    if node.rule is None:
        return names[node], "", "", style.number(step.value), ""
    row, settings = node.rule.operation, settings_of(node)
    symbols = style.formula(row.value, letters_of(node, names), settings)
    numbers = ""
    if not any(x.shape for x in (*node.inputs, node)):
        numbers = style.formula(row.value, dict(zip(row.letters, [x.value for x in node.inputs])), settings)
    return names[node], symbols, numbers, style.number(step.value), ""


def _backward_cells(step, names, style, gradient):
    node = step.node
    if step.source is None:
        return gradient(node), "", "", style.number(step.total), ""
    row = node.rule.operation
    local = row.textbook(ranks_of(node.inputs))[step.position]
    formula = f"({local}) * g" if row.elementwise else local
    letters = {**letters_of(node, names), "out": names[node], "g": gradient(node)}
    symbols = style.formula(formula, letters, settings_of(node))
    if _is_summed(step):
        symbols = style.total + symbols
    numbers = ""
    if step.local is not None:
        numbers = style.number(step.local) + style.times + style.factor(step.upstream)
    total = ""
    if len(step.arrivals) > 1:
        total = f"{_sum(map(style.number, step.arrivals))} = {style.number(step.total)}"
    return gradient(step.source), symbols, numbers, style.number(step.contribution), total


def letters_of(node, names):
    """{letter: name of the operand}; a plain number written into the formula stands for itself."""
    numbers = [x.value if x.is_constant and not x.shape else names[x] for x in node.inputs]
    return dict(zip(node.rule.operation.letters, numbers))


def settings_of(node):
    """The settings of a node for its formulas, with what the words `count` and `inverse` come to."""
    settings = dict(node.rule.params)
    if node.op == "mean":
        entries = getattr(node.inputs[0].value, "size", 1)
        settings["count"] = entries // getattr(node.value, "size", 1)
    if node.op == "transpose":
        settings["inverse"] = inverse(settings["axes"])
    return settings


def _is_summed(step):
    """Whether the contribution is added up over axes along which the source was stretched."""
    x, out = step.source.shape, step.node.shape
    if step.node.rule.operation.elementwise:
        return x != out
    if step.node.op != "matmul" or max(ranks_of(step.node.inputs)) < 3:
        return False
    other = step.node.inputs[1 - step.position].shape
    return len(x) == 1 and len(other) > 2 or len(x) > 1 and len(other) > 1 and x[:-2] != out[:-2]


def _sum(terms):
    return " + ".join(f"({term})" if term[0] in "-−" else term for term in terms)


def _aligned(phase, rows):
    shown = [HEADS[phase], *rows[:PRINTED]]
    widths = [max(map(_width, column)) for column in zip(*shown)]
    lines = []
    for row in shown:
        padded = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths)]
        lines.append("  ".join(padded).rstrip())
    lines.insert(1, "─" * sum(widths, 8))
    if len(rows) > PRINTED:
        lines.append(f"… and {len(rows) - PRINTED} more")
    return "\n".join([f"{phase} pass", *lines])


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
            f"this graph has {len(order)} nodes: a trace of more than {LARGEST} is too long to read. Trace "
            "one example instead of many, or use array nodes: one node for a whole layer"
        )
    steps = [Step("forward", node, value=node.value) for node in order if not node.is_constant]
    with quiet(order):
        steps += _backward_steps(output, order, first_gradient(output, upstream))
    return Trace(output, order, labels(order), steps)


def _backward_steps(output, order, upstream):
    fan_out = Counter()
    for node in order:
        if node.rule is not None:
            fan_out.update(x for x, on in zip(node.inputs, node.rule.active) if on)
    gradients, arrivals = {output: upstream}, {}
    yield Step("backward", output, total=upstream)
    for node, i, contribution in messages(output, gradients):
        x, g = node.inputs[i], gradients[node]
        arrivals[x] = (*arrivals.get(x, ()), contribution)
        yield Step(
            "backward",
            node,
            source=x,
            position=i,
            local=_local(node, i),
            upstream=g,
            contribution=contribution,
            total=gradients[x],
            arrivals=arrivals[x],
            fan_out=fan_out[x],
        )


def _local(node, i):
    """The local derivative as a number; None where it is no single number."""
    if node.shape or node.inputs[i].shape:
        return None
    derivative = node.rule.operation.local_derivative(i, widest(node.inputs))
    return derivative and derivative(node.value, *[x.value for x in node.inputs])
