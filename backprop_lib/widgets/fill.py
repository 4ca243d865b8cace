"""Empty boxes on the wires of a graph: the reader works the numbers out, each is judged at once, and a
mistake is named.

What can go wrong at a box is worked out here: the number that each mistake gives, and its sentence. The page,
``fill.js``, gets them as data. It judges by the same rules as `judge`, and needs no kernel.
"""

import base64
import html
import json
import math
import zlib
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from ..graph import Constant, Node, apply, topological_order
from ..program.locals import values_and_locals
from ..show.picture import Picture, picture, short
from ..show.svg import SMALLEST_SCALE
from ..show.trace import trace
from . import kit

MOST_BOXES = 60  # nobody fills in more
WIDEST = 950  # px; a wide picture is scaled down while it can be read, then it scrolls
ZOOM = 1.3  # a box must be large enough for what is typed
NEAR = 1e-3  # of the number itself: four significant digits are enough, also where one computes on with them
ROUNDED = 0.02  # so far off may be a number that was rounded too early
FACTORS = (2, 3, 4, 10, 100)

# {0} is a name. What is said about a mistake is true whenever it is said.
SENTENCES = {
    "right": "Right.",
    "follows": "This follows from an earlier number of yours, which is not right yet. It counts half.",
    "no number": "This cannot be read as a number. Arithmetic is allowed: −4, 2/3, -4*1.",
    "no shape": "This cannot be read as a shape. Write (5, 3); (5,) for a vector; () for a single number.",
    "not yet": "Not yet.",
    "either": "Not yet. Two slips lead to this number. One: {0} The other: {1}",
    "right first": "Not yet: you need the box to the right first, {0}.",
    "left first": "Not yet: you need the box to the left first, {0}.",
    "sign": "Not yet: the sign is the opposite one.",
    "minus": "Not yet: the sign is the opposite one. The second input of a minus gets −1 times the upstream.",
    "negated": "Not yet: the sign is the opposite one. A minus sign passes on −1 times the upstream.",
    "divided": "Not yet: off by a factor of {1}. ÷{0} passes on 1/{0} of the upstream, not {0} times.",
    "times": "Not yet: off by a factor of {1}. ×{0} passes on {0} times the upstream, not 1/{0} of it.",
    "exponent": "Not yet: off by a factor of {0}. The exponent {0} becomes a factor of the slope.",
    "added": "Not yet: that is local + upstream. Along a path they are multiplied.",
    "product": "Not yet: that is the product of the branches. They are added, not multiplied.",
    "both": "Not yet: a max or min passes the gradient on to the winner only, {0}. The loser gets 0.",
    "function": "Not yet: that is with {0} itself. The local derivative is its slope, {0}′.",
    "slope": "Not yet: that is with the slope of {0}, which is not the function of this gate.",
    "local": "Not yet: that is the local derivative alone. The upstream gradient is forgotten.",
    "upstream": "Not yet: that is the upstream gradient alone. The local derivative is forgotten.",
    "value": "Not yet: that is the value of {0}, not its gradient.",
    "begin": "Not yet: the backward pass begins with ∂{0}/∂{0}, the rate of {0} with respect to itself.",
    "swapped": "Not yet: that is what {0} gets at this gate. At a product each gets the value of the other.",
    "other": "Not yet: that is what {0} gets, the other input of this gate.",
    "branch": "Not yet: that comes through {0} only. At a fan-out the contributions are added.",
    "missing": "Not yet: the contribution through {0} is missing. At a fan-out all of them are added.",
    "factor": "Not yet: off by a factor of {0}.",
    "rounding": "Close: less than two per cent off. Give four significant digits, or the arithmetic.",
    "input": "Not yet: that is the value of {0}; the gate has not been applied.",
    "operation": "Not yet: that would be {0}. Look at the sign in the gate.",
    "gradient": "Not yet: that is the gradient at {0}, not its value.",
    "transposed": "Not yet: that is the transposed shape.",
    "upstream shape": "Not yet: that is the shape of the upstream. A gradient has the shape of its value.",
    "other shape": "Not yet: that is the shape of {0}. A gradient has the shape of its own value.",
    "input shape": "Not yet: that is the shape of {0}, which goes into this gate.",
    "inner": "Not yet: these are the inner sizes, over which the product sums. The outer ones remain.",
}  # fmt: skip

