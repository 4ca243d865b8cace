"""The rules that every message is read by do notice what they are there for."""

from types import SimpleNamespace

import pytest

import backprop_lib as bp
from backprop_lib.feedback.feedback import NOT_COMPUTATION
from backprop_lib.feedback.formulas import sentence
from backprop_lib.feedback.judging import VISIBLE, expected_for
from tools.message_audit import faults, gives_away, parts_of


def heard(task_id, text, **more):
    """The faults of a message, without the message itself."""
    told = SimpleNamespace(
        message=text, passed=False, attempted=True, explanations=(), diagnosis=None, **more
    )
    return [fault.removesuffix(f": {text}") for fault in faults(bp.feedback.about(task_id), told)]


BAD = {
    "{what} is the transpose.": "a placeholder is left",
    "dW  is the transpose.": "two spaces, or one before a comma",
    ": the numbers are right.": "nothing stands at the beginning",
    "every sign is opposite.": "'every' begins a sentence",
    "Every sign is opposite": "there is no full stop",
    "dX and dW is the transpose.": "several results and 'is'",
    "dW are the transposes.": "one result and 'are'",
    "Either target − prediction or the other way round.": "there is no target here",
    "dW is 2 times too big: is the loss ½‖·‖² or ‖·‖²?": "there is no square here",
    "dW is exactly N times too big in every entry, and N is your batch size.": "a factor without its number",
}


@pytest.mark.parametrize("text", BAD)
def test_a_bad_message_is_noticed(text):
    assert BAD[text] in heard("09.1", text)


GOOD = [
    "dX and dW are 5 times too small, and db is right.",
    "dW is exactly 5 times too big in every entry, and 5 is the batch size.",
    "exp overflows on a large input.",
    "Is the body still the blank one?",
]


@pytest.mark.parametrize("text", GOOD)
def test_a_good_message_is_not(text):
    assert heard("09.1", text) == []


def test_advice_that_contradicts_the_task_is_noticed():
    assert "there is no batch here" in heard("04.1", "dx: divide by your batch size.")
    assert "keepdims is right here" in heard("09.2", "db: `keepdims` leaves an axis.")
    assert "this task is there to change its arguments" in heard(
        "06.1", "The caller needs it: work on a copy."
    )


def test_a_sentence_about_the_wrong_result_is_noticed():
    task = bp.feedback.about("09.1")
    expected = expected_for(task, VISIBLE)
    mistake = next(m for m in task.mutants if m.key == "transposed_weight_gradient")
    told = dict(passed=False, attempted=True, explanations=((mistake.key,),), diagnosis=mistake.key)
    right = SimpleNamespace(message="dW is the transpose of the right answer.", **told)
    assert faults(task, right, [mistake], expected) == []
    wrong = SimpleNamespace(message="dX is the transpose of the right answer.", **told)
    assert any("is about dW" in fault for fault in faults(task, wrong, [mistake], expected))


def test_the_line_of_the_solution_is_noticed_in_a_message():
    assert gives_away("y * upstream", "dx: write y·upstream there.")
    assert gives_away("(P - Y) / N", "The first line is (P − Y)/N.")
    assert not gives_away("x", "The input x is missing.")


def test_two_mistakes_are_read_one_by_one():
    assert parts_of("Two mistakes at once explain all of your numbers. One. And also: Two.") == [
        "One.",
        "Two.",
    ]


# ---------------------------------------------------------------------------------------------- hints


def test_a_hint_about_the_computation_follows_a_wrong_computation_only():
    right = bp.feedback.about("09.1").reference
    answers = {
        "transposed": lambda upstream, X, W, b: (upstream @ W, X.T @ upstream, upstream.sum(axis=0)),
        "raises": lambda upstream, X, W, b: upstream.no_such_thing,
        "too few": lambda upstream, X, W, b: upstream @ W,
        "right": right,
        "blank": None,
    }
    shown = {name: bool(bp.feedback.check("09.1", answer).first_hint) for name, answer in answers.items()}
    assert shown == {"transposed": True, "raises": False, "too few": False, "right": False, "blank": False}
    assert "Hint 1" not in str(bp.feedback.check("09.1", answers["raises"]))


def test_an_argument_that_was_changed_is_no_reason_for_a_hint():
    def changes(upstream, X, W, b):
        results = bp.feedback.about("09.1").reference(upstream, X, W, b)
        X *= 0
        return results

    feedback = bp.feedback.check("09.1", changes)
    assert feedback.diagnosis == "input_modified" and not feedback.first_hint
    assert feedback.hint(1) == feedback.task.hints[0]


def test_what_is_not_computation_has_a_sentence_of_its_own():
    from backprop_lib.feedback.catalogue import CATALOGUE

    assert set(CATALOGUE) >= NOT_COMPUTATION


@pytest.mark.parametrize("task", bp.feedback.tasks(), ids=lambda task: task.id)
def test_the_first_hint_asks(task):
    assert "?" in task.hints[0]
    assert all(
        len(hint) > 5 and "  " not in hint and "{" not in hint.replace("{'", "") for hint in task.hints
    )


def test_what_a_derivation_raises_becomes_a_sentence():
    assert sentence("there is no letter q here") == "There is no letter q here."
    assert sentence("w12 stands alone") == "w12 stands alone."
