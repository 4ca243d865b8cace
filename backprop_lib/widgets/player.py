"""The player: both passes through a graph, one step at a time, in the picture and as a line of arithmetic; if
wanted with the program of the graph beside it.

What Python sends is one HTML output with a picture, the program and the list of all steps. That is all there
is where scripts are off. Where they are on, ``player.js`` makes it move, and needs Python no more: for a
graph of single numbers it has the graph's JavaScript, so that an input can be changed.
"""

import ast
import html
import math
from collections import defaultdict
from dataclasses import dataclass

from ..graph import leaves, topological_order
from ..program import source as program_of
from ..program.locals import values_and_locals
from ..program.writer import Program
from ..show.formula import in_text
from ..show.picture import Picture, picture, short
from ..show.trace import settings_of, trace
from . import kit

MOST_STEPS = 150  # nobody steps through more
ROOM = "−0.0000"  # of a number that can be changed: its wire is long enough for this one


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

    The arrow keys step. In a graph of single numbers the number of an input can be dragged, or moved with the
    arrow keys, and every value and gradient follows; "nudge" pushes an input by 0.01 and shows what every
    number does. A click on a gate shows local · upstream, one on a wire its sum over paths. None of this
    needs a kernel.

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
    if _is_live(passes, upstream):
        for node in passes.order:
            running[node].append(ROOM)
    drawing = picture(passes.order, passes.labels, gradients, running)
    program = program_of(output, wrt) if source else None
    return Player(drawing, tuple(passes.texts()), program, _html(passes, upstream, drawing, program))


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


def _html(passes, upstream, drawing, program):
    lines = {} if program is None else lines_of(program, passes.order)
    items = "\n".join(
        _item(step, text, lines.get(_found_in(step))) for step, text in zip(passes.steps, passes.texts())
    )
    twin = drawing.image(zoom=1.3)
    if program is not None:
        twin = _beside(twin, program, {lines.get(_found_in(step)) for step in passes.steps})
    summary = f"<summary>All {len(passes.steps)} steps as text</summary>"
    twin += f"\n<details>{summary}\n<ol>\n{items}\n</ol></details>"
    return kit.output("player", twin, _data(passes, upstream))


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


def _item(step, text, line):
    """A step as an item of the list: its text, its pass, and its line of the program."""
    of_program = "" if line is None else f' data-line="{line}"'
    return f'<li data-phase="{step.phase}"{of_program}>{html.escape(text)}</li>'


def _is_live(passes, upstream):
    """Whether the page can compute the passes anew: they are of finite numbers, and nothing else."""
    numbers = [node.value for node in passes.order]
    numbers.append(1.0 if upstream is None else upstream)
    return all([isinstance(number, (int, float)) and math.isfinite(number) for number in numbers])


def _data(passes, upstream):
    """What the script needs. A node is its place in the topological order.

    names: of the nodes. inputs: of each node. constants: which nodes are. steps: see `_step`. And where the
    page computes: program, which finds values and local derivatives; leaves, its arguments, and start, what
    they are; upstream.
    """
    serial = {node: i for i, node in enumerate(passes.order)}
    steps = [_step(step, serial, rows) for step, rows in zip(passes.steps, _rows(passes))]
    data = {
        "names": [passes.labels[node] for node in passes.order],
        "inputs": [[serial[x] for x in node.inputs] for node in passes.order],
        "constants": [serial[node] for node in passes.order if node.is_constant],
        "steps": steps,
    }
    if _is_live(passes, upstream):
        own = leaves(passes.output)
        edges = [(step.node, step.position) for step in passes.steps if step.source is not None]
        data["program"] = values_and_locals(passes.output, edges)
        data["leaves"] = [serial[leaf] for leaf in own]
        data["start"] = [leaf.value for leaf in own]
        data["upstream"] = 1.0 if upstream is None else float(upstream)
        for step in steps:
            written_there = ["numbers", "result", "total", "text"]
            if "template" in step:
                written_there.append("symbols")
            for name in written_there:
                step.pop(name, None)
    return data


def _rows(passes):
    """The cells of each line, with ⟦q⟧ for the gradient by q, written by the page in the notation chosen."""
    rows = passes.table(lambda output, node: f"⟦{node}⟧")
    return rows["forward"] + rows["backward"]


def _step(step, serial, row):
    """What a step says and shows: gate, the node that is computed, or wire, along which a gradient goes back;
    fan, how many contributions the receiver gets, if several; symbols, numbers, result and total, the parts
    of the line; text, the gradient so far; template, the formula, in it {i} for the i-th input.
    """
    _, symbols, numbers, result, total = row
    found = {"symbols": symbols, "numbers": numbers, "result": result, "total": total}
    if step.phase == "forward":
        found["gate"] = serial[step.node]
        if numbers:
            found["template"] = _template(step.node)
    else:
        found["wire"] = "out" if step.source is None else f"{serial[step.node]}-{step.position}"
        found["text"] = _so_far(step)
    if step.fan_out > 1:
        found["fan"] = step.fan_out
    return {name: value for name, value in found.items() if value != ""}


def _template(node):
    operands = []
    for i, x in enumerate(node.inputs):
        operands.append(x.value if x.is_constant and not x.shape else f"{{{i}}}")
    row = node.rule.operation
    return in_text(row.value, dict(zip(row.letters, operands)), settings_of(node))
