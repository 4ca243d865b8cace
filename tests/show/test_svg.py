"""One palette: each colour has one meaning, is legible, and is written down once."""

import base64
import re
from pathlib import Path

import pytest

from backprop_lib.show import svg, theme
from backprop_lib.widgets import player

LIBRARY = Path(svg.__file__).parents[1]
HEX = re.compile(r"#[0-9a-fA-F]{3,8}\b")


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(colour, ground):
    """The ratio of WCAG 2.1; 21 for black on white."""
    dark, light = sorted(map(luminance, (colour, ground)))
    return (light + 0.05) / (dark + 0.05)


def test_the_ratio_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


PALETTES = {"light": theme.LIGHT, "dark": theme.DARK}
in_both = pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)


@in_both
@pytest.mark.parametrize("name", theme.WORDS)
def test_words_in_every_colour_are_legible_on_paper_and_on_their_own_field(palette, name):
    colour, paper = palette[name], palette["paper"]
    assert contrast(colour, paper) >= 4.5
    assert contrast(colour, palette["field"]) >= 4.5
    assert contrast(colour, theme.mix(colour, paper, 0.15)) >= 4.5
    if name != "ink":
        assert contrast(palette["ink"], theme.mix(colour, paper, 0.5)) >= 4.5


@in_both
def test_lines_stand_out_from_paper(palette):
    """A wire, and the edge of a control: 3 to 1, as the standard asks of what is no word."""
    assert contrast(palette["grey"], palette["paper"]) >= 3


@in_both
def test_no_two_meanings_have_one_colour(palette):
    assert len(set(palette.values())) == len(palette) == len(theme.LIGHT)


@in_both
def test_a_value_is_green_and_a_gradient_is_red(palette):
    def strongest(colour):
        channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        return "red green blue".split()[channels.index(max(channels))]

    found = [strongest(palette[name]) for name in ("value", "gradient", "chosen")]
    assert found == ["green", "red", "blue"]


def test_a_mixture_of_colours_is_what_a_browser_makes_of_it():
    assert theme.plain(theme.tint(theme.CHOSEN)) == theme.mix("#1f5f99", "#ffffff", 0.15) == "#dde7f0"
    assert theme.plain(f"a {theme.INK} b") == "a #1f2328 b"


def test_every_colour_of_a_drawing_is_in_the_style_sheet():
    for name in theme.LIGHT:
        assert theme.css().count(f"--bp-{name}:{theme.LIGHT[name]};") == 1
        assert theme.css().count(f"--bp-{name}:{theme.DARK[name]};") == 2


@pytest.mark.parametrize("room", ["graph", "layers", "check", "feedback", "show", "widgets"])
def test_no_other_file_writes_a_colour(room):
    for path in (LIBRARY / room).rglob("*.py"):
        if path.name != "theme.py":
            assert set(HEX.findall(path.read_text("utf-8"))) == set(), path.name


def test_the_player_s_style_sheet_knows_the_colours_of_the_palette_only():
    palette = {*theme.LIGHT.values(), theme.plain(theme.tint(theme.CHOSEN))}
    assert set(HEX.findall(Path(player.__file__).with_name("player.css").read_text("utf-8"))) <= palette


def test_no_other_file_makes_an_svg_image():
    makers = {path.name for path in LIBRARY.rglob("*.py") if "svg+xml" in path.read_text("utf-8")}
    assert makers == {"svg.py"}


@pytest.mark.parametrize(("number", "text"), [(12.34, "12.3"), (0.25, "0.2"), (-0.0, "-0.0"), (7, "7.0")])
def test_coordinates_are_rounded_to_a_tenth(number, text):
    assert svg.px(number) == text


def test_an_error_in_the_last_digit_changes_no_coordinate():
    for tie in (0.25, 100.05, 333.35):
        assert svg.px(tie * (1 + 1e-14)) == svg.px(tie * (1 - 1e-14)) == svg.px(tie)


def test_words_are_escaped_and_an_image_has_its_alternative_text():
    html = svg.image([svg.text(1, 2, "<if> & co")], 10, 20, 'says "<i>"')
    assert 'alt="says &quot;&lt;i&gt;&quot;"' in html
    drawn = base64.b64decode(html.split("base64,")[1].split('"')[0]).decode()
    assert "&lt;if&gt; &amp; co" in drawn
    assert 'width="10" height="20"' in drawn
