"""One backward pass in the notation of each of the five lectures: the same unit, the same numbers, five
alphabets.
"""

import html

from ..graph import Node, backward, sigmoid
from ..show.notation import name_in_latex
from ..show.trace import trace
from .panel import Panel, switch


def _leibniz(output, node):
    return rf"\frac{{\partial {output}}}{{\partial {node}}}"


def _straight(output, node):
    return rf"\frac{{d{output}}}{{d{node}}}"


def _bar(output, node):
    return rf"\overline{{{node}}}"


def _delta(output, node):
    return rf"\delta_{{{node}}}"


def _delta_at_z(output, node):
    return r"\delta" if node == "z" else _leibniz(output, node)


LECTURES = {
    "000": "Backpropagation, INF721, Universidade Federal de Viçosa",
    "001": "Backpropagation, DL in Applied Mathematics, lecture 5",
    "002": "Neural Networks, Backpropagation, COMP 5212, HKUST",
    "003": "Backpropagation, day 11, Tufts",
    "004": "Backpropagation, Deep Learning lecture 3, FHWS",
}
LETTERS = {  # what each lecture writes, in the order of the lectures
    "weight": ("w", "w", "w", "w_12", "theta"),
    "input": ("x", "x", "x", "y_1", "x"),
    "pre-activation": ("z", "z", "z", "x_2", "z"),
    "prediction": ("y_hat", "a", "y", "y_2", "p"),
    "target": ("y", "y", "t", "y_target", "y"),
    "loss": ("L", "C", "L", "E", "J"),
    "learning rate": ("lr", "eta", "alpha", "alpha", "alpha"),
}
GRADIENTS = _leibniz, _delta_at_z, _bar, _straight, _delta
REDUCTIONS = "one example", "mean", "mean, sum", "sum", "one example"
MIND = (
    "one symbol for local and global derivatives",
    "δ stands for ∂C/∂z only; the input is layer 1",
    "y is the prediction, t the target",
    "x is the input of a node, y its output; w12 leads from 1 to 2",
    "δ is ∂J/∂p at the output, not ∂J/∂z",
)


class Unit:
    """The unit ½(σ(w · x) − y)² in the letters of one lecture, with its gradients."""

    def __init__(self, lecture, w=0.5, x=2.0, y=0.0):
        column = list(LECTURES).index(lecture)
        letters = {meaning: row[column] for meaning, row in LETTERS.items()}
        self.gradient = GRADIENTS[column]
        self.w, self.x = Node(w, letters["weight"]), Node(x, letters["input"])
        self.y = Node(y, letters["target"])
        self.z = self.w * self.x
        self.p = sigmoid(self.z)
        self.loss = (self.p - self.y) ** 2 / 2
        self.z.name, self.p.name = letters["pre-activation"], letters["prediction"]
        self.loss.name = letters["loss"]
        backward(self.loss)

    def latex(self):
        """Forward and backward pass, the lines of the backward pass taken from the trace."""
        nodes = self.w, self.x, self.z, self.p, self.y, self.loss
        w, x, z, p, y, loss = (name_in_latex(node.name) for node in nodes)
        forward = [
            rf"{z} &= {w}\,{x} = {self.z.value:.4g}",
            rf"{p} &= \sigma({z}) = {self.p.value:.4f}",
            rf"{loss} &= \tfrac12({p} - {y})^2 = {self.loss.value:.4f}",
            rf"{self.gradient(loss, p)} &= {p} - {y} = {self.p.grad:.4f}",
        ]
        backward_lines = trace(self.loss).latex(self.gradient, only=(self.z, self.w))
        inner = backward_lines.split("\n", 1)[1].rsplit("\n", 1)[0]
        return "\\begin{aligned}\n" + " \\\\\n".join(forward) + " \\\\\n" + inner + "\n\\end{aligned}"


class Rosetta(Panel):
    """What `rosetta` returns: a choice of lectures in a notebook, all five one after the other on paper."""

    view_kind, lecture, script = "HTMLMath", "000", "rosetta"

    def table(self):
        """The letters of the five lectures side by side, as Markdown."""
        gradients = [gradient(name_in_latex(loss), "z") for gradient, loss in zip(GRADIENTS, LETTERS["loss"])]
        rows = {title: [f"${name_in_latex(name)}$" for name in names] for title, names in LETTERS.items()}
        rows |= {"gradient at z": [f"${gradient}$" for gradient in gradients]}
        rows |= {"loss of several examples": REDUCTIONS, "mind": MIND}
        lines = ["| | " + " | ".join(LECTURES) + " |", "|---" * (len(LECTURES) + 1) + "|"]
        return "\n".join(lines + [f"| {title} | {' | '.join(cells)} |" for title, cells in rows.items()])

    def static(self):
        units = [
            f"**{number}** · {title}\n\n$${Unit(number).latex()}$$" for number, title in LECTURES.items()
        ]
        page = []
        for number, title, mind in zip(LECTURES, LECTURES.values(), MIND):
            words = f"<p><b>{number}</b> · {title}. <i>Mind:</i> {mind}.</p>"
            formulas = html.escape(Unit(number).latex())
            page.append(f'<div class="bp-lecture">{words}$${formulas}$$</div>')
        plain = "One backward pass in the notations of lectures " + ", ".join(LECTURES)
        return {"text/markdown": "\n\n".join(units), "text/html": "\n".join(page), "text/plain": plain}

    def data(self):
        return {"lectures": list(LECTURES), "state": {"lecture": self.lecture}}

    def view(self):
        title, mind = LECTURES[self.lecture], MIND[list(LECTURES).index(self.lecture)]
        return f"<p>{title}. <i>Mind:</i> {mind}.</p>$${Unit(self.lecture).latex()}$$"

    def parts(self):
        return [switch("lecture", "lecture", LECTURES), self.view]


def rosetta():
    """One backward pass, switchable between the notations of the five lectures."""
    return Rosetta()
