"""Every picture, panel and card of the library on one sheet: ``python -m tools.gallery``.

Chromium draws them in light and dark, 1400, 900 and 390 px wide; six pages and one sheet of them all, half as
large, are written to a folder whose name is printed. Words that lie on others, are cut off or are too small
are listed; a person looks at the rest. Arguments: the folder, and names of pictures if not all are wanted.
"""

import argparse
import html
import os
import tempfile
from pathlib import Path

import numpy as np

import backprop_lib as bp
from backprop_lib.widgets.panel import Panel

WIDTHS, THEMES = (1400, 900, 390), ("light", "dark")
PAPERS = {"light": "#ffffff", "dark": "#111111"}
SMALLEST = 11  # px: no word is set smaller on a page of 900 px


def logistic_unit():
    w0, x0, w1, x1, w2 = bp.inputs(w0=2.0, x0=-1.0, w1=-3.0, x1=-2.0, w2=-3.0)
    f = 1 / (1 + bp.exp(-(w0 * x0 + w1 * x1 + w2)))
    f.name = "f"
    f.backward()
    return f


def small():
    x, y, z = bp.inputs(x=-2.0, y=5.0, z=-4.0)
    q = x + y
    q.name = "q"
    f = q * z
    f.name = "f"
    f.backward()
    return f


def squares():
    y_hat, y = bp.inputs(y_hat=0.25, y=1.0)
    loss = (y_hat - y) ** 2 / 2
    loss.name = "L"
    loss.backward()
    return loss


def of_arrays():
    X, W, b = bp.inputs(X=np.ones((4, 3)), W=np.ones((2, 3)), b=np.ones(2))
    loss = ((X @ W.T + b) ** 2).mean()
    loss.backward()
    return loss


def random_network():
    weights = {(i, j): 0.37 * i - 0.21 * j for i in (1, 2, 3) for j in (4, 5, 6, 7)}
    weights |= {(j, 8): 0.1234567 * j for j in (4, 5, 6, 7)}
    net = bp.ScalarNetwork(weights, hidden="tanh")
    net.forward([0.123456, -1.5, 2.0])
    net.backward(1.0)
    return net


def diamond():
    a, b = bp.inputs(a=2.0, b=3.0)
    c = a * b
    return (c + a) * c


def history():
    losses = [2.0 / (k + 1) for k in range(12)]
    norms = {"W1": losses, "W2": losses[::-1]}
    return bp.History(losses, [0.5 + 0.03 * k for k in range(12)], losses, [0.5] * 12, norms)


def scatter():
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 3))
    axes.plot([1, 3, 2], label="first")
    axes.plot([2, 1, 3], "k--", label="second")
    axes.set(xlabel="epoch", ylabel="loss", title="as a notebook draws it")
    axes.legend()
    return figure


def handed_in(kind):
    def answer(upstream, X, W, b):
        dX, dW, db = upstream @ W, upstream.T @ X, upstream.sum(axis=0)
        if kind == "mean":
            dW = dW / len(X)
        if kind == "raises":
            dW = upstream @ X
        return dX, dW, db

    return bp.feedback.check("09.1", answer)


def guessed(guess, truth, options=None):
    bp.predict("gallery", "What is ∂f/∂x?", options, guess)
    return bp.reveal("gallery", truth)


def digits():
    X, Y = bp.datasets.digits()
    read = Y[:8].copy()
    read[[1, 4]] = 3, 7
    return bp.show_digits(X[:8], Y[:8], read)


PICTURES = {
    "draw, small": lambda: bp.draw(small()),
    "draw, a logistic unit": lambda: bp.draw(logistic_unit()),
    "draw, a square": lambda: bp.draw(squares()),
    "draw, arrays": lambda: bp.draw(of_arrays()),
    "play": lambda: bp.play(logistic_unit()),
    "play with its program": lambda: bp.play(small(), source=True),
    "fill": lambda: bp.fill(logistic_unit()),
    "practice": lambda: bp.practice(3, seed=1),
    "ScalarNetwork.draw": lambda: random_network().draw(),
    "scalar_net": lambda: bp.scalar_net(node=2),
    "perturb": bp.perturb,
    "shapes": bp.shapes,
    "softmax_jacobian": bp.softmax_jacobian,
    "activations": bp.activations,
    "gradient_health": bp.gradient_health,
    "descent in 1-D": lambda: bp.descent(lambda x: (x - 4) ** 2, x=(0, 8), start=0.5),
    "descent in 2-D": lambda: bp.descent(lambda u, v: u * u + 3 * v * v),
    "difference_error": lambda: bp.difference_error(lambda x: x * x * x, 1.0),
    "logistic": bp.logistic,
    "training_panel": bp.training_panel,
    "playground": bp.playground,
    "show_digits": digits,
    "branches": lambda: bp.branches(diamond()),
    "gates": lambda: bp.gates({"with a gate": small(), "bare": small()}),
    "explore": lambda: bp.explore(small()),
    "rosetta": bp.rosetta,
    "History.plot": lambda: bp.figure(history().plot(), alt="Loss, accuracy and gradient norms"),
    "confusion matrix": lambda: bp.figure(
        bp.plot_confusion_matrix(np.array([[9, 1, 0], [2, 7, 1], [0, 0, 10]])), alt="Most are on the diagonal"
    ),
    "figure": lambda: bp.figure(scatter(), alt="Two lines that cross"),
    "check: right": lambda: handed_in("right"),
    "check: a known mistake": lambda: handed_in("mean"),
    "check: it raises": lambda: handed_in("raises"),
    "check: nothing yet": lambda: bp.feedback.check("09.1", None),
    "check_derivation: right": lambda: bp.check_derivation("z", small(), "x"),
    "check_derivation: wrong": lambda: bp.check_derivation("2*z", small(), "x"),
    "predict": lambda: bp.predict("gallery", "What is ∂f/∂x?"),
    "predict a word": lambda: bp.predict("gallery", "Which way does x go?", ["up", "down"]),
    "reveal: right": lambda: guessed("-4", -4.0),
    "reveal: wrong": lambda: guessed("4", -4.0),
    "reveal: far off": lambda: guessed("1000", -4.0),
    "reveal a word": lambda: guessed("up", "down", ["up", "down"]),
    "reveal, nothing guessed": lambda: bp.reveal("never asked", -4.0),
}

