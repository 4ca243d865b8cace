"""One backward pass in the notation of each of the five lectures: the same unit, the same numbers, five
alphabets.
"""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Lecture:
    """How one lecture writes a unit: its names, its gradients, and what a reader trips over."""

    title: str
    weight: str
    input: str
    preactivation: str
    prediction: str
    target: str
    loss: str
    rate: str
    reduction: str
    gradient: object
    mind: str


LECTURES = {
    "000": Lecture(
        "Backpropagation, INF721, Universidade Federal de Viçosa", "w", "x", "z", "y_hat", "y", "L", "lr", "one example", _leibniz,
        "one symbol for local and global derivatives",
    ),
    "001": Lecture(
        "Backpropagation, DL in Applied Mathematics, lecture 5", "w", "x", "z", "a", "y", "C", "eta", "mean", _delta_at_z,
        "δ stands for ∂C/∂z only; the input is layer 1",
    ),
    "002": Lecture(
        "Neural Networks, Backpropagation, COMP 5212, HKUST", "w", "x", "z", "y", "t", "L", "alpha", "mean, sum", _bar,
        "y is the prediction, t the target",
    ),
    "003": Lecture(
        "Backpropagation, day 11, Tufts", "w_12", "y_1", "x_2", "y_2", "y_target", "E", "alpha", "sum", _straight,
        "x is the input of a node, y its output; w12 leads from 1 to 2",
    ),
    "004": Lecture(
        "Backpropagation, Deep Learning lecture 3, FHWS", "theta", "x", "z", "p", "y", "J", "alpha", "one example", _delta,
        "δ is ∂J/∂p at the output, not ∂J/∂z",
    ),
}  # fmt: skip


class Unit:
    """The unit ½(σ(w · x) − y)² in the letters of one lecture, with its gradients."""

    def __init__(self, number, w=0.5, x=2.0, y=0.0):
        lecture = self.lecture = LECTURES[number]
        self.w, self.x, self.y = Node(w, lecture.weight), Node(x, lecture.input), Node(y, lecture.target)
        self.z = self.w * self.x
        self.p = sigmoid(self.z)
        self.loss = (self.p - self.y) ** 2 / 2
        self.z.name, self.p.name, self.loss.name = lecture.preactivation, lecture.prediction, lecture.loss
        backward(self.loss)

    def latex(self):
        """Forward and backward pass, the lines of the backward pass taken from the trace."""
        w, x, z, p, y, loss = (
            name_in_latex(node.name) for node in (self.w, self.x, self.z, self.p, self.y, self.loss)
        )  # fmt: skip
        forward = [
            rf"{z} &= {w}\,{x} = {self.z.value:.4g}",
            rf"{p} &= \sigma({z}) = {self.p.value:.4f}",
            rf"{loss} &= \tfrac12({p} - {y})^2 = {self.loss.value:.4f}",
            rf"{self.lecture.gradient(loss, p)} &= {p} - {y} = {self.p.grad:.4f}",
        ]
        backward_lines = trace(self.loss).latex(self.lecture.gradient, only=(self.z, self.w))
        inner = backward_lines.split("\n", 1)[1].rsplit("\n", 1)[0]
        return "\\begin{aligned}\n" + " \\\\\n".join(forward) + " \\\\\n" + inner + "\n\\end{aligned}"


class Rosetta(Panel):
    """What `rosetta` returns: a choice of lectures in a notebook, all five one after the other on paper."""

    view_kind, lecture = "HTMLMath", "000"

    def table(self):
        """The letters of the five lectures side by side, as Markdown."""
        rows = [
            ("weight", "weight"), ("input", "input"), ("pre-activation", "preactivation"), ("prediction", "prediction"),
            ("target", "target"), ("loss", "loss"), ("learning rate", "rate"),
        ]  # fmt: skip
        lines = ["| | " + " | ".join(LECTURES) + " |", "|---" * (len(LECTURES) + 1) + "|"]
        for title, field in rows:
            cells = [f"${name_in_latex(getattr(lecture, field))}$" for lecture in LECTURES.values()]
            lines.append(f"| {title} | " + " | ".join(cells) + " |")
        gradient = [
            f"${lecture.gradient(name_in_latex(lecture.loss), 'z')}$" for lecture in LECTURES.values()
        ]
        lines.append("| gradient at z | " + " | ".join(gradient) + " |")
        lines.append(
            "| loss of several examples | "
            + " | ".join(lecture.reduction for lecture in LECTURES.values())
            + " |"
        )
        lines.append("| mind | " + " | ".join(lecture.mind for lecture in LECTURES.values()) + " |")
        return "\n".join(lines)

    def static(self):
        parts = [
            f"**{number}** · {lecture.title}\n\n$${Unit(number).latex()}$$"
            for number, lecture in LECTURES.items()
        ]
        plain = "One backward pass in the notations of lectures " + ", ".join(LECTURES)
        return {"text/markdown": "\n\n".join(parts), "text/plain": plain}

    def view(self):
        lecture = LECTURES[self.lecture]
        return f"<p>{lecture.title}. <i>Mind:</i> {lecture.mind}.</p>$${Unit(self.lecture).latex()}$$"

    def parts(self):
        titles = {number: lecture.title for number, lecture in LECTURES.items()}
        return [switch("lecture", "lecture", titles), self.view]


def rosetta():
    """One backward pass, switchable between the notations of the five lectures."""
    return Rosetta()
