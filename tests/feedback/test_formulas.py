"""Formulas in graded tasks: a wrong one is told what is wrong, and the derivative stays to be found."""

import math
import re

import numpy as np
import pytest
import sympy

import backprop_lib as bp
from backprop_lib.check.handwriting import canonical

fb = bp.feedback
FORMULAS = [task for task in fb.tasks() if task.kind == "formula"]
each_task = pytest.mark.parametrize("task", FORMULAS, ids=lambda task: task.id)


@pytest.fixture(autouse=True)
def start_anew():
    fb.forget()


def told(task_id, claim):
    return str(fb.check(task_id, claim))


def packed(text):
    """A formula without the signs that may be written or not."""
    for written, meant in (("²", "**2"), ("·", "*"), ("−", "-"), ("^", "**")):
        text = text.replace(written, meant)
    return re.sub(r"[\s*]", "", text)


# ----------------------------------------------------------------------------------- nothing is given away


@each_task
def test_no_wrong_formula_is_answered_with_the_derivative(task):
    graph = task.graph()
    for claim in (
        *(text for _, text in task.forms),
        f"({task.answer})*3 + 1",
        f"({task.answer}) + {task.wrt}",
    ):
        text = told(task.id, claim)
        verdict = bp.check_derivation(claim, graph, task.wrt)
        if verdict.ok:
            continue
        for _, formula, _ in verdict.rows[1:3]:
            assert packed(formula) not in packed(text) or len(packed(formula)) < 4
        residual = packed(str(verdict.residual))
        assert len(residual) < 6 or residual not in packed(text)
        assert packed(task.answer) not in packed(text)
        assert "yours − derivative" not in text and "graph, backward" not in text


@each_task
def test_no_hint_holds_the_answer(task):
    for hint in task.hints:
        assert packed(task.answer) not in packed(hint)
        for piece in re.split(r"[:;]| is | = |, ", hint):
            try:
                right = fb.check(task.id, piece.strip(" .?")).passed
            except Exception:
                right = False
            assert not right, piece


@each_task
def test_a_task_shows_what_a_student_reads_and_no_more(task):
    assert not {"answer", "mistakes", "reference"} & set(dir(task))
    assert packed(task.answer) not in packed(repr(task))
    assert task.answer and task.mistakes  # they are there all the same


def test_a_function_task_offers_no_reference_to_the_tab_key():
    task = fb.about("09.1")
    assert "statement" in dir(task) and not {"reference", "mistakes", "source"} & set(dir(task))


# ------------------------------------------------------------------------------------------ what is told


def test_both_numbers_stand_at_a_point():
    text = told("09.7", "(p - y)*v2*x2")
    x1, w12, v1, v2, x2, y, p = sympy.symbols("x1 w12 v1 v2 x2 y p")
    point = fb.check("09.7", "(p - y)*v2*x2").verdict.point
    assert {"p", "y", "v1", "v2", "x2"} == set(point)
    right = (point["p"] - point["y"]) * point["v1"] * point["x2"]
    assert f"the derivative is {right:.6g}".replace("-", "−") in text


def test_a_constant_factor_is_told_and_named():
    assert "Your formula is 3 times the derivative" in told("04.6", "3*(f - t)*z")
    assert "Your formula is 1/3 times the derivative" in told("04.6", "(f - t)*z/3")
    assert fb.check("02.6", "4*(p - y)*x").diagnosis == "factor_two"
    assert fb.check("03.6", "-1 - z").diagnosis == "sign_flipped"
    assert "0 everywhere" in told("04.6", "0*f")


def test_a_number_is_not_told_by_which_factor_it_is_wrong():
    assert fb.check("03.6", "2").verdict.factor is None


def test_where_the_difference_vanishes_is_told():
    assert "right where y = 1" in told("07.6", "-y*(1 - ŷ)")


