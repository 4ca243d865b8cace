"""Where the nodes of a picture go: in layers from left to right, with few crossings, on wires as straight as
possible.

The method is Sugiyama's. A wire that passes layers on its way gets a place in each of them, so that nothing
is drawn over it. Each layer is sorted by the mean rank of its neighbours, to and fro; then each place moves
to the mean height of its neighbours, as far as the others leave room.
"""

from dataclasses import dataclass, field
from itertools import accumulate, combinations, pairwise

WIRE_ROOM = 8  # px above and below a wire that only passes
PORT = 6  # px between the middle of a gate and its upper, or lower, port


@dataclass(eq=False, slots=True)
class Place:
    """Where a node stands, or, if node is None, where a wire passes a layer. above, below: the room it needs,
    in px.

    sources and targets are its neighbours as (place, port). A wire arrives at port 0, the middle of a gate's
    left side, or where the order of operands matters from −1, the upper end, to 1, the lower end.
    """

    node: object
    layer: int
    above: float = WIRE_ROOM
    below: float = WIRE_ROOM
    y: float = 0.0
    sources: list = field(default_factory=list)
    targets: list = field(default_factory=list)


def arrange(wires, room):
    """The layers, lists of places from top to bottom, and the route of each wire, {(gate, i): [(place, port),
    …]}.

    wires: {gate: [(i, input, port), …]}, each gate after those that it needs.
    room: {node: (px above, px below)}, the output last.
    """
    layer = _layer_of(wires, room)
    at = {node: Place(node, layer[node], *room[node]) for node in room}
    passing, routes = {}, {}
    for gate, inputs in wires.items():
        for i, x, port in inputs:
            passed = [passing.setdefault((x, k), Place(None, k)) for k in range(layer[x] + 1, layer[gate])]
            routes[gate, i] = route = [(place, 0) for place in (at[x], *passed)] + [(at[gate], port)]
            for (left, _), (right, end) in pairwise(route):
                if (right, end) not in left.targets:
                    left.targets.append((right, end))
                    right.sources.append((left, end))
    layers = _in_reading_order(at[list(room)[-1]])
    _untangle(layers)
    _straighten(layers)
    return layers, routes


def _layer_of(wires, nodes):
    """A gate stands right of all its inputs, a leaf just left of the first gate that needs it."""
    layer = {}
    for gate, inputs in wires.items():
        layer[gate] = 1 + max((layer.get(x, 0) for _, x, _ in inputs), default=0)
    for gate, inputs in wires.items():
        for _, x, _ in inputs:
            if x not in wires:
                layer[x] = min(layer.get(x, layer[gate] - 1), layer[gate] - 1)
    first = min(layer.values(), default=0)
    return {node: layer.get(node, first) - first for node in nodes}


def _in_reading_order(output):
    """From the output to the left, first operands first: a tree comes out without a crossing."""
    layers = [[] for _ in range(output.layer + 1)]
    waiting, seen = [output], set()
    while waiting:
        place = waiting.pop()
        if place not in seen:
            seen.add(place)
            layers[place.layer].append(place)
            waiting += [source for source, _ in reversed(place.sources)]
    return layers


def _untangle(layers):
    fewest, best = _crossings(layers), [list(layer) for layer in layers]
    for _ in range(10):
        for side, sequence in (("targets", layers[::-1]), ("sources", layers)):
            if fewest == 0:
                break
            rank = _ranks(layers)
            for layer in sequence:
                mean = {
                    p: _mean([rank[q] + port / 9 for q, port in getattr(p, side)], rank[p]) for p in layer
                }
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
    for _ in range(8):
        for layer in reversed(layers):
            _settle(layer, [_mean([q.y + PORT * port for q, port in p.targets], p.y) for p in layer])
        for layer in layers:
            _settle(layer, [_mean([q.y - PORT * port for q, port in p.sources], p.y) for p in layer])
    top = min(place.y - place.above for layer in layers for place in layer)
    for place in (place for layer in layers for place in layer):
        place.y = round(place.y - top, 1)


def _settle(layer, wanted):
    """Move the layer to the heights nearest to `wanted`, by least squares, at which no place touches the
    next.
    """
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
