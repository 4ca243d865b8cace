"""Is a derivation right? The hand formula beside three other opinions.

your formula       what was claimed, read by `parsing`
sympy              the output as one expression of the letters, differentiated; a node in between is a letter
graph, backward    the backward pass on symbols: products and sums of local derivatives, nothing else
measured slope     the same graph with numbers in it, nudged both ways
"""

import contextlib
import functools
import html
import math
from numbers import Real

import mpmath
import numpy as np
import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.function import AppliedUndef

from ..graph import OPERATIONS, Constant, Node, backward, leaves, rebuild, topological_order
from ..graph.names import labels, number
from ..graph.symbols import symbol_of
from ..show.card import card, paragraph
from ..show.notation import in_html
from ..show.picture import draw
from .comparison import Comparison, same_formula
from .handwriting import right_side
from .numerical import numerical_gradient
from .parsing import cut, parse_formula, shown
from .points import Points, Rounded, as_typed
from .simplify import PATIENCE, QUICKLY, all_zero, shortest, simplest, within
from .spelling import plain_name

MOST_ENTRIES = 1000  # numbers in all nodes of a graph together
LONGEST, DEEPEST = 2000, 60  # operations of the output, written out in the leaves: in all, inside each other


def check_derivation(claim, node, wrt):
    """Compare `claim`, a formula for ∂node/∂wrt, with sympy, the graph and a measured slope: a `Verdict`.

    claim: text such as ``"(sigmoid(w*x + b) - y)*x"`` or a sympy expression, in the names of leaves and of
        named nodes in between; for an array text with arrays, ``"p - t"``, or a (nested) list, array or
        Matrix of entries.
    node: the output, a single number. wrt: a leaf or a node in between, itself or its name; or an entry,
        ``"W[0,1]"``.

    Numbers are what was typed: for −log(p + 1e-8) the derivative is −1/(p + 1e-8), and −1/p is wrong, as
    p = 0 shows. Only a number of more than ten digits, such as Python's 1/3, is a rounded one: where it takes
    part, 12 digits decide.

    Raises ValueError for text that is no formula, an unknown letter, a `wrt` that is not in the graph, a
    claim of another shape, an output that is an array, a leaf that holds nan; TypeError for a claim that is
    no formula at all.
    """
    return Verdict(Derivation(node, wrt), claim)


