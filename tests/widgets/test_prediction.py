"""Predictions are kept, scored by distance, revealed afterwards, and need neither a widget nor a file."""

import base64
import json
import re

import pytest

from backprop_lib.widgets import prediction
from backprop_lib.widgets.prediction import predict, predictions, reveal


@pytest.fixture(autouse=True)
def own_file(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKPROP_PREDICTIONS", str(tmp_path / "kept.json"))
    monkeypatch.setattr(prediction, "_remembered", {})
    return tmp_path / "kept.json"


@pytest.mark.parametrize(
    ("guess", "truth", "score", "remark"),
    [
        ("-4", -4.0, 100, "right"),
        ("−4", -4.0, 100, "right"),
        ("3/4", 0.75, 100, "right"),
        ("0,25", 0.25, 100, "right"),
        ("2·(3 − 5)", -4.0, 100, "right"),
        ("2^3", 8.0, 100, "right"),
        ("4", -4.0, 0, "opposite sign"),
        ("-3", -4.0, 75, "off by 1"),
        ("1000", -4.0, 0, "off by"),
        ("0.5", 0.0, 50, "off by 0.5"),
    ],
)
def test_a_number_is_scored_by_its_distance(guess, truth, score, remark):
    predict("q", "how much?", guess=guess)
    revealed = reveal("q", truth)
    assert revealed.score == score
    assert remark in revealed
    assert guess in revealed


def test_an_option_is_right_or_not():
    predict("q", "which?", options=["up", "down"], guess="up")
    assert reveal("q", "up").score == 100
    assert reveal("q", "down").score == 0


def test_without_a_prediction_the_truth_is_told_all_the_same():
    assert "It is −4." in reveal("never asked", -4.0)
    assert reveal("never asked", -4.0).score is None


def test_a_guess_survives_a_restart(own_file, monkeypatch):
    predict("q", "how much?", guess=2)
    monkeypatch.setattr(prediction, "_remembered", {})  # a new kernel
    assert reveal("q", 2.0).score == 100
    assert json.loads(own_file.read_text("utf-8"))["q"] == 2


@pytest.mark.parametrize(
    "guess", ["about four", "", "nan", "1/0", "9**9**9", "__import__('os')", "[1][0]", "True", "(-1)^0.5"]
)
def test_what_is_no_number_is_refused_with_an_example(guess):
    with pytest.raises(ValueError, match="write it as"):
        predict("q", "how much?", guess=guess)


def test_an_option_that_is_not_offered_is_refused():
    with pytest.raises(ValueError, match="none of: up, down"):
        predict("q", "which?", options=["up", "down"], guess="left")


def test_a_damaged_or_unwritable_file_costs_nothing(own_file, monkeypatch, tmp_path):
    own_file.write_text("{ not json", encoding="utf-8")
    predict("q", "how much?", guess=2)
    assert reveal("q", 2.0).score == 100
    monkeypatch.setenv("BACKPROP_PREDICTIONS", str(tmp_path / "no" / "such" / "folder.json"))
    predict("r", "how much?", guess=3)
    assert reveal("r", 3.0).score == 100


def test_the_stored_output_does_not_depend_on_what_was_guessed():
    fresh = predict("q", "how <much>?")._repr_mimebundle_()
    kept = predict("q", "how <much>?", guess=5)._repr_mimebundle_()
    assert fresh["text/plain"] == kept["text/plain"] == "Predict: how <much>?"
    assert fresh["text/html"] == kept["text/html"]
    assert "&lt;much&gt;" in fresh["text/html"]


def test_typing_into_the_field_keeps_the_guess():
    asked = predict("q", "how much?")
    _, field, _, _, answer = asked.controls().children
    field.value = "seven"
    assert "no number" in answer.value
    assert asked.guess is None
    field.value = "7"
    assert asked.guess == "7"
    assert "Kept: 7" in answer.value


def test_a_guess_is_locked_and_can_be_changed():
    _, field, sure, lock, answer = predict("q", "how much?").controls().children
    lock.value = True
    assert not lock.value and "First say" in answer.value
    field.value, sure.value = "7", "certain"
    lock.value = True
    assert field.disabled and sure.disabled and "Locked in: 7" in answer.value
    lock.value = False
    assert not field.disabled


def test_every_field_has_a_name():
    _, field, sure, lock, _ = predict("q", "how much?").controls().children
    assert field.description == "Your guess" and sure.description == "How sure?" and lock.description


def test_a_revealed_number_stands_on_a_line_with_the_guess():
    predict("q", "how much?", guess="4")
    shown = reveal("q", -4.0)._repr_html_()
    assert 'class="bp-card bp-wrong"' in shown and "0 of 100" in shown
    assert "On a line of numbers you said 4, and it is −4." in shown
    predict("q", "how much?", guess="-4")
    assert 'class="bp-card bp-right"' in reveal("q", -4.0)._repr_html_()


ENDS = [("0", 0.0), ("1e9", -4.0), ("-4", -4.0), ("1", 1.0001), ("-1e-9", 1e-9)]


@pytest.mark.parametrize(("guess", "truth"), ENDS)
def test_the_words_on_the_line_stay_inside_the_picture(guess, truth):
    line = prediction.number_line(float(guess), truth, guess, str(truth))
    svg = base64.b64decode(line.split("base64,")[1].split('"')[0]).decode()
    for x, words in re.findall(r'<text x="([\d.-]+)".*?>([^<]*)', svg):
        assert 0 <= float(x) - 4 * len(words) and float(x) + 4 * len(words) <= 660


def test_a_revealed_word_stands_beside_the_guess_and_is_escaped():
    predict("q", "which?", options=["<up>", "down"], guess="<up>")
    shown = reveal("q", "down")._repr_html_()
    assert "&lt;up&gt;" in shown and "<up>" not in shown


def test_how_sure_one_was_is_said_in_the_summary():
    for key, truth, sure in (("q", 1.0, "certain"), ("r", 5.0, "certain"), ("s", 1.0, "a guess")):
        asked = predict(key, "how much?", guess=1)
        asked.controls().children[2].value = sure
        reveal(key, truth)
    assert "3 predictions made" in predictions()
    assert "a guess: 100 of 100 in 1; certain: 60 of 100 in 2" in predictions()


def test_choosing_an_option_keeps_it():
    asked = predict("q", "which?", options=["up", "down"])
    _, field, *_ = asked.controls().children
    assert field.value is None
    field.value = "down"
    assert asked.guess == "down"


def test_the_summary_counts_and_averages():
    predict("q", "how much?", guess=1)
    predict("r", "how much?", guess=3)
    predict("s", "how much?", guess=3)
    reveal("q", 1.0)
    reveal("r", 4.0)
    assert predictions() == "3 predictions made, 2 revealed, mean score 88 of 100"


def test_a_notebook_gets_the_twin_and_the_widgets_as_outputs_of_their_own(monkeypatch):
    sent = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: sent.append(bundle))
    predict("q", "how much?")._ipython_display_()
    twin, alive = sent
    assert (
        set(twin) == {"text/html", "text/plain"} and "run the cell to bring it to life" in twin["text/html"]
    )
    assert set(alive) == {"application/vnd.jupyter.widget-view+json"}
