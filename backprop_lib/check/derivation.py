"""Is a derivation right? The hand formula beside sympy, beside the graph's own backward pass, beside a
measured slope.

your formula       what was claimed, read by `parsing`
sympy              the output as one expression of the letters, differentiated; an intermediate node is a
letter too graph, backward    the backward pass on symbols: products and sums of local derivatives, nothing
else measured slope     the same graph with numbers in it, nudged both ways
"""

import contextlib
import functools
import html
import math

import numpy as np
import sympy
from sympy.core.function import AppliedUndef

from ..graph import Constant, Node, apply, backward, leaves, topological_order
from ..graph.names import labels, number
from ..graph.symbols import symbol_of
from ..graph.values import exact
from .comparison import Comparison, in_real_letters, shortest, simplest
from .numerical import numerical_gradient
from .parsing import parse_formula, plain_name, shown

MOST_ENTRIES = 1000  # numbers in all nodes of a graph together
LONGEST, DEEPEST = (
    2000,
    60,
)  # operations of the output, written out in the leaves: in all, and inside each other


class Verdict:
    """What `check_derivation` found out. ``if verdict:`` asks for `ok`.

    ok: whether the claim is the derivative. proof: "symbolic" if sympy simplified the difference to 0,
        "numbers" if it could not, and 25 digits agree wherever both have a value; None for a wrong claim.
    residual: claim − truth, simplified, in the letters (leaves or named nodes) that make it short; 0 if ok.
    counterexample: {leaf or entry: number} where the two differ; None if ok.
    vanishes_at: ((leaf, 0 or 1 or −1), …) where a wrong claim is right; ("Σ t", 1) if it is where entries add
        up to 1.
    factor: c if a wrong claim is c times the truth everywhere.
    wrt: what was asked about. entry: the one that is shown; of an array, the first that is wrong.
    rows: (whose, formula, number) for each line of the table. point: {leaf or entry: number} for the numbers
        in it.
    graph_agrees: False if graph and sympy disagree; then the course is wrong somewhere, and the claim need
        not be.

    What only a reader needs is worked out when it is first asked for.
    """

    def __init__(self, graph, at, found, by_hand, as_typed, proof):
        self._graph, self._at, self._found, self._by_hand, self._as_typed = (
            graph,
            at,
            found,
            by_hand,
            as_typed,
        )
        self.ok = found.ok
        self.proof = proof if found.ok else None
        self.output = graph.output.name or "output"
        self.entry = graph.symbol(at).name
        self.wrt = graph.wrt if graph.index is None else self.entry
        self.graph_agrees = found.graph_agrees
        example = found.example.point
        self.point = {s.name: int(x) if x.denominator == 1 else float(x) for s, x in example.items()}
        self.counterexample = None if found.ok else self.point

    @functools.cached_property
    def residual(self):
        if self.ok:
            return sympy.S.Zero
        found = simplest(self._found.claim - self._found.truth, quickly=True)
        if self.graph_agrees:
            found = shortest(found, simplest(self._by_hand - self._graph.by_backward_in_names(self._at)))
        return found.xreplace({s: sympy.Symbol(s.name) for s in found.free_symbols})

    @functools.cached_property
    def vanishes_at(self):
        return () if self.ok else tuple(self._found.vanishes_at())

    @functools.cached_property
    def factor(self):
        return None if self.ok else self._found.factor()

    @functools.cached_property
    def rows(self):
        graph, found, reading = self._graph, self._found, self._found.example
        derived = graph.by_backward_in_names(self._at) if self.graph_agrees else found.graph
        rows = (
            ("your formula", self._as_typed or shown(self._by_hand), reading.claim),
            ("sympy", shown(simplest(found.truth, quickly=True)), reading.truth),
            ("graph, backward", shown(simplest(derived)), reading.graph),
            ("measured slope", "(f(x + h) − f(x − h)) / 2h", graph.measured(self._at, reading.point)),
        )
        return tuple((who, _cut(formula, 60), _printed(x)) for who, formula, x in rows)

    def __bool__(self):
        return self.ok

    def __str__(self):
        head, *lines = self._sentences()
        wide = [max(len(row[column]) for row in self.rows) for column in (0, 1)]
        table = [f"  {who:<{wide[0]}}  {formula:<{wide[1]}}  {value}" for who, formula, value in self.rows]
        return "\n".join([head, *table, *lines])

    __repr__ = __str__

    def _repr_html_(self):
        head, *lines = map(html.escape, self._sentences())
        rows = (
            "".join(f'<td style="text-align: left">{html.escape(cell)}</td>' for cell in row)
            for row in self.rows
        )
        return f"<b>{head}</b><table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>{'<br>'.join(lines)}"

    def _sentences(self):
        point = [f"{letter} = {number(float(value))}" for letter, value in self.point.items()]
        where = "At" if self.entry == self.wrt else f"For {self.entry}, at"
        where = f"{where} {', '.join(point[:6])}{', …' if len(point) > 6 else ''}:"
        yield f"∂{self.output}/∂{self.wrt}: your formula is {'right' if self.ok else 'wrong'}. {where}"
        if self.proof == "symbolic":
            yield "yours − derivative simplifies to 0."
        elif self.ok:
            yield "The two agree in 25 digits wherever we tried; sympy could not simplify their difference to 0."
        else:
            yield f"yours − derivative = {_cut(shown(self.residual), 160)}"
        if self.factor is not None:
            times = (
                f"{number(self.factor)} times the derivative, everywhere" if self.factor else "0 everywhere"
            )
            yield f"Yours is {times}."
        places = [f"{letter} = {number(value)}" for letter, value in self.vanishes_at if "Σ" not in letter]
        if places and self.factor is None:
            alone = places[0] if len(places) == 1 else "one of them"
            yield f"It vanishes at {' and at '.join(places)}: a test with {alone} alone cannot see the mistake."
        for sum_, _ in self.vanishes_at[len(places) :]:
            letter = sum_.removeprefix("Σ ")
            yield f"Where the entries of {letter} add up to 1, as those of a one-hot label do, your formula is right."
        if not self.graph_agrees:
            yield "The graph disagrees with sympy: that mistake is in the course's table of operations, not yours."


