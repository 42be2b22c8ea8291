"""The pages of the paper sheet: what is printed, ticks without script, lines of numbers, and every fault in its place."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from congress.models import Attendance, Delegate, Delegation, Scan, ScanConflict, Sitting, db
from tests.documents.paper import pages_lines
from tests.pages import Page, PageClient, values_of
from tests.web.contract import Office, actions, faults, field, said, statements_for

pytestmark = pytest.mark.usefixtures("session")


class Hall(Office):
    """The district's congress an hour after its start: a delegation of three, and somebody of none."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.sitting = self.congress.sittings[0]
        assert self.sitting.starts_at
        self.start: datetime = self.sitting.starts_at
        self.now = self.start + timedelta(hours=1)
        app.config["CLOCK"] = lambda: self.now
        self.health = self.delegation("Sở Y tế")
        self.an, self.binh, self.dao = (
            self.person(name, state="approved", delegation=self.health) for name in ("Lò Văn An", "Đàm Văn Bình", "Nông Thị Đào")
        )
        self.alone = self.person("Vi Văn Lẻ", state="approved")
        db.session.commit()
        self.paper = f"{self.home}/checkin/paper"

    def party(self, delegation: Delegation | None = None) -> str:
        return f"{self.paper}/delegations/{delegation.id if delegation else 0}"

    def came(self) -> dict[str, str]:
        """{name: time in Vietnam} of everybody who is in."""
        db.session.expire_all()
        rows = db.session.execute(select(Delegate.name, Attendance.at).join(Attendance, Attendance.delegate_id == Delegate.id))
        return {row.name: f"{row.at + timedelta(hours=7):%H:%M}" for row in rows}


@pytest.fixture
def hall(app: Flask) -> Hall:
    return Hall(app)


@pytest.fixture
def organiser(hall: Hall) -> PageClient:
    return hall.sign_in("organiser")


def send(client: PageClient, url: str, changes: dict[str, Any], status: int | None = None) -> Page:
    """Fill in the sheet as it stands at an address."""
    page = client.get(url)
    path = url.partition("?")[0]
    form = next(form for form in page.all("form", method="post") if form.attrs["action"].partition("?")[0] == path)
    return client.post(form.attrs["action"], {**values_of(form), **changes}, status)


def row_faults(page: Page) -> dict[str, str]:
    """The words beside each row's time, and in the summary that leads to it."""
    beside = {span.attrs["id"].removesuffix("-error"): span.text for span in page.all("span", "cell-why")}
    summary = page.one("div", "error-summary")
    leads = {link.attrs["href"].removeprefix("#") for link in summary.all("a")}
    assert beside.keys() <= leads
    return beside


# Choosing and printing


def test_the_page_shows_each_delegations_sheet_and_what_is_left(hall: Hall, organiser: PageClient) -> None:
    send(organiser, hall.party(hall.health), {"here": [hall.an.id], "clock": "07:35"})
    page = organiser.get(hall.paper)
    assert (page.h1, page.rows()[1:]) == (
        "Phiếu giấy", [["Đoàn Sở Y tế", "1/3", "2", "Ghi phiếu"], ["Không thuộc đoàn nào", "0/1", "1", "Ghi phiếu"]]
    )  # fmt: skip
    assert page.links["Đoàn Sở Y tế"] == f"{hall.party(hall.health)}?sitting={hall.sitting.id}"
    assert page.links["Ghi theo số thẻ"] == f"{hall.paper}/numbers?sitting={hall.sitting.id}"
    assert "hoàn tác lượt của người đó ở trang Điều hành" in page.text


def test_it_teaches_while_nobody_is_approved_and_without_a_sitting(hall: Hall, organiser: PageClient) -> None:
    db.session.execute(db.update(Delegate).values(state="proposed"))
    assert organiser.get(hall.paper).texts("h2") == ["Chưa duyệt ai"]
    assert organiser.get(hall.party(hall.health)).texts("h2") == ["Không có ai để ghi"]
    db.session.delete(hall.sitting)
    assert organiser.get(hall.paper).texts("h2") == ["Chưa có buổi nào"]
    organiser.get(f"{hall.paper}/numbers", 404)