class Verdict:
    """What `check_derivation` found out. ``if verdict:`` asks for `ok`.

    ok: whether the claim is the derivative. proof: "symbolic" if sympy simplified the difference to 0,
        "numbers" if it could not, and 25 digits agree wherever both have a value (12, where a rounded number
        takes part); None for a wrong claim.
    residual: claim − truth, simplified, in the letters (leaves or named nodes) that make it short; 0 if ok,
        and only then. A rounded number is a letter in it, called by its digits.
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

    def __init__(self, graph, claim):
        by_hand, self._claims = graph.read(claim)
        self._graph, self._compared, self.claim = graph, [], claim
        for position in np.ndindex(by_hand.shape):
            self._at, self._by_hand = graph.index or position, by_hand[position]
            self._found = Comparison(graph.points, self._claims[position], graph.by_sympy(self._at))
            self._compared.append(self._found)
            if not self._found.ok:
                break
        self._typed = " ".join(claim.split()) if isinstance(claim, str) and not by_hand.shape else None
        self.ok = self._found.ok
        self.entry = graph.letter(self._at).name
        self.wrt = graph.wrt if graph.index is None else self.entry

    def same_as(self, formula):
        """Whether the claim is this formula, in any form; `formula` is what may be claimed."""
        _, others = self._graph.read(formula)
        pairs = zip(self._claims.flat, others.flat)
        return all(same_formula(self._graph.points, claim, other) for claim, other in pairs)

    @functools.cached_property
    def graph_agrees(self):
        return same_formula(self._graph.points, self._by_backward, self._found.truth)

    @functools.cached_property
    def _by_backward(self):
        return self._graph.in_leaves(self._graph.by_backward(self._at)).item()

    @functools.cached_property
    def proof(self):
        if not self.ok:
            return None
        differences = [found.claim - found.truth for found in self._compared if found.identical]
        return "symbolic" if len(differences) == self._claims.size and all_zero(differences) else "numbers"

    @functools.cached_property
    def point(self):
        letters = self._found.example.letters
        return {s.name: int(x) if x.denominator == 1 else float(x) for s, x in letters.items()}

    @property
    def counterexample(self):
        return None if self.ok else self.point

    @functools.cached_property
    def residual(self):
        if self.ok:
            return sympy.S.Zero
        difference = self._found.claim - self._found.truth
        forms = [simplest(difference, quickly=True)]
        if self.graph_agrees:
            forms.append(simplest(self._by_hand - self._graph.by_backward(self._at)))
        residual = shortest(*([form for form in forms if form != 0] or [difference]))
        letters = {s: sympy.Symbol(s.name) for s in residual.free_symbols if not isinstance(s, Rounded)}
        return within(QUICKLY, lambda: residual.xreplace(letters)) or residual

    @functools.cached_property
    def vanishes_at(self):
        return () if self.ok else tuple(self._found.vanishes_at(self._graph.label_rows))

    @functools.cached_property
    def factor(self):
        return None if self.ok else self._found.factor()

    @functools.cached_property
    def _digits(self):
        """As many as show that the two numbers differ."""
        point, digits = self._found.example, 6
        claimed, true = point.number(self._found.claim), point.number(self._found.truth)
        while not self.ok and digits < 30 and _printed(claimed, digits) == _printed(true, digits):
            digits += 3
        return digits

    @property
    def numbers(self):
        """What the claim gives, and what the derivative is, at the point; as text."""
        formulas = (self._found.claim, self._found.truth)
        return tuple(_printed(self._found.example.number(x), self._digits) for x in formulas)

    def value_of(self, formula=None):
        """What a formula gives at the point, by default the claim; None for an array, or for no number."""
        if formula is None:
            return self._found.example.number(self._found.claim)
        _, others = self._graph.read(formula)
        return None if others.shape else self._found.example.number(others.item())

    def at_the_point(self, names):
        """{letter: number} at the point, for leaves and for nodes in between; names: of single numbers."""
        numbers = {}
        for name, symbol in self._graph.symbols().items():
            if name in names:
                value = self._found.example.number(self._graph.in_leaves(symbol).item())
                numbers[name] = None if value is None else float(value.real)
        return numbers

    @functools.cached_property
    def rows(self):
        graph, found, point = self._graph, self._found, self._found.example
        claimed, true = self.numbers
        derived = graph.by_backward(self._at) if self.graph_agrees else self._by_backward
        derived_number = _printed(point.number(self._by_backward), self._digits)
        rows = (
            ("your formula", self._typed or shown(self._by_hand), claimed),
            ("sympy", shown(simplest(found.truth, quickly=True)), true),
            (
                "graph, backward",
                shown(simplest(derived)),
                derived_number,
            ),
            ("measured slope", "(f(x + h) − f(x − h)) / 2h", _printed(graph.measured(self._at, point))),
        )
        return tuple((whose, cut(formula, 60), x) for whose, formula, x in rows)

    def __bool__(self):
        return self.ok

    def __str__(self):
        wide = [max(len(row[column]) for row in self.rows) for column in (0, 1)]
        table = [f"  {whose:<{wide[0]}}  {formula:<{wide[1]}}  {x}" for whose, formula, x in self.rows]
        return "\n".join([self._head(), *table, *self._sentences()])

    __repr__ = __str__

    def _repr_html_(self):
        heads = [f'<th scope="col">{head}</th>' for head in ("from", "formula", "number")]
        table = f"<tr>{''.join(heads)}</tr>"
        for whose, *cells in self.rows:
            written = [f"<td>{html.escape(cell)}</td>" for cell in cells]
            table += f'<tr><th scope="row">{html.escape(whose)}</th>{"".join(written)}</tr>'
        sentences = [paragraph(sentence) for sentence in self._sentences()]
        tone, word = ("right", "Right") if self.ok else ("wrong", "Wrong")
        title = in_html(f"{self._asked()}: your formula is {word.lower()}.")
        where = paragraph(f"{self._where()}:", "bp-small")
        return card(tone, title, *sentences, where, f"<table>{table}</table>", word=word)

    def picture(self, gradients=True):
        """The graph with the numbers of `point` in it, and with its gradients; None for a graph of arrays."""
        graph = self._graph
        if any(node.shape for node in graph.order):
            return None
        values = {leaf: float(self.point[graph.letters[leaf].name]) for leaf in leaves(graph.output)}
        output = rebuild(graph.order, values)[graph.output]
        if gradients:
            backward(output)
        return draw(output)

    def _head(self):
        mark, word = ("✓", "right") if self.ok else ("✗", "wrong")
        return f"{mark} {self._asked()}: your formula is {word}. {self._where()}:"

    def _asked(self):
        return f"∂{self._graph.output.name or 'output'}/∂{self.wrt}"

    def _where(self):
        letters = [f"{letter} = {number(float(x))}" for letter, x in self.point.items()]
        letters[6:] = ["…"] if len(letters) > 6 else []
        where = "At" if self.entry == self.wrt else f"For {self.entry}, at"
        return f"{where} {', '.join(letters)}"

    def _sentences(self):
        if self.proof == "symbolic":
            yield "yours − derivative simplifies to 0."
        elif self.ok and self._found.identical:
            yield "The two agree in 25 digits wherever we tried; sympy cannot simplify the difference to 0."
        elif self.ok:
            yield "The two agree in 12 digits wherever we tried; the rounded numbers in them tell no more."
        else:
            yield f"yours − derivative = {cut(shown(self.residual), 160)}"
        if self.factor is not None:
            times = f"{number(self.factor)} times the derivative," if self.factor else "0"
            yield f"Yours is {times} everywhere."
        sums = [name.removeprefix("Σ ") for name, _ in self.vanishes_at if name.startswith("Σ")]
        places = [f"{name} = {number(x)}" for name, x in self.vanishes_at if not name.startswith("Σ")]
        if places and self.factor is None:
            alone = places[0] if len(places) == 1 else "one of them"
            where = " and at ".join(places)
            yield f"It vanishes at {where}: a test with {alone} alone cannot see the mistake."
        for name in sums:
            yield f"Where the entries of {name} add up to 1, as those of a one-hot label do, yours is right."
        if not self.graph_agrees:
            yield "The graph disagrees with sympy: a mistake in the course's table of operations, not yours."


class Derivation:
    """A graph, and one of its nodes to differentiate by, built once more with letters for numbers.

    letters: {node: its letter, or an array of them}, for leaves, for nodes with a name, and for `target`, the
        node to differentiate by. What is computed goes on under its letter, as in a derivation by hand.
    meaning: {letter of a computed node: what it stands for, in the letters of leaves}.
    """

    def __init__(self, output, wrt):
        self.output, self.order = output, topological_order(output)
        _refuse_what_cannot_be_derived(output, self.order)
        self.names = _names(self.order)
        self.target, self.index = _find(wrt, self.names, self.order)
        self.wrt = labels(self.order)[self.target]
        self.letters, self._definitions, values, own = {}, {}, {}, {}
        for name, node in (self.names | {self.wrt: self.target}).items():
            if node.op is None or node is self.target or any(OPERATIONS[node.op].local):  # not a comparison
                self.letters[node] = _letters(node, name)
        for node in self.order:
            if type(node) is Constant:
                values[node] = _entrywise(as_typed, node.value)
            elif node.op is None:
                values[node] = self.letters[node]
                own |= zip(np.ravel(values[node]).tolist(), np.ravel(node.value).tolist())
        self._twin = rebuild(self.order, values, self._under_its_letter)
        backward(self._twin[output])
        formula = _in_cases(self._twin[output].value)
        self._cut = _in_cases(formula.xreplace(self._meaning(but=np.ravel(self.letters[self.target]))))
        self.meaning = self._meaning()
        self.points = Points(self.in_leaves(formula).item(), own)

    def _under_its_letter(self, node, value):
        for formula in np.ravel(value):
            _refuse_what_is_too_long(formula, "this graph")
        if node in self.letters:
            self._definitions.update(zip(np.ravel(self.letters[node]), np.ravel(value)))
        return self.letters.get(node, value)

    def _meaning(self, but=()):
        meaning = {}
        for letter, formula in self._definitions.items():
            if letter not in but:
                meaning[letter] = formula.xreplace(meaning)
                _refuse_what_is_too_long(meaning[letter], "this graph")
        return meaning

    def in_leaves(self, formula):
        """A formula, or an array of them, in the letters of leaves; as an array."""
        return _entrywise(lambda x: _in_cases(sympy.sympify(x).xreplace(self.meaning)), formula)

    @property
    def label_rows(self):
        """{leaf: rows of its letters}, for arrays, which may be one-hot labels."""
        rows = {}
        for name, node in self.names.items():
            if node.op is None and node.shape:
                rows[name] = self.letters[node].reshape(-1, node.shape[-1]).tolist()
        return rows

    def read(self, claim):
        """The claim in the letters of the graph, and in those of leaves: arrays in the shape of the node."""
        letters = {name: self._twin[node] for name, node in self.names.items()}
        if isinstance(claim, str):
            claim = right_side(claim, self.output.name or "output", self.wrt)

        def both():
            formula = _read(claim, letters)
            return _entrywise(_in_cases, formula), self.in_leaves(formula)

        found = within(PATIENCE, both)
        if found is None:
            raise ValueError("sympy needs too long to read this formula: write it with fewer cases")
        for formula in found[1].flat:
            _refuse_what_is_too_long(formula, "the claim", times=3)
        expected = self.target.shape if self.index is None else ()
        shape = found[0].shape
        if shape != expected:
            hint = "; did you mean its transpose?" if shape[::-1] == expected else ""
            raise ValueError(
                f"∂{self.output.name or 'output'}/∂{self.wrt} has the shape of {self.wrt}, "
                f"{expected or 'a single number'}; the claim is {shape or 'a single number'}{hint}"
            )
        return found

    def symbols(self):
        """{name: letter} of the single numbers that a claim may mention."""
        return {name: self.letters[node] for name, node in self.names.items() if self._is_single(node)}

    def _is_single(self, node):
        return node in self.letters and not node.shape

    def samples(self, names):
        """(values of these letters, the derivative), at points where all of them are numbers."""
        truth = self.by_sympy(self.index or ())
        formulas = [self.in_leaves(self.symbols()[name]).item() for name in names]
        for letters in self.points.drawn:
            point = self.points.at(letters)
            numbers = [point.real(formula) for formula in (*formulas, truth)]
            if None not in numbers:
                *given, due = map(float, numbers)
                yield given, due

    def letters_in(self, claim):
        """Names of the letters that a claim mentions."""
        by_hand, _ = self.read(claim)
        return {symbol.name for formula in by_hand.flat for symbol in formula.free_symbols}

    def leaves_in(self, names):
        """Names of the leaves that these letters stand for, or are computed from."""
        symbols = self.symbols()
        formulas = [self.in_leaves(symbols[name]).item() for name in names if name in symbols]
        return {symbol.name for formula in formulas for symbol in formula.free_symbols}

    def letter(self, at):
        """The letter of an entry of the node."""
        return np.asarray(self.letters[self.target], object)[at]

    def by_sympy(self, at):
        """sympy.diff of the output, with the node as a letter, which is then written out."""
        return self.in_leaves(sympy.diff(self._cut, self.letter(at))).item()

    def by_backward(self, at):
        """What the graph's backward pass leaves at the node."""
        return _in_cases(np.asarray(self._twin[self.target].grad, object)[at])

    def measured(self, at, point):
        """The slope of the graph itself, with numbers in it; None if a nudge leads out of the domain."""
        numbers = np.vectorize(lambda letter: float(point.letters[letter]), otypes=[float])
        values = {leaf: numbers(self.letters[leaf]) for leaf in leaves(self.output)}
        centre = np.array(rebuild(self.order, values)[self.target].value)

        def nudged(x):
            centre[at] = x
            return rebuild(self.order, values | {self.target: centre}, replace)[self.output].value

        def replace(node, value):
            return centre[()] if node is self.target else value

        with contextlib.suppress(ValueError):
            return numerical_gradient(nudged, float(centre[at]))


