"""Pen and paper: numbers of one's own, answered in any form, carried in four significant digits."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy

import backprop_lib as bp
from backprop_lib.feedback import paper
from backprop_lib.feedback.rounding import carried_out, rounded

fb = bp.feedback
PAPER = [task for task in fb.tasks() if task.kind == "numbers"]
STUDENTS = [f"student-{i}" for i in range(1000)]
each_task = pytest.mark.parametrize("task", PAPER, ids=lambda task: task.id)


@pytest.fixture(autouse=True)
def start_anew():
    fb.forget()


def key_of(task_id):
    return fb.answer_key(task_id, "anna")


def check(task_id, answer):
    return fb.check(task_id, answer, student="anna")


# ------------------------------------------------------------------------------------------ the numbers


@pytest.mark.parametrize("students", [STUDENTS[:60], pytest.param(STUDENTS, marks=pytest.mark.slow)], ids=len)
@each_task
def test_work_in_four_significant_digits_passes_for_every_student(task, students):
    drawn = set()
    for student in students:
        arguments = paper.drawn_for(task, student)
        drawn.add(tuple(arguments.values()))
        right = paper.numbers_of(task.reference, arguments)
        for in_digits in carried_out(task):
            assert paper.alike(paper.numbers_of(in_digits, arguments), right, task.tolerance), student
    assert len(drawn) >= min(300, 0.8 * len(students))


@each_task
def test_no_two_mistakes_and_no_mistake_and_the_truth_look_alike(task):
    for student in STUDENTS[:50]:
        arguments = paper.drawn_for(task, student)
        answers = [paper.numbers_of(task.reference, arguments)]
        answers += [paper.numbers_of(task.mutant(mistake), arguments) for mistake in task.mutants]
        for i, one in enumerate(answers):
            assert not any(paper.alike(one, other, task.tolerance) for other in answers[:i])


@each_task
def test_the_handed_in_digits_pass_through_check(task):
    for student in STUDENTS[:5]:
        arguments = fb.personal(task.id, student)
        for in_digits in carried_out(task):
            answer = tuple(rounded(x) for x in paper.numbers_of(in_digits, arguments))
            feedback = fb.check(task.id, answer, student)
            assert feedback.passed and feedback.points == feedback.possible, feedback


def test_every_operation_is_rounded_and_not_the_last_one_alone():
    task = fb.about("03.4")
    step, operation = carried_out(task)
    arguments = dict(w=1.0, x=1.23456, b=0.5, t=0.25)
    assert step(**arguments)[0] == 1.735  # 1.23456 + 0.5
    assert operation(**arguments)[0] == 1.735
    assert operation(1.0, 12.3456, 0.004, 0.25)[0] == 12.35 != 12.3496


def test_a_draw_that_cancels_is_drawn_again():
    task = fb.about("03.4")
    good = dict(w=1.0, x=2.0, b=0.75, t=0.25)
    assert paper.is_good(task, good)
    y = 1 / (1 + np.exp(-2.75))
    assert not paper.is_good(task, good | {"t": round(y, 4)})


def test_paths_and_edges_differ_when_width_and_depth_do_not():
    task = fb.about("08.6")
    for student in STUDENTS[:300]:
        paths, edges = paper.numbers_of(task.reference, paper.drawn_for(task, student))
        assert paths != edges and paths < 10_000


def test_every_paper_task_says_how_many_digits_it_wants():
    for task in PAPER:
        assert "four significant digits" in task.statement


# ------------------------------------------------------------------------------------------ the answer


def in_text(x):
    return f"{x:.5g}".replace("-", "−")


FORMS = {
    "a dict": dict,
    "a tuple": lambda key: tuple(key.values()),
    "a list": lambda key: list(key.values()),
    "an array": lambda key: np.array(list(key.values())),
    "a column": lambda key: np.array(list(key.values()))[:, None],
    "a row of floats": lambda key: np.array(list(key.values()), dtype=np.float32),
    "a sympy matrix": lambda key: sympy.Matrix(list(key.values())),
    "values of a dict": lambda key: key.values(),
    "an iterator": lambda key: iter(key.values()),
    "fractions": lambda key: [Fraction(x).limit_denominator(10**6) for x in key.values()],
    "decimals": lambda key: [Decimal(x) for x in key.values()],
    "numpy scalars": lambda key: [np.float64(x) for x in key.values()],
    "arrays of one": lambda key: [np.array([x]) for x in key.values()],
    "sympy numbers": lambda key: [sympy.Float(x) for x in key.values()],
    "sympy fractions": lambda key: [sympy.Rational(str(round(x, 6))) for x in key.values()],
    "strings": lambda key: [in_text(x) for x in key.values()],
    "decimal commas": lambda key: [f"{x:.5f}".replace(".", ",") for x in key.values()],
    "strings by name": lambda key: {name: in_text(x) for name, x in key.items()},
    "one string": lambda key: "; ".join(in_text(x) for x in key.values()),
    "powers of ten": lambda key: [f"{x * 1000:.3f}·10⁻³" for x in key.values()],
    "exponents": lambda key: [f"{x:.4e}" for x in key.values()],
    "another order of names": lambda key: dict(reversed(key.items())),
    "spelled out": lambda key: {name.replace("θ", "theta"): x for name, x in key.items()},
}


@pytest.mark.parametrize("form", FORMS)
def test_right_numbers_pass_in_any_form(form):
    for task_id in ("05.3", "11.7"):
        feedback = check(task_id, FORMS[form](key_of(task_id)))
        assert feedback.passed, feedback


@pytest.mark.parametrize(
    "text", ["0.25", "1/4", "2.5e-1", " 0.25 ", "¼", "25/100", "2^-2", "2.5·10⁻¹", "≈ 0.25", "0,25"]
)
def test_a_number_may_be_written_in_many_ways(text):
    assert paper.number(text, "x") == 0.25
    assert paper.number("−" + text.strip().lstrip("≈ "), "x") == -0.25


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"p1": 1.0, "q": 2.0}, "There is no result 'q' here; asked for: p1, p2"),
        ({1.0, 2.0}, "A set has no order"),
        ((1, 2), "2 numbers were handed in, 7 asked for"),
        (3, "1 number was handed in"),
        (range(8), "8 numbers were handed in"),
        (["much"] * 7, "p1: 'much' is no number"),
        ([True] * 7, "p1: True is no number"),
        ([1j] * 7, "p1: 1j is no number"),
        (["1,250"] * 7, "can be read in two ways"),
        (abs, "is answered with numbers"),
    ],
)
def test_what_is_no_answer_is_told_what_it_is(answer, says):
    feedback = check("11.7", answer)
    assert not feedback.passed and feedback.points == 0 and says in feedback.message


def test_nan_and_infinity_are_wrong():
    for x in (np.nan, np.inf, "nan", "-inf"):
        assert check("13.4", x).points == 0


# --------------------------------------------------------------------------------------- one slip, one line


@each_task
def test_one_slip_costs_the_points_of_one_line(task):
    arguments, expected = paper.personal_numbers(task, "anna")
    right = dict(zip(task.returns, (result.value for result in expected.right[0])))
    for name, points in zip(task.returns, task.points):
        slip = 0.9 * right[name] or 0.5
        results, _ = paper.gone_on(task, arguments, {name: slip})
        answer = {other: rounded(float(x)) for other, x in results.items()} | {name: slip}
        feedback = check(task.id, answer)
        assert feedback.points == feedback.possible - points, f"{name}\n{feedback}"
        assert feedback.parts[name][2] == "wrong"
        follows = [other for other, part in feedback.parts.items() if part[2] == "follows"]
        assert all("follows correctly from your earlier value" in str(feedback) for _ in follows[:1])


def test_a_slip_in_a_step_that_is_not_handed_in_costs_one_line_as_well():
    e1, e2, e3 = (np.exp(z) for z in fb.personal("11.7", "anna").values())
    S = 1.2 * (e1 + e2 + e3)  # added up wrongly
    p1, p2, p3 = e1 / S, e2 / S, e3 / S
    feedback = check("11.7", (p1, p2, p3, -np.log(p2), p1, p2 - 1, p3))
    assert feedback.points == feedback.possible - 1 and feedback.parts["p1"][2] == "wrong"


def test_numbers_that_do_not_go_together_earn_nothing_more():
    key = key_of("05.3")
    feedback = check("05.3", {name: 2 * x + 1 for name, x in key.items()})
    assert feedback.points <= 1


def test_right_lines_behind_a_wrong_one_keep_their_points():
    feedback = check("05.3", key_of("05.3") | {"f": 0.111})
    assert feedback.points == feedback.possible - 1


def test_nothing_is_said_of_integers_and_blank_bodies_on_paper():
    for task in PAPER:
        key = key_of(task.id)
        for answer in ({name: float(np.trunc(x)) for name, x in key.items()}, dict.fromkeys(key, 0)):
            feedback = check(task.id, answer)
            keys = {key for explanation in feedback.explanations for key in explanation}
            assert not keys & {"integer_truncation", "all_zero"}


def test_rounding_too_early_is_named():
    feedback = check("11.7", {name: round(x, 2) for name, x in key_of("11.7").items()})
    assert feedback.diagnosis == "decimals_lost" and "four significant digits" in feedback.message


@each_task
def test_the_right_number_is_not_shown_with_a_wrong_one(task):
    key = key_of(task.id)
    shown = str(check(task.id, {name: 3.3 * x + 7.7 for name, x in key.items()}))
    for name, x in key.items():
        if x != round(x):
            assert f"{x:.4g}" not in shown.split("Where")[1], name
