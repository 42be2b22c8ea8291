"""500 badges against the quickest honest way to draw as many pages with the same codes."""

import random
import re
from io import BytesIO
from time import perf_counter
from typing import Any

from qrcode.constants import ERROR_CORRECT_H
from qrcode.main import QRCode
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from congress.documents.badges import BadgeFace, SheetHeading, print_badges
from congress.documents.fonts import SERIF, SERIF_BOLD, load_faces
from congress.domain.tokens import TokenKind, make_token

COUNT = 500
ROUNDS = 3
MOST_SECONDS = 1.0
MOST_RATIO = 1.5

_RUN = re.compile(b"\x01+")
_FAMILY = "Nguyễn Trần Lê Phạm Hoàng Nông Ma Lường Hà Triệu Đặng Bàn Dương Lý".split()
_MIDDLE = "Văn Thị Hữu Đức Minh Ngọc Quang Thanh Xuân Kim Hồng".split()
_GIVEN = "Hường Tuấn Hạnh Dũng Phượng Nghĩa Thủy Bảo Quỳnh Đạt Hiếu Lộc Mỹ Sỹ Trâm Ưng".split()
_TITLES = ["Nông dân", "Bí thư Chi bộ thôn", "Phó Chủ tịch Ủy ban nhân dân xã", "Giáo viên", ""]
_PLACES = ["xã Bành Trạch", "xã Cao Thượng", "thị trấn Chợ Rã", "Khối cơ quan huyện"]
_GROUPS = [
    ("ĐIỂN HÌNH TIÊN TIẾN", "#b3131b"),
    ("LÃNH ĐẠO", "#8a6508"),
    ("KHÁCH MỜI", "#1d4ed8"),
]
_HEADING = SheetHeading(("Đại hội Thi đua yêu nước huyện Ba Bể", "Lần thứ VI", "Ba Bể, ngày 23 tháng 5 năm 2025"))


def run(count: int = COUNT, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Best of some rounds of each, taken in turn, in seconds."""
    faces = _faces(count)
    load_faces()
    best, floor = float("inf"), float("inf")
    for _ in range(rounds):
        floor = min(floor, _seconds(_draw_floor, faces))
        best = min(best, _seconds(print_badges, faces, _HEADING))
    ratio = best / floor
    return [
        {
            "name": f"{count} badges",
            "figure": round(best, 3),
            "unit": "s",
            "floor": round(floor, 3),
            "ratio": round(ratio, 2),
            "aim": f"≤ {MOST_RATIO} × floor and ≤ {MOST_SECONDS} s",
            "met": ratio <= MOST_RATIO and best <= MOST_SECONDS,
        }
    ]


def _faces(count: int) -> list[BadgeFace]:
    draw = random.Random(7)
    faces = []
    for number in range(1, count + 1):
        name = " ".join(draw.choice(part) for part in (_FAMILY, _MIDDLE, _GIVEN))
        group, colour = draw.choice(_GROUPS)
        place = draw.choice(_PLACES)
        unit = f"Thôn {draw.randint(1, 40)}, {place}"
        token = make_token(TokenKind.BADGE, "".join(draw.choices("0123456789", k=20)))
        faces.append(BadgeFace(number, name, draw.choice(_TITLES), unit, place, group, colour, token))
    return faces


def _seconds(work: Any, *values: Any) -> float:
    start = perf_counter()
    work(*values)
    return perf_counter() - start


def _draw_floor(faces: list[BadgeFace]) -> bytes:
    """Plain reportlab: repeated art as a form, three strings a badge, the code as raw operators."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, pageCompression=1, initialFontName=SERIF, invariant=1)
    width, height, size = A4[0] / 2, A4[1] / 2, 27 * mm
    canvas.beginForm("card", 0, 0, width, height)
    _draw_floor_art(canvas, width, height)
    canvas.endForm()
    for at, face in enumerate(faces):
        place = at % 4
        x, y = place % 2 * width, height - place // 2 * height
        canvas._code.append(f"q 1 0 0 1 {x:.2f} {y:.2f} cm")
        canvas.doForm("card")
        canvas._code.append("Q")
        canvas.setFont(SERIF_BOLD, 17)
        canvas.drawCentredString(x + width / 2, y + height - 52 * mm, face.name)
        canvas.setFont(SERIF, 10.5)
        canvas.drawCentredString(x + width / 2, y + height - 60 * mm, face.unit)
        canvas.setFont(SERIF_BOLD, 12)
        canvas.drawCentredString(x + width / 2, y + 10 * mm, f"Số thẻ: {face.number:03d}")
        modules = _modules(face.token)
        scale = size / len(modules)
        canvas._code.append(
            f"q {scale:.4f} 0 0 {scale:.4f} {x + (width - size) / 2:.2f} {y + 22 * mm:.2f} cm {_operators(modules)} f Q"
        )
        if place == 3:
            canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw_floor_art(canvas: Canvas, width: float, height: float) -> None:
    canvas.setFillColorRGB(0.7, 0.07, 0.1)
    canvas.rect(0, height - 28 * mm, width, 28 * mm, stroke=0, fill=1)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.setFont(SERIF_BOLD, 11)
    canvas.drawCentredString(width / 2, height - 12 * mm, _HEADING.lines[0])
    canvas.setFont(SERIF, 10)
    canvas.drawCentredString(width / 2, height - 19 * mm, _HEADING.lines[1])
    canvas.setFillColorRGB(0, 0, 0)
    canvas.setFont(SERIF_BOLD, 13)
    canvas.drawCentredString(width / 2, height - 40 * mm, "THẺ ĐẠI BIỂU")
    canvas.rect(4 * mm, 4 * mm, width - 8 * mm, height - 8 * mm, stroke=1, fill=0)


def _modules(token: str) -> list[list[bool | None]]:
    code: QRCode[Any] = QRCode(version=2, error_correction=ERROR_CORRECT_H, border=0, mask_pattern=2)
    code.add_data(token, optimize=0)
    code.make(fit=False)
    return code.modules


def _operators(modules: list[list[bool | None]]) -> str:
    drawn = []
    for row, dark in enumerate(modules):
        for span in _RUN.finditer(bytes(dark)):
            start, end = span.span()
            drawn.append(f"{start} {len(modules) - 1 - row} {end - start} 1 re")
    return " ".join(drawn)
