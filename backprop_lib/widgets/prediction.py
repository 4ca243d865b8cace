"""Predictions: say what will come out before you run it, and see afterwards how far off you were.

A cell calls `predict` with a question; a later cell computes the truth and calls `reveal` with it. What was
typed is kept in ``.predictions.json`` beside the notebook, so that it survives a restart. Without widgets,
type the guess as an argument: ``bp.predict("04-nudge", "…", guess=3)``.
"""

import ast
import html
import json
import math
import operator
import os
import re
from pathlib import Path

from ..graph.names import number
from ..show.card import card, opening, paragraph
from ..show.chart import ticks
from ..show.svg import circle, image, line, text, width_of
from ..show.theme import CHOSEN, GREY, PAPER, SMALL, VALUE
from .panel import Panel

SURE = ["a guess", "fairly sure", "certain"]
ARITHMETIC = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: math.pow,
}  # fmt: skip
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
    """A typed guess as a number: ``−4``, ``-4,0``, ``1/3``, ``2e-3`` and ``2·(3 + 4)`` are all read; None if
    it is no number.
    """
    typed = re.sub(r"(?<=\d),(?=\d)", ".", str(text).strip())
    for shown, plain in {"−": "-", "·": "*", "×": "*", "^": "**"}.items():
        typed = typed.replace(shown, plain)
    try:
        value = _worked_out(ast.parse(typed, mode="eval").body)
    except (SyntaxError, ValueError, ArithmeticError, RecursionError):
        return None
    return value if isinstance(value, float) and math.isfinite(value) else None


