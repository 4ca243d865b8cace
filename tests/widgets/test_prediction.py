"""Predictions are kept, scored by distance, revealed afterwards, and need neither a widget nor a file."""

import json

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


@pytest.mark.parametrize("guess", ["about four", "", "nan", "1/0"])
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
    _, field, answer = asked.controls().children
    field.value = "seven"
    assert "no number" in answer.value
    assert asked.guess is None
    field.value = "7"
    assert asked.guess == "7"
    assert "Kept: 7" in answer.value


def test_choosing_an_option_keeps_it():
    asked = predict("q", "which?", options=["up", "down"])
    _, field, _ = asked.controls().children
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
