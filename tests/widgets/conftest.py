"""A Chromium in which a test opens what a widget sends, without JupyterLab."""

import os

import pytest

from tests.browser.lab import CHROMIUM_FLAGS, NO_CHROMIUM, find_chromium


@pytest.fixture(scope="package")
def browser():
    if find_chromium() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_CHROMIUM)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        sandbox = hasattr(os, "geteuid") and os.geteuid() != 0
        yield playwright.chromium.launch(
            executable_path=find_chromium(), args=CHROMIUM_FLAGS, chromium_sandbox=sandbox
        )


@pytest.fixture
def open_page(browser):
    """`open_page(*widgets)` → a page with them, as nbconvert would write it. What the page complains of fails
    the test.
    """
    contexts, complaints = [], []

    def open_page(*widgets, **settings):
        contexts.append(browser.new_context(**settings))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        sent = "".join(widget._repr_html_() for widget in widgets)
        page.set_content(f"<!doctype html><html lang=en><meta charset=utf-8>{sent}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
