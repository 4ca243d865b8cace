"""What `bp.feedback.check` does with answers of every kind: right, wrong, broken, endless, blank."""

import re
import sys
import threading
import time

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.feedback.catalogue import CATALOGUE

fb = bp.feedback
NUMBERS_OF_ANNA = {"x1": -4.0, "x2": -2.0, "w1": 6.0, "w2": -7.0, "δ1": -5.0, "δ2": 8.0}


@pytest.fixture(autouse=True)
def start_anew():
    fb.forget()


def affine(upstream, X, W, b):
    return upstream @ W, upstream.T @ X, upstream.sum(axis=0)


def check(function):
    return fb.check("09.1", function)


# ------------------------------------------------------------------------------------------ what a student
# sees


def test_right_work_passes_with_all_points():
    feedback = check(affine)
    assert (
        feedback
        and feedback.passed
        and feedback.points == feedback.possible == 8
        and feedback.diagnosis is None
    )
    assert str(feedback).startswith("✓ 09.1")


def test_a_wrong_gradient_is_told_what_is_wrong_with_the_place_and_both_numbers():
    feedback = check(lambda upstream, X, W, b: (upstream @ W, len(X) * upstream.T @ X, upstream.sum(axis=0)))
    assert feedback.diagnosis == "missing_batch_mean" and feedback.points == 4
    assert "dW is exactly 5 times too big in every entry, and 5 is the batch size" in feedback.message
    text = str(feedback)
    assert (
        re.search(r"Where: dW\[0, 0\] \(12 of 12 entries differ\)", text)
        and "Yours: " in text
        and "Expected: " in text
    )
    assert "Hint 1 of 3" in text and "dW: 0 of 2" in text


def test_hints_come_one_by_one():
    feedback = check(lambda *arguments: affine(*arguments)[::-1])
    assert [feedback.hint(n) for n in (1, 2, 3)] == list(fb.about("09.1").hints)
    with pytest.raises(ValueError, match="hints 1 to 3"):
        feedback.hint(4)


def test_the_diagnosis_stands_before_the_traceback():
    feedback = check(lambda upstream, X, W, b: (upstream @ W, upstream @ X, b))
    page = feedback._repr_html_()
    assert "In your code" in page and page.index("Diagnosis") < page.index("<details>")


def test_everything_in_the_html_is_escaped():
    def shout(upstream, X, W, b):
        raise ValueError("<script>alert(1)</script>")

    assert "<script>alert" not in check(shout)._repr_html_()


def test_a_stage_that_follows_from_an_earlier_mistake_keeps_its_points():
    task = fb.about("09.4")
    spoiled = task.mutant(next(m for m in task.mistakes if m.key == "missing_negative_label_term"))
    feedback = fb.check("09.4", spoiled)
    assert feedback.diagnosis == "missing_negative_label_term" and feedback.parts["dZ2"][2] == "wrong"
    assert {verdict for _, _, verdict in list(feedback.parts.values())[1:]} == {
        "follows"
    } and feedback.points == 7


def test_without_a_known_mistake_nothing_is_guessed():
    feedback = check(lambda upstream, X, W, b: (upstream @ W, upstream.T @ X + 0.1, upstream.sum(axis=0)))
    assert feedback.diagnosis is None and feedback.explanations == ()
    assert (
        "No mistake that we know" in feedback.message and "The first wrong result is dW" in feedback.message
    )


def test_two_mistakes_at_once_are_both_named():
    feedback = check(lambda upstream, X, W, b: (-upstream @ W, -upstream.T @ X, -upstream.mean(axis=0)))
    assert (
        feedback.explanations == (("bias_averaged", "sign_flipped"),)
        and feedback.diagnosis == "bias_averaged"
    )


