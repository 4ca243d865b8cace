"""The picture of a graph: left to right, the value above each wire, the gradient below it.

What is drawn comes first, then where it goes (layer by layer, in an order that avoids crossings, on wires as straight as
they can be), then how that is written as SVG.
"""

import base64
import html
from dataclasses import dataclass, field
from itertools import accumulate, combinations, pairwise
from pathlib import Path

from .backward import topological_order
from .formula import in_text, labels, number

LARGEST = 10_000  # nodes; more are refused
MOST_NODES, MOST_LAYERS = 100, 16  # of a larger graph a part is drawn
PAGE_WIDTH, SMALLEST_SCALE = 620, 0.72  # px; a wider picture is scaled down while it can still be read, then it scrolls

FONT, RADIUS, PORT, ARROW, MARGIN = 13, 15, 6, 7, 10  # px
STYLE = f"""
.bp-graph text {{ font: {FONT}px Helvetica, Arial, sans-serif; text-anchor: middle; fill: #1f2328;
  stroke: #fff; stroke-width: 3px; stroke-linejoin: round; paint-order: stroke }}
.bp-graph .bp-gate {{ fill: #f6f8fa; stroke: #1f2328; stroke-width: 1.4 }}
.bp-graph .bp-gate + text {{ stroke: none }}
.bp-graph .bp-wire path {{ fill: none; stroke: #59636e; stroke-width: 1.3 }}
.bp-graph .bp-wire .bp-head {{ fill: #59636e; stroke: none }}
.bp-graph .bp-name {{ font-weight: bold }}
.bp-graph .bp-leaf {{ font-weight: bold; text-anchor: end }}
.bp-graph .bp-value {{ fill: #116329 }}
.bp-graph .bp-grad {{ fill: #b3261e }}
.bp-graph .bp-note {{ text-anchor: start; fill: #59636e }}
"""


@dataclass(frozen=True, repr=False)
class Picture:
    """A picture that a notebook shows. svg: the drawing. alt: what it says, shortly. description: a line for every node."""

    svg: str
    alt: str
    description: str
    width: float

    def save(self, path):
        """Write the drawing to a file whose name ends in .svg."""
        Path(path).write_text(self.svg, encoding="utf-8")

    def image(self):
        """The drawing as an HTML image: notebooks show it even before they are trusted."""
        data = base64.b64encode(self.svg.encode()).decode()
        shown = round(min(self.width, max(PAGE_WIDTH, self.width * SMALLEST_SCALE)))
        limit = "none" if shown > PAGE_WIDTH else "100%"
        return (
            f'<div style="overflow-x:auto"><img src="data:image/svg+xml;base64,{data}" alt="{html.escape(self.alt)}" '
            f'width="{shown}" style="max-width:{limit};height:auto"></div>'
        )

    def _repr_html_(self):
        lines = "".join(f"<li>{html.escape(line)}</li>" for line in self.description.splitlines())
        return f"{self.image()}<details><summary>The picture in words</summary><ul>{lines}</ul></details>"

    def __repr__(self):
        return self.description


def draw(output):
    """The picture of the graph of `output`, with the gradients that the last backward pass left in it.

    Of a graph with more than 100 nodes or 16 layers it shows the part next to the output, and says so. Raises ValueError
    for more than 10,000 nodes.
    """
    order = topological_order(output)
    return picture(order, labels(order), {node: node.grad for node in order})


def picture(order, names, gradients):
    """The Picture of the nodes in `order`, the last of which is the output, with these names and gradients."""
    if len(order) > LARGEST:
        raise ValueError(
            f"this graph has {len(order)} nodes: a picture of more than {LARGEST} shows nothing. Draw a part of it, by calling "
            "bp.draw on a node inside, or use array nodes: one node for a whole layer"
        )
    depth, wires, hidden = _part(order)
    note = f"Only the part next to the output: {hidden} more node{'s' * (hidden > 1)} left of the wires marked …" if hidden else ""
    lines = {node: _in_words(node, wires, names, gradients[node]) for node in order if node in depth}
    layers, routes = _places(depth, wires)
    for place in (place for layer in layers for place in layer if place.node is not None):
        place.label(wires, names, gradients)
    _untangle(layers)
    _straighten(layers)
    width, svg = _svg(layers, routes, {node: i for i, node in enumerate(order)}, note)
    return Picture(svg, _alt(lines, names, note), "\n".join([*lines.values(), *filter(None, [note])]), width)