# What the gate would give with another operation: (how it is called, its function).
OTHER_OPERATIONS = {
    "add": [("the product", lambda x, y: x * y)],
    "multiply": [("the sum", lambda x, y: x + y)],
    "subtract": [("the sum", lambda x, y: x + y)],
    "divide": [("the product", lambda x, y: x * y), ("upside down", lambda x, y: y / x)],
    "power": [("the product", lambda x, y: x * y)],
}
ROUTES = {"maximum", "minimum", "where"}  # one input gets everything
WINNERS = {"maximum", "minimum"}
BENDS = ROUTES | {"relu"}  # what they pass on is told better in words than as a formula
# What stands for the slope of a gate by mistake: the slope of another function, from the value of the gate.
OTHER_SLOPES = {
    "sigmoid": ("tanh", lambda x, out: 1 - out**2),
    "tanh": ("σ", lambda x, out: out * (1 - out)),
    "log": ("exp", lambda x, out: math.exp(x)),
    "sqrt": ("a square", lambda x, out: 2 * x),
}
CURVES = {"sigmoid", "tanh", "log", "sin", "cos", "sqrt"}  # their value is not their slope
HAS_OTHER = {"multiply", "divide", "power"} | ROUTES


@dataclass(frozen=True)
class Mistake:
    """answer: the number, or the shape, to which it leads. kind: its sentence. about: the name in it, or a
    tuple of all that is put into it.
    """

    answer: float | tuple
    kind: str
    about: str | tuple = ""


@dataclass(frozen=True)
class Question:
    """An empty box. what: "value" or "gradient" of the node. right: the number, or the shape. how: the line
    of arithmetic that leads to it.
    """

    what: str
    node: Node
    name: str
    right: float | tuple
    mistakes: tuple
    how: str


@dataclass(frozen=True)
class Verdict:
    """kind: a key of SENTENCES. sentence: that sentence, with its names."""

    kind: str
    sentence: str


@dataclass(frozen=True, repr=False)
class Fill:
    """Empty boxes that a notebook shows. questions: one for each. html: what is sent."""

    picture: Picture
    questions: tuple
    html: str

    def _repr_html_(self):
        return self.html

    def __repr__(self):
        asked = [f"{question.name} = ?" for question in self.questions]
        return "\n".join([self.picture.description, "", *asked, SHOWN])


SHOWN = "bp.play(output) shows the answers."


def fill(output, ask="gradients", upstream=None):
    """The graph of `output` with empty boxes on its wires, to be filled in. Changes no gradient.

    Each box is judged when it is left, and a mistake is named: the sign, a factor that was forgotten, a
    branch that was not added. Arithmetic such as ``-4*1`` or ``2/3`` can be typed; four significant digits
    are enough. Where the graph has arrays, shapes are asked for. In the page Enter goes to the next box, the
    arrow keys go from box to box, ? shows the number of a box. None of this needs a kernel.

    ask: "gradients" of all nodes, given the values; "values" of all gates, given the gradients; or "both".
    upstream: the gradient that arrives at `output`, needed if it is no single number. Then it is not asked.

    Raises ValueError for another `ask`, for symbols, for numbers that are not finite, for more than 60 boxes,
    and for a graph that does not fit in one picture.
    """
    sheet = sheet_of(output, ask, upstream)
    if sheet.drawing.svg.count('-box"') < len(sheet.questions):
        raise ValueError(
            "of so deep a graph the picture shows the last part only: ask for a part, by calling bp.fill on "
            "a node inside"
        )
    data = {"rules": RULES, "packed": packed(sheet.data())}
    html = kit.output("fill", sheet.drawing.image(ZOOM) + twin_of(sheet), data)
    return Fill(sheet.drawing, sheet.questions, html)


# What the page has to know: how answers are compared, and how large pictures are.
RULES = {
    "near": NEAR, "rounded": ROUNDED, "factors": FACTORS,
    "widest": WIDEST, "least": SMALLEST_SCALE, "ratio": ZOOM,
}  # fmt: skip