def _refuse_what_cannot_be_derived(output, order):
    if output.shape:
        raise ValueError(
            f"{output.name or 'the output'} is an array of shape {output.shape}: a derivation is checked for "
            "a single number, such as a loss; reduce it first, for example with .sum()"
        )
    entries = sum(math.prod(node.shape) for node in order)
    if entries > MOST_ENTRIES:
        raise ValueError(
            f"this graph holds {entries} numbers; a derivation by symbols takes up to {MOST_ENTRIES}: check "
            "a smaller one of the same kind, or compare numbers with bp.numerical_gradient"
        )
    for leaf in leaves(output):
        if any(isinstance(x, float) and not math.isfinite(x) for x in np.ravel(leaf.value).tolist()):
            raise ValueError(f"the leaf {leaf.name or 'without a name'} holds nan or infinity")


def _refuse_what_is_too_long(formula, what, times=1):
    longest, deepest = times * LONGEST, times * DEEPEST
    length, depth = _length_and_depth(formula)
    if length > longest or depth > deepest:
        raise ValueError(
            f"as one formula, {what} has more than {longest} operations, or {deepest} inside each other, too "
            "many for symbols: check it in parts, or compare numbers with bp.numerical_gradient"
        )


@functools.lru_cache(100_000)
def _length_and_depth(formula):
    """How many operations a formula has when it is written out, and how many inside each other."""
    inside = [_length_and_depth(part) for part in formula.args]
    return 1 + sum(length for length, _ in inside), 1 + max((depth for _, depth in inside), default=0)


