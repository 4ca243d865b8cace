"""A layered network as a picture: units in columns, edges between them, values above and gradients below."""

from copy import copy

from .picture import short
from .svg import Drawing, box, circle, image, line, text, width_of
from .theme import CHOSEN, GRADIENT, GREY, INK, LABEL, PAGE, PAPER, VALUE, tint

PAD = 2  # px of paper around words: a wire that ends beside a number is no minus sign
RADIUS, SIZE, LEADING = 17, LABEL, 16  # px: of a unit, of its numbers, from one line of them to the next
MARGIN, TO_LOSS = 70, 96  # px: at the sides of a picture, from the output to E
LOSS = "the loss"  # what E is called among the nodes
COLUMN, ROW = 160, 160  # px from column to column, at least, and from unit to unit
AIR = (
    60,
    110,
    160,
    210,
    260,
    320,
)  # px above and below all units: the first that leaves room for all numbers
PARTS = [k / 40 for k in range(8, 33)]  # of an edge: where a label may stand


class Network:
    """place: {name of a unit: (x, y)}.

    `edge`, `unit` and `label` add to the drawing; `parts` is its SVG. Labels come last: each takes the first
    place on its edge where it covers nothing, and one that finds none is left out.
    """

    def __init__(self, place, radius=RADIUS):
        self.place, self.radius = place, radius
        self.edges, self.papers, self.units, self.words = [], [], [], []
        self.ends, self.left_out = [], []  # (start, end) of all edges, and of those without a label
        self.labels = {}  # {(start, end): the middle of its label}
        self.covered = []  # (left, top, right, bottom) of units and words

    @property
    def parts(self):
        return [*self.edges, *self.papers, *self.units, *self.words]

    def edge(self, start, end, colour=GREY, width=1.2):
        self.ends.append((start, end))
        self.edges.append(line([self.place[start], self.place[end]], colour, width))

    def unit(self, name, inside, values=(), gradients=(), chosen=False, **font):
        """A circle with a word inside, lines of values above it, and lines of gradients below it."""
        (x, y), radius = self.place[name], self.radius
        fill, width = (tint(CHOSEN), 3) if chosen else (PAPER, 1.4)
        self.units.append(circle(x, y, radius, fill, CHOSEN if chosen else INK, width))
        self.words.append(text(x, y + 5, inside, halo=False, **font))
        self.covered.append((x - radius, y - radius, x + radius, y + radius))
        above, below = y - radius - 5 - LEADING * (len(values) - 1), y + radius + LEADING
        self._lay_paper(x, above, values)
        self._write(x, above, values, VALUE)
        self._lay_paper(x, below, gradients)
        self._write(x, below, gradients, GRADIENT)

    def label(self, start, end, value, gradient="", weight="normal"):
        """A value above an edge and a gradient below it, if there is room."""
        half = max(width_of(words, SIZE, weight) for words in (value, gradient)) / 2
        others = [[self.place[name] for name in ends] for ends in self.ends if ends != (start, end)]
        middle_first = sorted(PARTS, key=lambda part: abs(part - 0.5))
        # A label on another edge is better than none; then rather where the two are far from each other.
        for parts, avoided in ((middle_first, others), (middle_first[::-1], [])):
            for part in parts:
                x, y = self._point(start, end, part)
                box = x - half, y - LEADING, x + half, y + LEADING
                free = not any(_meet(box, other) for other in self.covered)
                if free and not any(_crosses(p, q, box) for p, q in avoided):
                    self.labels[start, end] = x, y
                    self._lay_paper(x, y - 4, [value, gradient], weight)
                    self._write(x, y - 4, [value], VALUE, weight)
                    self._write(x, y + LEADING - 3, [gradient], GRADIENT, weight)
                    return
        self.left_out.append((start, end))

    def _lay_paper(self, x, y, lines, weight="normal"):
        """Paper for lines of words around x, the first on the line y: it covers the edges."""
        if lines:
            width = max(width_of(words, SIZE, weight) for words in lines) + 2 * PAD
            height = SIZE + LEADING * (len(lines) - 1) + 2 * PAD
            self.papers.append(box(x - width / 2, y - SIZE + 2 - PAD, width, height, PAPER, "none"))

    def _write(self, x, y, lines, colour, weight="normal"):
        for row, words in enumerate(lines):
            baseline, half = y + LEADING * row, width_of(words, SIZE, weight) / 2
            self.words.append(text(x, baseline, words, colour, size=SIZE, weight=weight))
            self.covered.append((x - half, baseline - SIZE + 2, x + half, baseline + 3))

    def _point(self, start, end, part):
        (x1, y1), (x2, y2) = self.place[start], self.place[end]
        return x1 + part * (x2 - x1), y1 + part * (y2 - y1)