def twin_of(sheet, shown=SHOWN):
    """The questions as a list, which is all there is where scripts are off."""
    items = "".join([f"<li>{html.escape(question.name)} = ?</li>" for question in sheet.questions])
    return f'\n<div class="bp-twin"><p>Fill in the empty boxes:</p><ol>{items}</ol><p>{shown}</p></div>'


def packed(data):
    """Data and the sentences as text that nobody reads by chance."""
    data = data | {"sentences": SENTENCES}
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def judge(question, answer, follows=None, missing=()):
    """The Verdict on an answer, a number or a shape.

    follows: what would be right if the reader's earlier numbers were. missing: the names of the boxes that
    have to be filled in before this one and are empty; then no mistake is named. If two mistakes
    lead to the same answer, both are named; if more do, none is.
    """
    kind, *about = _judged(question, answer, follows, missing)
    return Verdict(kind, SENTENCES[kind].format(*about))


def _judged(question, answer, follows, missing):
    right = question.right
    if is_near(answer, right):
        return "right", ""
    if follows is not None and is_near(answer, follows):
        return "follows", ""
    if missing:
        return "left first" if question.what == "value" else "right first", " and ".join(missing)
    named = {}
    for mistake in question.mistakes:
        if is_near(answer, mistake.answer):
            named.setdefault(mistake.kind, []).append(mistake.about)
    if len(named) > 2:
        return "not yet", ""
    if len(named) == 2:
        return "either", *[sentence_of(kind, names) for kind, names in named.items()]
    for kind, names in named.items():
        return kind, *about_of(names)
    if isinstance(right, tuple) or right == 0:
        return "not yet", ""
    return _by_size(answer / right, right)


def about_of(names):
    """What is put into a sentence: a pair is put in part by part, of several names there is a list."""
    first = names[0]
    return first if isinstance(first, tuple) else [" or ".join(dict.fromkeys(names))]


def sentence_of(kind, names):
    """The sentence of a mistake as a part of a longer one."""
    return SENTENCES[kind].format(*about_of(names)).removeprefix("Not yet: ")


def _by_size(ratio, right):
    """What can be said of a number that no mistake explains."""
    for factor in FACTORS:
        if is_near(ratio, factor) or is_near(ratio, 1 / factor):
            return "factor", factor
    if abs(ratio - 1) < ROUNDED and right % 1:
        return "rounding", ""
    return "not yet", ""


def is_near(answer, right):
    """Whether two numbers agree in what is asked for; shapes are equal or not."""
    if isinstance(right, tuple):
        return answer == right
    return abs(answer - right) <= NEAR * abs(right) + 1e-12


