"""A Chromium in which a test opens what a widget sends, without JupyterLab."""

import pytest


@pytest.fixture
def open_page(chromium):
    """`open_page(*widgets)` → a page with them, as nbconvert would write it. What the page complains of fails
    the test.
    """
    contexts, complaints = [], []

    def open_page(*widgets, **settings):
        contexts.append(chromium.new_context(**settings))
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
