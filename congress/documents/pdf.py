"""How every PDF of ours is made; the only module that knows reportlab's inside (pinned)."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from io import BytesIO
from threading import Lock

from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFImageXObject
from reportlab.pdfgen.canvas import Canvas

from congress.documents.fonts import SERIF, load_faces
from congress.documents.typeset import Placed

INK = "#1c2430"
MUTED = "#5b6675"
LINE = "#e2dfd8"
RED = "#b3131b"
GOLD = "#b8860b"

# ASCII85 would only make binary streams a quarter larger.
rl_config.useA85 = 0

# A face keeps a reading position while its subset is written: one document at a time.
_one_at_a_time = Lock()


class Pen:
    """Draws on one PDF; lengths in points, origin bottom left."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self._shown: dict[tuple[str, float, str], str] = {}

    def put(self, operators: str) -> None:
        """Add raw page operators; they must leave the graphics state as they found it."""
        self.canvas._code.append(operators)

    def lines(self, placed: Iterable[Placed]) -> str:
        """Operators that draw the lines; the colour stays set after them."""
        shown = " ".join(
            f"{_fill(line.colour)} 1 0 0 1 {line.x:.2f} {line.y:.2f} Tm {self._show(line.face, line.size, line.text)}"
            for line in placed
        )
        return f"BT {shown} ET"

    def form(self, name: str, corners: tuple[float, float, float, float], operators: str) -> None:
        """Keep art to be repeated with canvas.doForm(name); corners are left, bottom, right, top."""
        self.canvas.beginForm(name, *corners)
        self.put(operators)
        self.canvas.endForm()

    def photo(self, jpeg: bytes, corners: tuple[float, float, float, float]) -> None:
        """Draw a JPEG into left, bottom, width, height. Its bytes go in as they are: Canvas.drawImage would decode each one."""
        left, bottom, width, height = corners
        document, name = self.canvas._doc, sha256(jpeg).hexdigest()
        registered = document.getXObjectName(name)
        if registered not in document.idToObject:
            picture = PDFImageXObject(name, ImageReader(BytesIO(jpeg)), mask=None)
            picture.name = name
            self.canvas._setXObjects(picture)
            document.Reference(picture, registered)
            document.addForm(name, picture)
        self.put(f"q {width:.2f} 0 0 {height:.2f} {left:.2f} {bottom:.2f} cm /{registered} Do Q")
        self.canvas._currentPageHasImages = 1
        self.canvas._formsinuse.append(name)

    def _show(self, face: str, size: float, text: str) -> str:
        key = (face, size, text)
        if key not in self._shown:
            document = self.canvas._doc
            font = pdfmetrics.getFont(face)
            # A face is embedded in subsets of 256 letters: a text may need two.
            self._shown[key] = " ".join(
                f"{font.getSubsetInternalName(subset, document)} {size:.2f} Tf <{codes.hex()}> Tj"
                for subset, codes in font.splitString(text, document)
            )
        return self._shown[key]


def fill(colour: str, x: float, y: float, width: float, height: float) -> str:
    """Operators of a filled rectangle; the colour stays set after them."""
    return f"{_fill(colour)} {x:.2f} {y:.2f} {width:.2f} {height:.2f} re f"


@cache
def channels(colour: str) -> tuple[float, float, float]:
    """Red, green and blue in 0…1 of "#rrggbb"; ValueError for anything else."""
    if len(colour) != 7 or colour[0] != "#":
        raise ValueError(f"a colour is written #rrggbb, not {colour!r}")
    red, green, blue = bytes.fromhex(colour[1:])
    return red / 255, green / 255, blue / 255


@contextmanager
def open_pdf(title: str, page_size: tuple[float, float]) -> Iterator[tuple[Pen, BytesIO]]:
    """A titled Vietnamese PDF without author; the bytes are in the buffer after the block.

    The same content gives the same bytes. Raises FontMissing.
    """
    with _one_at_a_time:
        load_faces()
        buffer = BytesIO()
        canvas = Canvas(
            buffer,
            pagesize=page_size,
            pageCompression=1,
            invariant=1,
            initialFontName=SERIF,
            lang="vi",
        )
        canvas.setTitle(title)
        canvas.setAuthor("")
        canvas.setCreator("")
        canvas.setSubject("")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        yield Pen(canvas), buffer
        canvas.save()


@cache
def _fill(colour: str) -> str:
    return "{:.4g} {:.4g} {:.4g} rg".format(*channels(colour))