def _worked_out(node):
    """Arithmetic with numbers, and nothing else."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return float(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        value = _worked_out(node.operand)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        return ARITHMETIC[type(node.op)](_worked_out(node.left), _worked_out(node.right))
    raise ValueError("no arithmetic")


class Prediction(Panel):
    """A question that waits for a guess: a field, or buttons. `guess` is what was given, or None; `sure` is
    how sure of it one was.
    """

    def __init__(self, key, question, options):
        self.key, self.question, self.options = key, question, options

    @property
    def guess(self):
        return _load().get(self.key)

    @property
    def sure(self):
        return _load().get(f"{self.key}:sure")

    def words(self):
        return "Predict: " + self.question + (f" ({' / '.join(self.options)})" if self.options else "")

    def view(self):
        offered = paragraph(" / ".join(self.options)) if self.options else ""
        return card("ask", html.escape(self.question), offered)

    def controls(self):
        """The card that is alive: the guess, how sure, and a button that locks both."""
        import ipywidgets

        if self.options:
            guess = self.guess if self.guess in self.options else None
            field = ipywidgets.ToggleButtons(options=self.options, value=guess)
            field.tooltips = [f"Predict {option}" for option in self.options]
            field.style.button_width = "auto"
        else:
            kept = "" if self.guess is None else str(self.guess)
            field = ipywidgets.Text(kept, description="Your guess", placeholder="a number")
            field.continuous_update, field.layout.width = False, "16em"
            field.tooltip = f"Your guess: {self.question}"
        sure = ipywidgets.ToggleButtons(options=SURE, value=self.sure, description="How sure?")
        sure.tooltips = [f"My prediction is {sure}" for sure in SURE]
        sure.style.button_width = "auto"
        lock = ipywidgets.ToggleButton(self.guess is not None, tooltip="Lock the guess, or change it")
        head = ipywidgets.HTML(opening("ask", html.escape(self.question)) + "</div>")
        answer = ipywidgets.HTML()
        answer.add_class("bp-answer")

        def show(problem=""):
            lock.description = "Change it" if lock.value else "Lock it in"
            field.disabled = sure.disabled = lock.value
            said = f"{'Locked in' if lock.value else 'Kept'}: {self.guess}. Run the next cell to see."
            answer.value = html.escape(problem or ("" if self.guess is None else said))

        def typed(change):
            show(self.give(change.new))

        def chosen(change):
            _store(f"{self.key}:sure", change.new)

        def locked(change):
            problem = ""
            if change.new and self.guess is None:
                problem, lock.value = "First say what you expect.", False
            show(problem)

        field.observe(typed, "value")
        sure.observe(chosen, "value")
        lock.observe(locked, "value")
        show()
        box = ipywidgets.VBox([head, field, sure, lock, answer])
        box.add_class("bp-card")
        box.add_class("bp-ask")
        return box

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
    """A sentence about a prediction; `score` is 0 to 100, None without a prediction. card: it as HTML, if a
    notebook shows it.
    """

    score, card = None, None

    def __repr__(self):
        return str(self)

    def _repr_html_(self):
        return self.card


def reveal(key, truth, digits=4):
    """Compare the prediction `key` with the truth: what you said, what it is, and a score by distance.

    A number scores 100 · (1 − |guess − truth| / max(|truth|, 1)), not below 0; an option 100 or 0.
    """
    kept = _load()
    guess = kept.get(key)
    shown = truth if isinstance(truth, str) else number(float(truth), digits)
    if guess is None:
        sentence = Revealed(f"It is {shown}. (No prediction was made.)")
        sentence.card = card("open", html.escape(f"It is {shown}."), word="No prediction was made")
        return sentence
    score, remark = _judge(guess, truth)
    sentence = Revealed(f"You said {guess}, it is {shown}: {remark} ({score} of 100)")
    sentence.score = score
    sentence.card = _answer(guess, truth, shown, score, remark, kept.get(f"{key}:sure"))
    _store(f"{key}:score", score)
    return sentence


def _answer(guess, truth, shown, score, remark, sure):
    """The card of a prediction and the truth, two numbers on a line or two words beside each other."""
    place = _as_number(guess)
    guess = str(guess) if place is None else str(guess).replace("-", "−")
    said = html.escape(guess)
    if isinstance(truth, str) or place is None or not math.isfinite(truth):
        mark = ' class="bp-due"'
        picture = (
            f'<div class="bp-pairs"><div><span class="bp-label">You said</span>{said}</div>'
            f'<div><span class="bp-label">It is</span><mark{mark}>{html.escape(shown)}</mark></div></div>'
        )
    else:
        picture = number_line(place, float(truth), guess, shown)
    felt = paragraph(f"You were: {sure}.", "bp-small") if sure else ""
    tone, word = ("right", "Right") if score == 100 else ("wrong", "Not this time")
    title = html.escape(f"You said {guess}, it is {shown}" + ("." if score == 100 else f": {remark}"))
    return card(tone, title, picture, felt, word=word, corner=f"{score} of 100")


def number_line(guess, truth, said, shown):
    """A line of numbers with the truth above it and the guess below."""
    low, high = min(0.0, guess, truth), max(0.0, guess, truth)
    air = 0.12 * (high - low) or 1.0
    low, high = low - air, high + air
    left, right, y = 30, 630, 56

    def place(x):
        return left + (x - low) / (high - low) * (right - left)

    def words(x, height, text_, colour):
        half = width_of(text_, weight="bold") / 2
        centre = min(max(place(x), left + half), right - half)
        return text(centre, height, text_, colour, weight="bold")

    parts = [line([(left, y), (right, y)], GREY, 1.6)]
    for tick in ticks(low, high, 8):
        parts.append(line([(place(tick), y - 4), (place(tick), y + 4)], GREY))
        if abs(place(tick) - place(guess)) > 30:  # there the guess is written
            parts.append(text(place(tick), y + 22, number(tick), GREY, size=SMALL))
    parts.append(line([(place(truth), y - 22), (place(truth), y)], VALUE, 2.5))
    parts.append(circle(place(truth), y, 7, VALUE, PAPER, 2))
    parts.append(words(truth, y - 30, f"it is {shown}", VALUE))
    parts.append(line([(place(guess), y + 30), (place(guess), y)], CHOSEN, 2.5, "5 3"))
    parts.append(circle(place(guess), y, 5, CHOSEN, PAPER, 2))
    parts.append(words(guess, y + 46, f"you said {said}", CHOSEN))
    return image(parts, 660, 116, f"On a line of numbers you said {said}, and it is {shown}.")


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
    return score, f"off by {number(distance, 3 if distance < 1000 else 6)}."


def predictions():
    """How your predictions went: how many were made, the mean score of those that were revealed, and of those
    for each answer to how sure you were.
    """
    kept = _load()
    scores = {key.removesuffix(":score"): value for key, value in kept.items() if key.endswith(":score")}
    made = sum(not key.endswith((":score", ":sure")) for key in kept)
    sentence = f"{made} predictions made, {len(scores)} revealed"
    if scores:
        sentence += f", mean score {_mean(scores.values())} of 100"
    for sure in SURE:
        felt = [score for key, score in scores.items() if kept.get(f"{key}:sure") == sure]
        if felt:
            sentence += f"; {sure}: {_mean(felt)} of 100 in {len(felt)}"
    return Revealed(sentence)


def _mean(scores):
    return f"{sum(scores) / len(scores):.0f}"
