"""Every notebook as a student meets it: opened in JupyterLab, run, and moved with the keyboard."""

import json
from pathlib import Path

import pytest

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
    """JupyterLab trusts nothing in a fresh clone and drops scripts and inline SVG; pictures survive as <img>."""
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

    for slider in page.locator(".jupyter-widgets.widget-slider [role=slider]:visible").all():
        move_widget_slider(page, slider)

    lab.screenshot(page, notebook.stem)


def move_player(player):
    """ArrowRight on the slider changes the picture and the line of arithmetic; so does the next button."""
    slider = player.locator("input[type=range]").first
    assert slider.get_attribute("aria-label"), "a screen reader has no name for the player's slider"
    slider.focus()
    picture, line = player.locator("svg").first.evaluate("it => it.outerHTML"), player.locator(".bp-line").inner_text()
    slider.press("ArrowRight")
    assert player.locator(".bp-line").inner_text() != line, "the line of arithmetic did not change"
    assert player.locator("svg").first.evaluate("it => it.outerHTML") != picture, "the picture did not change"


def move_widget_slider(page, slider):
    """An arrow key changes something visible beside the slider itself."""
    slider.scroll_into_view_if_needed()
    before = around(slider)
    value = slider.get_attribute("aria-valuenow")
    slider.press("ArrowRight")
    if slider.get_attribute("aria-valuenow") == value:
        slider.press("ArrowLeft")  # it stood at its right end
    changed = f"([slider, before]) => ({AROUND})(slider) !== before"
    page.wait_for_function(changed, arg=[slider.element_handle(), before])


AROUND = """slider => {
    const output = slider.closest('.jp-Cell-outputArea').cloneNode(true);
    output.querySelectorAll('.widget-slider').forEach(it => it.remove());
    return output.innerHTML;
}"""


def around(slider):
    """The cell's output without its sliders."""
    return slider.evaluate(AROUND)
