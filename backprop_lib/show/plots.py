"""Plots by matplotlib, in the colours and fonts of the course: what happened in a training, which class was
taken for which, and the figures of a notebook.
"""

import base64
import html
import io
import re
from itertools import cycle

import numpy as np

from . import svg, theme
from .theme import LIGHT, live

# The palette for matplotlib, which knows no CSS variables; `figure` puts them back.
VALUE, GRADIENT, WARNING, CHOSEN, INK, GREY = (LIGHT[name] for name in theme.WORDS[:6])
KINDS = tuple(LIGHT[name] for name in theme.WORDS[6:])
FAINT, RULE, FIELD = LIGHT["faint"], LIGHT["rule"], LIGHT["field"]

STYLE = {
    "axes.prop_cycle": f"cycler('color', {list(KINDS)})",
    "axes.spines.right": False, "axes.spines.top": False,
    "axes.edgecolor": GREY, "xtick.color": GREY, "ytick.color": GREY,
    "axes.grid": True, "axes.axisbelow": True, "grid.color": RULE,
    "axes.labelcolor": INK, "text.color": INK, "legend.edgecolor": FAINT,
}  # fmt: skip
LARGEST = 150_000  # characters of SVG; a figure with more, of very many points, becomes a PNG
DPI = 100


def tint(colour, share=0.15):
    """The colour thinned with paper, as matplotlib takes it."""
    return colour, share


class Figure:
    """A matplotlib figure as a picture with alternative text. `alt` says what there is to see, not that it is
    a figure.
    """

    def __init__(self, figure, alt):
        self.figure, self.alt = figure, alt

    def _repr_html_(self):
        import matplotlib.pyplot as plt

        drawn = _svg(self.figure)
        if len(drawn) <= LARGEST:
            points = float(re.search(r'width="([\d.]+)pt"', drawn)[1])
            shown = svg.figure(drawn, self.alt, points / 72 * DPI)
        else:
            shown = _image(_saved(self.figure, "png"), self.alt)
        plt.close(self.figure)  # or the notebook would show it a second time
        return shown.replace("bp-figure", "bp-figure bp-plot", 1) + live()

    def __repr__(self):
        return self.alt


def figure(figure, alt):
    """Show a matplotlib figure with alternative text: ``bp.figure(fig, alt="The loss falls to 0.02 in 40
    steps")``. Its colours follow the theme; black, white, greys and the first four colours of matplotlib
    become those of the course.
    """
    if not alt.strip():
        raise ValueError(
            "alt is what a reader who cannot see the figure gets: say in a sentence what it shows"
        )
    return Figure(figure, alt)


def _saved(figure, kind):
    import matplotlib.pyplot as plt

    data = io.BytesIO()
    metadata = {"Date": None} if kind == "svg" else None  # or every run would give other bytes
    with plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": "backprop"}):
        figure.savefig(data, format=kind, dpi=DPI, facecolor="white", bbox_inches="tight", metadata=metadata)
    return data.getvalue()


def _svg(figure):
    """The figure as SVG whose colours are CSS variables, and whose fonts are ours."""
    text = _saved(figure, "svg").decode()
    # What is black has no colour of its own in matplotlib's SVG; it gets that of the whole.
    text = text[text.index("<svg") :].replace("<svg", f'<svg fill="{theme.INK}"', 1)
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"'DejaVu Sans'[^;\"]*", theme.SANS, text)

    names = theme.OF_MATPLOTLIB | {value: name for name, value in LIGHT.items()}

    def named(found):
        name = names.get(found[0])
        return theme.colour(name) if name else found[0]

    return re.sub(r"(?<=: )#[0-9a-f]{6}\b", named, text)


def _image(png, alt):
    source = base64.b64encode(png).decode("ascii")
    image = f'<img src="data:image/png;base64,{source}" alt="{html.escape(alt)}" style="max-width:100%">'
    return f'<div class="bp-figure">{image}</div>'


def plot_confusion_matrix(counts):
    """Figure of a confusion matrix, with its numbers."""
    import matplotlib.pyplot as plt

    counts = np.asarray(counts)
    with plt.rc_context(STYLE | {"axes.grid": False}):
        figure, axes = plt.subplots(figsize=(4.5, 4.2), layout="constrained")
    for (i, j), count in np.ndenumerate(counts):
        depth = 0.5 * count / max(counts.max(), 1)  # with more the numbers would be hard to read
        look = {"facecolor": (GREY, depth), "edgecolor": "none"}
        axes.add_patch(plt.Rectangle((j - 0.5, i - 0.5), 1, 1, **look))
        axes.text(j, i, count, ha="center", va="center", color=INK)
    numbers, end = range(len(counts)), len(counts) - 0.5
    axes.set(xlabel="predicted class", ylabel="true class", xticks=numbers, yticks=numbers)
    axes.set(xlim=(-0.5, end), ylim=(end, -0.5), aspect="equal")
    plt.close(figure)  # the returned figure is shown once, not twice
    return figure


def plot_history(history):
    """Figure with loss, accuracy (if there are classes) and gradient norms over the epochs."""
    import matplotlib.pyplot as plt

    panels = {"loss": {"training": history.loss, "validation": history.validation_loss}}
    if history.accuracy:
        panels["accuracy"] = {"training": history.accuracy, "validation": history.validation_accuracy}
    panels["gradient norm"] = history.gradient_norms
    with plt.rc_context(STYLE):
        figure, row = plt.subplots(1, len(panels), figsize=(3.3 * len(panels), 2.8), layout="constrained")
    for axes, (title, curves) in zip(row, panels.items(), strict=True):
        colour = GRADIENT if title == "gradient norm" else VALUE
        shades = np.linspace(1, 0.5, max(len(curves), 2))
        for (name, values), style, shade in zip(curves.items(), cycle(["-", "--", "-.", ":"]), shades):
            if values:
                epochs = range(1, len(values) + 1)
                axes.plot(epochs, values, style, color=(colour, shade), label=name)
        axes.set(title=title, xlabel="epoch", yscale="log" if title == "gradient norm" else "linear")
        axes.legend()
    plt.close(figure)  # the returned figure is shown once, not twice
    return figure
