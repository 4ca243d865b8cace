"""Pictures of digits, each with its class, and what it was read as."""

import math

import numpy as np

from . import svg, theme

MOST = 100
SIDE, WIDE, HIGH = 72, 128, 112  # px: of a digit, and of its place
A_ROW = 5
SHADES = 8


def show_digits(X, y, predicted=None):
    """Digits as pictures, each with its class; a mistaken one is framed and says what it was read as.

    X: (N, 64) for 8×8 grey values, or of another square, or (N, 8, 8); 0 is paper, the largest number is ink.
    y: classes (N,). predicted: what a network took them for, (N,). To see the mistakes alone, pick them:

        wrong = predicted != y
        bp.show_digits(X[wrong], y[wrong], predicted[wrong])

    Raises ValueError for shapes that do not fit, and for more than 100 digits.
    """
    X, y = np.asarray(X, float), np.asarray(y)
    side = math.isqrt(X[0].size) if len(X) else 0
    if not 1 <= len(X) <= MOST:
        raise ValueError(f"show_digits: there are {len(X)} digits; pick 1 to {MOST} of them, such as X[:24]")
    if X.ndim not in (2, 3) or side * side != X[0].size or X.ndim == 3 and X.shape[1] != X.shape[2]:
        raise ValueError(
            f"show_digits: X is {X.shape}; expected one square picture in a row, such as (N, 64)"
        )
    predicted = y if predicted is None else np.asarray(predicted)
    for name, labels in (("y", y), ("predicted", predicted)):
        if labels.shape != (len(X),):
            raise ValueError(f"show_digits: {name} is {labels.shape}, and X {X.shape}; expected ({len(X)},)")
    largest = X.max()
    pictures = X.reshape(len(X), side, side) / (largest if largest > 0 else 1)
    parts = []
    for place, (picture, true, read) in enumerate(zip(pictures, y.tolist(), predicted.tolist())):
        parts += _digit(picture, 8 + place % A_ROW * WIDE, 8 + place // A_ROW * HIGH, true, read)
    columns, rows = min(A_ROW, len(X)), -(-len(X) // A_ROW)
    alt = _words(y.tolist(), predicted.tolist())
    return svg.Drawing(svg.image(parts, 16 + columns * WIDE, 12 + rows * HIGH, alt), alt)


def _digit(picture, left, top, true, read):
    middle = left + WIDE / 2
    left = middle - SIDE / 2
    pixel = SIDE / len(picture)
    depth = np.round(np.clip(picture, 0, 1) * SHADES).astype(int)
    shades = ""
    for shade in range(1, SHADES + 1):
        path = "".join([f"M{j} {i}h1" for i, j in np.argwhere(depth == shade)])
        if path:
            shades += f'<path stroke-opacity="{shade / SHADES:.3g}" d="{path}"/>'
    place = f"translate({svg.px(left)} {svg.px(top + pixel / 2)}) scale({pixel:.4g})"
    parts = [f'<g transform="{place}" stroke="{theme.INK}" shape-rendering="crispEdges">{shades}</g>']
    if read == true:
        parts.append(svg.box(left, top, SIDE, SIDE, "none", theme.FAINT))
        return [*parts, svg.text(middle, top + SIDE + 20, true)]
    parts.append(svg.box(left, top, SIDE, SIDE, "none", theme.WARNING, 3))
    words = f"✗ {true}, read as {read}"
    return [*parts, svg.text(middle, top + SIDE + 20, words, theme.WARNING, weight="bold")]


def _words(true, read):
    """All digits in words; the mistaken ones by their place, counted from 1."""
    mistaken = [(place, t, r) for place, (t, r) in enumerate(zip(true, read), start=1) if t != r]
    said = f"{len(true)} digit{'s' * (len(true) > 1)}: {', '.join(map(str, true))}."
    if not mistaken:
        return said
    listed = "; ".join([f"number {place} is a {t}, read as {r}" for place, t, r in mistaken])
    return f"{said} {len(mistaken)} mistaken: {listed}."