# Of every picture that lies in the page: words on other words, words cut off, words too small. A word's own
# box is a fifth higher than its letters, above and below.
PROBLEMS = """smallest => {
    const found = [];
    for (const svg of document.querySelectorAll(".bp-figure svg, .bp-player svg, .bp-kit svg")) {
        const picture = svg.closest("section").id;
        const frame = svg.getBoundingClientRect();
        const shown = [...svg.querySelectorAll("text")].filter(
            (it) => it.textContent.trim() && getComputedStyle(it).visibility === "visible");
        const boxes = shown.map((it) => {
            const box = it.getBoundingClientRect(), less = box.height / 5;
            return { words: it.textContent, left: box.left + 0.5, right: box.right - 0.5, top: box.top + less,
                bottom: box.bottom - less };
        });
        boxes.forEach((a, i) => {
            if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.top < frame.top - 1
                || a.bottom > frame.bottom + 1) found.push(`${picture}: “${a.words}” is cut off`);
            for (const b of boxes.slice(i + 1))
                if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
                    found.push(`${picture}: “${a.words}” lies on “${b.words}”`);
        });
        const scale = frame.width / (svg.viewBox.baseVal.width || frame.width);
        for (const it of shown) {
            const size = parseFloat(getComputedStyle(it).fontSize) * scale;
            if (size < smallest - 0.01)
                found.push(`${picture}: “${it.textContent}” is ${size.toFixed(1)} px high`);
        }
    }
    return [...new Set(found)];
}"""


def page_of(names, theme):
    """One HTML page with these pictures, as a notebook with this theme would show their outputs."""
    light = str(theme == "light").lower()
    sections = []
    for name in names:
        shown = PICTURES[name]()
        page = shown._repr_mimebundle_()["text/html"] if isinstance(shown, Panel) else shown._repr_html_()
        sections.append(f'<section id="{html.escape(name)}"><h2>{html.escape(name)}</h2>{page}</section>')
    style = (
        f"body{{background:{PAPERS[theme]};margin:16px;font:14px sans-serif}}"
        "h2{font:bold 13px sans-serif;color:#808080;margin:28px 0 8px}"
        f"section{{color:{PAPERS['dark' if theme == 'light' else 'light']}}}"
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><style>{style}</style>'
        f'<body data-jp-theme-light="{light}">{"".join(sections)}'
    )


def render(names, folder):
    """Write the pages and the sheet into the folder; return what is wrong with the words, a line each."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    from tests.browser.lab import CHROMIUM_FLAGS, find_chromium

    shots, complaints = [], []
    sandbox = hasattr(os, "geteuid") and os.geteuid() != 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=CHROMIUM_FLAGS, chromium_sandbox=sandbox
        )
        for theme in THEMES:
            sent = page_of(names, theme)
            for width in WIDTHS:
                page = browser.new_page(viewport={"width": width, "height": 900})
                page.set_content(sent)
                if theme == "light" and width == 900:
                    complaints = page.evaluate(PROBLEMS, SMALLEST)
                shots.append(folder / f"gallery-{theme}-{width}.png")
                page.screenshot(path=shots[-1], full_page=True)
                page.close()
        browser.close()
    images = [Image.open(shot) for shot in shots]
    sheet = Image.new(
        "RGB", (sum(i.width for i in images) // 2, max(i.height for i in images) // 2), "#808080"
    )
    left = 0
    for image in images:
        half = image.resize((image.width // 2, image.height // 2))
        sheet.paste(half, (left, 0))
        left += half.width
    sheet.save(folder / "gallery.png")
    return complaints


def main(arguments):
    folder = Path(arguments[0]) if arguments else Path(tempfile.mkdtemp(prefix="gallery-"))
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["BACKPROP_PREDICTIONS"] = str(folder / "predictions.json")
    complaints = render(arguments[1:] or list(PICTURES), folder)
    print(*complaints, f"{folder / 'gallery.png'}: {len(complaints)} things to look at", sep="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draw every picture, panel and card on one sheet.")
    parser.add_argument("folder", nargs="?", help="where to write; a temporary folder if not given")
    parser.add_argument("names", nargs="*", help="of pictures, if not all are wanted")
    wanted = parser.parse_args()
    main([wanted.folder, *wanted.names] if wanted.folder else [])