def _names(order):
    """{name: node} for all that a claim may mention: the leaves, and the nodes in between with a name."""
    names = {}
    for node, label in labels(order).items():
        if type(node) is not Constant and (node.name or node.op is None):
            name = node.name or label
            if name in names:
                raise ValueError(f"two nodes of this graph are called {name!r}: give each its own name")
            names[name] = node
    return names


def _find(wrt, names, order):
    """The node that `wrt` means, and the index of the entry; None for the whole node."""
    if isinstance(wrt, Node):
        if wrt in order and type(wrt) is not Constant:
            return wrt, None
        wrt = f"the node {wrt.name or 'that you gave'} (an entry is written as text, 'W[0,1]')"
    spelled = {plain_name(name): node for name, node in names.items()}
    wanted = plain_name(str(wrt))
    if wanted in spelled:
        return spelled[wanted], None
    name, _, entry = wanted.removesuffix("]").rpartition("[")
    if name in spelled:
        index = tuple(int(i) for i in entry.split(",") if i.isdecimal())
        if index and index in np.ndindex(spelled[name].shape):
            return spelled[name], index
        raise ValueError(f"{name} is {spelled[name].shape or 'a single number'}: it has no entry {wrt}")
    raise ValueError(f"{wrt} is not in this graph; you can differentiate by: {', '.join(names)}")


