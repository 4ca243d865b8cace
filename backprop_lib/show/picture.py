"""The picture of a graph: left to right, the value above each wire, the gradient below it.

First comes what is drawn and how it is put in words, then how it is written as SVG. Where it goes,
`layout.py` decides.
"""

import html
from dataclasses import dataclass
from itertools import pairwise

from ..graph.names import labels, number
from ..graph.node import topological_order
from .formula import in_text, setting
from .layout import PORT, arrange
from .svg import SMALLEST_SCALE, figure, typeset, width_of
from .theme import FIELD, GRADIENT, GREY, INK, LABEL, PAGE, PAPER, SANS, VALUE, live, plain
from .trace import letters_of, settings_of

LARGEST = 10_000  # nodes; more are refused
MOST_NODES, MOST_LAYERS = 100, 16  # of a larger graph a part is drawn
SUPERSCRIPTS = {"2": "²", "3": "³"}
FONT, RADIUS, ROOM, ARROW, MARGIN = LABEL, 16, 24, 7, 10  # px
BOX, BOX_WIDTH, BOX_HEIGHT = "□", 82, 20  # what is written there as long as it is asked; px
STYLE = f"""
.bp-graph text {{ font: {FONT}px {SANS}; text-anchor: middle; fill: {INK};
  stroke: {PAPER}; stroke-width: 3px; stroke-linejoin: round; paint-order: stroke }}
.bp-graph .bp-gate {{ fill: {FIELD}; stroke: {INK}; stroke-width: 1.4 }}
.bp-graph .bp-label {{ stroke: none }}
.bp-graph .bp-wire path {{ fill: none; stroke: {GREY}; stroke-width: 1.3 }}
.bp-graph .bp-wire .bp-head {{ fill: {GREY}; stroke: none }}
.bp-graph .bp-name {{ font-weight: bold }}
.bp-graph .bp-leaf {{ font-weight: bold; text-anchor: end }}
.bp-graph .bp-value {{ fill: {VALUE} }}
.bp-graph .bp-grad {{ fill: {GRADIENT} }}
.bp-graph .bp-note {{ fill: {GREY}; text-anchor: start }}
"""


@dataclass(frozen=True, repr=False)
class Picture:
    """A picture that a notebook shows. svg: the drawing. alt: it in short. description: it in lines."""

    svg: str
    alt: str
    description: str
    width: float

    def save(self, path):
        """Write the drawing, in its light colours, to a file whose name ends in .svg."""
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(plain(self.svg))

    def image(self, zoom=1.15):
        """The drawing as an HTML figure. A wide one is scaled down while it can be read; then it scrolls."""
        widest = max(PAGE, self.width * SMALLEST_SCALE)
        return figure(self.svg, self.alt, self.width, min(self.width * zoom, widest))

    def _repr_html_(self):
        lines = "".join(f"<li>{html.escape(line)}</li>" for line in self.description.splitlines())
        words = f"<details><summary>The picture in words</summary><ul>{lines}</ul></details>"
        return self.image() + words + live()

    def __repr__(self):
        return self.description


def draw(output):
    """The picture of the graph of `output`, with the gradients that the last backward pass left in it.

    Of a graph with more than 100 nodes or 16 layers it shows the part next to the output, and says so. Raises
    ValueError for more than 10,000 nodes.
    """
    order = topological_order(output)
    return picture(order, labels(order), {node: node.grad for node in order})


def picture(order, names, gradients, running=None, asked=()):
    """The Picture of the nodes in `order`, the last of which is the output, with these names and gradients.

    running: {node: texts that will take the place of its gradient}; they get room, which a player needs.
    asked: what is hidden, ("value", node) or ("gradient", node); an empty box stands in its place.
    """
    if len(order) > LARGEST:
        raise ValueError(
            f"this graph has {len(order)} nodes: a picture of more than {LARGEST} shows nothing. Draw a "
            "part of it, by calling bp.draw on a node inside, or use array nodes: one node for a whole "
            "layer"
        )
    shown, wires, hidden = _part(order)
    note = f"Only the part next to the output: {hidden} more left of the wires marked …" if hidden else ""
    values, grads = _written(shown, gradients, asked)
    lines = {node: _in_words(node, wires, names, values[node], grads[node]) for node in shown}
    looks = {node: _look(node, wires, names, values[node], grads[node], running) for node in shown}
    svg, width = _svg(wires, looks, {node: i for i, node in enumerate(order)}, note)
    return Picture(svg, _alt(lines, names, note), "\n".join([*lines.values(), note]).strip(), width)


# What is drawn


def _part(order):
    """The nodes to draw, in order; the wires into each gate, {gate: [(i, input, port)]}; how many nodes are
    left out.

    A graph that is too large is cut at some distance from the output. A node there becomes the loose end of a
    wire.
    """
    everything = _distances(order, set(order))
    for reach in range(MOST_LAYERS, 0, -1):
        near = {node for node in order if everything.get(node, reach) < reach}
        shown = _distances(order, near)
        if len(shown) <= MOST_NODES:
            break
    wires = {node: _wires(node) for node in order if node in near and node.rule}
    return [node for node in order if node in shown], wires, len(everything) - len(shown)