def check_derivation(claim, node, wrt):
    """Compare `claim`, a formula for ∂node/∂wrt, with sympy, the graph and a measured slope. Returns a
    `Verdict`.

    claim: text such as ``"(sigmoid(w*x + b) - y)*x"`` or a sympy expression, in the names of leaves and of
        named nodes in between; for an array text with arrays, ``"p - t"``, or a (nested) list, array or
        Matrix of entries.
    node: the output, a single number. wrt: a leaf or a node in between, itself or its name; or an entry,
        ``"W[0,1]"``.

    Raises ValueError for text that is no formula, an unknown letter, a `wrt` that is not in the graph, a
    claim of another shape, an output that is an array, a leaf that holds nan; TypeError for a claim that is
    no formula at all.
    """
    graph = Derivation(node, wrt)
    claims, claims_in_names = graph.read(claim)
    proof = "symbolic"
    for position in np.ndindex(claims.shape):
        at = position if graph.index is None else graph.index
        found = Comparison(
            graph.value,
            claims[position],
            graph.by_sympy(at),
            graph.by_backward(at),
            graph.own,
            graph.label_rows,
        )
        if not found.ok:
            break
        if proof == "symbolic":
            proof = found.proof

    as_typed = " ".join(claim.split()) if isinstance(claim, str) and not position else None
    return Verdict(graph, at, found, claims_in_names[position], as_typed, proof)