class Sheet:
    """All that is asked about one graph.

    order: its nodes. names: of each node. gradients: {node: number or array}. arrivals: {node: the steps of
    the trace in which its gradient arrives}. shapes: whether shapes are asked for, and not numbers.
    """

    def __init__(self, output, ask, upstream):
        passes = trace(output, upstream)
        self.output, self.order, self.names = output, passes.order, passes.labels
        self.shapes = any([node.shape for node in self.order])
        self.gradients = {}
        self.arrivals = {node: [] for node in self.order}
        self.lines = defaultdict(list)
        table = passes.table()
        rows = table["forward"] + table["backward"]
        for step, text, row in zip(passes.steps, passes.texts(), rows):
            what = "value" if step.phase == "forward" else "gradient"
            node = step.node if step.source is None else step.source
            if step.source is not None and step.node.op in BENDS and step.local is not None:
                text = _line_at_a_bend(step, row, self.names)
            self.lines[what, node].append(text)
            if what == "gradient":
                self.gradients[node] = step.total
                if step.source is not None:
                    self.arrivals[node].append(step)
        self.boxes = self._boxes(ask, upstream is not None)
        for _, node in self.boxes:
            self._refuse(node)
        self.questions = tuple([self._question(what, node) for what, node in self.boxes])

    @cached_property
    def drawing(self):
        """The Picture with the empty boxes."""
        return picture(self.order, self.names, self.gradients, asked=set(self.boxes))

    def _boxes(self, ask, is_upstream_given):
        values = [("value", node) for node in self.order if node.rule and not node.is_constant]
        gradients = [("gradient", node) for node in reversed(self.order) if node in self.gradients]
        if is_upstream_given:
            gradients.remove(("gradient", self.output))
        asked = {"gradients": gradients, "values": values, "both": values + gradients}
        if ask not in asked:
            raise ValueError(f"ask is one of {', '.join(map(repr, asked))}; got {ask!r}")
        if len(asked[ask]) > MOST_BOXES:
            raise ValueError(
                f"that would be {len(asked[ask])} boxes; nobody fills in more than {MOST_BOXES}. Ask for a "
                "part of the graph, by calling bp.fill on a node inside"
            )
        return asked[ask]

    def _refuse(self, node):
        if self.shapes:
            return
        name = self.names[node]
        numbers = [node.value, self.gradients.get(node, 0.0)]
        if not all([isinstance(number, float) for number in numbers]):
            raise ValueError(f"{name} is a symbol, and boxes are for numbers: give the inputs numbers")
        if not all(map(math.isfinite, numbers)):
            raise ValueError(f"{name} has a value or a gradient that is not finite: nobody can type it")

    def _question(self, what, node):
        right, how = self.right(what, node), "; ".join(self.lines[what, node])
        if self.shapes and not node.shape:
            how += ", a single number: its shape is ()"
        found = self.mistakes(what, node)
        mistakes = tuple([mistake for mistake in found if not is_as_good(mistake.answer, right)])
        return Question(what, node, f"{what} at {self.names[node]}", right, mistakes, how)

    def right(self, what, node):
        """The right answer: a number, or a shape."""
        if self.shapes:
            return node.shape
        return node.value if what == "value" else self.gradients[node]

    def mistakes(self, what, node):
        """Every Mistake that can be made at a box, also one that leads to the right answer."""
        if self.shapes:
            return self._shape_mistakes(what, node)
        return self._value_mistakes(node) if what == "value" else self._gradient_mistakes(node)

    def _gradient_mistakes(self, node):
        total = self.gradients[node]
        steps = self.arrivals[node]
        mistakes = [Mistake(-total, _kind_of_sign(steps))]
        if node is self.output:
            name = self.names[node]
            return [*mistakes, Mistake(node.value, "value", name), Mistake(0.0, "begin", name)]
        locals_, upstreams = [step.local for step in steps], [step.upstream for step in steps]
        others = self._of_the_other(steps[0]) if len(steps) == 1 else []
        # A factor of 1 or −1 that is forgotten is no mistake, or a mistake in the sign.
        if any([abs(upstream) != 1 for upstream in upstreams]):
            mistakes.append(Mistake(sum(locals_), "local"))
        # If the loser of a max gets the upstream gradient, it gets what belongs to the winner.
        is_routed = len(steps) == 1 and (steps[0].node.op in WINNERS or others and steps[0].node.op in ROUTES)
        if any([abs(local) != 1 for local in locals_]) and not is_routed:
            mistakes.append(Mistake(sum(upstreams), "upstream"))
        # At a product that gets the gradient 1, the value is what the other input gets: that is said.
        if not any([step.node.op == "multiply" and step.upstream == 1 for step in steps]):
            mistakes.append(Mistake(node.value, "value", self.names[node]))
        mistakes += self._of_the_gates(steps)
        if len(steps) == 1:
            return mistakes + others
        return mistakes + self._of_some(steps, total)

    def _of_the_gates(self, steps):
        """What comes of a local derivative that is combined wrongly, or is another one."""
        found = self._of_losers(steps)
        if all([step.contribution for step in steps]):  # to add 0 is no mistake of this kind
            found.append(Mistake(sum([step.local + step.upstream for step in steps]), "added"))
        if len(steps) > 1:
            return [*found, Mistake(math.prod([step.contribution for step in steps]), "product")]
        (step,) = steps
        gate, x = step.node, step.source.value
        if gate.op in CURVES:
            found.append(Mistake(gate.value * step.upstream, "function", gate.rule.operation.gate))
        if gate.op in OTHER_SLOPES:
            called, slope = OTHER_SLOPES[gate.op]
            found.append(Mistake(slope(x, gate.value) * step.upstream, "slope", called))
        return found + _of_constants(step)

    def _of_losers(self, steps):
        """What comes of a loser of a max that gets the gradient all the same."""
        total, winners = 0.0, []
        for step in steps:
            is_loser = step.node.op in WINNERS and step.local == 0
            total += step.upstream if is_loser else step.contribution
            if is_loser:
                winners.append(self.names[step.node.inputs[1 - step.position]])
        return [Mistake(total, "both", " and ".join(winners))] if winners else []

    def _of_the_other(self, step):
        """What the other inputs of the gate get."""
        found = []
        is_loser = step.node.op in WINNERS and step.local == 0
        if step.node.op not in HAS_OTHER or is_loser:
            return found
        for other in self.order:
            for arrival in self.arrivals[other]:
                if arrival.node is step.node and other is not step.source:
                    kind = "swapped" if step.node.op == "multiply" else "other"
                    found.append(Mistake(arrival.contribution, kind, self.names[other]))
        return found

    def _of_some(self, steps, total):
        """What comes of some of several contributions."""
        found = []
        for step in steps:
            gate = self.names[step.node]
            found.append(Mistake(step.contribution, "branch", gate))
            if len(steps) > 2:
                found.append(Mistake(total - step.contribution, "missing", gate))
        return found

    def _value_mistakes(self, node):
        mistakes = [Mistake(-node.value, "sign")]
        operands = [x.value for x in node.inputs]
        for x in node.inputs:
            if not x.is_constant:
                mistakes.append(Mistake(x.value, "input", self.names[x]))
        for called, function in OTHER_OPERATIONS.get(node.op, ()):
            if called != "upside down" or operands[0] != 0:
                mistakes.append(Mistake(function(*operands), "operation", called))
        if node in self.gradients:
            mistakes.append(Mistake(self.gradients[node], "gradient", self.names[node]))
        return mistakes

    def _shape_mistakes(self, what, node):
        mistakes = [Mistake(node.shape[::-1], "transposed")]
        if what == "value":
            for x in node.inputs:
                mistakes.append(Mistake(x.shape, "input shape", self.names[x]))
            if node.op == "matmul":
                first, second = node.inputs
                mistakes.append(Mistake((first.shape[-1], second.shape[0]), "inner"))
            return mistakes
        for step in self.arrivals[node]:
            mistakes.append(Mistake(step.node.shape, "upstream shape"))
            for x in step.node.inputs:
                if x is not node:
                    mistakes.append(Mistake(x.shape, "other shape", self.names[x]))
        return mistakes

    def follows(self, question, believed):
        """What the reader would have to type if their own numbers were right.

        believed: {("value" or "gradient", node): number}, their numbers where these are not right.
        """
        if self.shapes:
            return None

        def values_of(gate):
            return [believed.get(("value", x), x.value) for x in gate.inputs]

        node = question.node
        if question.what == "value":
            return float(node.rule.forward(*values_of(node)))
        if node is self.output:
            return question.right
        total = 0.0
        for step in self.arrivals[node]:
            upstream = believed.get(("gradient", step.node), step.upstream)
            out = step.node.rule.forward(*values_of(step.node))
            total += step.node.rule.pull(upstream, out, *values_of(step.node))[step.position]
        return total

    def needed(self, question):
        """The questions that have to be answered before this one. A shape needs none."""
        if self.shapes:
            return []
        if question.what == "value":
            nodes = question.node.inputs
        else:
            nodes = [step.node for step in self.arrivals[question.node]]
        return [one for one in self.questions if one.what == question.what and one.node in nodes]

    def start(self):
        """What is asked, and where one begins."""
        name = self.names[self.output]
        of = "the shape of " if self.shapes else ""
        asked = {what for what, _ in self.boxes}
        values = f"Green boxes: {of}the value on each wire. Begin at the left."
        gradients = f"Red boxes: {of}the gradient of {name} at each wire. Begin at the right"
        if ("gradient", self.output) in self.boxes:
            gradients += f": what is {of}∂{name}/∂{name}?"
        else:
            gradients += f": {of}∂{name}/∂{name} is given."
        parts = []
        if "value" in asked:
            parts.append(values)
        if "gradient" in asked:
            parts.append(gradients)
        return " ".join(parts)

    def data(self):
        """What the page needs. A node is its place in the topological order; see `fill.js`."""
        serial = {node: i for i, node in enumerate(self.order)}
        boxes = []
        for question in self.questions:
            mistakes = [[_sent(one.answer), one.kind, one.about] for one in question.mistakes]
            boxes.append({
                "what": question.what,
                "node": serial[question.node],
                "name": question.name,
                "right": _sent(question.right),
                "text": short(question.right) if not self.shapes else str(question.right),
                "how": question.how,
                "mistakes": mistakes,
            })  # fmt: skip
        data = {"boxes": boxes, "shapes": self.shapes, "start": self.start()}
        if not self.shapes:
            data |= self._numbers(serial)
        return data

    def _numbers(self, serial):
        gates = {}
        for node in self.order:
            if node.rule and not node.is_constant:
                gates[serial[node]] = _gate_alone(node)
        arrivals = {}
        for node, steps in self.arrivals.items():
            if steps:
                arrivals[serial[node]] = [[serial[step.node], step.position] for step in steps]
        return {
            "inputs": [[serial[x] for x in node.inputs] for node in self.order],
            "values": [node.value for node in self.order],
            "gradients": [self.gradients.get(node, 0.0) for node in self.order],
            "gates": gates,
            "arrivals": arrivals,
        }


