"""Notebook 7 keeps its hands off the arrow keys of a slider, whoever made it."""

import json
from urllib.request import Request, urlopen

import nbformat
import pytest

pytest.importorskip("notebook")
pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELLS = [
    "import backprop_lib as bp",
    "bp.training_panel(bp.datasets.two_moons(20, rng=0), steps=10)",
    "bp.descent(lambda x: (x - 4) ** 2, x=(0, 8), start=0)",
]


@pytest.fixture
def page(lab):
    """Notebook 7 with a panel that Python moves and one that the page moves, both alive."""
    cells = [nbformat.v4.new_markdown_cell("# Above"), *map(nbformat.v4.new_code_cell, CELLS)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    content = nbformat.v4.new_notebook(
        cells=[*cells, nbformat.v4.new_markdown_cell("# Below")], metadata=kernel
    )
    body = json.dumps({"type": "notebook", "format": "json", "content": content}).encode()
    allowed = {"Authorization": f"token {lab.token}", "Content-Type": "application/json"}
    urlopen(Request(f"{lab.url}api/contents/seven.ipynb", body, allowed, method="PUT"), timeout=10).close()
    page = lab.browser.new_page(viewport={"width": 1200, "height": 1400})
    page.set_default_timeout(60_000)
    page.goto(f"{lab.url}notebooks/seven.ipynb?token={lab.token}")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    for _ in range(60):  # the indicator says idle before there is a session
        sessions = page.request.get(f"{lab.url}api/sessions?token={lab.token}").json()
        if "idle" in [session["kernel"]["execution_state"] for session in sessions]:
            break
        page.wait_for_timeout(500)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.locator(".widget-slider").first.wait_for()
    page.locator(".bp-panel .bp-grab").wait_for()
    yield page
    lab.close(page)


def test_arrow_keys_move_the_sliders_of_both_kinds(page):
    rate = page.get_by_role("slider", name="rate", exact=True)
    before = float(rate.get_attribute("aria-valuenow"))
    rate.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert float(rate.get_attribute("aria-valuenow")) == pytest.approx(before + 0.3)

    start = page.get_by_role("slider", name="start of the descent")
    start.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert start.get_attribute("aria-valuetext") == "start x = 0.3"
    page.get_by_role("slider", name="number of steps").focus()
    page.keyboard.press("ArrowLeft")
    assert "After 19 steps" in page.locator(".bp-panel .bp-lines").inner_text()