class Derivation:
    """A graph, and one of its nodes to differentiate by; the graph is built three times over, with letters
    for numbers.

    closed: every value is written out in the letters of the leaves. cut: the node is a letter of its own,
    whatever it was computed from. named: every named node goes on under its name, as in a derivation by hand.
    """

    def __init__(self, output, wrt):
        self.order = topological_order(output)
        self.output = output
        _refuse_what_cannot_be_derived(output, self.order)
        self.names = _names(self.order)
        self.target, self.index = _find(wrt, self.names, self.order)
        self.wrt = labels(self.order)[self.target]

        self.symbols = {leaf: symbol_of(leaf, name) for name, leaf in self.names.items() if leaf.rule is None}
        self.closed = _rebuilt(self.order, self.symbols)
        self.named = _rebuilt(self.order, self.symbols, {node: name for name, node in self.names.items()})
        self.cut = _rebuilt(self.order, self.symbols | {self.target: symbol_of(self.target, self.wrt)})
        length, depth = _length_and_depth(self.closed[output].value)
        if length > LONGEST or depth > DEEPEST:
            raise ValueError(
                f"written out as one formula, this graph has {length} operations, {depth} of them inside each other, "
                "too many to derive by symbols: check it in parts, or compare numbers with bp.numerical_gradient"
            )
        backward(self.closed[output])
        backward(self.named[output])
        self.value = in_real_letters(self.closed[output].value)

    @property
    def own(self):
        """{letter: the number that its leaf holds}."""
        pairs = ((np.ravel(symbols), np.ravel(leaf.value)) for leaf, symbols in self.symbols.items())
        return {in_real_letters(s): x for symbols, values in pairs for s, x in zip(symbols, values)}

    @property
    def label_rows(self):
        """{leaf: rows of its letters}, for arrays, which may be one-hot labels."""
        return {
            name: [
                [in_real_letters(s) for s in row] for row in self.symbols[leaf].reshape(-1, leaf.shape[-1])
            ]
            for name, leaf in self.names.items()
            if leaf.rule is None and leaf.shape[-1:] > (1,)
        }

    def read(self, claim):
        """The claim in the letters of the leaves, and in the names of nodes: object arrays in the shape of
        the node.
        """
        shape = self.target.shape if self.index is None else ()
        for twin in (self.closed, self.named):
            found = _read(claim, {name: twin[node] for name, node in self.names.items()})
            if np.shape(found) != shape:
                hint = "; did you mean its transpose?" if np.shape(found)[::-1] == shape else ""
                raise ValueError(
                    f"∂{self.output.name or 'output'}/∂{self.wrt} has the shape of {self.wrt}, "
                    f"{shape or 'a single number'}; the claim is {np.shape(found) or 'a single number'}{hint}"
                )
            yield np.vectorize(in_real_letters, otypes=[object])(found)

    def symbol(self, at):
        """The letter of an entry of the node."""
        return _pick(self.cut[self.target].value, at)

    def by_sympy(self, at):
        """sympy.diff of the output, with the node as a letter, which is then written out again."""
        slope = sympy.diff(in_real_letters(self.cut[self.output].value), in_real_letters(self.symbol(at)))
        letters, meant = (
            map(in_real_letters, np.ravel(twin[self.target].value)) for twin in (self.cut, self.closed)
        )
        return in_real_letters(slope.xreplace(dict(zip(letters, meant))))

    def by_backward(self, at):
        """What the graph's backward pass leaves at the node."""
        return in_real_letters(_pick(self.closed[self.target].grad, at))

    def by_backward_in_names(self, at):
        """The same with the names of nodes left standing."""
        return in_real_letters(_pick(self.named[self.target].grad, at))

    def measured(self, at, point):
        """The slope of the graph itself, with numbers in it; None if a nudge leads out of the domain."""
        numbers = np.vectorize(lambda s: float(point[in_real_letters(s)]), otypes=[float])
        values = {leaf: numbers(symbols) for leaf, symbols in self.symbols.items()}
        centre = np.asarray(_rebuilt(self.order, values)[self.target].value)

        def nudged(x):
            there = centre.copy()
            there[at] = x
            return _rebuilt(self.order, values | {self.target: there})[self.output].value

        with contextlib.suppress(ValueError):
            return numerical_gradient(nudged, float(centre[at]))


def _refuse_what_cannot_be_derived(output, order):
    if output.shape:
        raise ValueError(
            f"{output.name or 'the output'} is an array of shape {output.shape}: a derivation is checked for a single "
            "number, such as a loss; reduce it first, for example with .sum()"
        )
    entries = sum(math.prod(node.shape) for node in order)
    if entries > MOST_ENTRIES:
        raise ValueError(
            f"this graph holds {entries} numbers; a derivation by symbols takes up to {MOST_ENTRIES}: "
            "check a smaller one of the same kind, or compare numbers with bp.numerical_gradient"
        )
    for leaf in leaves(output):
        if any(isinstance(x, float) and not math.isfinite(x) for x in np.ravel(leaf.value).tolist()):
            raise ValueError(
                f"the leaf {leaf.name or 'without a name'} holds nan or infinity: give it a number"
            )


def _names(order):
    """{name: node} for all that a claim may mention: the leaves, and the nodes in between that have a name."""
    names = {}
    for node, name in labels(order).items():
        if type(node) is not Constant and (node.name or node.rule is None):
            if name in names:
                raise ValueError(
                    f"two nodes of this graph are called {name!r}: give each one a name of its own"
                )
            names[name] = node
    return names