def test_letters_that_are_missing_or_too_many_are_told():
    assert "Your formula does not contain: v1." in told("09.7", "(p - y)*x2")
    assert "A right formula can do without: z2." in told("09.7", "(p - y)*v1*z2")
    written_out = told("07.7", "2*(sigmoid(w*x + b) - t)*sigmoid(w*x + b)*(1 - sigmoid(w*x + b))*x")
    assert "does not contain" not in written_out and "do without" not in written_out


def test_two_mistakes_at_once_are_both_named():
    feedback = fb.check("07.7", "(t - y)*y*(1 - y)")
    assert feedback.explanations == (("local_derivative_omitted", "sign_flipped"),)
    feedback = fb.check("10.7", "(a3 - y)*w3*a2*(1 - a2)")
    assert feedback.explanations == (("error_for_delta", "local_derivative_omitted"),)


@each_task
def test_each_known_mistake_is_named_alone(task):
    for key, formula in task.forms:
        assert fb.check(task.id, formula).diagnosis == key


def test_the_lessons_keep_their_open_verdict():
    verdict = bp.check_derivation("(p - y)*v2*x2", fb.about("09.7").graph(), "w12")
    assert "graph, backward" in str(verdict) and "yours − derivative" in str(verdict)


# -------------------------------------------------------------------------------------- as it is handed in

AS_ON_PAPER = {
    "01.8": ["2x³(x − 4)(3x − 8)", "f' = 2(x−4)x⁴ + 4(x−4)²x³", "f'(x) = 2x^3(x-4)(3x-8)",
             "df/dx = 2x³(x − 4)(3x − 8)"],
    "02.6": ["2(p − y)x", "∂L/∂w = 2(p − y)x", "dL/dw = 2x(p-y)", "2 x (ŷ − y)", "2∙(p − y)∗x"],
    "03.6": ["∂f/∂x = z + 1", "1 + z"],
    "04.6": ["(f − t)z", "z(f − t)", "∂L/∂x=(f-t)⋅z"],
    "05.6": ["f(1 − f)v o(1 − o)x", "f(1-f)·v·o(1-o)·x", "σ'(v·o) v σ'(w·x) x"],
    "05.7": ["u(1 − a²)", "u(1 − tanh²(z))", "u/cosh²(z)", "u sech²(z)", "u·tanh'(z)", "(1-tanh^2(z))u"],
    "06.5": ["(2u + x)w + u", "∂f/∂x = 2u w + x w + u"],
    "07.6": ["ŷ − y", "yhat - y", "y_hat − y", "p - y", "∂L/∂z = ŷ−y", "sigma(z) - y"],
    "07.7": ["(y − t)y(1 − y)x", "(y − t)σ'(z)x", "dw = x(y-t)y(1-y)", "∂L/∂w = (y − t)·y·(1 − y)·x"],
    "08.7": ["(y₄ − t)(w₂₄(1 − y₂²)w₁₂ + w₃₄(1 − y₃²)w₁₃)",
             "∂E/∂y_1 = (y_4-t)(w_24(1-y_2^2)w_12 + w_34(1-y_3^2)w_13)"],
    "09.7": ["(p − y)v1 x2", "∂L/∂w12 = (p − y)v₁x₂", "dL/dw_12 = (p-y) v_1 x_2", "(ŷ − y)v1·x2"],
    "10.7": ["(a3 − y)a3(1 − a3)w3 a2(1 − a2)x", "∂C/∂w₂ = (a₃−y)a₃(1−a₃)w₃a₂(1−a₂)x"],
    "11.6": ["t2 p1 − t1 p2", "−t₁p₂ + t₂p₁", "∂L/∂z_1 = p1(t1 + t2) - t1"],
    "12.7": ["σ(β·z)", "sigma(beta*z)", "1/(1 + e^(−β·z))", "sigmoid(beta z)", "a' = σ(β z)",
             "exp(β z)/(1+exp(β z))", "1 − 1/(1 + e^(βz))"],
    "13.5": ["½((w x1 − y1)x1 + (w x2 − y2)x2) + λ w", "0.5((w*x1-y1)*x1+(w*x2-y2)*x2) + lam*w",
             "dL/dw = ½(w x₁ − y₁)x₁ + ½(w x₂ − y₂)x₂ + lambda w"],
}  # fmt: skip
NEAR_MISSES = {
    "01.8": ["2x³(x − 4)(3x + 8)", "f' = 2x²(x − 4)(3x − 8)"],
    "02.6": ["2(p − y)w", "∂L/∂w = (p − y)x"],
    "05.7": ["u(1 − a)²", "u(1 − tanh(z²))", "u tanh'(u)"],
    "07.6": ["ŷ + y", "yhat - 1", "p(y − p)"],
    "07.7": ["(y − t)σ(z)x", "(y − t)y(1 − y)b"],
    "08.7": ["(y₄ − t)(w₂₄(1 − y₂²)w₁₂ + w₃₄(1 − y₃²)w₁₂)"],
    "12.7": ["sigma(beta)*z", "tanh(β z)"],
}


