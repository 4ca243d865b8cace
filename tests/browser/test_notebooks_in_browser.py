"""Every notebook as a student meets it: opened in JupyterLab, run, and moved with the keyboard."""

import json
import time
from pathlib import Path

import pytest

from backprop_lib.show import theme

NOTEBOOKS = sorted(Path(__file__).parents[2].joinpath("notebooks").glob("*.ipynb"))

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem),
]


def code_and_output(notebook):
    """All code of the notebook, and all HTML that it stores, as two strings."""
    cells = [cell for cell in json.loads(notebook.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    outputs = [output for cell in cells for output in cell["outputs"]]
    html = ["".join(output.get("data", {}).get("text/html", "")) for output in outputs]
    return "\n".join("".join(cell["source"]) for cell in cells), "\n".join(html)


def test_a_fresh_clone_shows_its_pictures_before_anything_is_run(open_notebook, notebook):
    """JupyterLab trusts no fresh clone and drops its scripts and inline SVG; pictures survive as <img>."""
    _, html = code_and_output(notebook)
    if "data:image/svg+xml" not in html:
        pytest.skip("stores no SVG picture")
    page = open_notebook(notebook.name)
    picture = page.locator(".jp-OutputArea img[src^='data:image/svg+xml']").first
    picture.scroll_into_view_if_needed()
    assert picture.is_visible()
    assert picture.evaluate("it => it.complete && it.naturalWidth") > 0, "the picture did not load"
    assert picture.get_attribute("alt"), "the picture has no alternative text"


def test_every_cell_runs_and_what_moves_moves(lab, open_notebook, notebook):
    page = open_notebook(notebook.name)
    lab.run_all(page)
    assert lab.failed_cells(page) == []

    code, _ = code_and_output(notebook)
    players = page.locator(".bp-player")
    assert players.count() >= ("bp.play(" in code), "bp.play left no player in the page"
    for player in players.all():
        move_player(player)
    for player in players.filter(has=page.locator(".bp-program")).all():
        for name in ("JupyterLab Dark", "JupyterLab Light"):
            lab.set_theme(page, name)
            read_program(player)
    for slider in page.locator(".jupyter-widgets.widget-slider [role=slider]:visible").all():
        move_widget_slider(slider)

    lab.screenshot(page, notebook.stem)


def move_player(player):
    """Slider and buttons answer to the keyboard: the picture moves on, and with it the line of arithmetic."""

    def picture():
        return player.locator("svg").first.evaluate("it => it.outerHTML")

    def line():
        return player.locator(".bp-line").inner_text()

    # JupyterLab takes the arrow keys for itself unless the focused element has this attribute.
    keeps_keys = "data-lm-suppress-shortcuts"

    slider = player.locator("input[type=range]").first
    assert slider.get_attribute("aria-label"), "a screen reader has no name for the player's slider"
    first = picture(), line()
    slider.press("ArrowRight")
    assert changes(picture, first[0]), (
        f"ArrowRight on the slider leaves the picture as it was (has it {keeps_keys}?)"
    )
    assert changes(line, first[1]), "ArrowRight on the slider leaves the line of arithmetic as it was"

    def moves_on(button):
        before = line()
        button.press("Enter")
        return changes(line, before, seconds=1)

    buttons = player.locator("button:visible:enabled").all()
    assert any(map(moves_on, buttons)), "no button of the player answers to Enter"


def rgb(colour):
    return f"rgb({', '.join([str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)])})"


PAIRS = [(rgb(colours["ink"]), rgb(colours["field"])) for colours in (theme.LIGHT, theme.DARK)]


def read_program(player):
    """A step marks its line, and a line lights up its wires; the keyboard is enough for both."""
    program, slider = player.locator(".bp-program"), player.locator("input[type=range]")
    ink, field = program.evaluate("it => [getComputedStyle(it).color, getComputedStyle(it).backgroundColor]")
    assert (ink, field) in PAIRS, f"{ink} on {field} is in no theme of the course"

    slider.press("Home")
    assert program.locator("[aria-current]").count() == 0
    slider.press("ArrowRight")
    marked = program.locator("[aria-current]").text_content()
    assert marked.startswith("def"), "the first step is a leaf, and a leaf is an argument"

    line = program.locator("[data-line]").last
    line.focus()
    assert player.locator("svg .bp-wire.bp-active").count(), "the last line lights up no wire"
    line.press("ArrowUp")
    above = program.locator(":focus")
    assert above.text_content() != line.text_content(), "ArrowUp does not lead to the line above"
    above.press("ArrowRight")
    assert "step 2 of" in player.locator("output").inner_text(), "ArrowRight on a line is no step"


def move_widget_slider(slider):
    """An arrow key changes something visible beside the slider itself."""

    def surroundings():
        return slider.evaluate("""slider => {
            const output = slider.closest('.jp-Cell-outputArea').cloneNode(true);
            output.querySelectorAll('.widget-slider').forEach(it => it.remove());
            return output.innerHTML;
        }""")

    whole = slider.locator("xpath=ancestor::*[contains(@class, 'widget-slider')][1]")
    before, value = (
        surroundings(),
        whole.inner_text(),
    )  # with the readout: aria-valuenow is rounded to one decimal
    slider.press("ArrowRight")
    if whole.inner_text() == value:
        slider.press("ArrowLeft")  # it stood at its right end
    assert changes(surroundings, before), f"the slider {whole.inner_text()!r} moves and nothing else does"


def changes(measure, before, seconds=10):
    """Whether `measure()` becomes something else than `before` in time."""
    deadline = time.monotonic() + seconds
    while measure() == before:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
