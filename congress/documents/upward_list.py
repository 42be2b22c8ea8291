"""The list of delegates to the upper congress, with the vote that approved it."""

from collections.abc import Sequence
from dataclasses import dataclass

from congress.documents.annex import Annex, AnnexColumn, AnnexRow, print_annex


@dataclass(frozen=True)
class UpwardLine:
    """One person: name, sex in words, year of birth, title and unit, component."""

    name: str
    sex: str
    born: str
    place: str
    component: str


@dataclass(frozen=True)
class UpwardSheet:
    """The list: to which congress, of which unit, those in seats and those in reserve, the vote in a sentence."""

    title: str
    unit: str
    state: str
    seats: tuple[UpwardLine, ...]
    reserve: tuple[UpwardLine, ...]
    vote: str


def print_upward_list(sheet: UpwardSheet) -> bytes:
    """The list as PDF. Raises FontMissing when a face is not installed."""
    rows = _section("I. Đại biểu chính thức", sheet.seats)
    if sheet.reserve:
        rows += _section("II. Đại biểu dự khuyết, theo thứ tự", sheet.reserve)
    reserve = f" và {len(sheet.reserve)} đại biểu dự khuyết" if sheet.reserve else ""
    annex = Annex(
        label="DANH SÁCH",
        title=sheet.title,
        notes=(sheet.unit, sheet.state),
        columns=(
            AnnexColumn("TT", 1.8, "centre"), AnnexColumn("Họ và tên", 7), AnnexColumn("Nam, nữ", 2.6, "centre"),
            AnnexColumn("Năm sinh", 2.6, "centre"), AnnexColumn("Chức vụ, đơn vị", 9.4), AnnexColumn("Thành phần", 6.6),
        ),
        rows=tuple(rows),
        closing=(f"Danh sách gồm có {len(sheet.seats)} đại biểu chính thức{reserve}./.", sheet.vote),
    )  # fmt: skip
    return print_annex(annex)


def _section(title: str, people: Sequence[UpwardLine]) -> list[AnnexRow]:
    lines = [AnnexRow((str(n), p.name, p.sex, p.born, p.place, p.component)) for n, p in enumerate(people, 1)]
    return [AnnexRow((f"{title} ({len(people)} người)",), "group"), *lines]