# What is drawn


def _part(order):
    """The nodes to draw, {node: its distance from the output}; the wires into each gate; how many nodes are left out.

    A graph that is too large is cut at some distance from the output. A node there becomes the loose end of a wire.
    """
    everything = _distances(order, order)
    for reach in range(MOST_LAYERS, 0, -1):
        near = {node: None for node in order if everything.get(node, reach) < reach}
        depth = _distances(order, near)
        if len(depth) <= MOST_NODES:
            break
    wires = {node: [(i, x) for i, x in enumerate(node.inputs) if not _is_folded(x)] for node in near if node.rule}
    return depth, wires, len(everything) - len(depth)


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


def gate_label(node):
    """What is written on the gate of a node: ``×``, or with a constant folded in ``×2``, ``1/x``, ``max(·, 0)``."""
    row, axis = node.rule.operation, node.rule.params.get("axis")
    letters = row.arguments.split(", ")
    default = dict(zip(reversed(letters), reversed(row.defaults)))
    constants = {
        letter: short(x.value) for letter, x in zip(letters, node.inputs) if _is_folded(x) and default.get(letter) != x.value
    }
    if not constants:
        return row.gate if axis == row.params.get("axis") else f"{row.gate} axis {axis}"
    if row.gate.isalpha():
        return f"{row.gate}({', '.join(constants.get(letter, '·') for letter in letters)})"
    if list(constants) == letters[1:]:
        return row.gate + constants[letters[1]]
    return in_text(row.value, {letter: constants.get(letter, "x") for letter in letters}).replace(" / ", "/").replace(" · ", "·")


def short(value):
    """A value as the picture shows it: four significant digits (all of a whole number), or the shape of an array."""
    if getattr(value, "shape", ()):
        return str(value.shape)
    text = number(value, 4 if isinstance(value, float) and value % 1 else 6)
    return text if len(text) <= 16 else text[:15] + "…"


def _in_words(node, wires, names, gradient):
    row = node.rule and node.rule.operation
    formula = in_text(row.value, row.letters(names[x] for x in node.inputs)) if node in wires else "…" if row else ""
    value = f"array {node.shape}" if node.shape else short(node.value)
    known = "" if gradient is None or node.shape else f", gradient {short(gradient)}"
    return " = ".join(filter(None, [names[node], formula, value])) + known


def _alt(lines, names, note):
    output = list(lines)[-1]
    if len(lines) <= 12:
        return f"Computational graph of {names[output]}: {'; '.join(lines.values())}."
    leaves = [names[node] for node in lines if node.rule is None]
    start = ", ".join(leaves[:8]) + ", …" * (len(leaves) > 8)
    return f"Computational graph with {len(lines)} nodes, from {start} to {lines[output]}. {note}".strip()


# Where it goes


@dataclass(eq=False, slots=True)
class _Place:
    """Where a node stands; or, without a node, where a wire passes a layer on its way.

    sources, targets: its neighbours as (place, port). The port is −1 at the upper end of a gate's left side, where the
    first operand arrives, 1 at the lower end, 0 in the middle.
    """

    node: object
    layer: int
    sources: list = field(default_factory=list)
    targets: list = field(default_factory=list)
    y: float = 0.0
    name: str = ""
    gate: str = ""
    value: str = ""
    grad: str = ""

    def label(self, wires, names, gradients):
        """Decide what is written on it."""
        node, gradient = self.node, gradients[self.node]
        self.gate = gate_label(node) if node in wires else ""
        self.name = node.name or "" if self.gate else "…" if node.rule else "" if node.is_constant else names[node]
        self.value, self.grad = short(node.value), "" if gradient is None else short(gradient)

    @property
    def above(self):
        return self.below + (FONT if self.gate and self.name else 0)

    @property
    def below(self):
        return 8 if self.node is None else 22

    @property
    def width(self):
        return max(2 * RADIUS, _text_width(self.gate) + 12) if self.gate else _text_width(self.name) + 5


