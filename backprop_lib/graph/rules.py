"""A row of the table, and the rule that it becomes for one kind of number.

A row is text. `Operation.rule` compiles it into a `Rule`: a forward function, and a pull function that turns
the gradient of the output into the contribution to each input. ``print(bp.exp.rule("floats").source)`` shows
both.
"""

import functools
import re
from dataclasses import dataclass, field

from . import kinds
from .errors import broadcast_mismatch
from .kinds import FLOATS, NODES, SYMBOLS, compile_function
from .values import own, plain, zero_like


@dataclass(slots=True, eq=False)
class Rule:
    """An operation made ready for one kind of number and for its settings.

    forward(*values) is the value. pull(g, out, *values) has one entry for each input, None where no gradient
    flows: into a constant, or into a condition. active says which inputs want one; source is the text of
        both.
    """

    operation: "Operation"
    forward: callable
    pull: callable
    active: tuple
    params: dict
    source: str

    def with_params(self, params):
        """The same rule with these settings; those not named have their defaults."""
        params = {name: own(params[name]) if name in params else usual for name, usual in self.params.items()}
        forward = self.forward and functools.partial(self.forward, **params)
        return Rule(
            self.operation, forward, functools.partial(self.pull, **params), self.active, params, self.source
        )


@dataclass(frozen=True, eq=False)
class Operation:
    """One row of the table: ``out = value``, as formulas in the letters of its arguments.

    value: the textbook formula. Printed, proven, and used for symbols.
    local: for each argument the local derivative, which multiplies the upstream gradient entry by entry; or,
        in a formula with the letter ``g``, the whole contribution of the upstream gradient g. ``out`` may
        stand for the value. None where no gradient flows.
    gate: the label in a picture.
    numeric, numeric_local: what floats and arrays compute where the textbook would overflow or divide 0 by 0.
    defaults: for the last arguments. params: the settings, such as the axis, and their defaults.
    by_rank: {ranks of the operands: local}, for a product of matrices, whose transposes depend on the ranks.
    mismatch(shapes, names, **params): why operands do not fit. commutes: whether they may be exchanged.
    overflows: whether `numeric` is there because the textbook's value may overflow.
    public: whether it is offered as ``bp.name``; the others occur in gradients.
    """

    name: str
    arguments: str
    value: str
    local: tuple
    gate: str
    numeric: str = None
    numeric_local: tuple = None
    defaults: tuple = ()
    params: dict = field(default_factory=dict)
    by_rank: dict = None
    mismatch: callable = broadcast_mismatch
    commutes: bool = False
    overflows: bool = False
    public: bool = True

    @functools.cached_property
    def letters(self):
        """The names of the arguments."""
        return tuple(self.arguments.split(", "))

    @functools.cached_property
    def elementwise(self):
        """Whether it works entry by entry: then no formula needs the upstream gradient g."""
        return not any(d and re.search(r"\bg\b", d) for d in self.local)

    @functools.cached_property
    def is_comparison(self):
        """Whether it asks a question, which has no derivative by either operand."""
        return self.local == (None, None)

    def formula(self, kind):
        """The formula of `value` that `kind` computes with."""
        return self.value if kind.rank == SYMBOLS else self.numeric or self.value

    def textbook(self, ranks=()):
        """The formulas of `local`, for operands of these ranks."""
        return self.by_rank.get(ranks, self.local) if self.by_rank else self.local

    def derivatives(self, kind, ranks=()):
        """The formulas of `local` that `kind` computes with."""
        numeric = self.numeric_local if kind.rank != SYMBOLS else None
        return numeric or self.textbook(ranks)

    def rule(self, kind, active=None, ranks=(), params=None):
        """The Rule for a kind of number ("floats", "arrays", "symbols", "nodes"), active inputs, ranks,
        settings.
        """
        kind = getattr(kinds, kind)() if isinstance(kind, str) else kind
        rule = _compile(self, kind, active or (True,) * len(self.letters), ranks)
        return rule.with_params(params or {}) if self.params else rule

    @functools.cached_property
    def on_floats(self):
        """The rule for floats that all want a gradient, the most frequent one in a network of scalars."""
        return self.rule(kinds.floats())

    @functools.cache  # noqa: B019 (the rows of the table live as long as the program)
    def local_derivative(self, i, kind):
        """The derivative by input `i` as a function ``(out, *values)``; None if it is a Jacobian."""
        formula = self.derivatives(kind)[i]
        if not self.elementwise or formula is None:
            return None
        function, _ = compile_function("local", ("out", *self.letters), formula, kind)
        if kind.rank == FLOATS:
            function = _like_ieee(function, lambda: self.local_derivative(i, kinds.arrays()))
        return function