def sheet_of(output, ask="gradients", upstream=None):
    """The Sheet of a graph."""
    topological_order(output)  # says what is wrong
    return Sheet(output, ask, upstream)


def _gate_alone(node):
    """JavaScript of one gate, as a function of all its operands that are no constants: its value is the last
    of `values`, and `locals` are its derivatives by those operands. A derivative that does not exist is 0.
    """
    operands = []
    for i, x in enumerate(node.inputs):
        operands.append(Constant(x.value) if x.is_constant else Node(x.value, f"x{i}"))
    gate = apply(node.rule.operation, *operands, **node.rule.params)
    edges = [(gate, i) for i, active in enumerate(node.rule.active) if active]
    return {
        "program": values_and_locals(gate, edges),
        "args": [i for i, x in enumerate(node.inputs) if not x.is_constant],
        "edges": [i for _, i in edges],
    }


def _line_at_a_bend(step, row, names):
    """Which input a gate lets through: ``z lost the max: 0 · 5 = 0``."""
    gate, name = step.node, names[step.source]
    _, _, numbers, result, total = row
    if gate.op in WINNERS:
        contest = gate.rule.operation.gate
        outcome = {1: "won", 0: "lost"}.get(step.local, "shares")
        cause = f"{name} {outcome} the {contest}"
    elif gate.op == "relu":
        cause = f"{name} is positive, relu is open" if step.local else f"{name} is not positive, relu is shut"
    else:
        cause = f"{name} is chosen" if step.local else f"{name} is not chosen"
    line = f"{cause}: {numbers} = {result}"
    return f"{line}; sum {row[0]} = {total}" if total else line


