"""The page of entries to look into: who, what, where, the entry beside it; closed with words or annulled; by whom."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import Attendance, Delegate, Device, Photo, Scan, ScanConflict, db
from congress.operations.checkin import Asked, ScanSource, record_scan
from tests.pages import Page, PageClient
from tests.web.contract import Office, actions, said, statements_for
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("session")

AT = datetime(2025, 5, 20, 0, 31, tzinfo=UTC)  # 07:31 in Vietnam, the sitting starts at 07:30
LATER = AT + timedelta(minutes=30)
MINUTE = timedelta(minutes=1)
NONCES = (f"n{n}" for n in count())


class Gates(Office):
    """The office with two gates that had no network."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        app.config["CLOCK"] = lambda: LATER
        self.devices = [self._device(name, self.congress.id) for name in ("Máy 1", "Máy 2")]
        self.url = f"{self.home}/checkin/conflicts"
        db.session.commit()

    def _device(self, name: str, congress_id: int) -> Device:
        device = Device(key_hash=name, name=name, profile="gate", congress_id=congress_id, paired_by="x", paired_at=NOW)
        db.session.add(device)
        db.session.flush()
        return device

    def enter(self, number: int, gate: int, at: datetime = AT, congress: Any = None) -> None:
        """What a gate did by itself, sent when the network is back."""
        congress, device = congress or self.congress, self.devices[gate - 1]
        source = ScanSource(f"device:{device.id}", f"Cửa {gate}", "Lan", device_id=device.id, device_name=device.name)
        record_scan(
            congress=congress, sitting=congress.sittings[0], asked=Asked("number", number), nonce=next(NONCES), source=source,
            happened_at=at, offline=True, shown="ok", sealer=self.app.extensions["sealer"], now=LATER,
        )  # fmt: skip
        db.session.commit()

    def twice(self, name: str = "Nông Thị Đào", **more: Any) -> Delegate:
        """Somebody who came in at both gates."""
        person = self.person(name, state="approved", **more)
        self.enter(person.number, 1)
        self.enter(person.number, 2, AT + 2 * MINUTE)
        return person


@pytest.fixture
def gates(app: Flask) -> Gates:
    return Gates(app)


@pytest.fixture
def organiser(gates: Gates) -> PageClient:
    return gates.sign_in("organiser")


def last_id() -> int:
    db.session.expire_all()
    return db.session.scalars(select(ScanConflict.id).order_by(ScanConflict.id.desc())).first() or 0


def open_ids() -> list[int]:
    db.session.expire_all()
    return list(db.session.scalars(select(ScanConflict.id).where(ScanConflict.closed_at.is_(None)).order_by(ScanConflict.id)))


def lines(page: Page) -> list[list[str]]:
    """What is said of each entry, from its name on, without its forms."""
    found = []
    for row in page.one("ul", "photo-rows").all("li"):
        words = row.one("div", "photo-row").children
        told = next(part for part in words if not isinstance(part, str))
        parts = [part for block in told.children if not isinstance(block, str) for part in block.children]
        found.append([part.text for part in parts if not isinstance(part, str) and part.tag != "svg"])
    return found


def test_nothing_to_look_into_teaches(gates: Gates, organiser: PageClient) -> None:
    page = organiser.get(gates.url)
    assert (page.h1, page.texts("h2")) == ("Cần xem lại", ["Không còn lượt nào phải xem lại"])
    assert page.texts("a", "chip") == ["Còn mở 0", "Đã xong 0"]
    assert organiser.get(f"{gates.url}?state=closed").texts("h2") == ["Chưa xem lại lượt nào"]
    organiser.get(f"{gates.url}?state=x", 404)


def test_who_what_where_and_the_entry_beside_it(gates: Gates, organiser: PageClient) -> None:
    person = gates.twice(unit_text="Trường Một")
    db.session.add(Photo(delegate_id=person.id, jpeg=b"x", digest="abc", at=NOW))
    db.session.commit()
    page = organiser.get(gates.url)
    assert page.texts("a", "chip") == ["Còn mở 1", "Đã xong 0"]
    assert lines(page) == [
        [
            "Nông Thị Đào", "Số thẻ 101 · Trường Một · Điển hình tiên tiến",
            "Vào hai cửa: Cửa 1 lúc 07:31 và Cửa 2 lúc 07:33, hai máy đều mất mạng.",
            "Vào 07:33 20/05/2025 · Cửa 2 · Máy 2 · mất mạng · Lan; về máy chủ 08:01 20/05/2025",
            "Lượt kia 07:31 20/05/2025 · Cửa 1 · Máy 1 · mất mạng",
        ]
    ]  # fmt: skip
    assert page.links["Nông Thị Đào"] == f"{gates.home}/delegates/{person.id}"
    photo = page.one("img", "photo").attrs
    assert (photo["src"], photo["alt"]) == (f"{gates.home}/photos/{person.id}?v=abc", "Ảnh của Nông Thị Đào")


def test_an_unknown_badge_has_no_name_and_nothing_to_annul(gates: Gates, organiser: PageClient) -> None:
    gates.enter(999, 1)
    page = organiser.get(gates.url)
    assert lines(page)[0][:2] == ["Chưa rõ ai", "Cho vào lúc 07:31 một số thẻ không có trong hội nghị."]
    assert page.one("ul", "photo-rows").texts("summary") == []