def _find(wrt, names, order):
    """The node that `wrt` means, and the index of the entry; None for the whole node."""
    if isinstance(wrt, Node):
        if wrt in order and type(wrt) is not Constant:
            return wrt, None
        wrt = f"the node {wrt.name or 'that you gave'} (an entry is written as text, 'W[0,1]')"
    spelled = {plain_name(name): node for name, node in names.items()}
    if plain_name(str(wrt)) in spelled:
        return spelled[plain_name(str(wrt))], None
    name, _, entry = plain_name(str(wrt)).removesuffix("]").rpartition("[")
    if name in spelled:
        index = tuple(int(i) for i in entry.split(",") if i.isdecimal())
        if index and index in np.ndindex(spelled[name].shape):
            return spelled[name], index
        raise ValueError(f"{name} is {spelled[name].shape or 'a single number'}: it has no entry {wrt}")
    raise ValueError(f"{wrt} is not in this graph; you can differentiate by: {', '.join(names)}")


def _rebuilt(order, values, names=()):
    """{node: its twin} with other values: `values` holds those of leaves, and of a node at which the graph is
    cut.

    names: {node: name}; these nodes, once computed, go on under their name.
    """
    twin = {}
    for node in order:
        if node in values or node.rule is None:
            twin[node] = type(node)(values.get(node, node.value), node.name)
            continue
        twin[node] = apply(node.rule.operation, *[twin[x] for x in node.inputs], **node.rule.params)
        twin[node].name = node.name
        if node in names and any(node.rule.active):  # a comparison stays what it is
            twin[node].value = symbol_of(node, names[node])
    return twin


def _length_and_depth(expression):
    """How many operations an expression has when written out, and how many inside each other; it is not
    written out.
    """
    known = {}
    waiting = [expression]
    while waiting:
        part = waiting[-1]
        missing = [x for x in part.args if x not in known]
        waiting += missing
        if not missing:
            known[waiting.pop()] = (
                1 + sum(known[x][0] for x in part.args),
                1 + max((known[x][1] for x in part.args), default=0),
            )
    return known[expression]


def _read(claim, letters):
    """A claim of any form as one expression, or as an object array of them."""
    if isinstance(claim, str):
        return parse_formula(claim, letters)
    if isinstance(claim, (np.ndarray, sympy.MatrixBase)):
        claim = claim.tolist()
    if isinstance(claim, (list, tuple)):
        entries = [_read(entry, letters) for entry in claim]
        if len({np.shape(entry) for entry in entries}) != 1:
            raise ValueError("the claim is a list of rows of different lengths, or an empty one")
        return np.array(entries, dtype=object)
    if isinstance(claim, (int, float)):
        if not math.isfinite(claim):
            raise ValueError(f"the claim is {claim}: a derivative is a number")
        return exact(float(claim))
    if isinstance(claim, sympy.Expr):
        return _in_letters(claim, letters)
    raise TypeError(
        f"a claim is a formula, as text or as a sympy expression, or a list of them; {claim!r} is none"
    )


def _in_letters(expression, letters):
    """A sympy expression whose symbols, whatever was assumed of them, are replaced by what their names stand
    for.
    """
    meant = {}
    for name, node in letters.items():
        meant |= {s.name: x for s, x in zip(np.ravel(symbol_of(node, name)), np.ravel(node.value))}
    unknown = sorted(s.name for s in expression.free_symbols if s.name not in meant)
    if unknown:
        raise ValueError(f"there is no letter {unknown[0]!r} here; the letters are: {', '.join(letters)}")
    if expression.has(AppliedUndef, sympy.nan, sympy.zoo, sympy.oo):
        raise ValueError(f"the claim {expression} has no value, whatever the letters are")
    expression = expression.xreplace({x: sympy.Rational(str(x)) for x in expression.atoms(sympy.Float)})
    return expression.xreplace({s: meant[s.name] for s in expression.free_symbols})


def _pick(value, at):
    return value[at] if at else value


def _printed(x):
    return "no number" if x is None else number(float(x)) if x.imag == 0 else "not real"


def _cut(text, length):
    return text if len(text) <= length else text[: length - 1] + "…"
