"""The list of mistakes in the documentation is the catalogue's own."""

from tools.mistakes_page import PAGE, page


def test_the_page_lists_every_key_and_is_current():
    assert PAGE.read_text("utf-8") == page(), "run python -m tools.mistakes_page"