def test_the_sheet_is_printed_for_all_or_one_and_written_down(hall: Hall, organiser: PageClient) -> None:
    whole = organiser.post(f"{hall.paper}/sheet.pdf?sitting={hall.sitting.id}", {"delegation": ""}, 200)
    assert whole.headers["Content-Type"] == "application/pdf"
    assert whole.headers["Content-Disposition"] == 'inline; filename="Phieu-Ky-Ten-Huyen-Mot.pdf"'
    words = " ".join(" ".join(lines) for lines in pages_lines(whole.data))
    assert [name in words for name in ("Lò Văn An", "Đàm Văn Bình", "Nông Thị Đào", "Vi Văn Lẻ")] == [True] * 4
    one = organiser.post(f"{hall.paper}/sheet.pdf", {"delegation": hall.health.id}, 200)
    assert one.headers["Content-Disposition"] == 'inline; filename="Phieu-Ky-Ten-So-Y-Te.pdf"'
    assert "Vi Văn Lẻ" not in " ".join(" ".join(lines) for lines in pages_lines(one.data))
    none = organiser.post(f"{hall.paper}/sheet.pdf", {"delegation": "0", "apart": "1"}, 200)
    words = " ".join(" ".join(lines) for lines in pages_lines(none.data))
    assert "Vi Văn Lẻ" in words and "Lò Văn An" not in words
    assert actions()[-3:] == ["paper.print"] * 3
    organiser.post(f"{hall.paper}/sheet.pdf", {"delegation": "999"}, 404)


def test_apart_each_delegation_has_its_page(hall: Hall, organiser: PageClient) -> None:
    for apart, pages in (({}, 1), ({"apart": "1"}, 2)):
        answer = organiser.post(f"{hall.paper}/sheet.pdf", {"delegation": "", **apart}, 200)
        assert len(pages_lines(answer.data)) == pages


def test_a_sheet_of_nobody_is_refused_in_words(hall: Hall, organiser: PageClient) -> None:
    empty = hall.delegation("xã Trống", 2)
    answer = organiser.post(f"{hall.paper}/sheet.pdf", {"delegation": empty.id})
    assert said(organiser, answer) == "Chưa có ai để in. Duyệt đại biểu trước."


# Ticking a delegation's sheet


def test_ticks_with_one_time_for_all_or_each_with_their_own(hall: Hall, organiser: PageClient) -> None:
    changes = {"here": [hall.an.id, hall.binh.id], "clock": "07:35", f"at-{hall.binh.id}": "7h20", f"at-{hall.dao.id}": "0740"}
    answer = send(organiser, hall.party(hall.health), changes)
    assert answer.location == f"{hall.paper}?sitting={hall.sitting.id}"
    assert said(organiser, answer) == "Đã ghi 3 người có mặt."
    assert hall.came() == {"Lò Văn An": "07:35", "Đàm Văn Bình": "07:20", "Nông Thị Đào": "07:40"}
    assert actions()[-1] == "checkin.paper"


def test_who_is_in_is_ticked_with_the_time_and_stays_so(hall: Hall, organiser: PageClient) -> None:
    send(organiser, hall.party(hall.health), {"here": [hall.an.id], "clock": "07:35"})
    page = organiser.get(hall.party(hall.health))
    assert [cells[1:] for cells in page.rows()[1:]] == [
        ["101", "Lò Văn An", "", "Có mặt 07:35 Phiếu giấy"], ["102", "Đàm Văn Bình", "", ""], ["103", "Nông Thị Đào", "", ""],
    ]  # fmt: skip
    ticked = [box.attrs["aria-label"] for box in page.all("input", type="checkbox") if "checked" in box.attrs]
    assert ticked == ["Lò Văn An đã có mặt"]
    assert "Bỏ dấu không phải là hủy" in page.text
    again = send(organiser, hall.party(hall.health), {"here": [hall.an.id, hall.binh.id], "clock": "07:50"})
    assert said(organiser, again) == "Đã ghi 1 người có mặt. 1 người đã có mặt từ trước, giữ nguyên."
    assert hall.came() == {"Lò Văn An": "07:35", "Đàm Văn Bình": "07:50"}


def test_sending_the_same_sheet_again_changes_nothing(hall: Hall, organiser: PageClient) -> None:
    """Pressed twice, or sent again by the browser from a page that has grown old."""
    organiser.get(hall.party(hall.health))
    fields = {"here": [hall.an.id], "clock": "07:35"}
    assert said(organiser, organiser.post(hall.party(hall.health), fields)) == "Đã ghi 1 người có mặt."
    again = organiser.post(hall.party(hall.health), fields)
    assert said(organiser, again) == "Không có ai mới để ghi. 1 người đã có mặt từ trước, giữ nguyên."
    assert db.session.scalar(select(func.count()).select_from(Scan)) == 1