def _letters(node, name):
    """The letter of a node, real; an array of them for an array."""
    letters = _entrywise(lambda symbol: sympy.Symbol(symbol.name, real=True), symbol_of(node, name))
    return letters if node.shape else letters.item()


def _entrywise(function, value):
    return np.vectorize(function, otypes=[object])(value)


def _in_cases(formula):
    """With |x|, max and sign written as cases."""
    hidden = [sympy.Abs, sympy.sign, sympy.Max, sympy.Min, sympy.Heaviside]
    return sympy.sympify(formula).rewrite(hidden, sympy.Piecewise)


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
    if isinstance(claim, sympy.Expr):
        return _in_letters(claim, letters)
    if isinstance(claim, Real):
        if not math.isfinite(claim):
            raise ValueError(f"the claim is {claim}: a derivative is a number")
        return as_typed(claim)
    raise TypeError(
        f"a claim is a formula, as text or as a sympy expression, or a list of them; {claim!r} is none"
    )


def _in_letters(claim, letters):
    """A sympy expression whose symbols, whatever was assumed of them, become what their names stand for."""
    meant = {}
    for name, node in letters.items():
        symbols = np.ravel(symbol_of(node, name))
        meant |= {symbol.name: value for symbol, value in zip(symbols, np.ravel(node.value))}
    unknown = sorted(s.name for s in claim.free_symbols if s.name not in meant)
    if unknown:
        raise ValueError(f"there is no letter {unknown[0]!r} here; the letters are: {', '.join(letters)}")
    if claim.has(AppliedUndef, sympy.Derivative, ExprWithLimits, sympy.nan, sympy.zoo, sympy.oo):
        raise ValueError(f"the claim {claim} has no value, whatever the letters are")
    claim = claim.xreplace({s: meant[s.name] for s in claim.free_symbols})
    return claim.xreplace({x: as_typed(x) for x in claim.atoms(sympy.Float)})


def _printed(x, digits=6):
    if x is None or x.imag:
        return "no number" if x is None else "not real"
    return number(float(x) if digits <= 15 else mpmath.nstr(x, digits), digits)
