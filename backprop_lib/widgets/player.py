"""The player: both passes through a graph, one step at a time, in the picture and as a line of arithmetic; if
wanted with the program of the graph beside it.

What Python sends is one HTML output with a picture, the program and the list of all steps. That is all there
is where scripts are off. Where they are on, ``player.js`` makes it move, and needs Python no more.
"""

import ast
import html
from collections import defaultdict
from dataclasses import dataclass
from importlib.resources import files

from ..graph import topological_order
from ..program import source as program_of
from ..program.writer import Program
from ..show.picture import Picture, picture, short
from ..show.trace import trace

MOST_STEPS = 150  # nobody steps through more
NOTATIONS = ("leibniz", "bar", "delta")


@dataclass(frozen=True, repr=False)
class Player:
    """A player that a notebook shows. picture: the final state. steps: the lines of arithmetic. program: what
    `bp.source` gives, or None. html: what is sent.
    """

    picture: Picture
    steps: tuple
    program: Program | None
    html: str

    def _repr_html_(self):
        return self.html

    def __repr__(self):
        steps = "\n".join(self.steps)
        return steps if self.program is None else f"{steps}\n\n{self.program}"


def play(output, upstream=None, *, source=False, wrt=None):
    """A player for the forward and the backward pass of `output`. Changes no gradient.

    upstream: the gradient that arrives at `output`, needed if it is no single number.
    source: whether the program of the graph, `bp.source(output, wrt)`, stands beside the picture. The line of
        a step is marked; a line that you point at, or reach with Tab and the arrow keys, lights up its gates
        and wires. What has no line of its own belongs to the line in which it is used.
    wrt: leaves, or their names, whose gradients the program computes; all of them if not given.

    Raises ValueError for more than 150 steps, and for an `upstream` or a `wrt` that the program cannot have.
    """
    if source and upstream is not None:
        raise ValueError("a program begins with the gradient 1: leave out upstream, or source")
    if wrt is not None and not source:
        raise ValueError("wrt says which gradients the program computes: pass source=True as well")
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
    program = program_of(output, wrt) if source else None
    return Player(drawing, tuple(passes.texts()), program, _html(passes, drawing, program))


def lines_of(program, order):
    """{("value" or "gradient", node): the number of its line}, and for what has none the first line in which
    it is used. Lines count from 1; `order` is that of the graph's nodes.
    """
    function = ast.parse(program).body[-1]
    numbers = {argument.arg: argument.lineno for argument in function.args.args}
    for statement in function.body:
        if isinstance(statement, ast.Assign):
            numbers[statement.targets[0].id] = statement.lineno
    own = {what: numbers[name] for name, what in program.meaning.items() if name in numbers}
    users = defaultdict(list)  # a value is used by the gates it enters, a gradient for those of the inputs
    for node in order:
        for i, x in enumerate(node.inputs):
            users["value", x].append(("value", node))
            if node.rule.active[i]:
                users["gradient", node].append(("gradient", x))
    everything = [("value", node) for node in reversed(order)] + [("gradient", node) for node in order]
    lines = {}
    for what in everything:  # after its users
        used = [lines[user] for user in users[what] if user in lines]
        if what in own or used:
            lines[what] = own.get(what) or min(used)
    return lines


def _html(passes, drawing, program):
    serial = {node: i for i, node in enumerate(passes.order)}
    lines = {} if program is None else lines_of(program, passes.order)
    texts = zip(*(passes.texts(notation) for notation in NOTATIONS))
    items = "\n".join(_item(step, serial, lines, *notations) for step, notations in zip(passes.steps, texts))
    room = files(__package__)
    css, script = ((room / name).read_text(encoding="utf-8") for name in ("player.css", "player.js"))
    image = drawing.image(zoom=1.3)
    beside = image
    if program is not None:
        beside = _beside(image, program, {lines.get(_found_in(step)) for step in passes.steps})
    return (
        f'<div class="bp-player">\n{beside}\n'
        f"<details><summary>All {len(passes.steps)} steps as text</summary>\n<ol>\n{items}\n</ol></details>\n"
        f"<style>\n{css}</style>\n<script>\n{script}</script>\n</div>"
    )


def _beside(image, program, of_steps):
    """The picture, and beside it the program; a line that belongs to a step says its number."""
    code = ""
    for number, line in enumerate(program.splitlines(), start=1):
        data = f' data-line="{number}"' if number in of_steps else ""
        code += f"<span{data}>{html.escape(line)}</span>\n"
    group = 'class="bp-program" role="group" aria-label="The program of this graph" tabindex="0"'
    return f'<div class="bp-pair"><div>\n{image}\n</div>\n<pre {group}>{code}</pre></div>'


def _receiver(step):
    return step.node if step.source is None else step.source


def _found_in(step):
    """What the step finds, as `lines_of` names it."""
    return "value" if step.phase == "forward" else "gradient", _receiver(step)


def _so_far(step):
    """The gradient that a backward step reveals; more may be on its way."""
    return short(step.total) + " + …" * (step.source is not None and len(step.arrivals) < step.fan_out)


def _item(step, serial, lines, text, *others):
    """A step as an item of the list: its text, and for the script what it lights up, which number it reveals,
    and its line of the program.
    """
    gate = serial[step.node]
    data = {"phase": step.phase, "gate": gate, "shows": serial[_receiver(step)]}
    if step.phase == "forward":
        data["wires"] = " ".join(f"{gate}-{i}" for i in range(len(step.node.inputs)))
    else:
        data["wires"] = "out" if step.source is None else f"{gate}-{step.position}"
        data["text"] = _so_far(step)
        data |= zip(NOTATIONS[1:], others)
    if _found_in(step) in lines:
        data["line"] = lines[_found_in(step)]
    attributes = " ".join(f'data-{key}="{html.escape(str(value))}"' for key, value in data.items())
    return f"<li {attributes}>{html.escape(text)}</li>"