@pytest.mark.parametrize(
    ("clock", "own", "words"),
    [
        ("", "", "Ghi giờ đến, hoặc ghi giờ chung ở trên."),
        ("07:35", "7h75", "Giờ “7h75” chưa đúng. Ghi như 07:35."),
        ("", "19:30", "19:30 ngày 20/05/2025 chưa đến: bây giờ là 08:30 20/05/2025. Xem lại giờ."),
    ],
)
def test_a_bad_time_is_told_beside_its_row_and_nothing_is_lost(
    hall: Hall, organiser: PageClient, clock: str, own: str, words: str
) -> None:
    changes = {"here": [hall.an.id, hall.binh.id], "clock": clock, f"at-{hall.an.id}": own, f"at-{hall.binh.id}": "07:31"}
    page = send(organiser, hall.party(hall.health), changes, 422)
    assert row_faults(page) == {f"at-{hall.an.id}": words}
    assert (field(page, "clock"), field(page, f"at-{hall.an.id}"), field(page, f"at-{hall.binh.id}")) == (clock, own, "07:31")
    ticked = [box.attrs["value"] for box in page.all("input", name="here") if "checked" in box.attrs]
    assert ticked == [str(hall.an.id), str(hall.binh.id)]
    assert hall.came() == {}


def test_a_bad_time_for_all_is_told_once(hall: Hall, organiser: PageClient) -> None:
    page = send(organiser, hall.party(hall.health), {"here": [hall.an.id, hall.binh.id], "clock": "25:00"}, 422)
    assert faults(page) == {"clock": ["Giờ “25:00” chưa đúng. Ghi như 07:35."]}
    page = send(organiser, hall.party(hall.health), {"clock": "x" * 41, "here": [hall.an.id]}, 422)
    assert list(faults(page)) == ["clock"]
    page = send(organiser, hall.party(hall.health), {"clock": "25:00", "here": [hall.an.id], f"at-{hall.binh.id}": "x"}, 422)
    assert row_faults(page) == {f"at-{hall.binh.id}": "Giờ “x” chưa đúng. Ghi như 07:35."}
    assert "Giờ “25:00” chưa đúng." in page.one("div", "error-summary").text
    assert hall.came() == {}


def test_nobody_ticked_is_told(hall: Hall, organiser: PageClient) -> None:
    page = send(organiser, hall.party(hall.health), {"clock": "07:35"}, 422)
    assert faults(page) == {"": ["Chưa đánh dấu ai."]}


def test_people_of_no_delegation_have_a_sheet_and_strangers_are_not_ticked(hall: Hall, organiser: PageClient) -> None:
    page = organiser.get(hall.party())
    assert (page.h1, [cells[2] for cells in page.rows()[1:]]) == ("Không thuộc đoàn nào", ["Vi Văn Lẻ"])
    stranger = hall.person("Nơi Khác", state="approved", congress=hall.other_congress)
    send(organiser, hall.party(), {"here": [hall.alone.id, hall.an.id, stranger.id, "x", "9" * 50], "clock": "07:35"})
    assert hall.came() == {"Vi Văn Lẻ": "07:35"}


def test_a_scan_the_rules_would_refuse_is_kept_and_told(hall: Hall, organiser: PageClient) -> None:
    answer = send(organiser, hall.party(hall.health), {"here": [hall.an.id], "clock": "02:00"})
    assert said(organiser, answer) == "Đã ghi 1 người có mặt. 1 lượt cần xem lại."
    assert db.session.scalars(select(ScanConflict.code)).all() == ["not_yet"]


def test_the_sheet_of_another_sitting(hall: Hall, organiser: PageClient) -> None:
    other = Sitting(
        congress_id=hall.congress.id, name="Phiên trù bị", kind="preparatory", starts_at=hall.start - timedelta(days=1)
    )  # fmt: skip
    db.session.add(other)
    db.session.commit()
    page = organiser.get(hall.paper)
    url = f"{hall.party(hall.health)}?sitting={other.id}"
    assert page.links["Phiên trù bị"] == f"{hall.paper}?sitting={other.id}"
    assert "19/05/2025" in organiser.get(url).text
    send(organiser, url, {"here": [hall.an.id], "clock": "07:35"})
    attendance = db.session.scalars(select(Attendance)).one()
    assert (attendance.sitting_id, attendance.at) == (other.id, hall.start - timedelta(days=1) + timedelta(minutes=5))
    organiser.get(f"{hall.paper}?sitting={hall.other_congress.sittings[0].id}", 404)


