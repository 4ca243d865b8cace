"""Predictions: say what will come out before you run it, and see afterwards how far off you were.

A cell calls `predict` with a question; a later cell computes the truth and calls `reveal` with it. What was
typed is kept in ``.predictions.json`` beside the notebook, so that it survives a restart. Without widgets,
type the guess as an argument: ``bp.predict("04-nudge", "…", guess=3)``.
"""

import html
import json
import math
import os
from pathlib import Path

from ..graph.names import number
from ..show.theme import CHOSEN
from .panel import Control, Panel, switch

_remembered = {}


def _file():
    return Path(os.environ.get("BACKPROP_PREDICTIONS", ".predictions.json"))


def _load():
    try:
        return json.loads(_file().read_text(encoding="utf-8")) | _remembered
    except (OSError, ValueError):  # none yet, or a file that something else has damaged: start anew
        return dict(_remembered)


def _store(key, guess):
    _remembered[key] = guess
    try:
        _file().write_text(json.dumps(_load(), indent=1, ensure_ascii=False), encoding="utf-8")
    except OSError:  # a folder that cannot be written to: the guess lives as long as the kernel
        pass


def _as_number(text):
    """A typed guess as a number: ``−4``, ``-4.0``, ``1/3`` and ``2e-3`` are all read; None if it is no
    number.
    """
    top, _, bottom = str(text).strip().replace("−", "-").replace(",", ".").partition("/")
    try:
        value = float(top) / float(bottom or 1)
    except (ValueError, ZeroDivisionError):
        return None
    return value if math.isfinite(value) else None


class Prediction(Panel):
    """A question that waits for a guess: a field, or buttons. `guess` is what was given, or None."""

    def __init__(self, key, question, options):
        self.key, self.question, self.options = key, question, options
        self.typed, self.problem = None, ""  # in this session, and why it was not kept

    @property
    def guess(self):
        return _load().get(self.key)

    def static(self):
        asked = self.question + (f" ({' / '.join(self.options)})" if self.options else "")
        style = f"border-left:4px solid {CHOSEN};padding:4px 12px"
        shown = f'<div style="{style}"><b>Predict:</b> {html.escape(asked)}</div>'
        return {"text/plain": f"Predict: {asked}", "text/html": shown}

    def read(self, control):
        given = self.guess if self.typed is None else self.typed
        if self.options:
            return given if given in self.options else None
        return "" if given is None else str(given)

    def write(self, control, value):
        self.typed, self.problem = value, self.give(value)

    def parts(self):
        if self.options:
            field = switch("typed", "", {option: f"Predict {option}" for option in self.options})
        else:
            traits = {"placeholder": "a number", "continuous_update": False, "layout": {"width": "10em"}}
            traits["tooltip"] = f"Your prediction: {self.question}"
            field = Control("Text", "typed", None, traits)
        return [self._asked, field, self._answer]

    def _asked(self):
        return f"<b>Predict:</b> {html.escape(self.question)}"

    def _answer(self):
        kept = "" if self.guess is None else f"Kept: {self.guess}. Run the next cell to see."
        return html.escape(self.problem or kept)

    def give(self, guess):
        """Keep a guess; or say why it cannot be read."""
        if self.options and guess not in self.options:
            return f"{guess!r} is none of: {', '.join(self.options)}."
        if not self.options and _as_number(guess) is None:
            return f"{guess!r} is no number; write it as −4, 0.25 or 1/3."
        _store(self.key, guess)
        return ""


def predict(key, question, options=None, guess=None):
    """Ask for a prediction before the answer is computed.

    key: a name that `reveal` uses again, such as "04-nudge". question: one sentence. options: a list of texts
    to choose from; without it a number is asked for. guess: the prediction, typed in code instead of into the
    field.
    """
    prediction = Prediction(key, question, [str(option) for option in options] if options else None)
    if guess is not None:
        problem = prediction.give(guess if options is None else str(guess))
        if problem:
            raise ValueError(problem)
    return prediction


class Revealed(str):
    """A sentence about a prediction; `score` is 0 to 100, None without a prediction."""

    score = None

    def __repr__(self):
        return str(self)


def reveal(key, truth, digits=4):
    """Compare the prediction `key` with the truth: what you said, what it is, and a score by distance.

    A number scores 100 · (1 − |guess − truth| / max(|truth|, 1)), not below 0; an option 100 or 0.
    """
    guess = _load().get(key)
    shown = truth if isinstance(truth, str) else number(float(truth), digits)
    if guess is None:
        return Revealed(f"It is {shown}. (No prediction was made.)")
    score, remark = _judge(guess, truth)
    sentence = Revealed(f"You said {guess}, it is {shown}: {remark} ({score} of 100)")
    sentence.score = score
    _store(f"{key}:score", score)
    return sentence


def _judge(guess, truth):
    if isinstance(truth, str):
        return (100, "right.") if guess == truth else (0, "not this time.")
    guess, truth = _as_number(guess), float(truth)
    if guess is None or not math.isfinite(truth):
        return 0, "no number to compare with."
    distance = abs(guess - truth)
    score = max(0, round(100 * (1 - distance / max(abs(truth), 1))))
    if distance <= 0.005 * max(abs(truth), 1):
        return 100, "right."
    if truth and abs(guess + truth) <= 0.005 * abs(truth):
        return score, "the right size with the opposite sign."
    return score, f"off by {distance:.3g}."


def predictions():
    """How your predictions went: how many were made and the mean score of those that were revealed."""
    kept = _load()
    scores = [value for key, value in kept.items() if key.endswith(":score")]
    made = sum(not key.endswith(":score") for key in kept)
    mean = f", mean score {sum(scores) / len(scores):.0f} of 100" if scores else ""
    return Revealed(f"{made} predictions made, {len(scores)} revealed{mean}")
