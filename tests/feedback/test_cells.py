"""A cell that stopped with an error has not replaced the older answer, and `check` says so."""

from types import SimpleNamespace

import pytest

from backprop_lib.feedback import cells


@pytest.fixture
def notebook():
    """The names of a notebook; run(text, error) is a cell, which does nothing or stops with an error."""
    cells.failed.clear()
    yield {"f": lambda: 1, "answer": 3.5, "count": 3}
    cells.failed.clear()


def run(notebook, text, error=None, **defined):
    cells.remember(text, notebook)
    notebook.update(defined)
    cells.look_at(SimpleNamespace(error_before_exec=None, error_in_exec=error), notebook)


def test_names_that_a_cell_defines():
    text = "def f(x):\n    y = 1\nclass C: pass\na, b = 1, 2\nc==3\nasync def g(): pass\nd = {}"
    assert cells.names_in(text) == ["f", "C", "a", "b", "g", "d"]


@pytest.mark.parametrize("text", ["def f(:\n    return 2", "nonsense\ndef f():\n    return 2"])
def test_a_function_whose_new_cell_failed_is_an_older_version(notebook, text):
    run(notebook, text, SyntaxError("invalid syntax", ("cell", 1, 7, text)))
    name, error = cells.stale(notebook["f"], notebook)
    assert name == "f" and "SyntaxError: invalid syntax in line 1" in error
    assert cells.stale(lambda: 1, notebook) is None


def test_an_error_after_the_definition_does_not_matter(notebook):
    run(notebook, "def f():\n    return 2\n1 / 0", ZeroDivisionError(), f=lambda: 2)
    assert cells.stale(notebook["f"], notebook) is None


def test_a_cell_that_runs_again_is_forgiven(notebook):
    run(notebook, "def f(:", SyntaxError("x"))
    run(notebook, "def f(): return 3", f=lambda: 3)
    assert cells.stale(notebook["f"], notebook) is None


def test_numbers_and_dicts_of_them_are_looked_at(notebook):
    run(notebook, "answer = 4.5 +", SyntaxError("invalid syntax"))
    assert cells.stale(notebook["answer"], notebook)[0] == "answer"
    assert cells.stale({"x": notebook["answer"]}, notebook)[0] == "answer"
    run(notebook, "count = 4 +", SyntaxError("invalid syntax"))
    assert cells.stale(3, notebook) is None  # Python has one 3 for everybody


@pytest.mark.notebook
def test_a_real_kernel_tells_of_its_cells():
    import nbclient
    from nbformat.v4 import new_code_cell, new_notebook

    lines = [
        "import backprop_lib as bp\nf = bp.feedback.about('09.1').reference",
        "bp.feedback.check('09.1', f).points",
        "f = f +",
        "print(bp.feedback.check('09.1', f).diagnosis)",
        "f = bp.feedback.about('09.1').reference",
        "print(bp.feedback.check('09.1', f).diagnosis)",
    ]
    page = new_notebook(cells=[new_code_cell(line) for line in lines])
    nbclient.NotebookClient(page, allow_errors=True, kernel_name="python3").execute()
    assert page.cells[3].outputs[0].text == "cell_failed\n"
    assert page.cells[5].outputs[0].text == "None\n"
