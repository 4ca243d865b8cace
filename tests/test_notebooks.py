"""What the stored notebooks hold. That they run and give the same outputs is nbval's part."""

import json
import re
from copy import deepcopy
from pathlib import Path

import pytest

from tools.notebooks import METADATA, WIDGET_VIEW, complaints, normalise

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path):
    return json.loads(path.read_text("utf-8"))


def texts(notebook):
    return "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")


@each_notebook
def test_a_notebook_is_stored_in_its_normal_form(path):
    """No widget state, no times of execution, one kernel name: what `make notebooks` makes of it."""
    notebook = read(path)
    assert notebook == normalise(deepcopy(notebook))


@each_notebook
def test_a_stored_notebook_ran_through_without_errors_or_warnings(path):
    assert list(complaints(read(path))) == []


@each_notebook
def test_every_cell_was_executed_once_and_in_order(path):
    code = [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]
    counts = [cell["execution_count"] for cell in code if cell["execution_count"] is not None]
    assert counts == list(range(1, len(counts) + 1))


@each_notebook
def test_every_picture_has_alternative_text(path):
    notebook = read(path)
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    html = "\n".join("".join(output.get("data", {}).get("text/html", "")) for output in outputs)
    for image in re.findall(r"<img\b[^>]*>", html + texts(notebook)):
        assert re.search(r"""\balt=(["'])\s*[^"'\s]""", image), image[:200]
    assert "![](" not in texts(notebook)


@each_notebook
def test_links_between_notebooks_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#\s]+)", texts(read(path))):
        if "://" not in target and not target.startswith(("mailto:", "attachment:")):
            assert (path.parent / target).exists(), target


def a_notebook(**output):
    cell = {
        "cell_type": "code",
        "id": "a",
        "execution_count": 1,
        "metadata": {"tags": ["keep"], "execution": {"iopub.execute_input": "2026-11-22T15:00:00Z"}},
        "source": ["1 + 1"],
        "outputs": [output],
    }
    return {
        "cells": [cell],
        "metadata": {"widgets": {}, "language_info": {"name": "python", "version": "3.11.7"}},
    }


def test_the_normal_form_drops_what_differs_between_two_runs():
    view = {WIDGET_VIEW: {"model_id": "0123abcd"}, "text/html": ["<img alt='a graph'>"]}
    notebook = normalise(a_notebook(output_type="display_data", metadata={"isolated": True}, data=view))
    assert notebook["metadata"] == METADATA
    assert notebook["cells"][0]["metadata"] == {"tags": ["keep"]}
    assert notebook["cells"][0]["outputs"][0]["data"] == {"text/html": ["<img alt='a graph'>"]}


def test_an_output_that_is_nothing_but_a_widget_is_not_stored():
    """A panel sends its static twin as an output of its own, before it."""
    view = {WIDGET_VIEW: {"model_id": "0123abcd"}}
    notebook = normalise(a_notebook(output_type="display_data", metadata={}, data=view))
    assert notebook["cells"][0]["outputs"] == []


@pytest.mark.parametrize(
    ("output", "complaint"),
    [
        ({"output_type": "error", "ename": "ValueError", "evalue": "no"}, "cell 0 fails: ValueError: no"),
        ({"output_type": "stream", "name": "stderr", "text": ["Warn\n"]}, "cell 0 writes to stderr: Warn"),
    ],
)
def test_a_notebook_that_fails_or_warns_is_not_stored(output, complaint):
    assert list(complaints(a_notebook(**output))) == [complaint]
