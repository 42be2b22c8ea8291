"""Reading a QR code out of a camera's frame, for browsers that cannot."""

import io

import zxingcpp
from PIL import Image, UnidentifiedImageError

FRAME_BYTES = 8 * 1024 * 1024  # a whole photo of a phone
FRAME_PIXELS = 50_000_000


def read_qr(jpeg: bytes) -> str | None:
    """The text of the QR code in a JPEG, or None when there is none or it cannot be read."""
    try:
        image = Image.open(io.BytesIO(jpeg), formats=["JPEG"])
        if image.width * image.height > FRAME_PIXELS:
            return None
        image.draft("L", (1600, 1200))  # a large photo is decoded at a fraction of its size
        found = zxingcpp.read_barcodes(image.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    except (UnidentifiedImageError, OSError):
        return None
    return found[0].text if found else None