# Numbers, a line each


def test_numbers_and_times_a_line_each(hall: Hall, organiser: PageClient) -> None:
    typed = {"clock": "07:35", "lines": "101 07:30\n\n104\n103, 7h45"}
    answer = send(organiser, f"{hall.paper}/numbers", typed)
    assert said(organiser, answer) == "Đã ghi 3 người có mặt."
    assert hall.came() == {"Lò Văn An": "07:30", "Vi Văn Lẻ": "07:35", "Nông Thị Đào": "07:45"}
    again = send(organiser, f"{hall.paper}/numbers", {**typed, "lines": "101 07:30\n102 07:50"})
    assert said(organiser, again) == "Đã ghi 1 người có mặt. 1 người đã có mặt từ trước, giữ nguyên."


def test_every_fault_is_named_by_its_line_and_nothing_is_lost(hall: Hall, organiser: PageClient) -> None:
    lines = "101 07:30\nabc\n999 07:30\n102 7h75\n103\n101 07:31\n104 20:00"
    page = send(organiser, f"{hall.paper}/numbers", {"lines": lines}, 422)
    assert faults(page) == {
        "lines": [
            "Dòng 2: “abc” chưa đúng. Ghi số thẻ rồi giờ, như 101 07:35.",
            "Dòng 3: Không có số thẻ 999 trong hội nghị.",
            "Dòng 4: Giờ “7h75” chưa đúng. Ghi như 07:35.",
            "Dòng 5: Ghi giờ đến, hoặc ghi giờ chung ở trên.",
            "Dòng 6: Số thẻ 101 đã ghi ở dòng 1.",
            "Dòng 7: 20:00 ngày 20/05/2025 chưa đến: bây giờ là 08:30 20/05/2025. Xem lại giờ.",
        ]
    }
    assert field(page, "lines").replace("\r", "") == lines
    assert hall.came() == {}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"lines": ""}, {"lines": ["Ghi ít nhất một số thẻ."]}),
        ({"lines": "101", "clock": "muộn"}, {"clock": ["Giờ “muộn” chưa đúng. Ghi như 07:35."]}),
        ({"lines": "1\n" * 10_001, "clock": "07:35"}, {"lines": ["Nhiều dòng quá. Chia làm hai lần ghi."]}),
    ],
)
def test_a_faulty_form_says_so(hall: Hall, organiser: PageClient, typed: dict[str, str], words: dict[str, list[str]]) -> None:
    assert faults(send(organiser, f"{hall.paper}/numbers", typed, 422)) == words


def test_somebody_not_approved_came_all_the_same(hall: Hall, organiser: PageClient) -> None:
    reserve = hall.person("Dự Bị", state="reserve")
    answer = send(organiser, f"{hall.paper}/numbers", {"lines": f"{reserve.number} 07:35"})
    assert said(organiser, answer) == "Đã ghi 1 người có mặt. 1 lượt cần xem lại."


# Who, and how many statements


def test_who_may(hall: Hall) -> None:
    rest = dict.fromkeys(("administrator", "secretary", "checkin_staff", "viewer"), 403)
    for url in (hall.paper, hall.party(hall.health), f"{hall.paper}/numbers"):
        assert hall.statuses(url) == {"plan_owner": 200, "organiser": 200, **rest}
    assert hall.statuses(f"{hall.paper}/sheet.pdf", "POST") == {"plan_owner": 200, "organiser": 200, **rest}


def test_another_congresss_delegation_and_page_are_not_found(hall: Hall, organiser: PageClient) -> None:
    other = Delegation(congress_id=hall.other_congress.id, name="Sở Khác", folded="so khac", position=1)
    db.session.add(other)
    db.session.commit()
    organiser.get(hall.party(other), 404)
    organiser.post(hall.party(other), {"here": "1"}, 404)
    organiser.get(f"/congress/{hall.other_congress.id}/checkin/paper", 404)


def test_the_number_of_statements_does_not_grow_with_the_people(hall: Hall, organiser: PageClient) -> None:
    counts = []
    for n in range(3):
        hall.person(f"Lò {n}", state="approved", delegation=hall.delegation(f"xã {n}", n + 2))
        hall.person(f"Vi {n}", state="approved", delegation=hall.health)
        counts.append([statements_for(organiser, url) for url in (hall.paper, hall.party(hall.health))])
    assert counts[0] == counts[2]
