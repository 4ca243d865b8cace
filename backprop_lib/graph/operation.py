"""What an operation is: a row of data, and the rule that it becomes for one kind of number.

`Elementwise` rows are formulas, written as text. `Structural` rows move, sum or select whole arrays; they are
two small functions and say in words what they do. `rule` turns either into a `Rule`: a forward function, and
a pull function that turns the gradient of the output into the contribution to each input, contribution =
upstream × local derivative.
"""

import re
from dataclasses import dataclass, field
from types import MappingProxyType

from .errors import broadcast_mismatch
from .kinds import ARRAYS, FLOATS, arrays, compile_formula, plain, unbroadcast, zero_like


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """An operation made ready for one kind of number. `pull(g, out, *values)` has one entry per input, None
    where no gradient flows: into a constant, or into a condition.
    """

    operation: object
    forward: object
    pull: object
    active: tuple  # for each input, whether it wants a gradient
    params: dict


@dataclass(frozen=True, eq=False)
class Elementwise:
    """One row of the table: ``out = value(arguments)``, entry by entry.

    value, local: the textbook formula and its derivative by each argument (``out`` may stand for the value;
        None where there is no derivative, as for a condition). Printed, proven by sympy, and used for
        symbols.
    numeric, numeric_local: what floats and arrays compute where the textbook would overflow or divide 0 by 0.
    gate: the label in a picture. special: the Python method that writes this operation, such as ``__add__``.
    defaults: for the last arguments.
    """

    name: str
    arguments: str
    value: str
    local: tuple
    gate: str
    special: str = None
    numeric: str = None
    numeric_local: tuple = None
    defaults: tuple = ()
    params = MappingProxyType({})  # an elementwise operation has no settings
    mismatch = staticmethod(broadcast_mismatch)
    is_comparison = property(lambda self: self.local == (None, None))
    stretches = True  # operands of unequal shapes are stretched to fit, as numpy does it
    _rules: dict = field(default_factory=dict, repr=False)

    def rule(self, kind, active, params=()):
        """The Rule of this row for `kind`; made once and kept."""
        key = kind.rank, active
        if key not in self._rules:
            self._rules[key] = self._make_rule(kind, active)
        return self._rules[key]

    def letters(self, names):
        """{letter in the formulas: what it stands for}."""
        return dict(zip(self.arguments.split(", "), names))

    def product(self, i):
        """The formula of the contribution to input `i`: local derivative times upstream gradient."""
        return f"({self.local[i]}) * g"

    def formulas(self, kind):
        """(value, local) as `kind` computes them."""
        if kind.rank > ARRAYS:
            return self.value, self.local
        return self.numeric or self.value, self.numeric_local or self.local

    def local_derivative(self, i, kind):
        """The derivative by input `i` as a function ``(out, *values)``; None if there is none."""
        formula = self.formulas(kind)[1][i]
        return formula and _compiled(f"({formula},)", f"out, {self.arguments}", kind)

    def _make_rule(self, kind, active):
        value, local = self.formulas(kind)
        names = self.arguments.split(", ")
        terms = [_term(name, d, kind) if on and d else "None" for name, d, on in zip(names, local, active)]
        forward = _compiled(value, self.arguments, kind)
        if kind.rank > FLOATS and _MAY_WARN.search(value):
            forward = _without_warnings(forward)
        pull = _compiled(f"({', '.join(terms)},)", f"g, out, {self.arguments}", kind)
        return Rule(self, forward, pull, tuple(on and d is not None for on, d in zip(active, local)), {})


def _term(name, local, kind):
    """The text of one contribution, upstream × local derivative, in the shape of the input.

    No upstream means no gradient, even if the local derivative is infinite (see `kinds.guarded`): `g and …`
    for floats.
    """
    if local in ("1", "-1"):
        product = local.replace("1", "g")
    else:
        product = f"g and g * ({local})" if kind.rank == FLOATS else f"guarded(g, {local})"
    return product if kind.rank == FLOATS else f"unbroadcast({product}, {name})"


