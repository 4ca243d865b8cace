"""What `check` answers, as a card: verdict and diagnosis first, then where the difference is, then help."""

import html

import numpy as np

from ..show.card import card, paragraph, unfold
from .same import digits

MOST_ROWS, MOST_COLUMNS = 6, 8  # of an array that is shown whole


def feedback_card(feedback):
    """HTML of a `Feedback`."""
    tone, word = tone_of(feedback)
    title = html.escape(f"{feedback.task.id} {feedback.task.title}")
    points = f"{feedback.points} of {feedback.possible} points"
    body = [first(feedback), difference(feedback), *details(feedback), buttons(feedback)]
    shown = card(tone, title, *body, word=word, corner=points)
    return shown.replace("bp-card", "bp-card bp-graded", 1)


def tone_of(feedback):
    """(tone, word) of the card."""
    if feedback.passed:
        return "right", "Right"
    if not feedback.attempted:
        return "open", "Not attempted"
    return "wrong", "Partly right" if feedback.points else "Not yet"


def first(feedback):
    """What to read first."""
    if not feedback.message:
        return ""
    label = '<span class="bp-label">Diagnosis</span>' if feedback.explanations else ""
    text = html.escape(feedback.message, quote=False).replace("\n", "<br>")
    return f'<p class="bp-first">{label}{text}</p>'


def difference(feedback):
    """Yours and what is expected, on one line; in an array the entries that differ are marked."""
    gap = feedback.failure
    if gap is None:
        return ""
    yours, expected = _marked(gap.yours, ""), _marked(gap.expected, "bp-due")
    if gap.arrays and fits(gap.arrays[0]):
        array, due, wrong = gap.arrays
        yours, expected = as_table(array, wrong, ""), as_table(due, wrong, "bp-due")
    count = f" ({gap.wrong} of {gap.of} entries differ)" if gap.of > 1 else ""
    where = paragraph(f"{gap.where}{count}", "bp-small")
    return (
        f'{where}<div class="bp-pairs"><div><span class="bp-label">Yours</span>{yours}</div>'
        f'<div><span class="bp-label">Expected</span>{expected}</div></div>'
    )


def fits(array):
    """Whether an array can be shown whole: a row, or a few of them."""
    if array.ndim == 1:
        return array.size <= MOST_COLUMNS
    return array.ndim == 2 and array.shape[0] <= MOST_ROWS and array.shape[1] <= MOST_COLUMNS


def as_table(array, wrong, kind):
    """The array as numpy writes it, in columns, with the wrong entries marked."""
    rows = []
    texts = [digits(x) for x in array.ravel()]
    width = max(map(len, texts))
    for numbers, marks in zip(np.atleast_2d(array), np.atleast_2d(wrong), strict=True):
        cells = []
        for x, is_wrong in zip(numbers, marks, strict=True):
            text = digits(x)
            room = " " * (width - len(text))
            cells.append(room + (_marked(text, kind) if is_wrong else text))
        rows.append("[" + "  ".join(cells) + "]")
    return f"<pre>{'<br>'.join(rows)}</pre>"


def _marked(text, kind):
    name = f' class="{kind}"' if kind else ""
    return f"<mark{name}>{html.escape(text)}</mark>"


def details(feedback):
    """Everything else that the text says, small, in the same order."""
    told = ("", "Diagnosis", "Where", "Yours", "Expected", *feedback.parts)
    for label, text in feedback._lines():
        if label in told or label.startswith("Hint"):
            continue
        name = f'<span class="bp-label">{html.escape(label)}</span>'
        code = html.escape(text, quote=False).replace("\n", "<br>")
        yield f"<p>{name}{f'<code>{code}</code>' if label == 'In your code' else code}</p>"
    if not feedback.passed and len(feedback.parts) > 1:
        yield f'<div class="bp-pairs">{"".join(map(part, *zip(*feedback.parts.items())))}</div>'
    if feedback.hidden:
        later = f"{feedback.hidden} more points are given by hidden tests, when it is graded."
        yield paragraph(later, "bp-small")
    if feedback.verdict is not None and not feedback.passed:
        yield f"<pre>{html.escape(str(feedback.verdict))}</pre>"


def part(name, earned):
    """What a result has earned, of how much."""
    points, of, verdict = earned
    follows = ", follows correctly from your earlier value" if verdict == "follows" else ""
    label = f'<span class="bp-label">{html.escape(name)}</span>'
    return f"<div>{label}{'✓' if points == of else '✗'} {points} of {of}{follows}</div>"


def buttons(feedback):
    """The first hint, and buttons: the other hints, the graph at this input, Python's own message."""
    parts = []
    first_hint = ""
    hints = feedback.task.hints
    if feedback.first_hint:
        label = f'<span class="bp-label">Hint 1 of {len(hints)}</span>'
        first_hint = f"<p>{label}{html.escape(feedback.first_hint)}</p>"
        for n, hint in enumerate(hints[1:], start=2):
            parts.append(unfold(f"Hint {n} of {len(hints)}", html.escape(hint).replace("\n", "<br>")))
    if feedback.verdict is not None and not feedback.passed:
        picture = feedback.verdict.picture()
        if picture is not None:
            parts.append(unfold("Show this input in the graph", picture.image()))
    if feedback.traceback:
        parts.append(unfold("Python's own message", f"<pre>{html.escape(feedback.traceback)}</pre>"))
    return first_hint + (f'<div class="bp-buttons">{"".join(parts)}</div>' if parts else "")
