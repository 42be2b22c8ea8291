"""Sizes of badges and where each thing stands on them, in millimetres from the bottom left."""

from dataclasses import dataclass

from reportlab.lib.units import mm

from congress.documents.typeset import Box

A4_MM = (210.0, 297.0)


def _box(x: float, y: float, width: float, height: float) -> Box:
    return Box(x * mm, y * mm, width * mm, height * mm)


@dataclass(frozen=True)
class FaceArt:
    """Boxes (points) of one badge face and the largest sizes (points) of its text."""

    heading: Box
    heading_size: float
    rule: Box
    band: Box
    group: Box
    group_size: float
    name: Box
    name_size: float
    person: Box  # title, unit, and the delegation where it has no box of its own
    person_size: float
    delegation: Box | None
    number: Box
    number_size: float
    number_label: Box | None  # None: the number stands on the band
    qr: Box
    digits: Box
    digits_size: float
    photo: Box  # 3×4, for those who have one; then name and person stand beside it
    name_beside: Box
    person_beside: Box
    left: bool = False  # text set to the left instead of centred


@dataclass(frozen=True)
class Grid:
    """Cards of one size on an A4 sheet; lengths in millimetres. The gutter is cut away."""

    columns: int
    rows: int
    width: float
    height: float
    gutter: float

    @property
    def per_sheet(self) -> int:
        return self.columns * self.rows

    def corners(self) -> list[tuple[float, float]]:
        """Bottom-left corner of each card in millimetres, row by row from the top left."""
        across = self.width + self.gutter
        up = self.height + self.gutter
        left = (A4_MM[0] - self.columns * across + self.gutter) / 2
        top = (A4_MM[1] + self.rows * up - self.gutter) / 2
        return [
            (left + column * across, top - self.height - row * up) for row in range(self.rows) for column in range(self.columns)
        ]


@dataclass(frozen=True, kw_only=True)
class SheetLayout(Grid):
    """An A4 sheet of badges."""

    code: str
    label: str
    art: FaceArt


A4_4UP = SheetLayout(
    code="90x130",
    label="90 × 130 mm, 4 thẻ một trang",
    columns=2,
    rows=2,
    width=90,
    height=130,
    gutter=8,
    art=FaceArt(
        heading=_box(6, 97, 78, 21),
        heading_size=12,
        rule=_box(33, 95, 24, 0.35),
        band=_box(0, 81, 90, 11),
        group=_box(6, 82, 78, 9),
        group_size=17,
        name=_box(5, 57, 80, 22),
        name_size=27,
        person=_box(6, 44, 78, 12.5),
        person_size=11,
        number_label=_box(42, 36, 42, 4),
        number=_box(42, 22, 42, 14),
        number_size=44,
        delegation=_box(42, 11.5, 42, 9.5),
        qr=_box(8, 11.5, 27, 27),
        digits=_box(6, 3.5, 78, 3.5),
        digits_size=7,
        photo=_box(8, 43, 27, 36),
        name_beside=_box(36, 59, 49, 20),
        person_beside=_box(36, 43, 49, 15.5),
    ),
)

A4_4UP_SMALL = SheetLayout(
    code="86x124",
    label="86 × 124 mm, 4 thẻ một trang",
    columns=2,
    rows=2,
    width=86,
    height=124,
    gutter=8,
    art=FaceArt(
        heading=_box(6, 92.5, 74, 19.5),
        heading_size=11.5,
        rule=_box(31, 90.5, 24, 0.35),
        band=_box(0, 77, 86, 11),
        group=_box(6, 78, 74, 9),
        group_size=16,
        name=_box(5, 53.5, 76, 21.6),
        name_size=26,
        person=_box(6, 41.4, 74, 11.8),
        person_size=10.5,
        number_label=_box(40, 34, 40, 4),
        number=_box(40, 20.5, 40, 13.5),
        number_size=42,
        delegation=_box(40, 11, 40, 9),
        qr=_box(7.5, 11, 26, 26),
        digits=_box(6, 3.5, 74, 3.3),
        digits_size=7,
        photo=_box(7.5, 41.5, 25.5, 34),
        name_beside=_box(34, 56, 47, 19),
        person_beside=_box(34, 41.5, 47, 14),
    ),
)

A4_8UP = SheetLayout(
    code="86x54",
    label="86 × 54 mm, 8 thẻ một trang",
    columns=2,
    rows=4,
    width=86,
    height=54,
    gutter=6,
    art=FaceArt(
        heading=_box(5, 34.5, 51, 9),
        heading_size=7.5,
        rule=_box(5, 33.4, 14, 0.3),
        band=_box(0, 0, 86, 9),
        group=_box(5, 0.8, 52, 7.4),
        group_size=13,
        name=_box(5, 21.2, 51, 11.2),
        name_size=18,
        person=_box(5, 10, 51, 11),
        person_size=8,
        delegation=None,
        number_label=None,
        number=_box(60, 0, 22.5, 9),
        number_size=22,
        qr=_box(60, 18, 22.5, 22.5),
        digits=_box(60, 9.7, 22.5, 4.6),
        digits_size=5.5,
        photo=_box(5, 10.4, 16.5, 22),
        name_beside=_box(23.5, 21.2, 32.5, 11.2),
        person_beside=_box(23.5, 10, 32.5, 11),
        left=True,
    ),
)

LAYOUTS = {layout.code: layout for layout in (A4_4UP, A4_4UP_SMALL, A4_8UP)}
