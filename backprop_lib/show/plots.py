"""Plots by matplotlib: what happened in a training, and which class was taken for which."""

from itertools import cycle

import numpy as np

from .svg import GRADIENT, INK, VALUE, tint


def plot_confusion_matrix(counts):
    """Figure of a confusion matrix, with its numbers."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(4.5, 4.2), layout="constrained")
    axes.imshow(counts, cmap="Greys")
    for (i, j), count in np.ndenumerate(counts):
        ink = "white" if count > counts.max() / 2 else INK
        axes.text(j, i, count, ha="center", va="center", color=ink)
    numbers = range(len(counts))
    axes.set(xlabel="predicted class", ylabel="true class", xticks=numbers, yticks=numbers)
    plt.close(figure)  # the returned figure is shown once, not twice
    return figure


def plot_history(history):
    """Figure with loss, accuracy (if there are classes) and gradient norms over the epochs."""
    import matplotlib.pyplot as plt

    panels = {"loss": {"training": history.loss, "validation": history.validation_loss}}
    if history.accuracy:
        panels["accuracy"] = {"training": history.accuracy, "validation": history.validation_accuracy}
    panels["gradient norm"] = history.gradient_norms
    figure, row = plt.subplots(1, len(panels), figsize=(3.3 * len(panels), 2.8), layout="constrained")
    for axes, (title, curves) in zip(row, panels.items(), strict=True):
        colour = GRADIENT if title == "gradient norm" else VALUE
        shades = np.linspace(1, 0.5, max(len(curves), 2))
        for (name, values), style, shade in zip(curves.items(), cycle(["-", "--", "-.", ":"]), shades):
            if values:
                epochs = range(1, len(values) + 1)
                axes.plot(epochs, values, style, color=tint(colour, shade), label=name)
        axes.set(title=title, xlabel="epoch", yscale="log" if title == "gradient norm" else "linear")
        axes.legend()
    plt.close(figure)  # the returned figure is shown once, not twice
    return figure
