"""The verdict on a derivation: right in any form, wrong with a residual and a number that shows it."""

import itertools
import math
import warnings
from fractions import Fraction

import numpy as np
import pytest
import sympy

import backprop_lib as bp
from backprop_lib.graph import OPERATIONS, apply
from backprop_lib.graph.rules import Operation


def logistic(w=0.0, b=0.0, x=50.0, y=1.0):
    """Lecture 000, logistic regression with the numbers of 000-W3 unless others are given."""
    w, b, x, y = bp.inputs(w=w, b=b, x=x, y=y)
    z = named("z", w * x + b)
    y_hat = named("ŷ", bp.sigmoid(z))
    return named("L", -(y * bp.log(y_hat) + (1 - y) * bp.log(1 - y_hat)))


def named(name, node):
    node.name = name
    return node


def product():
    """Lecture 000, f = (x + y)z at −2, 5, −4 (000-W1)."""
    x, y, z = bp.inputs(x=-2.0, y=5.0, z=-4.0)
    return named("f", named("q", x + y) * z)


def fan_out(t=1.0):
    """Lecture 002, f = y + exp(xy) with x = cos t and y = t² (002-W2)."""
    t = bp.Node(t, "t")
    x, y = named("x", bp.cos(t)), named("y", t**2)
    return named("f", y + bp.exp(x * y))


def regression():
    """h = ½ Σ (Wx − t)², with every size different."""
    W = bp.Node([[1.0, 0.5, 0.0], [-1.0, -0.5, -1.5]], "W")
    x, t = bp.Node([1.0, -2.0, 0.5], "x"), bp.Node([1.0, 0.0], "t")
    z = named("z", W @ x)
    return named("h", ((z - t) ** 2).sum() / 2)


def differs(verdict, claim, truth):
    """Whether claim and truth, two ordinary functions, are different at the counterexample."""
    return not math.isclose(claim(**verdict.counterexample), truth(**verdict.counterexample), rel_tol=1e-6)


# ----------------------------------------------------------------------------------------- right claims


@pytest.mark.parametrize(
    ("claim", "wrt"),
    [
        ("(ŷ - y)*x", "w"),
        ("(sigmoid(w*x + b) - y)*x", "w"),
        ("x·ŷ − x·y", "w"),
        ("x*(1/(1 + e^(-z)) - y)", "w"),
        ("ŷ - y", "b"),
        ("-y*(1 - ŷ) + (1 - y)*ŷ", "b"),
        ("ŷ - y", "z"),
        ("ŷ*(1 - ŷ)*(-y/ŷ + (1 - y)/(1 - ŷ))", "z"),
        ("-y/ŷ + (1 - y)/(1 - ŷ)", "ŷ"),
        ("(ŷ - y)/(ŷ*(1 - ŷ))", "ŷ"),
        ("(ŷ - y)*w", "x"),
        ("log(1 - ŷ) - log(ŷ)", "y"),
        ("-z", "y"),
        ("1", "L"),
    ],
)
def test_the_logistic_gradients_of_lecture_000_are_right_in_any_form(claim, wrt):
    verdict = bp.check_derivation(claim, logistic(), wrt)
    assert verdict.ok and verdict and verdict.proof == "symbolic"
    assert verdict.residual == 0 and verdict.counterexample is None and verdict.graph_agrees


def test_the_numbers_of_000_w3_stand_in_the_table():
    for claim, wrt, value in [
        ("-y/ŷ + (1 - y)/(1 - ŷ)", "ŷ", "−2"),
        ("ŷ - y", "z", "−0.5"),
        ("(ŷ - y)*x", "w", "−25"),
    ]:
        assert [row[2] for row in bp.check_derivation(claim, logistic(), wrt).rows] == [value] * 4


@pytest.mark.parametrize(
    ("claim", "wrt", "value"),
    [("1", "f", 1), ("q", "z", 3), ("z", "q", -4), ("z", "x", -4), ("z", "y", -4), ("x + y", "z", 3)],
)
def test_the_five_gradients_of_000_w1(claim, wrt, value):
    verdict = bp.check_derivation(claim, product(), wrt)
    assert verdict.ok and float(verdict.rows[0][2].replace("−", "-")) == value