_CALL = r"\b(?!maximum|minimum|where|abs)[a-z]\w*\("  # any function but these, which do not compute
_MAY_RAISE = re.compile(rf"/|\*\*|{_CALL}")  # sums and products of Python floats never do
_MAY_WARN = re.compile(rf"\*|/|{_CALL}")


def _compiled(text, arguments, kind):
    fast = compile_formula(text, arguments, kind)
    if kind.rank > FLOATS or not _MAY_RAISE.search(text):
        return fast

    def like_ieee(*values):
        """Python raises where IEEE 754 answers inf or nan; numpy answers, and so do arrays, so numpy is
        asked.
        """
        try:
            return fast(*values)
        except (ArithmeticError, ValueError):
            import numpy as np

            with np.errstate(all="ignore"):
                slow = compile_formula(text, arguments, arrays())
                result = slow(*(np.array([value]) for value in values))
            if isinstance(result, tuple):
                return tuple(None if entry is None else float(np.ravel(entry)[0]) for entry in result)
            return float(result[0])

    return like_ieee


def _without_warnings(function):
    """log(0) is −inf, for an array as for a float, and what is made of it is there to be seen: no warning on
    top.
    """
    import numpy as np

    def quietly(*values):
        with np.errstate(all="ignore"):
            return function(*values)

    return quietly


def _own(setting):
    """A copy of a list or an array that the caller could change between the forward and the backward pass."""
    if isinstance(setting, tuple):
        return tuple(map(_own, setting))
    return setting.copy() if hasattr(setting, "copy") else setting


@dataclass(frozen=True, eq=False)
class Structural:
    """One row of the table for an operation that is not entry by entry.

    forward(kind, *values, **params) and, for each argument, vjp(kind, g, out, *values, **params): the
    vector-Jacobian product, upstream gradient times Jacobian without ever writing the Jacobian down. value
    and local say the same in formulas (`g` is the upstream gradient); params are the settings and their
    defaults, such as the axis; mismatch(shapes, names, **params) says why they do not fit.
    """

    name: str
    arguments: str
    value: str
    local: tuple
    gate: str
    forward: object
    vjp: tuple
    params: dict = field(default_factory=dict)
    special: str = None
    mismatch: object = lambda shapes, names, **params: None
    _rules: dict = field(default_factory=dict, repr=False)
    defaults = ()
    stretches = is_comparison = False

    letters = Elementwise.letters

    def product(self, i):
        """The formula of the contribution to input `i`, in which the upstream gradient `g` has its place
        already.
        """
        return self.local[i]

    def local_derivative(self, i, kind):
        """None: a Jacobian is never written down."""

    def rule(self, kind, active, params=()):
        """The Rule of this row for `kind` and these settings; with the default settings it is made once and
        kept.
        """
        kind = arrays() if kind.rank < ARRAYS else kind
        if params:
            return self._make_rule(
                kind, active, self.params | {name: _own(value) for name, value in params.items()}
            )
        key = kind.rank, active
        if key not in self._rules:
            self._rules[key] = self._make_rule(kind, active, self.params)
        return self._rules[key]

    def _make_rule(self, kind, active, params):
        import numpy as np

        def forward(*values):
            return plain(self.forward(kind, *map(np.asarray, values), **params))

        def pull(g, out, *values):
            values = [np.asarray(value) for value in values]
            g = np.asarray(g)
            if g.size and g.flat[0] == 0 and not g.any():  # no upstream, no gradient, whatever the values are
                return tuple(zero_like(value) if on else None for value, on in zip(values, active))
            return tuple(
                unbroadcast(vjp(kind, g, out, *values, **params), value) if on else None
                for vjp, value, on in zip(self.vjp, values, active)
            )

        forward = _without_warnings(forward) if kind.rank > ARRAYS else forward
        return Rule(self, forward, pull, active, params)
