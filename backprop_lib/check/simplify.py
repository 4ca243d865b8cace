"""What sympy is asked to do with formulas: prove that one is 0, and write it shorter.

sympy can take hours. Its patience is counted in calls: a clock would make the answer depend on the machine.
"""

import contextlib
import functools
import inspect
import itertools
import math
import sys

import sympy
from sympy.core.relational import Relational

from .points import Rounded, edge_of, edges_of

SHORT, LONG = 40, 400  # operations of what is made shorter by all means, or by quick ones
MOST_TERMS, MOST_EDGES, LARGEST_NUMBER, LARGEST_EXPONENT = 3000, 6, 10_000, 100
PATIENCE, QUICKLY = 2_000_000, 200_000  # Python calls, about a second; and for what only looks better


def all_zero(formulas):
    """Whether sympy can show that these are 0, on every branch; edges are left out."""
    return bool(within(PATIENCE, lambda: all(map(_is_zero, formulas))))


def _is_zero(formula):
    if len(edges_of(formula)) > MOST_EDGES:
        return False
    ways = (sympy.expand, _in_exponentials, sympy.simplify)
    return all(any(_tried(way, branch) == 0 for way in ways) for branch in _branches(formula))


def _branches(formula):
    """The formula on each side of its edges, with conditions settled."""
    edges = edges_of(formula)
    for signs in itertools.product((1, -1), repeat=len(edges)):
        sign = dict(zip(edges, signs))
        settled = {}
        for relation in formula.atoms(Relational):
            edge, direction = edge_of(relation)
            settled[relation] = relation.func(direction * sign[edge], 0)
        yield formula.xreplace(settled)


@functools.lru_cache(1000)
def simplest(formula, quickly=False):
    """A short form. The long way is for short formulas only: the answer must not depend on patience."""
    _import_all_that_it_takes()
    ways = [_as_fraction]
    if not quickly and sympy.count_ops(formula) <= SHORT and len(edges_of(formula)) <= 2:
        ways.append(sympy.simplify)
    forms = [within(QUICKLY, lambda way=way: _tried(way, formula)) for way in ways]
    return shortest(formula, *(form for form in forms if form is not None))


@functools.cache
def _import_all_that_it_takes():
    """sympy imports modules when it first simplifies; they must not use up the patience of that formula."""
    x = sympy.Symbol("x", real=True)
    sympy.simplify(sympy.tanh(x) + sympy.exp(x) / (x + 1) + sympy.sin(x) * sympy.log(x))


def shortest(*forms):
    """Of equal forms, the shortest one that is written in functions of the course."""
    if len(set(forms)) == 1:
        return forms[0]
    strange = sympy.cosh, sympy.sinh, sympy.ITE
    return min(forms, key=lambda form: (form.has(*strange), sympy.count_ops(form), len(str(form))))


def _in_exponentials(formula):
    return sympy.factor(sympy.together(formula.rewrite(sympy.exp)))


def _as_fraction(formula):
    return sympy.powsimp(sympy.factor(sympy.together(formula)))


def _tried(way, formula):
    """way(formula), a simplification; the formula itself where that would take long or fails."""
    if sympy.count_ops(formula) > LONG or _terms(formula) >= MOST_TERMS:
        return formula
    exponents = [power.exp for power in formula.atoms(sympy.Pow)] + list(formula.atoms(sympy.Function))
    large = _larger_than(LARGEST_NUMBER, formula) | _larger_than(LARGEST_EXPONENT, *exponents)
    letters = {x: Rounded(str(x), positive=True) for x in large}  # sympy would multiply x**1000 out
    letters |= {-x: -letter for x, letter in letters.items()}
    with contextlib.suppress(Exception):  # sympy fails in many ways; numbers have decided already
        formula = way(formula.xreplace(letters))
    return formula.xreplace({letter: x for x, letter in letters.items()})


def _larger_than(limit, *formulas):
    """The numbers in formulas that have a large numerator or denominator, without their signs."""
    return {abs(x) for x in sympy.Tuple(*formulas).atoms(sympy.Rational) if max(abs(x.p), x.q) > limit}


@functools.lru_cache(100_000)
def _terms(formula):
    """About how many terms the formula has when it is multiplied out: sympy counts them without a call."""
    inside = [min(_terms(part), MOST_TERMS) for part in formula.args]
    if formula.is_Add:
        return sum(inside)
    if formula.is_Mul:
        return math.prod(inside)
    if formula.is_Pow and formula.exp.is_Integer:
        power = abs(int(formula.exp))
        return math.comb(inside[0] + power - 1, power)
    return max(inside, default=1)


class _EnoughTried(BaseException):
    """Not an Exception: sympy catches those."""


def within(calls, function):
    """function(), or None when it needs more Python calls than that, or too many inside each other."""
    left, before = itertools.count(calls, -1), sys.getprofile()

    def watch(frame, event, argument):
        if event == "call" and next(left) <= 0 and not frame.f_code.co_flags & inspect.CO_GENERATOR:
            raise _EnoughTried  # out of a generator that is being closed, nobody could catch it

    sys.setprofile(watch)
    try:
        return function()
    except (_EnoughTried, RecursionError):
        return None
    finally:
        sys.setprofile(before if callable(before) else None)  # cProfile's cannot be set again