SIGMA = ["σ(z)*(1 - σ(z))", "s*(1 - s)", "s − s²", "e^(-z)/(1 + e^(-z))^2", "1/(2 + exp(z) + exp(-z))"]


@pytest.mark.parametrize("claim", [*SIGMA, "(1 - tanh(z/2)^2)/4"])
def test_the_derivative_of_sigma_in_six_forms(claim):
    assert bp.check_derivation(claim, named("s", bp.sigmoid(bp.inputs(z=0.7))), "z").proof == "symbolic"


def test_tanh_is_a_sigmoid_shifted_and_scaled():
    z = bp.inputs(z=0.5)
    assert bp.check_derivation("1 - (2*σ(2*z) - 1)^2", bp.tanh(z), z).proof == "symbolic"
    confused = bp.check_derivation(
        "σ(z)*(1 - σ(z))", bp.tanh(z), z
    )  # 002-E4: one letter σ for five functions
    assert not confused.ok and confused.counterexample == {"z": 0.5}
    assert differs(
        confused, lambda z: math.exp(-z) / (1 + math.exp(-z)) ** 2, lambda z: 1 - math.tanh(z) ** 2
    )


def test_the_gates_of_004_w5_and_the_shortcut():
    w, x = bp.Node([2.0, -3.0, -3.0], "w"), bp.Node([-1.0, -2.0], "x")
    z = named("z", w[0] * x[0] + w[1] * x[1] + w[2])
    d = named("d", 1 + named("e_", bp.exp(-z)))
    f = named("f", 1 / d)
    claims = {
        "d": "-1/d^2",
        "e_": "-1/d²",
        "z": "f*(1 - f)",
        "w": ["f*(1-f)*x[0]", "f*(1-f)*x[1]", "f*(1-f)"],
    }
    claims["x"] = ["f*(1-f)*w[0]", "f*(1-f)*w[1]"]
    for wrt, claim in claims.items():
        assert bp.check_derivation(claim, f, wrt).ok
    assert bp.check_derivation("f*(1 - f)", f, "z").rows[0][2] == "0.196612"


