"""An office with a list to import: what the tests of importing stand on."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from congress.domain.access import COMMAND_LINE
from congress.domain.delegate_lists import Grid, ListedPerson, read_listing
from congress.domain.names import fold
from congress.models import Congress, Delegate, ImportDraft, Plan, Unit, db
from congress.operations import import_drafts as drafts
from congress.operations import presets
from congress.operations.import_diff import Preview, Wishes, preview_import
from congress.operations.imports import Written, finish_import, groups_of, known_units
from congress.operations.presets import get_preset, load_preset
from tests.world import NOW, make_congress, make_unit, make_user

SAMPLES = presets.FOLDER / "samples"
TODAY = date(2026, 11, 23)
HEADER = ["TT", "Họ và tên", "Năm sinh", "Thành phần", "Đơn vị", "Đoàn", "Số điện thoại", "Số CCCD"]
AN = ("1", "Nông Văn An", "1970", "Điển hình tiên tiến", "Xã Bành Trạch", "Xã Bành Trạch", "0912345678")
BINH = ("2", "Đàm Văn Bình", "1971", "Khách mời")
CHI = ("3", "Lê Thị Chi", "1972", "Phục vụ")


class ImportOffice:
    """Bắc Kạn's plan as it ships, a commune with a congress of 200, and somebody to import."""

    def __init__(self, app: Flask) -> None:
        self.sealer = app.extensions["sealer"]
        self.plan: Plan = load_preset(get_preset("bac-kan-2024"), unit=None, actor=COMMAND_LINE, now=NOW)
        self.province = db.session.scalars(select(Unit).filter_by(code="BK")).one()
        self.district = make_unit("BK061", "Huyện Ba Bể", "district", self.province)
        self.commune = make_unit("BK06101891", "Xã Bành Trạch", "commune", self.district)
        self.commune.folded = fold(self.commune.name)
        self.congress: Congress = make_congress(self.plan, self.commune, planned=200)
        self.user = make_user("thu-ky", "secretary", unit=self.commune)
        db.session.commit()

    def start(self, name: str, data: bytes | None = None, **more: Any) -> ImportDraft:
        """A draft of a sample, or of these bytes."""
        upload = drafts.Upload((SAMPLES / name).read_bytes() if data is None else data, name, more.pop("pasted", False))
        doing = {"user_id": self.user.id, "sealer": self.sealer, "now": NOW, "today": TODAY, **more}
        return drafts.start_import(self.congress, upload, **doing)

    def paste(self, *rows: Sequence[str], header: Sequence[str] = HEADER) -> ImportDraft:
        """A draft of a pasted range."""
        text = "\n".join("\t".join(row) for row in (header, *rows))
        return self.start("Vùng dán vào", text.encode(), pasted=True)

    def preview(self, people: ImportDraft | Sequence[ListedPerson], **wishes: Any) -> Preview:
        if isinstance(people, ImportDraft):
            given = drafts.wishes_of(people)
            people = drafts.listing_of(people).people
        else:
            given = Wishes(**wishes)
        return preview_import(self.congress, people, sealer=self.sealer, wishes=given)

    def write(self, people: ImportDraft | Sequence[ListedPerson], **more: Any) -> Written:
        """Write a list; `more` are wishes, or reason, seen, actor and file_name."""
        doing = {"actor": COMMAND_LINE, "sealer": self.sealer, "now": NOW}
        doing |= {key: more.pop(key) for key in ("reason", "seen", "actor", "file_name") if key in more}
        if isinstance(people, ImportDraft):
            wishes, people = drafts.wishes_of(people), drafts.listing_of(people).people
        else:
            wishes = Wishes(**{"replaces": None, **more})
        return finish_import(self.congress.id, people, wishes=wishes, **doing)

    def finish(self, people: ImportDraft | Sequence[ListedPerson], **more: Any) -> int:
        return self.write(people, **more).added

    def mend(self, draft: ImportDraft, row: int, **changes: str) -> ListedPerson:
        return drafts.mend_row(draft, row, changes, congress=self.congress, today=TODAY)

    def read(self, *rows: Sequence[str]) -> list[ListedPerson]:
        """The people of a typed list; rows stand in Excel from the second on."""
        grid = Grid("DS", [HEADER, *(list(row) + [""] * (len(HEADER) - len(row)) for row in rows)])
        groups = groups_of(self.plan.components)
        return list(read_listing(grid, file_name="ds.xlsx", groups=groups, known_units=known_units(), today=TODAY).people)

    def delegates(self) -> list[Delegate]:
        db.session.expire_all()
        query = select(Delegate).filter_by(congress_id=self.congress.id).order_by(Delegate.number)
        return list(db.session.scalars(query.options(joinedload(Delegate.component), joinedload(Delegate.delegation))))

    def names(self) -> list[str]:
        return [delegate.name for delegate in self.delegates()]


def states(preview: Preview) -> list[str]:
    return [row.state for row in preview.rows]


def people_in_all() -> int:
    return db.session.scalar(select(func.count()).select_from(Delegate)) or 0