def _distances(order, gates):
    """{node: length of the longest way from it to the output}, through `gates` only."""
    distance = {order[-1]: 0}
    for node in reversed(order):
        if node in distance and node in gates:
            for x in node.inputs:
                if not _is_folded(x):
                    distance[x] = max(distance.get(x, 0), distance[node] + 1)
    return distance


def _is_folded(node):
    """A plain number in a formula is drawn as part of the gate: ×2, 1/x."""
    return node.is_constant and not node.shape


def _wires(gate):
    """(i, input, port) for each wire into a gate. All arrive in the middle if the order of the operands is
    free.
    """
    inputs = [(i, x) for i, x in enumerate(gate.inputs) if not _is_folded(x)]
    last = len(inputs) - 1
    together = last < 1 or (gate.rule.operation.commutes and inputs[0][1] is not inputs[1][1])
    return [(i, x, 0 if together else 2 * k / last - 1) for k, (i, x) in enumerate(inputs)]


def gate_label(node, names):
    """What is written on the gate of a node: ``×``, or with a constant folded in ``×2``, ``1/q``, ``max(·,
    0)``. An input that is written out bears its own name: an x might be another node.
    """
    row = node.rule.operation
    letters = row.letters
    called = {letter: names[x] for letter, x in zip(letters, node.inputs)}
    usual = dict(zip(reversed(letters), reversed(row.defaults)))
    constants = {}
    for letter, x in zip(letters, node.inputs):
        if _is_folded(x) and x.value != usual.get(letter):
            constants[letter] = x.value
    if not constants:
        gate = f"|{called['x']}|" if node.op == "absolute" else row.gate
        return gate + _setting(node)
    texts = {letter: short(value) for letter, value in constants.items()}
    if row.gate.isalpha():
        return f"{row.gate}({', '.join(texts.get(letter, '·') for letter in letters)})"
    if list(constants) == list(letters[1:]):
        if row.gate == "^" and texts[letters[1]] in SUPERSCRIPTS:
            return called[letters[0]] + SUPERSCRIPTS[texts[letters[1]]]
        return row.gate + texts[letters[1]]
    formula = in_text(row.value, called | constants)
    return formula.replace(" / ", "/").replace(" · ", "·")


def _setting(node):
    """The axis, or the index, if it is not the usual one."""
    row, params = node.rule.operation, node.rule.params
    if "key" in params:
        return f" [{setting(params['key'])}]"
    axis = params.get("axis")
    return "" if axis == row.params.get("axis") else f" axis {axis}"


def short(value):
    """A value as the picture shows it: four significant digits (all of a whole number), or the shape of an
    array.
    """
    if getattr(value, "shape", ()):
        return str(value.shape)
    text = number(value, 4 if isinstance(value, float) and value % 1 else 6)
    return text if len(text) <= 16 else text[:15] + "…"


def _written(shown, gradients, asked):
    """({node: text of its value}, {node: text of its gradient}); no text where there is no gradient."""
    values, grads = {}, {}
    for node in shown:
        gradient = gradients.get(node)
        values[node] = BOX if ("value", node) in asked else short(node.value)
        grads[node] = "" if gradient is None else short(gradient)
        if ("gradient", node) in asked:
            grads[node] = BOX
    return values, grads


def _in_words(node, wires, names, value, grad):
    row = node.rule and node.rule.operation
    formula = "…" if row else ""
    if node in wires:
        formula = in_text(row.value, letters_of(node, names), settings_of(node))
    if node.shape and value != BOX:
        value = f"array {node.shape}"
    known = f", gradient {grad}" if grad == BOX or grad and not node.shape else ""
    return (" = ".join(filter(None, [names[node], formula, value])) + known).replace(BOX, "?")


def _alt(lines, names, note):
    *_, output = lines
    if len(lines) <= 12:
        return f"Computational graph of {names[output]}: {'; '.join(lines.values())}. {note}".strip()
    leaves = [names[node] for node in lines if node.rule is None and not node.is_constant]
    start = ", ".join(leaves[:8] + ["…"] * (len(leaves) > 8 or not leaves))
    return f"Computational graph with {len(lines)} nodes, from {start} to {lines[output]}. {note}".strip()


# How it is written


@dataclass(frozen=True)
class _Look:
    """What is written on a node. gate: empty for a leaf, whose name stands at the left end of its wire."""

    name: str
    gate: str
    value: str
    grad: str
    width: float  # of the gate, or of the name of a leaf
    stub: float  # length of the straight wire that carries the numbers


def _look(node, wires, names, value, grad, running):
    gate = gate_label(node, names) if node in wires else ""
    name = names[node]
    if not gate:  # a leaf, or the loose end of a wire whose gate is not drawn
        name = "…" if node.rule else "" if node.is_constant else names[node]
    numbers = [value, grad, *(running or {}).get(node, ())]
    width = max(2 * RADIUS, _text_width(gate) + 12) if gate else _text_width(name) + 8
    return _Look(name, gate, value, grad, width, max(28, *(_text_width(text) + 10 for text in numbers)))


