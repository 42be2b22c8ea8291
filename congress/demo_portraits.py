"""Placeholder portraits for the demo: a head and shoulders in two tones, nobody's face."""

import io

from PIL import Image, ImageDraw

SIZE = (450, 600)  # as the list keeps photos
_TONES = (("#dbe4ee", "#5b7390"), ("#e9e2d6", "#8a7350"), ("#dde9e0", "#55806a"), ("#ece0e6", "#8d6077"))  # ground, figure


def draw_portrait(number: int, sex: str | None) -> bytes:
    """A JPEG of 450×600 pixels; the tones go by the number, a knot of hair by the sex."""
    ground, figure = _TONES[number % len(_TONES)]
    picture = Image.new("RGB", (2 * SIZE[0], 2 * SIZE[1]), ground)  # twice the size, then halved: smooth edges
    pen = ImageDraw.Draw(picture)
    pen.ellipse((110, 800, 790, 1600), fill=figure)
    pen.rounded_rectangle((365, 560, 535, 900), 60, fill=figure)
    pen.ellipse((270, 230, 630, 690), fill=figure)
    if sex == "female":
        pen.ellipse((365, 110, 535, 280), fill=figure)
    target = io.BytesIO()
    picture.reduce(2).save(target, "JPEG", quality=90)
    return target.getvalue()
