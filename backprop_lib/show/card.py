"""A card: what a student is told. A mark and a word that are seen from across the room, then the sentences.

Used by the feedback on a task, the verdict on a derivation, and predictions.
"""

import html
from functools import cache
from importlib.resources import files

from .theme import LIGHT, live

# tone: (mark, word, colour); the shape tells what the colour does, for those who see no colours.
TONES = {
    "right": ("✓", "Right", "value"),
    "wrong": ("✗", "Not yet", "warning"),
    "open": ("○", "Not attempted", "grey"),
    "ask": ("?", "Predict", "chosen"),
}


def card(tone, title, *body, word=None, corner=""):
    """HTML of a card. tone: a key of TONES. title, body: HTML. word: in place of the tone's own. corner: what
    stands at the right end of the head, such as points.
    """
    return opening(tone, title, word, corner) + "".join(body) + "</div>" + style()


def opening(tone, title, word=None, corner=""):
    """The card up to its body; whoever uses it closes the div."""
    mark, usual, colour = TONES[tone]
    # Where a notebook is not trusted only this style is left.
    plain = f"border-left:6px solid {LIGHT[colour]};padding:6px 14px"
    points = f'<span class="bp-corner">{html.escape(corner)}</span>' if corner else ""
    return (
        f'<div class="bp-card bp-{tone}" style="{plain}"><div class="bp-head">'
        f'<span class="bp-mark" aria-hidden="true">{mark}</span> '
        f'<strong class="bp-word">{html.escape(word or usual)}</strong> '
        f'<span class="bp-title">{title}</span> {points}</div>'
    )


def paragraph(text, kind=""):
    """A line of text; its line breaks stay."""
    broken = html.escape(text, quote=False).replace("\n", "<br>")
    return f'<p class="{kind}">{broken}</p>' if kind else f"<p>{broken}</p>"


def unfold(label, *body):
    """A button that unfolds what is behind it; it needs no script."""
    return f"<details><summary>{html.escape(label)}</summary><div>{''.join(body)}</div></details>"


@cache
def style():
    """The style sheet of cards, with the colours."""
    rules = (files(__package__) / "card.css").read_text(encoding="utf-8")
    return f"<style>\n{rules}</style>{live()}"