@pytest.mark.parametrize("task_id", AS_ON_PAPER)
def test_right_formulas_pass_as_they_are_written_on_paper(task_id):
    for claim in AS_ON_PAPER[task_id]:
        assert fb.check(task_id, claim).passed, f"{claim}\n{told(task_id, claim)}"


@pytest.mark.parametrize("task_id", NEAR_MISSES)
def test_near_misses_in_the_same_spelling_are_wrong(task_id):
    for claim in NEAR_MISSES[task_id]:
        feedback = fb.check(task_id, claim)
        assert not feedback.passed and feedback.verdict is not None, f"{claim}\n{feedback}"


@pytest.mark.parametrize(
    "claim", ["∂L/∂v1 = (p − y)v1 x2", "dL/dw = (p − y)v1 x2", "p' = (p-y)v1 x2", "w12 = (p-y)v1 x2"]
)
def test_a_wrong_left_side_is_told(claim):
    assert "The left side" in told("09.7", claim) and "write ∂L/∂w12 = …" in told("09.7", claim)


def test_functions_and_expressions_of_sympy_are_read():
    p, y, v1, x2 = sympy.symbols("p y v1 x2")
    assert fb.check("09.7", (p - y) * v1 * x2).passed
    assert fb.check("09.7", lambda p, y, v1, x2: (p - y) * v1 * x2).passed
    assert fb.check("09.7", lambda p, y, v2, x1: (p - y) * v2 * x1).diagnosis == "transposed_weight_gradient"
    assert fb.check("12.7", lambda z, β: 1 / (1 + sympy.exp(-β * z))).passed
    assert "q is none of them" in told("09.7", lambda q: q)
    assert "has no parameters" in told("09.7", lambda: 3)
    assert "write the formula as text" in told("09.7", lambda p: p.nothing)


def test_a_function_that_gives_numbers_only_is_judged_by_them():
    assert fb.check("12.7", lambda z, β: 1 / (1 + np.exp(-β * z))).passed
    assert fb.check(
        "07.7", lambda w, x, b, t: (s := 1 / (1 + math.exp(-w * x - b))) * (s - t) * (1 - s) * x
    ).passed
    wrong = told("12.7", lambda z, β: 1 / (1 + np.exp(-z)))
    assert "your function gives" in wrong and "the derivative is" in wrong
    assert "stopped with an error" in told("12.7", lambda z: math.sqrt(-1 - z * z))


def test_a_function_that_never_ends_is_stopped():
    def endless(p):
        while True:
            pass

    assert fb.check("09.7", endless).diagnosis == "infinite_loop"


def test_two_spellings_of_a_letter_are_one():
    for spelled in (
        ("ŷ", "yhat", "y_hat", "y\u0302", "hat_y"),
        ("w_1", "w1", "w₁", "w_{1}"),
        ("λ", "lambda", "lam"),
    ):
        assert len(set(map(canonical, spelled))) == 1
    assert canonical("β2") == canonical("beta_2") != canonical("b2")