def _places(depth, wires):
    """The layers, lists of places from top to bottom, and the route of each wire, {(gate, i): [(place, port), …]}."""
    last = max(depth.values())
    at = {node: _Place(node, last - steps) for node, steps in depth.items()}
    passing, routes = {}, {}
    for gate, inputs in wires.items():
        for k, (i, x) in enumerate(inputs):
            passed = [passing.setdefault((x, layer), _Place(None, layer)) for layer in range(at[x].layer + 1, at[gate].layer)]
            port = 2 * k / (len(inputs) - 1) - 1 if len(inputs) > 1 else 0
            routes[gate, i] = route = [(place, 0) for place in (at[x], *passed)] + [(at[gate], port)]
            for (left, _), right in pairwise(route):
                if right not in left.targets:
                    left.targets.append(right)
                    right[0].sources.append((left, right[1]))
    layers = [[] for _ in range(last + 1)]
    waiting, seen = [next(place for place in at.values() if place.layer == last)], set()
    while waiting:  # from the output to the left, first operands first: a tree comes out without a crossing
        place = waiting.pop()
        if place not in seen:
            seen.add(place)
            layers[place.layer].append(place)
            waiting += [source for source, _ in reversed(place.sources)]
    return layers, routes


def _untangle(layers):
    """Sort each layer by the mean rank of its neighbours, to and fro, and keep the order with the fewest crossings."""
    fewest, best = _crossings(layers), [list(layer) for layer in layers]
    for _ in range(10):
        for side, sequence in (("targets", layers[::-1]), ("sources", layers)):
            if fewest == 0:
                return
            rank = _ranks(layers)
            for layer in sequence:
                mean = {p: _mean([rank[q] + port / 9 for q, port in getattr(p, side)], rank[p]) for p in layer}
                layer.sort(key=mean.get)
                rank |= {p: i for i, p in enumerate(layer)}
            if (found := _crossings(layers)) < fewest:
                fewest, best = found, [list(layer) for layer in layers]
    layers[:] = best


def _ranks(layers):
    return {place: i for layer in layers for i, place in enumerate(layer)}


def _crossings(layers):
    rank = _ranks(layers)
    wires = [[(rank[p], rank[q] + port / 9) for p in layer for q, port in p.targets] for layer in layers]
    return sum((a - c) * (b - d) < 0 for layer in wires for (a, b), (c, d) in combinations(layer, 2))


def _mean(values, otherwise):
    return sum(values) / len(values) if values else otherwise


def _straighten(layers):
    """Set y: each place at the mean height of its neighbours, left and right in turns, as far as the others leave room."""
    for layer in layers:
        for upper, lower in pairwise(layer):
            lower.y = upper.y + upper.below + lower.above
    for _ in range(8):
        for layer in reversed(layers):
            _settle(layer, [_mean([q.y + PORT * port for q, port in p.targets], p.y) for p in layer])
        for layer in layers:
            _settle(layer, [_mean([q.y - PORT * port for q, port in p.sources], p.y) for p in layer])


