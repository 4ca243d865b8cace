"""One notion of "the same formula": the verdict on a claim and the name of a mistake rest on it."""

import pytest
import sympy

import backprop_lib as bp
from backprop_lib import feedback as fb
from backprop_lib.check.comparison import same_formula
from backprop_lib.check.parsing import parse_formula
from backprop_lib.check.points import Points, Rounded, as_typed
from backprop_lib.check.simplify import all_zero
from backprop_lib.graph import topological_order

x, y, m = sympy.symbols("x y m", real=True)
FORMULAS = [task for task in fb.tasks() if task.kind == "formula"]
MISTAKES = [(task, *form) for task in FORMULAS for form in task.forms]


def as_sympy(task, text):
    """A formula as a student of sympy would hand it in, in plain symbols."""
    names = [node.name for node in topological_order(task.graph()) if node.name]
    return parse_formula(text, {name: sympy.Symbol(name) for name in names})


@pytest.mark.parametrize("task", FORMULAS, ids=lambda task: task.id)
def test_the_right_formula_passes_as_text_and_as_sympy(task):
    assert fb.check(task.id, task.answer).passed and fb.check(task.id, as_sympy(task, task.answer)).passed


@pytest.mark.parametrize(("task", "key", "text"), MISTAKES, ids=lambda value: getattr(value, "id", value))
def test_a_mistake_has_the_same_name_as_text_as_sympy_and_in_another_form(task, key, text):
    claims = [text, f"0 + ({text})*1", as_sympy(task, text)]
    found = [fb.check(task.id, claim) for claim in claims]
    assert not any(feedback.passed for feedback in found)
    assert all((key,) in feedback.explanations for feedback in found)


def same(one, other, value=x * y, **own):
    return same_formula(Points(value, {x: 2.0, y: 3.0, **own}), sympy.sympify(one), sympy.sympify(other))


def test_exact_numbers_are_compared_exactly_and_rounded_ones_by_their_digits():
    assert same(x / 3, x * sympy.Rational(1, 3)) and not same(x, x + sympy.Rational(1, 10**24))
    assert same(as_typed(1 / 3) * x, x / 3) and not same(as_typed(0.333333) * x, x / 3)
    assert isinstance(as_typed(1 / 3), Rounded) and as_typed(1e-8) == sympy.Rational(1, 10**8)
    assert as_typed(-1 / 3) == -as_typed(1 / 3) and as_typed(0.1 + 0.2) != sympy.Rational(3, 10)


@pytest.mark.parametrize("factor", ["0.99999999999", "1.0000001", "1.00000000001", "-1"])
def test_a_difference_in_the_eleventh_digit_is_one(factor):
    assert not same(as_typed(1 / 3) * x * sympy.Rational(factor), x / 3)


def test_two_rounded_numbers_do_not_cancel():
    third, seventh = as_typed(1 / 3), as_typed(1 / 7)
    assert same(third * x - seventh * y, x / 3 - y / 7) and same(3 * third - 1, 0)
    assert not same(third * x - seventh * y, x / 3 - y / 6) and not same(third, seventh)


def test_a_formula_without_any_value_is_not_the_same_as_one_that_has():
    assert not same(sympy.log(-1 - x**2), x)


def test_cases_are_compared_on_both_sides_of_their_edges_and_on_edges_of_their_own():
    step = sympy.Piecewise((1, x > 0), (0, True))
    assert same(step, sympy.Piecewise((1, x >= 0), (0, True)), value=sympy.Piecewise((x, x > 0), (0, True)))
    assert not same(sympy.Piecewise((y, sympy.Ne(x, 1)), (7, True)), y)
    assert not same(sympy.Piecewise((y, x < sympy.Rational(1000, 3)), (7, True)), y)


def test_the_points_are_the_same_in_every_run():
    points = [Points(x * y, {x: 2.0, y: None}) for _ in range(2)]
    assert points[0].drawn == points[1].drawn and points[0].own[y] is None
    assert [p.letters for p in points[0].around([x - y])] == [p.letters for p in points[1].around([x - y])]


def test_a_proof_covers_every_branch_and_large_numbers():
    size, same_size = sympy.Piecewise((x, x > 0), (-x, True)), sympy.Piecewise((-x, 0 >= x), (x, True))
    assert all_zero([size - same_size, (x + y) ** 2 - x**2 - 2 * x * y - y**2])
    assert not all_zero([size - x]) and not all_zero([sympy.Integer(0), sympy.Rational(1, 10**30)])
    assert all_zero([(x + 10**40) * y - x * y - 10**40 * y, (x**100000 + y) * x - x * y - x * x**100000])


def test_a_profiler_that_runs_is_no_obstacle():
    import cProfile

    profiler = cProfile.Profile()
    profiler.enable()
    node = bp.Node(2.0, "u")
    proof = bp.check_derivation("2*u*cos(u*u)", bp.sin(node * node), "u").proof
    profiler.disable()
    assert proof == "symbolic"
