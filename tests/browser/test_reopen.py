"""What becomes of a notebook that is saved, closed and opened the next day, when its kernel is gone."""

import json
from urllib.request import Request, urlopen

import nbformat
import pytest

CELLS = [
    "import backprop_lib as bp",
    'bp.predict("reopen-number", "What is ∂f/∂x?")',
    'bp.reveal("reopen-number", -4.0)',
    'bp.predict("reopen-word", "Which way does x go?", options=["up", "down"])',
    "bp.training_panel(bp.datasets.two_moons(20, rng=0), steps=10)",
    'bp.explore((bp.Node([1.0, 2.0], "v") * bp.Node(2.0, "x")).sum())',
    "bp.scalar_net()",
]

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def notebook(lab):
    """The name of a small notebook that JupyterLab serves."""
    name = "reopen.ipynb"
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    content = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
    body = json.dumps({"type": "notebook", "format": "json", "content": content}).encode()
    allowed = {"Authorization": f"token {lab.token}", "Content-Type": "application/json"}
    with urlopen(Request(f"{lab.url}api/contents/{name}", body, allowed, method="PUT"), timeout=10):
        return name


def test_a_reopened_notebook_shows_its_twins_and_no_error(lab, notebook):
    page = lab.open(notebook)
    lab.run_all(page)
    page.locator(".widget-box:visible").nth(3).wait_for()
    assert page.locator(".bp-twin:visible").count() == 0, "what is alive hides its twin"
    handles = page.locator(".widget-slider [role=slider]")
    assert "x" in handles.evaluate_all("all => all.map((one) => one.ariaLabel)")
    kept = "all => all.every((one) => one.ariaLabel && 'lmSuppressShortcuts' in one.dataset)"
    assert handles.evaluate_all(kept)
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")
    lab.close(page)

    page = lab.open(notebook)
    page.locator(".bp-twin:visible").nth(3).wait_for()
    gone = page.get_by_text("Error displaying widget")
    gone.nth(3).wait_for(state="attached")  # JupyterLab has tried, and has given up
    assert not any(error.is_visible() for error in gone.all())
    assert page.get_by_text("run the cell to bring it to life").count() == 4
    target = page.get_by_role("slider", name="what the output should have been")
    target.press("ArrowRight")
    assert target.get_attribute("aria-valuetext") == "target = 11.1", "a panel of the page needs no kernel"
    lab.run_all(page)
    page.locator(".widget-box:visible").nth(3).wait_for()
    assert page.locator(".bp-twin:visible").count() == 0, "running the cells brings them back"
    lab.close(page)


def test_shift_enter_in_the_field_keeps_the_guess_and_goes_on(lab, notebook):
    page = lab.open(notebook)
    lab.run_all(page)
    field = page.get_by_label("Your guess")
    field.fill("4")
    field.press("Shift+Enter")
    cell = "() => jupyterapp.shell.currentWidget.content.activeCellIndex"
    assert page.evaluate(cell) == 2, "the cell after the field is the next one"
    page.keyboard.press("Shift+Enter")
    page.locator(".bp-card.bp-wrong", has_text="You said 4, it is −4").wait_for()
    assert page.evaluate(cell) == 3
    lab.close(page)
