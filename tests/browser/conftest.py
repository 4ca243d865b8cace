"""One JupyterLab for all browser tests, on a copy of the notebooks."""

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