def _meet(box, other):
    return box[0] <= other[2] and other[0] <= box[2] and box[1] <= other[3] and other[1] <= box[3]


def _crosses(p, q, box):
    """Whether the line from p to q meets the box: it is beside neither, and parts the corners of the box."""
    left, top, right, bottom = box
    around = min(p[0], q[0]), min(p[1], q[1]), max(p[0], q[0]), max(p[1], q[1])
    corners = [(x, y) for x in (left, right) for y in (top, bottom)]
    sides = [(q[0] - p[0]) * (y - p[1]) - (q[1] - p[1]) * (x - p[0]) for x, y in corners]
    return _meet(box, around) and min(sides) < 0 < max(sides)


def columns(layers, left, gap, top, height):
    """{name: (x, y)} of the units in layers, lists of names: a column for each, evenly spaced."""
    place = {}
    for c, layer in enumerate(layers):
        for row, name in enumerate(layer):
            place[name] = left + gap * c, top + height * (row + 0.5) / len(layer)
    return place


def scalar_network(net, alt, chosen=None):
    """The picture of a ScalarNetwork with all its numbers; as low as they allow.

    With a `chosen` node the loss E is drawn as well, and in red the edges along which the gradient of the
    node comes back.
    """
    for air in AIR:
        drawing, width, height = _scalar_network(net, chosen, air)
        if not drawing.left_out:
            break
    return Drawing(image(drawing.parts, width, height, alt), alt)


WIDE = -888.8  # no number of a page is written wider


def scalar_layout(net):
    """(drawing, width, height) of a ScalarNetwork with E, with room for whatever its numbers become."""
    wide = copy(net)
    wide.x, wide.y, wide.dE_dy, wide.dE_dx = [dict.fromkeys(net.nodes, WIDE)] * 4
    wide.dE_dw, wide.E = dict.fromkeys(net.w, WIDE), WIDE
    for air in AIR:
        drawing, width, height = _scalar_network(wide, net.output, air)
        if not drawing.left_out:
            break
    return drawing, width, height


def _scalar_network(net, chosen, air):
    edges, layers = list(net.w), _layers(net)
    if chosen is not None:
        edges.sort(key=lambda edge: edge[0] != chosen)  # those that are looked at find a place first
    after = 0 if chosen is None else TO_LOSS
    height = ROW * max(map(len, layers)) + air
    gap = max(COLUMN, (PAGE - 2 * MARGIN - after) / max(len(layers) - 1, 1))
    place = columns(layers, MARGIN, gap, 0, height)
    x, y = place[net.output]
    drawing = Network(place | {LOSS: (x + after, y)})
    for i, j in [*edges, (net.output, LOSS)]:
        drawing.edge(i, j, *((GRADIENT, 3.5) if i == chosen else (GREY, 1.2)))
    for j in net.nodes:
        values = _shown({"x": net.x.get(j), "y": net.y.get(j)})
        gradients = _shown({"∂E/∂y": net.dE_dy.get(j), "∂E/∂x": net.dE_dx.get(j)})
        drawing.unit(j, j, values, gradients, chosen=j == chosen, weight="bold")
    if after:
        drawing.unit(LOSS, "E", _shown({"E": net.E}), weight="bold")
    for i, j in edges:
        gradient = short(net.dE_dw[i, j]) if net.dE_dw else ""
        weight = "bold" if i == chosen else "normal"
        drawing.label(i, j, f"w{i}{j} = {short(net.w[i, j])}", gradient, weight)
    return drawing, x + after + MARGIN, height


def _layers(net):
    """The nodes by the largest number of edges from an input."""
    depth = {}
    for j in net.nodes:
        depth[j] = 1 + max((depth[i] for i in net.into[j]), default=-1)
    return [[j for j in net.nodes if depth[j] == d] for d in range(max(depth.values()) + 1)]


def _shown(numbers):
    return [f"{name} = {short(value)}" for name, value in numbers.items() if value is not None]
