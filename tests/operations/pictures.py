"""Pictures and archives for the tests of photos."""

import io
import zipfile

from PIL import Image

TOP, BOTTOM, LEFT, RIGHT = (200, 40, 40), (40, 40, 200), (40, 160, 40), (200, 200, 40)


def picture(width: int = 600, height: int = 800, kind: str = "JPEG", *, mode: str = "RGB", **saved: object) -> bytes:
    """A picture red above and blue below, with a green left and a yellow right edge of a tenth each."""
    image = Image.new("RGB", (width, height), TOP)
    image.paste(BOTTOM, (0, height // 2, width, height))
    image.paste(LEFT, (0, 0, width // 10, height))
    image.paste(RIGHT, (width - width // 10, 0, width, height))
    target = io.BytesIO()
    image.convert(mode).save(target, kind, **saved)
    return target.getvalue()


def turned(data: bytes, orientation: int) -> bytes:
    """The same picture as a camera stores it that was held another way."""
    back = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}[orientation]
    with Image.open(io.BytesIO(data)) as image:
        exif = Image.Exif()
        exif[0x0112] = orientation
        exif[0x010E] = "Nguyen Van Kin"
        target = io.BytesIO()
        image.transpose(back).save(target, "JPEG", exif=exif, quality=95)
    return target.getvalue()


def archive(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return target.getvalue()


def pixel(data: bytes, across: float, down: float) -> tuple[int, ...]:
    """The colour at a place of a picture, in parts of its width and height, rounded to what JPEG keeps."""
    with Image.open(io.BytesIO(data)) as image:
        found = image.convert("RGB").getpixel((int(across * (image.width - 1)), int(down * (image.height - 1))))
    assert isinstance(found, tuple)
    return tuple(round(channel / 40) * 40 for channel in found)


def rounded(colour: tuple[int, int, int]) -> tuple[int, ...]:
    return tuple(round(channel / 40) * 40 for channel in colour)