def _text_width(text):
    return BOX_WIDTH if text == BOX else width_of(text, FONT)


def _svg(wires, looks, serial, note):
    """(text, width) of the drawing. Nodes and wires carry numbers, by which the player finds them."""
    room = {node: (ROOM + FONT * bool(look.gate and look.name), ROOM) for node, look in looks.items()}
    layers, routes = arrange(wires, room)
    columns, edges, width = _columns(layers, looks)
    width = max(width, _text_width(note) + 2 * MARGIN)
    height = max(p.y + p.below for layer in layers for p in layer) + 2 * MARGIN + (FONT if note else 0)
    output = layers[-1][0]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bp-graph" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}">\n<style>{STYLE}</style>',
        f'<rect width="100%" height="100%" fill="{PAPER}"/>\n<g transform="translate({MARGIN} {MARGIN})">',
        *(_wire(f"{serial[gate]}-{i}", *_path(route, columns, edges)) for (gate, i), route in routes.items()),
        _wire("out", f"M{edges[output.node][1]:.1f} {output.y}", columns[-1].end + ARROW, output.y),
    ]
    for place in (place for layer in layers for place in layer if place.node is not None):
        look = looks[place.node]
        parts.append(
            f'<g class="bp-node" data-node="{serial[place.node]}">{_node(place, look, columns, edges)}</g>'
        )
    parts += [_text("bp-note", 0, height - 2 * MARGIN, note), "</g>\n</svg>\n"]
    return "\n".join(parts), width


@dataclass(frozen=True)
class _Column:
    left: float
    right: float  # where the widest gate ends and the straight part of the wires begins
    end: float  # where they bend


def _columns(layers, looks):
    """The columns, {node: (left, right) of its gate}, and the width of it all: as narrow as texts and bends
    allow.
    """
    columns, edges, x = [], {}, 0.0
    for layer in layers:
        own = {p.node: looks[p.node] for p in layer if p.node is not None}
        right = x + max(look.width for look in own.values())
        end = right + max(look.stub for look in own.values())
        widest = max((look.width for look in own.values() if look.gate), default=0)
        for node, look in own.items():
            outer = (
                right - (widest - look.width) / 2 if look.gate else right
            )  # gates are centred, names end together
            edges[node] = outer - look.width, outer
        columns.append(_Column(x, right, end))
        bend = max((abs(p.y - q.y) for p in layer for q, _ in p.targets), default=0)
        x = end + ARROW + 5 + min(40, 0.4 * bend)
    return columns, edges, columns[-1].end + ARROW + 2 * MARGIN


def _path(route, columns, edges):
    """(path, x, y) of a wire up to its tip."""
    (first, _), *_, (gate, port) = route
    tip = edges[gate.node][0] + RADIUS - (RADIUS**2 - (PORT * port) ** 2) ** 0.5
    path = f"M{edges[first.node][1]:.1f} {first.y}"
    for (p, _), (q, port) in pairwise(route):
        end, left, y = columns[p.layer].end, min(columns[q.layer].left, tip - ARROW), q.y + PORT * port
        middle = (end + left) / 2
        path += f"H{end:.1f}C{middle:.1f} {p.y} {middle:.1f} {y:.1f} {left:.1f} {y:.1f}"
    return path, tip, y


def _wire(key, path, tip, y):
    head = f'<path class="bp-head" d="M{tip:.1f} {y:.1f}l-{ARROW} -3.5v7z"/>'
    return f'<g class="bp-wire" data-wire="{key}"><path d="{path}H{tip - ARROW + 1:.1f}"/>{head}</g>'


def _node(place, look, columns, edges):
    y, column, (left, right) = place.y, columns[place.layer], edges[place.node]
    centre, middle, base = (left + right) / 2, (column.right + column.end) / 2, y + 0.35 * FONT
    numbers = _number("bp-value", middle, y - 5, y - 3 - BOX_HEIGHT, look.value)
    numbers += _number("bp-grad", middle, y + FONT + 1, y + 3, look.grad)
    if not look.gate:
        return _text("bp-leaf", right - 5, base, look.name) + numbers
    box = f'x="{left:.1f}" y="{y - RADIUS:.1f}" width="{look.width:.1f}" height="{2 * RADIUS}" rx="{RADIUS}"'
    name = _text("bp-name", centre, y - RADIUS - 5, look.name)
    return f'<rect class="bp-gate" {box}/>' + _text("bp-label", centre, base, look.gate) + name + numbers


def _number(kind, x, y, top, text):
    if text != BOX:
        return _text(kind, x, y, text)
    place = f'x="{x - BOX_WIDTH / 2:.1f}" y="{top}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="3"'
    return f'<rect class="{kind}-box" {place} fill="{PAPER}" stroke="{INK}"/>'


def _text(kind, x, y, text):
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{typeset(text, FONT)}</text>' if text else ""