def test_a_typical_check_takes_less_than_50_milliseconds():
    check(affine)
    wrong = [lambda *a: affine(*a)[::-1], lambda *a: tuple(-x for x in affine(*a)), affine]
    took = []
    for function in 3 * wrong:
        start = time.process_time()
        check(function)
        took.append(time.process_time() - start)
    assert sorted(took)[len(took) // 2] < 0.05


# ------------------------------------------------------------------------------------------ behaviour over
# calls


def test_a_changed_argument_is_reported_though_the_values_are_right():
    def in_place(upstream, X, W, b):
        results = affine(upstream, X, W, b)
        upstream *= 0
        return results

    feedback = check(in_place)
    assert feedback.diagnosis == "input_modified" and "upstream" in feedback.message and not feedback.passed


def test_an_argument_that_is_nudged_and_put_back_counts_as_unchanged():
    def nudging(upstream, X, W, b):
        X += 0.1
        X -= 0.1
        return affine(upstream, X, W, b)

    assert check(nudging).passed


def test_gradients_that_pile_up_are_noticed_at_the_second_call():
    memory = {}

    def piling(upstream, X, W, b):
        memory["g"] = (
            memory["g"] + affine_sum(upstream, X, W)
            if np.shape(memory.get("g")) == W.shape
            else affine_sum(upstream, X, W)
        )
        return upstream @ W, memory["g"], upstream.sum(axis=0)

    def affine_sum(upstream, X, W):
        return upstream.T @ X

    assert check(piling).diagnosis == "different_on_second_call"


def test_doubled_results_at_the_second_call_mean_gradients_that_were_not_reset():
    memory = {}

    def piling(upstream, X, W, b):
        old = memory.get(X.shape, (0, 0, 0))
        memory[X.shape] = tuple(g + o for g, o in zip(affine(upstream, X, W, b), old))
        return memory[X.shape]

    assert check(piling).diagnosis == "gradients_not_reset"


def test_a_result_that_the_next_call_overwrites_is_noticed():
    kept = {}

    def thrifty(upstream, X, W, b):
        buffer = kept.setdefault("db", np.empty(16))[: len(b)]
        buffer[:] = upstream.sum(axis=0)
        return upstream @ W, upstream.T @ X, buffer

    assert check(thrifty).diagnosis == "result_overwritten"


def test_prints_and_shared_memory_are_remarks_not_faults():
    def chatty(W1, b1, W2, b2, dW1, db1, dW2, db2, lam, N):
        print("here")
        return dW1 + lam * W1, db1, dW2 + lam * W2, db2

    feedback = fb.check("11.4", chatty)
    assert (
        feedback.passed
        and any("prints" in r for r in feedback.remarks)
        and any("very array" in r for r in feedback.remarks)
    )


def test_an_exception_shows_the_students_own_line():
    def broken(upstream, X, W, b):
        Z = X @ W  # the student's own line
        return Z, Z, Z

    feedback = check(broken)
    assert (
        feedback.diagnosis == "raises" and "Z = X @ W" in feedback.line and "ValueError" in feedback.message
    )
    assert "running.py" not in feedback.traceback


def endless(upstream, X, W, b):
    while True:
        pass


def test_an_endless_loop_is_stopped_on_the_main_thread():
    start = time.monotonic()
    assert check(endless).diagnosis == "infinite_loop"
    assert time.monotonic() - start < 10


def test_an_endless_loop_is_stopped_on_any_other_thread():
    found = []
    thread = threading.Thread(target=lambda: found.append(check(endless)), daemon=True)
    thread.start()
    thread.join(20)
    assert found and found[0].diagnosis == "infinite_loop"


def test_an_endless_loop_that_catches_everything_is_stopped():
    def stubborn(upstream, X, W, b):
        while True:
            try:
                sum(range(50))
            except:  # noqa: E722
                pass

    assert check(stubborn).diagnosis == "infinite_loop"


# ------------------------------------------------------------------------------------------ answers that are
# none


def blank(upstream, X, W, b):
    raise NotImplementedError


def dots(upstream, X, W, b): ...


@pytest.mark.parametrize("answer", [None, ..., blank, dots, lambda *a: None, lambda *a: (None, None, None)])
def test_a_blank_is_not_attempted_yet(answer):
    feedback = check(answer)
    assert feedback.diagnosis == "not_attempted" and feedback.points == 0 and not feedback.traceback


def test_a_forgotten_return_is_not_a_blank():
    def forgot(upstream, X, W, b):
        upstream @ W, upstream.T @ X, upstream.sum(axis=0)

    assert check(forgot).diagnosis == "returns_none"


NO_ANSWERS = [
    3,
    "upstream @ W",
    object(),
    int,
    print,
    np.add,
    lambda: 1,
    lambda *a: object(),
    lambda *a: "dX",
    lambda *a: (1, 2),
    lambda *a: [[1], [2, 3]],
    lambda *a: sys.exit(),
    lambda *a: 1 / 0,
]


@pytest.mark.parametrize("answer", NO_ANSWERS)
def test_no_answer_makes_check_raise(answer):
    feedback = check(answer)
    assert not feedback.passed and feedback.points == 0 and str(feedback) and feedback._repr_html_()


def test_wrong_arguments_are_told_in_words():
    feedback = check(lambda X, W: X)
    assert (
        feedback.diagnosis == "wrong_arguments" and "affine_backward(upstream, X, W, b)" in feedback.message
    )


def test_an_unknown_task_is_an_error_that_lists_the_known_ones():
    with pytest.raises(ValueError, match="this set has 09.1"):
        fb.check("09.99", affine)


def test_truncated_decimals_are_recognised():
    feedback = check(lambda *a: tuple(x.astype(int) for x in affine(*a)))
    assert feedback.diagnosis == "integer_truncation"


# ------------------------------------------------------------------------------------------ shape before
# value


@pytest.mark.parametrize("spoil, key", [
    (lambda db: db[None, :], "bias_keeps_axis"),
    (lambda db: db.sum(), "bias_summed_to_scalar"),
    (lambda db: np.tile(db, (len(db), 1)), None),
])  # fmt: skip
def test_no_shape_is_accepted_because_it_would_broadcast(spoil, key):
    def spoiled(*arguments):
        dX, dW, db = affine(*arguments)
        return dX, dW, spoil(db)

    feedback = check(spoiled)
    assert not feedback.passed and feedback.diagnosis == key and feedback.failure.expected.startswith("shape")


# ------------------------------------------------------------------------------------------ hidden tests,
# totals, personal numbers


def memorised(upstream, X, W, b):
    if X.shape == (5, 3):  # right on one of the visible instances, and on the others
        return affine(upstream, X, W, b)
    visible = [arguments["X"] for arguments in fb.about("09.1").instances()]
    dX, dW, db = affine(upstream, X, W, b)
    return dX, dW * any(np.array_equal(X, x) for x in visible), db


def test_hidden_instances_catch_what_is_right_on_the_visible_ones_only():
    feedback = check(memorised)
    assert not feedback.passed and feedback.points == 6 and "hidden" in feedback.message


def test_the_students_copy_lacks_the_hidden_seed_and_says_what_remains(monkeypatch):
    monkeypatch.setitem(sys.modules, "backprop_lib.feedback.instructor", None)
    feedback = check(affine)
    assert feedback.passed and (feedback.points, feedback.possible, feedback.hidden) == (6, 6, 2)
    assert "2 more are given by hidden tests" in str(feedback)
    assert "6 of 6 visible points. 2 more depend on hidden tests" in str(fb.summary())
    with pytest.raises(AttributeError, match="answer_key is for instructors: the students' copy lacks it"):
        fb.answer_key("09.6", "anna")


def test_the_summary_adds_up_and_lists_what_is_still_open():
    check(affine)
    fb.check("09.2", None)
    total = fb.summary()
    assert (total.points, total.possible) == (8, 16)
    assert "○ 09.7" in str(fb.summary("09"))
    assert "✓ 09.1    6 of 6 + 2 of 2 hidden" in str(total)
    assert "6 of 12 visible points, 2 of 4 for hidden tests." in str(total)


def test_partial_credit_counts_in_the_summary():
    check(lambda *arguments: (*affine(*arguments)[:2], 0.0))
    assert "✗ 09.1    4 of 6" in str(fb.summary("09")) and fb.summary("09").points == 4


@pytest.mark.parametrize("words", ["your id", "", "  ", "Your Name", "<your id>", "..."])
def test_words_that_stand_in_for_a_name_are_refused(words):
    fb.student("ada")
    assert "is not a name" in fb.student(words)
    assert fb.personal("01.4") == fb.personal("01.4", "ada")
    assert fb.student("anna") == "Your numbers are those of anna."


def test_the_version_is_the_last_line_of_a_summary():
    total = fb.summary()
    assert str(total).splitlines()[-1] == f"backprop_lib {bp.__version__}"


def test_a_misspelt_name_is_answered_with_those_that_there_are():
    with pytest.raises(AttributeError, match="no 'chek'; it has: .*about, check"):
        _ = fb.chek


def test_personal_numbers_are_the_students_own_and_stable():
    anna, ben = fb.personal("09.6", "anna"), fb.personal("09.6", "ben")
    assert anna != ben and anna == fb.personal("09.6", " Anna ")
    assert (
        anna == NUMBERS_OF_ANNA
    )  # the same on every computer, in every version: exercises were handed out with them
    assert fb.check("09.6", fb.answer_key("09.6", "anna"), student="anna").passed
    assert not fb.check("09.6", fb.answer_key("09.6", "anna"), student="ben").passed


def test_numbers_may_be_handed_in_one_by_one_and_rounded_but_not_too_early():
    key = fb.answer_key("11.7", "anna")
    assert fb.check("11.7", {name: float(f"{x:.4g}") for name, x in key.items()}, student="anna").passed
    coarse = fb.check("11.7", {name: round(x, 1) for name, x in key.items()}, student="anna")
    assert not coarse.passed and "(the answer stays with you to find)" in str(coarse)
    partly = fb.check("11.7", key | {"p1": None}, student="anna")
    assert partly.points == partly.possible - 1


def test_formulas_are_judged_by_the_course_and_wrong_ones_named():
    assert fb.check("11.6", "p1*t2 - p2*t1").passed
    wrong = fb.check("11.6", "t1*p2 - t2*p1")
    assert wrong.diagnosis == "sign_flipped" and "Your formula is −1 times the derivative" in str(wrong)
    assert "There is no letter 'q'" in fb.check("11.6", "q + 1").message
    assert fb.check("11.6", "  ").diagnosis == "not_attempted"


# ------------------------------------------------------------------------------------------ the rows of data


@pytest.mark.parametrize("task", fb.tasks(), ids=lambda task: task.id)
def test_a_row_is_complete(task):
    assert (
        len(task.hints) == 3
        and task.statement
        and task.minutes > 0
        and 1 <= task.difficulty <= 3
        and task.possible > 0
    )
    keys = [m if isinstance(m, str) else m.key for m in task.mistakes]
    assert set(keys) <= set(CATALOGUE)


@pytest.mark.parametrize("number", range(1, 14))
def test_each_set_has_formula_prediction_and_an_error_of_the_lectures(number):
    tasks = [task for task in fb.tasks() if task.id.startswith(f"{number:02}.")]
    assert len(tasks) >= 4 and {task.kind for task in tasks} >= {"formula", "numbers"}
    assert any("error" in (task.title + task.statement).lower() or "Lecture" in task.title for task in tasks)


@pytest.mark.parametrize("task", [t for t in fb.tasks() if t.kind == "function"], ids=lambda task: task.id)
def test_all_instances_are_new_every_time_and_the_same_for_everybody(task):
    first, second = task.instances(), task.instances()
    assert len(first) >= 2 or task.once
    assert bp.feedback.same.same(first, second)


def test_the_bug_clinic_shows_broken_functions_that_fail_with_their_illness():
    patients = [task for task in fb.tasks() if getattr(task, "patient", None)]
    assert len(patients) == 8 and len({task.patient for task in patients}) == 8
    for task in patients:
        namespace = {"np": np}
        exec(fb.patient(task.id), namespace)
        assert fb.check(task.id, namespace[task.name]).diagnosis == task.patient