def test_closed_with_words_the_person_stays_in(gates: Gates, organiser: PageClient) -> None:
    person, conflict_id = gates.twice(), last_id()
    page = organiser.get(gates.url)
    answer = organiser.submit(page, {"note": "Đúng người"}, action=f"{gates.url}/{conflict_id}/close")
    assert said(organiser, answer) == "Đã xong một lượt."
    assert (open_ids(), actions()[-1]) == ([], "checkin.close_conflict")
    assert db.session.scalars(select(Attendance.delegate_id)).all() == [person.id]
    done = organiser.get(f"{gates.url}?state=closed")
    assert "Đúng người Người organiser, 08:01 20/05/2025" in done.one("ul", "photo-rows").text
    assert done.one("ul", "photo-rows").all("form") == []


def test_annulled_with_a_reason(gates: Gates, organiser: PageClient) -> None:
    person, conflict_id = gates.twice(), last_id()
    page = organiser.get(gates.url)
    answer = organiser.submit(page, {"reason": "Quét hộ"}, action=f"{gates.url}/{conflict_id}/annul")
    assert said(organiser, answer) == "Đã hủy lượt này."
    assert (open_ids(), actions()[-1]) == ([], "checkin.undo")
    assert db.session.scalars(select(Scan.annul_reason).where(Scan.annulled_at.is_not(None))).all() == ["Quét hộ"]
    assert db.session.scalars(select(Attendance.delegate_id)).all() == [person.id]  # the other entry counts
    assert lines(organiser.get(f"{gates.url}?state=closed"))[0][0] == "Nông Thị Đào Lượt đã hủy"


@pytest.mark.parametrize(
    ("way", "typed", "words"),
    [
        ("close", {"note": " "}, "Ghi điều đã kiểm tra rồi mới đóng."),
        ("close", {}, "Ghi điều đã kiểm tra rồi mới đóng."),
        ("close", {"note": "x" * 501}, "Ghi tối đa 500 ký tự."),
        ("annul", {"reason": ""}, "Ghi lý do hủy lượt này."),
        ("annul", {"reason": "x" * 501}, "Ghi tối đa 500 ký tự."),
    ],
)
def test_each_field_says_what_is_wrong(
    gates: Gates, organiser: PageClient, way: str, typed: dict[str, str], words: str
) -> None:
    gates.twice()
    back = {"Referer": f"http://localhost{gates.url}"}
    answer = organiser.post(f"{gates.url}/{last_id()}/{way}", typed, headers=back)
    assert (answer.location, said(organiser, answer), len(open_ids())) == (gates.url, words, 1)


def test_closed_twice_says_who_was_first(gates: Gates, organiser: PageClient) -> None:
    gates.twice()
    url, back = f"{gates.url}/{last_id()}/close", {"Referer": f"http://localhost{gates.url}"}
    organiser.post(url, {"note": "Đúng người"}, headers=back)
    again = organiser.post(url, {"note": "Tôi cũng xem"}, headers=back)
    toasts = [n.one("p").text for n in organiser.follow(again).all(css_class="toast-note") if "role" in n.attrs]
    assert toasts[-1] == "Lượt này Người organiser đã đóng: Đúng người"


def test_many_come_page_by_page(gates: Gates, organiser: PageClient) -> None:
    for n in range(51):
        gates.enter(900 + n, 1)
    page = organiser.get(gates.url)
    assert (len(lines(page)), page.one("nav", "pager").one("span").text) == (50, "Trang 1/2 · 51 dòng")
    assert len(lines(organiser.get(f"{gates.url}?page=2"))) == 1
    assert organiser.get(f"{gates.url}?page=9").texts("h2") == ["Không còn lượt nào phải xem lại"]


def test_the_number_of_statements_does_not_grow_with_the_rows(gates: Gates, organiser: PageClient) -> None:
    counts = []
    for n in range(3):
        gates.twice(f"Lò {n}")
        counts.append(statements_for(organiser, gates.url))
    assert counts[0] == counts[2]


def test_each_role(gates: Gates) -> None:
    gates.twice()
    allowed = {"administrator": 403, "plan_owner": 200, "organiser": 200, "secretary": 403, "checkin_staff": 403, "viewer": 403}
    assert gates.statuses(gates.url) == allowed
    done = {role: 303 if status == 200 else status for role, status in allowed.items()}
    for way in ("close", "annul"):
        assert gates.statuses(f"{gates.url}/{last_id()}/{way}", "POST", {"note": "x", "reason": "x"}) == done


def test_another_congress_is_hidden(gates: Gates, organiser: PageClient) -> None:
    gates.enter(999, 1, congress=gates.other_congress)
    other = last_id()
    organiser.get(f"/congress/{gates.other_congress.id}/checkin/conflicts", 404)
    for way in ("close", "annul"):
        organiser.post(f"{gates.url}/{other}/{way}", {"note": "x", "reason": "x"}, 404)
    assert organiser.get(gates.url).texts("h2") == ["Không còn lượt nào phải xem lại"]
    assert open_ids() == [other]
