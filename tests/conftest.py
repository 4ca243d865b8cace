"""What all tests share: a line about the browser, a private IPython, the mark of notebook cells, order."""

import os

import pytest

from tests.browser import lab
from tests.browser.lab import NO_CHROMIUM, find_chromium, screenshot_folder


def pytest_report_header():
    chromium = find_chromium()
    return f"browser: {chromium}, screenshots in {screenshot_folder()}" if chromium else NO_CHROMIUM


@pytest.fixture(scope="session", autouse=True)
def private_ipython(tmp_path_factory):
    """Kernels that the tests start do not run the startup files of the person who tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        yield


@pytest.fixture(scope="session")
def chromium():
    """The browser of all tests of one process. Without one they are skipped; where CI is set they fail."""
    if find_chromium() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_CHROMIUM)
    with lab.chromium() as browser:
        yield browser


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.suffix == ".ipynb":
            item.add_marker("notebook")
    # The browser's file takes longest; the other workers go through the rest meanwhile.
    items.sort(key=lambda item: "browser" not in item.keywords)