ROWS = [row for row in OPERATIONS.values() if row.elementwise and any(row.local)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_of_the_table_is_derived_right_from_its_own_text(row):
    letters = row.arguments.split(", ")
    leaves = [bp.Node(value, letter) for letter, value in zip(letters, (0.625, 1.5, 2.25))]
    out = named("out", apply(row, *leaves))
    for letter, local in zip(letters, row.local):
        if local:
            assert bp.check_derivation(local, out, letter).ok


def test_a_sympy_expression_may_be_claimed_whatever_it_assumes_of_its_symbols():
    w, x, y, b = sympy.symbols("w x y b", positive=True)
    assert bp.check_derivation((1 / (1 + sympy.exp(-w * x - b)) - y) * x, logistic(), "w").ok
    assert bp.check_derivation(0.5 * (sympy.Symbol("ŷ") - y) * x * 2.0, logistic(), "w").ok


def test_an_unnamed_graph_goes_by_the_names_of_its_symbolic_form():
    u = bp.Node(3.0)
    assert bp.check_derivation("2*v1", u * u, u).ok


# ----------------------------------------------------------------------------------------- the lectures'
# errors


def test_lecture_000_forgets_a_parenthesis_and_its_only_label_cannot_see_it():
    printed = "ŷ*(1-ŷ)*-y/ŷ + (1-y)/(1-ŷ)"  # 000-E1
    verdict = bp.check_derivation(printed, logistic(), "z")
    y, p = sympy.symbols("y ŷ")
    assert not verdict.ok
    assert sympy.simplify(verdict.residual - (y - 1) * (p**2 - p + 1) / (p - 1)) == 0
    assert verdict.vanishes_at == (("y", 1),)
    assert "It vanishes at y = 1: a test with y = 1 alone cannot see the mistake." in str(verdict)
    assert verdict.counterexample == {
        "w": 0,
        "b": 0,
        "x": 50,
        "y": 0,
    }  # the lecture's example with the other label
    assert differs(
        verdict, lambda w, b, x, y: 0.5 * 0.5 * -y / 0.5 + (1 - y) / 0.5, lambda w, b, x, y: 0.5 - y
    )


def test_mean_squared_error_without_its_half_is_twice_the_gradient():
    w, x, b, y = bp.inputs(w=2.0, x=3.0, b=1.0, y=4.0)
    y_hat = named("ŷ", w * x + b)
    half, whole = (y_hat - y) ** 2 / 2, (y_hat - y) ** 2
    assert bp.check_derivation("(ŷ-y)*x", half, w).ok
    verdict = bp.check_derivation("(ŷ-y)*x", whole, w)  # 000-E9
    assert not verdict.ok and verdict.factor == sympy.Rational(1, 2)
    assert "Yours is 1/2 times the derivative, everywhere." in str(verdict)


def test_002_w2_and_each_of_its_branches_dropped():
    whole = "y*e^(x*y)*(-sin(t)) + (1 + x*e^(x*y))*2*t"
    right = bp.check_derivation(whole, fan_out(), "t")
    assert right.ok and right.rows[0][2] == "2.41048"
    for dropped, value in [("y*e^(x*y)*(-sin(t))", "−1.44441"), ("(1 + x*e^(x*y))*2*t", "3.85489")]:
        verdict = bp.check_derivation(dropped, fan_out(), "t")
        assert not verdict.ok and verdict.counterexample == {"t": 1}
        assert verdict.rows[0][2] == value and verdict.rows[1][2] == "2.41048"


def test_an_intermediate_node_is_cut_out_so_that_only_its_own_paths_count():
    f = fan_out()
    assert bp.check_derivation("1 + x*exp(x*y)", f, "y").ok
    assert bp.check_derivation("y*exp(x*y)", f, "x").ok
    assert bp.check_derivation("t²*exp(x*y)", f, "x").ok  # y is t², and may be written so
    assert not bp.check_derivation("2*t + 2*t*x*exp(x*y)", f, "y").ok


@pytest.mark.parametrize(
    ("claim", "wrt", "claimed", "true"),
    [
        ("(y - ŷ)*x", "w", lambda p, x, y: (y - p) * x, lambda p, x, y: (p - y) * x),
        ("ŷ*(1-ŷ)*(ŷ - y)*x", "w", lambda p, x, y: p * (1 - p) * (p - y) * x, lambda p, x, y: (p - y) * x),
        ("-y/ŷ", "ŷ", lambda p, x, y: -y / p, lambda p, x, y: -y / p + (1 - y) / (1 - p)),
        ("ŷ - y", "w", lambda p, x, y: p - y, lambda p, x, y: (p - y) * x),
        ("0", "b", lambda p, x, y: 0, lambda p, x, y: p - y),
    ],
)
def test_a_wrong_claim_comes_with_a_point_where_it_is_wrong(claim, wrt, claimed, true):
    verdict = bp.check_derivation(claim, logistic(w=0.01, b=0.25), wrt)
    assert not verdict.ok and verdict.proof is None and verdict.residual != 0

    def at(function):
        return lambda w, b, x, y: function(1 / (1 + math.exp(-(w * x + b))), x, y)

    assert differs(verdict, at(claimed), at(true))


# ----------------------------------------------------------------------------------------- arrays


def test_every_entry_of_a_matrix_is_compared_and_the_first_wrong_one_is_named():
    right = [[f"(z[{i}] - t[{i}])*x[{j}]" for j in range(3)] for i in range(2)]
    assert bp.check_derivation(right, regression(), "W").ok
    wrong = [row[:] for row in right]
    wrong[1][2] = "(z[1] - t[1])*x[1]"
    verdict = bp.check_derivation(wrong, regression(), "W")
    assert not verdict.ok and verdict.wrt == "W" and verdict.entry == "W[1,2]"
    assert bp.check_derivation(right[1][2], regression(), "W[1,2]").ok
    assert not bp.check_derivation(right[0][2], regression(), "W[1, 2]").ok


def test_arrays_may_be_claimed_as_text_as_matrix_and_as_array():
    h = regression()
    assert bp.check_derivation("Wᵀ @ (z − t)", h, "x").ok
    assert bp.check_derivation("z - t", h, "z").ok
    assert not bp.check_derivation("t - z", h, "z").ok
    z, t, x = (np.array(sympy.symbols(f"{name}[:{n}]")) for name, n in (("z", 2), ("t", 2), ("x", 3)))
    outer = np.array(list(map(sympy.sympify, np.outer(z - t, x).flat))).reshape(2, 3)
    assert bp.check_derivation(outer, h, "W").ok
    assert bp.check_derivation(sympy.Matrix(outer), h, "W").ok


def test_softmax_with_cross_entropy_is_p_minus_t_for_one_hot_labels():
    z, t = bp.Node([0.5, -1.0, 2.0], "z"), bp.Node([0.0, 1.0, 0.0], "t")
    p = named("p", bp.softmax(z))
    L = named("L", -(t * bp.log(p)).sum())
    assert bp.check_derivation("p*sum(t) - t", L, "z")
    verdict = bp.check_derivation("p - t", L, "z")  # 002-W3
    assert not verdict.ok and ("Σ t", 1) in verdict.vanishes_at
    assert "Where the entries of t add up to 1" in str(verdict)
    one_hot = -bp.log(p)[1]
    assert bp.check_derivation(["p[0]", "p[1] - 1", "p[2]"], one_hot, "z").ok


# ----------------------------------------------------------------------------------------- kinks and branches


@pytest.mark.parametrize(
    "claim", ["where(u*v > 0, v, 0)", "where(u*v >= 0, v, 0)", "(u*v > 0)*v", "v*(1 - (u*v < 0))"]
)
def test_relu_has_the_derivative_of_either_side_and_the_kink_is_nobodys_mistake(claim):
    u, v = bp.inputs(u=0.0, v=2.0)  # on the kink
    assert bp.check_derivation(claim, bp.relu(u * v), u).ok


def test_relu_without_its_step_is_wrong_on_one_side_only():
    u, v = bp.inputs(u=3.0, v=2.0)
    verdict = bp.check_derivation("v", bp.relu(u * v), u)
    assert not verdict.ok
    assert differs(verdict, lambda u, v: v, lambda u, v: v * (u * v > 0))


def test_absolute_value_and_maximum_are_compared_branch_by_branch():
    u, v = bp.inputs(u=0.0, v=2.0)
    assert bp.check_derivation("(u - v)/abs(u - v)", abs(u - v), u).proof == "symbolic"
    assert bp.check_derivation("where(u > max(v, 3), 1, 0)", bp.maximum(u, bp.maximum(v, 3.0)), u).ok
    A = bp.Node([3.0, 1.0, 2.0], "A")
    largest = [f"where(A[{i}] > max(A[{j}], A[{k}]), 1, 0)" for i, j, k in [(0, 1, 2), (1, 0, 2), (2, 0, 1)]]
    assert bp.check_derivation(largest, A.max(), "A").ok
    assert not bp.check_derivation([1, 0, 0], A.max(), "A").ok  # right where A stands, and nowhere else


@pytest.mark.parametrize("rare", ["x > 1000", "x < -77", "x*y > 300"])
def test_a_claim_that_is_wrong_far_away_only_is_wrong(rare):
    x, y = bp.inputs(x=1.0, y=2.0)
    verdict = bp.check_derivation(f"where({rare}, 7, y)", x * y, x)
    assert not verdict.ok
    assert differs(verdict, lambda x, y: 7 if eval(rare, {"x": x, "y": y}) else y, lambda x, y: y)


def test_a_claim_that_is_wrong_in_a_corner_only_is_wrong():
    x, y = bp.inputs(x=1.0, y=2.0)
    assert not bp.check_derivation("where(x > 30, where(y < -40, 7, y), y)", x * y, x).ok


# ----------------------------------------------------------------------------------------- never a wrong
# "right"


def test_where_sympy_cannot_simplify_numbers_decide_and_say_so():
    x, y = bp.inputs(x=0.5, y=2.0)
    f = bp.sqrt(bp.sqrt(x * x + y * y) + x)
    claim = "(sqrt(sqrt(x^2+y^2)+x)*sqrt(sqrt(x^2+y^2)-x))/(2*sqrt(x^2+y^2))*sqrt(sqrt(x²+y²)+x)/abs(y)"
    verdict = bp.check_derivation(claim, f, x)
    assert verdict.ok and verdict.proof in ("symbolic", "numbers")
    assert not bp.check_derivation(claim + " + 1/10^20", f, x).ok
    assert not bp.check_derivation(claim + " + exp(-50 - x^2)", f, x).ok


def test_own_values_that_hide_a_mistake_do_not_decide():
    w, x = bp.inputs(w=1.0, x=1.0)
    assert not bp.check_derivation("x", w * w * x, w).factor
    verdict = bp.check_derivation("2*w*x^3", w * w * x, w)
    assert not verdict.ok and verdict.vanishes_at == (("w", 0), ("x", 0), ("x", 1), ("x", -1))


def test_points_outside_the_domain_are_passed_over():
    x, c = bp.inputs(x=-1.0, c=3.0)
    assert bp.check_derivation("1/(x - c)", bp.log(x - c), x).ok
    assert not bp.check_derivation("1/x", bp.log(x - c), x).ok
    assert bp.check_derivation("where(log(x) > 0, 1/x, 1/x)", bp.log(x), x).ok
    with pytest.raises(ValueError, match="no point at which this derivative exists"):
        bp.check_derivation("1", bp.log(-x * x - 1), x)


def test_a_mask_has_two_sides_and_zero_is_one_of_them():
    m, a, b = bp.inputs(m=1.0, a=1.0, b=2.0)
    node = bp.where(m, a, b)
    assert bp.check_derivation("where(m, 1, 0)", node, a).ok
    verdict = bp.check_derivation("1", node, a)
    assert not verdict.ok and verdict.counterexample["m"] == 0


def test_nothing_depends_on_a_comparison_but_the_choice():
    x = bp.inputs(x=2.0)
    c = named("c", x > 1.0)
    f = bp.where(c, x**2, 3 * x)
    assert bp.check_derivation("where(c, 2*x, 3)", f, x).ok and bp.check_derivation("0", f, c).ok
    assert not bp.check_derivation("where(c, 2*x, 2)", f, x).ok


def test_one_may_differentiate_by_a_node_without_a_name():
    x = bp.inputs(x=2.0)
    h = 2 * x
    assert bp.check_derivation("4*x", h**2, h).ok and not bp.check_derivation("8*x", h**2, h).ok


def test_a_rounded_number_that_swings_excuses_nothing():
    x = bp.inputs(x=2.0)
    swings = bp.sin(1.2345678901234568e16 * x)
    assert bp.check_derivation("1.2345678901234568e16*cos(1.2345678901234568e16*x)", swings, x).ok
    assert not bp.check_derivation("1.2345678901234568e16*sin(1.2345678901234568e16*x)", swings, x).ok
    assert not bp.check_derivation("1.2345678901234568e16*cos(x)", swings, x).ok


def test_a_claim_is_compared_with_the_formula_of_a_known_mistake():
    verdict = bp.check_derivation("2*x*(ŷ - y)", logistic(), "w")
    assert verdict.same_as("(ŷ - y)*x*2") and verdict.same_as(
        sympy.sympify("2*x*(1/(1 + exp(-w*x - b)) - y)")
    )
    assert not verdict.same_as("(ŷ - y)*x") and not verdict.same_as("2.000001*(ŷ - y)*x")
    entries = bp.check_derivation("t - z", regression(), "z")
    assert entries.same_as(["t[0] - z[0]", "t[1] - z[1]"]) and not entries.same_as(
        ["t[0] - z[0]", "z[1] - t[1]"]
    )


def test_numbers_of_every_kind_may_be_claimed():
    x = bp.inputs(x=2.0)
    for number in (3, 3.0, np.float64(3), np.int64(3), np.array(3.0), sympy.Integer(3), Fraction(3)):
        assert bp.check_derivation(number, 3 * x, x).ok


# ----------------------------------------------------------------------------------------- what it says


def test_a_difference_is_shown_where_it_shows_and_with_the_digits_that_it_takes():
    p, x = bp.inputs(p=0.5, x=2.0)
    forgotten = bp.check_derivation("-1/p", -bp.log(p + 1e-8), p)
    assert forgotten.counterexample == {"p": 0}  # at p = 0.5 six digits are the same
    assert [row[2] for row in forgotten.rows][:2] == ["no number", "−1e+08"]
    a_little_off = bp.check_derivation("1.000001*x", x**2 / 2, x)
    assert [row[2] for row in a_little_off.rows] == ["2.000002", "2", "2", "2"]
    assert "Yours is 1000001/1000000 times the derivative, everywhere." in str(a_little_off)


def test_a_rounded_number_is_shown_by_its_digits():
    x = bp.inputs(x=2.0)
    node = (1 / 3) * x**2 / 2
    right = bp.check_derivation("x/3", node, x)
    assert right.proof == "numbers" and "agree in 12 digits" in str(right)
    assert bp.check_derivation("0.3333333333333333*x", node, x).proof == "symbolic"
    assert "yours − derivative = −0.3333333333333333 · x" in str(bp.check_derivation("0", node, x))


def test_right_and_wrong_are_told_apart_at_a_glance():
    right, wrong = (bp.check_derivation(claim, logistic(), "b") for claim in ("ŷ - y", "y - ŷ"))
    assert str(right).startswith("✓ ∂L/∂b") and str(wrong).startswith("✗ ∂L/∂b")
    assert 'class="bp-card bp-right"' in right._repr_html_() and ">Right</strong>" in right._repr_html_()
    assert 'class="bp-card bp-wrong"' in wrong._repr_html_() and ">Wrong</strong>" in wrong._repr_html_()


def test_a_verdict_shows_the_graph_at_its_point():
    wrong = bp.check_derivation("2*(ŷ - y)*x", logistic(), "w")
    assert "w = 0, gradient −25" in wrong.picture().description
    x = bp.inputs(x=np.ones(3))
    assert bp.check_derivation("x", (x * x).sum(), x).picture() is None


def test_a_verdict_prints_four_opinions_side_by_side():
    assert str(bp.check_derivation("2*(ŷ - y)*x", logistic(), "w")) == (
        "✗ ∂L/∂w: your formula is wrong. At w = 0, b = 0, x = 50, y = 1:\n"
        "  your formula     2*(ŷ - y)*x                                                   −50\n"
        "  sympy            −x · (y · exp(b + w · x) + y − exp(b + w · x)) · exp(−b − w…  −25\n"
        "  graph, backward  x · (−y + ŷ)                                                  −25\n"
        "  measured slope   (f(x + h) − f(x − h)) / 2h                                    −25\n"
        "yours − derivative = x · (−y + ŷ)\n"
        "Yours is 2 times the derivative, everywhere."
    )


def test_the_html_is_a_small_table_and_escapes_what_was_typed():
    shown = bp.check_derivation("where(w < x, 1, 0)", logistic(), "w")._repr_html_()
    assert (
        shown.count("<tr>") == 5
        and shown.count('<th scope="col">') == 3
        and "where(w &lt; x, 1, 0)" in shown
        and "<svg" not in shown
    )


def test_the_same_question_has_the_same_answer():
    first, second = (str(bp.check_derivation("(ŷ - y)*y", logistic(), "w")) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("planted", ["out * (1 + out)", "out", "1.001 * out * (1 - out)"])
def test_a_wrong_row_of_the_table_is_not_blamed_on_the_student(planted):
    row = OPERATIONS["sigmoid"]
    wrong = Operation(row.name, row.arguments, row.value, (planted,), row.gate)
    z, y = bp.inputs(z=0.5, y=1.0)
    L = (named("p", apply(wrong, z)) - y) ** 2 / 2
    verdict = bp.check_derivation("(p - y)*p*(1 - p)", L, z)
    assert verdict.ok and not verdict.graph_agrees and "the course's table" in str(verdict)
    numbers = [row[2] for row in verdict.rows]
    assert numbers[0] == numbers[1] == numbers[3] != numbers[2]
    as_the_graph = bp.check_derivation(f"(p - y)*({planted.replace('out', 'p')})", L, z)
    assert not as_the_graph.ok and not as_the_graph.graph_agrees


# ----------------------------------------------------------------------------------------- misuse


@pytest.mark.parametrize(
    ("claim", "node", "wrt", "says"),
    [
        ("x", logistic, "v", "v is not in this graph; you can differentiate by: w, b, x, y, z, ŷ, L"),
        ("x", logistic, "w[0]", "w is a single number: it has no entry"),
        ("1", regression, "W[0,3]", "W is (2, 3): it has no entry"),
        ("1", regression, "W", "the shape of W, (2, 3); the claim is a single number"),
        (np.ones((3, 2)), regression, "W", "the claim is (3, 2); did you mean its transpose?"),
        (["1", "2"], logistic, "w", "the shape of w, a single number; the claim is (2,)"),
        ([["1", "2"], ["3"]], regression, "W", "rows of different lengths"),
        ("W @ (z - t)", regression, "x", "inner sizes 3 and 2 differ; did you mean W.T?"),
        ("u*x", logistic, "w", "there is no letter 'u' here; the letters are: w, b, x, y, z, ŷ, L"),
        (sympy.Symbol("u"), logistic, "w", "there is no letter 'u' here"),
        (sympy.nan, logistic, "w", "has no value"),
        (math.nan, logistic, "w", "the claim is nan"),
    ],
)
def test_misuse_is_explained(claim, node, wrt, says):
    with pytest.raises(ValueError) as problem:
        bp.check_derivation(claim, node(), wrt)
    assert says in str(problem.value)


def test_more_misuse_is_explained():
    x = bp.inputs(x=2.0)
    vector = bp.Node([1.0, 2.0], "v")
    with pytest.raises(ValueError, match=r"the output is an array of shape \(2,\).*reduce it first"):
        bp.check_derivation("1", vector * x, x)
    with pytest.raises(ValueError, match="is not in this graph"):
        bp.check_derivation("1", x * 2, bp.Node(2.0, "x"))
    with pytest.raises(ValueError, match="the leaf n holds nan"):
        bp.check_derivation("1", bp.Node(math.nan, "n") * 2, "n")
    with pytest.raises(ValueError, match="two nodes of this graph are called 'x'"):
        bp.check_derivation("1", x * bp.Node(1.0, "x"), x)
    with pytest.raises(TypeError, match="a claim is a formula"):
        bp.check_derivation(lambda x: x, x * 2, x)
    with pytest.raises(TypeError, match="needs a node"):
        bp.check_derivation("1", 3.0, x)


def test_graphs_too_large_for_symbols_are_refused_at_once():
    chain = doubling = x = named_chain = named_doubling = bp.inputs(x=0.5)
    for i in range(500):
        chain, named_chain = bp.sin(chain), named(f"c{i}", bp.sin(named_chain))
    for i in range(40):
        doubling = doubling * doubling + doubling
        named_doubling = named(f"d{i}", named_doubling * named_doubling + named_doubling)
    large = (bp.Node(np.ones((40, 30)), "W") * x).sum()
    for node in (chain, doubling, named_chain, named_doubling, large):
        with pytest.raises(ValueError, match="numerical_gradient"):
            bp.check_derivation("1", node, x)


HARD = [
    "max(x*y, {})",
    "where({} > y, x, 3)",
    "abs({} - y)",
    "gelu({})",
    "cosh({})",
    "tan({})",
    "({} + y)^99",
]


@pytest.mark.slow
@pytest.mark.parametrize("pattern", HARD)
@pytest.mark.parametrize("depth", [4, 24])
def test_a_formula_that_takes_sympy_hours_is_refused_or_wrong_in_seconds(pattern, depth):
    x, y = bp.inputs(x=0.5, y=2.0)
    claim = "x"
    for _ in range(depth):
        claim = pattern.replace("{}", claim)
    try:
        verdict = bp.check_derivation(claim, x * y**2, x)
    except ValueError as problem:
        assert any(words in str(problem) for words in ("too long to read", "too many", "infinite"))
    else:
        assert not verdict.ok and "✗" in str(verdict)


def test_checking_leaves_the_graph_as_it_was():
    L = logistic()
    L.backward()
    before = [(node.value, node.grad) for node in itertools.chain([L], L.inputs)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bp.check_derivation("ŷ", L, "w")
    assert [(node.value, node.grad) for node in itertools.chain([L], L.inputs)] == before
