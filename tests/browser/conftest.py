"""One JupyterLab for all browser tests, on a copy of the notebooks; and pages that need none."""

import shutil

import pytest

from tests.browser.lab import Lab


@pytest.fixture(scope="package")
def lab(pytestconfig, tmp_path_factory, chromium):
    """A running `Lab`."""
    copy = tmp_path_factory.mktemp("lab") / "notebooks"
    shutil.copytree(pytestconfig.rootpath / "notebooks", copy)
    with Lab.start(copy, chromium) as lab:
        yield lab


@pytest.fixture
def open_notebook(lab):
    """`open_notebook(name)` → page, closed together with its kernel when the test ends."""
    pages = []

    def open_notebook(name):
        pages.append(lab.open(name))
        return pages[-1]

    yield open_notebook
    for page in pages:
        lab.close(page)


@pytest.fixture
def open_file(chromium, tmp_path):
    """`open_file(*outputs)` → a page with them, read from the disk. What it complains of fails the test."""
    contexts, complaints = [], []

    def open_file(*outputs, **settings):
        file = tmp_path / "page.html"
        sent = "".join([output._repr_html_() for output in outputs])
        head = "<!doctype html><html lang=en><meta charset=utf-8><title>A page</title>"
        file.write_text(f"{head}<h1>Before</h1>{sent}", encoding="utf-8")
        contexts.append(chromium.new_context(**settings))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(file.as_uri())
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert complaints == []
