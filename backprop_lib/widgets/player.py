"""The player: both passes through a graph, one step at a time, in the picture and as a line of arithmetic.

What Python sends is one HTML output with a picture and the list of all steps. That is all there is where
scripts are off. Where they are on, ``player.js`` makes it move, and needs Python no more.
"""

import html
from collections import defaultdict
from dataclasses import dataclass
from importlib.resources import files

from ..graph import topological_order
from ..show.picture import picture, short
from ..show.trace import trace

MOST_STEPS = 150  # nobody steps through more
NOTATIONS = ("leibniz", "bar", "delta")


@dataclass(frozen=True, repr=False)
class Player:
    """A player that a notebook shows. picture: the final state. steps: the lines of arithmetic. html: what is
    sent.
    """

    picture: object
    steps: tuple
    html: str

    def _repr_html_(self):
        return self.html

    def __repr__(self):
        return "\n".join(self.steps)


def play(output, upstream=None):
    """A player for the forward and the backward pass of `output`. Changes no gradient.

    upstream: the gradient that arrives at `output`, needed if it is no single number. Raises ValueError for
    more than 150 steps.
    """
    order = topological_order(output)
    forward = sum(not node.is_constant for node in order)
    steps = 1 + forward + sum(sum(node.rule.active) for node in order if node.rule)
    if steps > MOST_STEPS:
        raise ValueError(
            f"the two passes through this graph take {steps} steps; a player shows at most {MOST_STEPS}. "
            "Play a part of it, by calling bp.play on a node inside, or use array nodes: one node for a "
            "whole layer. print(bp.trace(output)) lists all steps"
        )
    passes = trace(output, upstream)
    gradients, running = {}, defaultdict(list)
    for step in passes.steps:
        if step.phase == "backward":
            gradients[_receiver(step)] = step.total
            running[_receiver(step)].append(_so_far(step))
    drawing = picture(passes.order, passes.labels, gradients, running)
    return Player(drawing, tuple(passes.texts()), _html(passes, drawing))


def _html(passes, drawing):
    serial = {node: i for i, node in enumerate(passes.order)}
    texts = zip(*(passes.texts(notation) for notation in NOTATIONS))
    items = "\n".join(_item(step, serial, *notations) for step, notations in zip(passes.steps, texts))
    room = files(__package__)
    css, script = ((room / name).read_text(encoding="utf-8") for name in ("player.css", "player.js"))
    return (
        f'<div class="bp-player">\n{drawing.image(zoom=1.3)}\n'
        f"<details><summary>All {len(passes.steps)} steps as text</summary>\n<ol>\n{items}\n</ol></details>\n"
        f"<style>\n{css}</style>\n<script>\n{script}</script>\n</div>"
    )


def _receiver(step):
    return step.node if step.source is None else step.source


def _so_far(step):
    """The gradient that a backward step reveals; more may be on its way."""
    return short(step.total) + " + …" * (step.source is not None and len(step.arrivals) < step.fan_out)


def _item(step, serial, text, *others):
    """A step as an item of the list: its text, and for the script what it lights up and which number it
    reveals.
    """
    gate = serial[step.node]
    data = {"phase": step.phase, "gate": gate, "shows": serial[_receiver(step)]}
    if step.phase == "forward":
        data["wires"] = " ".join(f"{gate}-{i}" for i in range(len(step.node.inputs)))
    else:
        data["wires"] = "out" if step.source is None else f"{gate}-{step.position}"
        data["text"] = _so_far(step)
        data |= zip(NOTATIONS[1:], others)
    attributes = " ".join(f'data-{key}="{html.escape(str(value))}"' for key, value in data.items())
    return f"<li {attributes}>{html.escape(text)}</li>"