def _kind_of_sign(steps):
    """The opposite sign, with its cause if the gate tells."""
    if len(steps) != 1:
        return "sign"
    gate = steps[0].node
    if gate.op == "subtract" and steps[0].position == 1:
        return "minus"
    return "negated" if gate.op == "negative" else "sign"


def _of_constants(step):
    """What comes of a constant of the gate that is used upside down, or forgotten."""
    gate = step.node
    constants = [x.value for x in gate.inputs if x.is_constant]
    if len(constants) != 1 or constants[0] in (0, 1, -1):
        return []
    (constant,) = constants
    shown, square = short(constant), short(constant**2)
    if gate.op == "divide" and step.position == 0:
        return [Mistake(constant * step.upstream, "divided", (shown, square))]
    if gate.op == "multiply":
        return [Mistake(step.upstream / constant, "times", (shown, square))]
    if gate.op == "power" and step.position == 0:
        return [Mistake(step.contribution / constant, "exponent", shown)]
    return []


def is_as_good(answer, right):
    """Whether a mistake cannot be told from what is right, or from what is nearly right."""
    if isinstance(right, tuple):
        return answer == right
    return abs(answer - right) <= ROUNDED * abs(right) + 1e-12


def _sent(answer):
    return str(answer) if isinstance(answer, tuple) else answer