@functools.cache
def _compile(row, kind, active, ranks):
    """The Rule without settings."""
    if kind.rank == FLOATS and not row.elementwise:
        kind = kinds.arrays()
    derivatives = row.derivatives(kind, ranks)
    wanted = tuple(on and d is not None for on, d in zip(active, derivatives))
    terms = []
    for derivative, letter, on in zip(derivatives, row.letters, wanted):
        terms.append(_contribution(derivative, letter, kind, row.elementwise) if on else "None")
    value = row.formula(kind)
    arguments = (*row.letters, *row.params)
    pull, source = compile_function("pull", ("g", "out", *arguments), f"({', '.join(terms)},)", kind)
    if kind.rank == NODES:  # the value is that of the numbers which the nodes carry
        return Rule(row, None, pull, wanted, row.params, source)
    forward, forward_source = compile_function("forward", arguments, value, kind)
    source = f"{forward_source}\n\n{source}"
    if kind.rank != FLOATS and _MAY_WARN.search(value):
        forward = _quietly(forward)
    if not row.elementwise:
        forward, pull = _on_arrays(forward), _with_upstream(pull, wanted)
    elif kind.rank == FLOATS:
        if _MAY_RAISE.search(value):
            forward = _like_ieee(forward, lambda: row.rule("arrays", active).forward)
        if _MAY_RAISE.search(" ".join(terms)):
            pull = _like_ieee(pull, lambda: row.rule("arrays", active).pull)
    return Rule(row, forward, pull, wanted, row.params, source)


def _contribution(formula, letter, kind, elementwise):
    """The text of one contribution, in the shape of the input.

    No upstream means no gradient, even if the local derivative is infinite (see `arrays.guarded`).
    """
    if elementwise:
        if formula in ("1", "-1"):
            formula = formula.replace("1", "g")
        elif kind.rank == FLOATS:
            formula = f"g and g * ({formula})"
        else:
            formula = f"guarded(g, {formula})"
    return formula if kind.rank == FLOATS else f"unbroadcast({formula}, {letter})"


_CALL = r"(?<![.\w])(?!maximum|minimum|where|abs)[a-z]\w*\("  # any function but these, which do not compute
_MAY_RAISE = re.compile(rf"/|\*\*|{_CALL}")  # sums and products of Python floats never do
_MAY_WARN = re.compile(rf"[-+*/@]|\.sum\(|{_CALL}")


def _like_ieee(on_floats, on_arrays):
    """Python raises where IEEE 754 answers inf or nan. numpy answers, so numpy is asked: `on_arrays()` is its
    function.
    """

    def answer(*values):
        try:
            return on_floats(*values)
        except (ArithmeticError, ValueError):
            import numpy as np

            with np.errstate(all="ignore"):
                result = on_arrays()(*[np.array([value]) for value in values])
            if isinstance(result, tuple):
                return tuple(None if entry is None else float(np.ravel(entry)[0]) for entry in result)
            return float(np.ravel(result)[0])

    return answer


def _quietly(function):
    """log(0) is −inf, for an array as for a float, and what is made of it is there to be seen: no warning on
    top.
    """
    import numpy as np

    return np.errstate(all="ignore")(function)


def _on_arrays(forward):
    """A single number is an array without axes."""
    import numpy as np

    def on_arrays(*values, **params):
        return plain(forward(*map(np.asarray, values), **params))

    return on_arrays


def _with_upstream(pull, wanted):
    """No upstream, no gradient, whatever the values are: 0 · inf would be nan."""
    import numpy as np

    def with_upstream(g, out, *values, **params):
        g = np.asarray(g)
        if g.size and g.flat[0] == 0 and not g.any():
            return tuple([zero_like(value) if on else None for value, on in zip(values, wanted)])
        return pull(g, out, *map(np.asarray, values), **params)

    return with_upstream
