"""Small SVG drawings as HTML images: a notebook shows them before it is trusted, on white in a dark theme
too.
"""

import base64
import html

GREEN, RED, BLUE, GREY, INK = "#116329", "#b3261e", "#1f5f99", "#59636e", "#1f2328"


def text(x, y, words, fill=INK, anchor="middle", size=13, weight="normal"):
    """Words at (x, y), with a white edge that keeps them legible on a line."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" '
        f'stroke="white" stroke-width="3" stroke-linejoin="round" paint-order="stroke">{html.escape(str(words))}</text>'
    )


def line(x1, y1, x2, y2, stroke=GREY, width=1.3):
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{stroke}" stroke-width="{width}" fill="none"/>'


def box(x, y, width, height, fill="white", stroke=GREY, line_width=1.0):
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}" stroke="{stroke}" '
        f'stroke-width="{line_width}"/>'
    )


def circle(x, y, radius, fill="white", stroke=INK, line_width=1.4):
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}" stroke="{stroke}" stroke-width="{line_width}"/>'


def image(parts, width, height, alt):
    """The parts, in this order, as one picture with the alternative text `alt`."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="Helvetica, Arial, sans-serif">'
        f'<rect width="100%" height="100%" fill="white"/>{"".join(parts)}</svg>'
    )
    data = base64.b64encode(svg.encode()).decode()
    source, words = f"data:image/svg+xml;base64,{data}", html.escape(alt)
    return f'<img src="{source}" alt="{words}" width="{width:.0f}" style="max-width:100%">'