def _settle(layer, wanted):
    """Move the layer to the heights nearest to `wanted`, by least squares, at which no place touches the next."""
    offsets = list(accumulate((upper.below + lower.above for upper, lower in pairwise(layer)), initial=0))
    blocks = []  # (mean, size): places that touch move together
    for y, offset in zip(wanted, offsets):
        blocks.append((y - offset, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, n), (b, m) = blocks[-2:]
            blocks[-2:] = [((a * n + b * m) / (n + m), n + m)]
    means = [mean for mean, size in blocks for _ in range(size)]
    for place, mean, offset in zip(layer, means, offsets):
        place.y = mean + offset


# How it is written


def _text_width(text):
    return sum(0.34 if c in " .,:;|()[]/·il1'" else 0.62 for c in text) * FONT


def _svg(layers, routes, serial, note):
    """(width, text) of the drawing. Nodes and wires carry numbers, by which the player finds them."""
    drawn = [p for layer in layers for p in layer]
    top = min(p.y - p.above for p in drawn) - MARGIN
    for p in drawn:
        p.y = round(p.y - top, 1)
    height = max(p.y + p.below for p in drawn) + MARGIN + (FONT if note else 0)
    columns, width = _columns(layers)
    width = max(width, _text_width(note) + 2 * MARGIN)
    parts = [_wire(f"{serial[gate]}-{i}", route, columns) for (gate, i), route in routes.items()]
    parts += [_node(p, serial[p.node], columns[p.layer], p.layer == len(layers) - 1) for p in drawn if p.node is not None]
    parts += [f'<text class="bp-note" x="{MARGIN}" y="{height - MARGIN:.1f}">{note}</text>'] if note else []
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="bp-graph" {size}>\n<style>{STYLE}</style>'
    return width, "\n".join([head, '<rect width="100%" height="100%" fill="#fff"/>', *parts, "</svg>\n"])


@dataclass(frozen=True)
class _Column:
    left: float
    centre: float  # of its gates
    right: float  # where the widest of them ends
    end: float  # of the straight part of the wires that leave it

    def edge(self, place, side):
        """x of the left (−1) or right (1) end of what stands at `place`."""
        return self.centre + side * place.width / 2 if place.gate else self.right


def _columns(layers):
    """The columns, and the width of all of them: as narrow as gates, names, numbers and the bends of wires allow."""
    columns, x = [], MARGIN
    for layer in layers:
        gates = max((p.width for p in layer if p.gate), default=0)
        right = x + max(p.width for p in layer)
        end = right + max(28, *(_text_width(text) + 10 for p in layer for text in (p.value, p.grad)))
        columns.append(_Column(x, right - gates / 2, right, end))
        bend = max((abs(p.y - q.y) for p in layer for q, _ in p.targets), default=0)
        x = end + ARROW + 5 + min(34, 0.35 * bend)
    return columns, columns[-1].end + ARROW + MARGIN


def _wire(key, route, columns):
    source = route[0][0]
    path = [f"M{columns[source.layer].edge(source, 1):.1f} {source.y}"]
    for (p, _), (q, port) in pairwise(route):
        end, left, y = columns[p.layer].end, columns[q.layer].left, q.y + PORT * port
        middle = (end + left) / 2
        path.append(f"H{end:.1f}C{middle:.1f} {p.y} {middle:.1f} {y:.1f} {left:.1f} {y:.1f}")
    tip = columns[q.layer].edge(q, -1) + RADIUS - (RADIUS**2 - (PORT * port) ** 2) ** 0.5
    return f'<g class="bp-wire" data-wire="{key}"><path d="{"".join(path)}H{tip - ARROW + 1:.1f}"/>{_head(tip, y)}</g>'


def _head(tip, y):
    return f'<path class="bp-head" d="M{tip:.1f} {y:.1f}l-{ARROW} -3.5v7z"/>'


def _node(place, serial, column, is_output):
    y, parts = place.y, []
    if is_output:
        start, tip = column.edge(place, 1), column.end + ARROW
        parts.append(f'<g class="bp-wire"><path d="M{start:.1f} {y}H{tip - ARROW + 1:.1f}"/>{_head(tip, y)}</g>')
    if place.gate:
        left, width = column.edge(place, -1), place.width
        box = f'x="{left:.1f}" y="{y - RADIUS:.1f}" width="{width:.1f}" height="{2 * RADIUS}" rx="{RADIUS}"'
        parts.append(f'<rect class="bp-gate" {box}/>{_text("", column.centre, y + 0.35 * FONT, place.gate)}')
        parts.append(_text("bp-name", column.centre, y - RADIUS - 5, place.name))
    else:
        parts.append(_text("bp-leaf", column.right - 5, y + 0.35 * FONT, place.name))
    middle = (column.right + column.end) / 2
    parts.append(_text("bp-value", middle, y - 5, place.value))
    parts.append(_text("bp-grad", middle, y + FONT + 2, place.grad))
    return f'<g class="bp-node" data-node="{serial}">{"".join(parts)}</g>'


def _text(kind, x, y, text):
    kind = f'class="{kind}" ' if kind else ""
    return f'<text {kind}x="{x:.1f}" y="{y:.1f}">{html.escape(text)}</text>' if text else ""
