"""The live boards over HTTP: what each shows and hides, a poll that is kept for a second, 304 while nothing changed."""

from datetime import timedelta
from threading import Barrier, Thread

import brotli
import pytest
from flask import Flask

from congress.models import Attendance, Delegate, Grant, Scan, Sitting, db
from congress.web.board import FORGOTTEN_SECONDS, Kept
from tests.pages import Page, PageClient, lint
from tests.web.contract import Office, counted
from tests.world import PASSWORD, make_user

pytestmark = pytest.mark.usefixtures("session")


class Hall(Office):
    """The district's congress twelve minutes after its start; one of three has come."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.sitting = self.congress.sittings[0]
        assert self.sitting.starts_at
        self.start = self.sitting.starts_at
        self.now = self.start + timedelta(minutes=12)
        app.config["CLOCK"] = lambda: self.now
        self.time = 0.0
        self.kept: Kept = app.extensions["boards"]
        self.kept.clock = lambda: self.time
        health = self.delegation("Sở Y tế")
        health.contact_name, health.contact_phone = "Nguyễn Văn A", "0912345678"
        self.dao = self.person("Nông Thị Đào", state="approved", delegation=health)
        self.binh = self.person("Đàm Văn Bình", "guest", "approved", delegation=health, coming=False)
        self.person("Phục Vụ Viên", "staff", "approved")
        self.enter(self.dao)
        self.board, self.screen = f"{self.home}/checkin/board", f"{self.home}/checkin/screen"

    def enter(self, person: Delegate, sitting: Sitting | None = None) -> None:
        place, at = sitting or self.sitting, self.start - timedelta(minutes=10)
        scan = Scan(
            sitting_id=place.id, device="device:1", nonce=f"{person.id}-{place.id}", how="token", delegate_id=person.id,
            result="ok", code="in", answer={"message": "", "first": None}, actor_name="x", happened_at=at, received_at=at,
        )  # fmt: skip
        db.session.add(scan)
        db.session.flush()
        db.session.add(
            Attendance(delegate_id=person.id, sitting_id=place.id, scan_id=scan.id, at=at, gate="Cửa chính")
        )  # fmt: skip
        db.session.commit()

    def later(self, seconds: float = 2.0) -> None:
        """Time passes for what is kept, and for the clock on the wall."""
        self.time += seconds
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def hall(app: Flask) -> Hall:
    return Hall(app)


@pytest.fixture
def organiser(hall: Hall) -> PageClient:
    return hall.sign_in("organiser")


def stats(page: Page) -> dict[str, str]:
    found = [(stat.one(css_class="stat-label").text, stat.text) for stat in page.all("div", "stat")]
    return {label: text.removeprefix(label) for label, text in found}


def poll(client: PageClient, url: str, etag: str = "") -> Page:
    return client.open(url, headers={"If-None-Match": etag} if etag else {})


# The organisers' board


def test_the_figures_that_matter(hall: Hall, organiser: PageClient) -> None:
    hall.enter(hall.person("Khách Lạ", "guest", state="reserve"))
    page = organiser.get(hall.board)
    assert page.h1 == "Theo dõi điểm danh"
    assert stats(page) == {
        "Đã đến": "1 / 3", "Đang trong hội trường": "1", "Chưa đến": "2 1 báo không đến", "Ngoài danh sách": "1",
        "Đại biểu có mặt": "1 / 2", "Tỷ lệ điển hình": "100 %",
    }  # fmt: skip
    assert "đại biểu có 1/2, người không tính là đại biểu 0/1" in page.text
    assert page.one("textarea").text == (
        "Tính đến 07 giờ 42 phút ngày 20/5/2025, có mặt 1/2 đại biểu được triệu tập (50,0 %); vắng mặt 1 đại biểu."
    )
    assert "Đến giờ bắt đầu có 1/3 người." in page.text
    assert page.one("svg", "board-curve").attrs["aria-label"] == (
        "Số người đã đến theo thời gian, từ 07:20 đến 07:45: 1 người; đến 07:30 có 1 người"
    )


def test_who_is_missing_by_delegation_with_whom_to_call(hall: Hall, organiser: PageClient) -> None:
    page = organiser.get(hall.board)
    first, second = page.one("ul", "board-parties").all("details")
    assert first.one("summary").text == "Đoàn Sở Y tế: 1/2 có mặt · 1 báo không đến"
    assert first.texts("li") == ["Đàm Văn Bình số 102 · báo không đến"]
    assert second.one("summary").text == "Không thuộc đoàn nào: 0/1 có mặt"
    assert page.texts("p", "board-contact") == ["Nguyễn Văn A, 0912345678"]
    hall.enter(hall.binh)
    hall.later()
    assert "1 đoàn đã đủ mặt" in organiser.get(hall.board).text


def test_present_by_component_side_and_gate(hall: Hall, organiser: PageClient) -> None:
    page = organiser.get(hall.board)
    assert page.rows() == [
        ["Khách mời", "", "0/1"], ["Điển hình tiên tiến", "", "1/1"], ["Ban Tổ chức, phục vụ", "", "0/1"], ["Cửa chính", "", "1"],
    ]  # fmt: skip
    assert page.texts("p", "board-side") == [
        "Điển hình tiên tiến 1/1", "Lãnh đạo và khách mời 0/1", "Không tính vào tỷ lệ 0/1"
    ]  # fmt: skip


def test_several_sittings_are_chosen_and_people_inside_counted_once(hall: Hall, organiser: PageClient) -> None:
    other = Sitting(congress_id=hall.congress.id, name="Phiên trù bị", kind="preparatory", opened_by_hand=True)
    db.session.add(other)
    db.session.flush()
    hall.enter(hall.dao, other)
    hall.enter(hall.binh, other)
    page = organiser.get(hall.board)
    assert page.links["Phiên trù bị"] == f"{hall.board}?sitting={other.id}"
    assert stats(page)["Bên trong, cả 2 buổi đang mở"] == "2 người"
    assert stats(organiser.get(page.links["Phiên trù bị"]))["Đã đến"] == "2 / 3"
    organiser.get(f"{hall.board}?sitting={hall.other_congress.sittings[0].id}", 404)
    organiser.get(f"{hall.board}/live?sitting={hall.other_congress.sittings[0].id}", 404)
    organiser.get(f"{hall.board}?sitting=x", 404)


def test_the_board_teaches_while_nobody_is_approved_and_without_a_sitting(hall: Hall, organiser: PageClient) -> None:
    for person in (hall.dao, hall.binh):
        person.state = "proposed"
    db.session.execute(db.update(Delegate).values(state="proposed"))
    hall.later()
    assert "Chưa duyệt ai" in organiser.get(hall.board).texts("h2")
    db.session.execute(db.delete(Attendance))
    db.session.execute(db.delete(Scan))
    db.session.delete(hall.sitting)
    for url in (hall.board, hall.screen):
        assert organiser.get(url).texts("h2") == ["Chưa có buổi nào"]
        organiser.get(f"{url}/live", 404)


def test_whoever_only_reads_finds_the_board_under_its_tab(hall: Hall, organiser: PageClient) -> None:
    for client, third_row in ((organiser, ["Theo dõi"]), (hall.sign_in("secretary"), [])):
        page = client.get(hall.board)
        second = page.one("nav", aria_label="Các phần của hội nghị")
        assert [link.text for link in second.all("a") if "aria-current" in link.attrs] == ["Điểm danh"]
        rows = page.all("nav", aria_label="Quanh điểm danh")
        assert [link.text for row in rows for link in row.all("a") if "aria-current" in link.attrs] == third_row
    assert hall.sign_in("secretary").get(hall.home).links["Điểm danh"] == hall.board


# The big screen


def test_the_big_screen_has_figures_and_nobody_on_it(hall: Hall) -> None:
    client = hall.sign_in("viewer")
    for url in (hall.screen, f"{hall.screen}/live"):
        page = client.get(url)
        assert page.texts("p", "screen-figure") == ["1/2"]
        assert [row.one("p").text for row in page.all("div", "screen-row")] == [
            "Khách mời 0/1", "Điển hình tiên tiến 1/1"
        ]  # fmt: skip
        assert "Tính đến 07:42 20/05/2025" in page.text
        for hidden in ("Đào", "Bình", "Sở Y tế", "Nguyễn Văn A", "0912345678", "phục vụ"):
            assert hidden not in page.html
    page = client.get(hall.screen)
    assert (page.h1, page.all("nav"), page.all("a")) == (hall.congress.title1, [], [])


def test_who_may_see_which(hall: Hall) -> None:
    readers = {"plan_owner": 200, "organiser": 200, "secretary": 200}
    others = {"administrator": 403, "checkin_staff": 403, "viewer": 403}
    for url in (hall.board, f"{hall.board}/live"):
        assert hall.statuses(url) == {**readers, **others}
    for url in (hall.screen, f"{hall.screen}/live"):
        assert hall.statuses(url) == {**readers, **others, "administrator": 200, "viewer": 200}


def test_telephone_numbers_are_for_those_who_manage_the_delegations(hall: Hall) -> None:
    """Whoever looks in from above sees the names; what was kept for one kind of reader never serves the other."""
    above = hall.sign_in("plan_owner")
    make_user("tren", "secretary", unit=hall.province)
    db.session.commit()
    reader = PageClient(hall.app)
    reader.sign_in("tren", PASSWORD)
    for _ in range(2):
        for client, seen in ((above, True), (reader, False), (hall.sign_in("secretary"), True)):
            for url in (hall.board, f"{hall.board}/live"):
                html = client.get(url).html
                assert ("0912345678" in html, "Nguyễn Văn A" in html) == (seen, True)


def test_another_units_board_is_not_found(hall: Hall, organiser: PageClient) -> None:
    for page in ("board", "board/live", "screen", "screen/live"):
        organiser.get(f"/congress/{hall.other_congress.id}/checkin/{page}", 404)


# What is kept


def test_a_poll_is_304_until_something_changes(hall: Hall, organiser: PageClient) -> None:
    for url in (f"{hall.board}/live", f"{hall.screen}/live"):
        first = poll(organiser, url)
        assert (first.status, lint(first.html)) == (200, [])
        hall.later()
        same = poll(organiser, url, first.headers["ETag"])
        assert (same.status, same.data, same.headers["ETag"]) == (304, b"", first.headers["ETag"])
    hall.enter(hall.binh)
    hall.later()
    changed = poll(organiser, f"{hall.board}/live", first.headers["ETag"])
    assert changed.status == 200 and "2 / 3" in changed.text


def test_the_minute_changes_the_answer_once_a_minute(hall: Hall, organiser: PageClient) -> None:
    tags = []
    for _ in range(45):  # 07:42:00, 07:42:02 … 07:43:28
        tags.append(poll(organiser, f"{hall.board}/live").headers["ETag"])
        hall.later()
    assert [len(set(part)) for part in (tags, tags[:30], tags[30:])] == [2, 1, 1]


def test_what_is_kept_is_a_second_old_at_most_and_then_read_anew(hall: Hall, organiser: PageClient) -> None:
    url = f"{hall.screen}/live"
    poll(organiser, url)
    hall.enter(hall.binh)
    hall.later(0.9)
    assert poll(organiser, url).texts("p", "screen-figure") == ["1/2"]
    hall.later(0.1)
    assert poll(organiser, url).texts("p", "screen-figure") == ["2/2"]


def test_a_kept_answer_asks_the_database_only_who_may_see_it(hall: Hall, organiser: PageClient) -> None:
    poll(organiser, f"{hall.board}/live")
    with counted() as statements:
        poll(organiser, f"{hall.board}/live")
    reading = [text for text in statements if text.startswith("SELECT")]
    assert len(reading) == 3 and not any("delegate." in text or "attendance" in text for text in reading)


def test_as_many_statements_for_many_people_as_for_few(hall: Hall, organiser: PageClient) -> None:
    counts = []
    for n in range(3):
        hall.enter(hall.person(f"Lò Văn {n}", state="approved", delegation=hall.delegation(f"xã {n}", n)))
        counts.append([statements_for_fresh(hall, organiser, url) for url in (hall.board, f"{hall.board}/live", hall.screen)])
    assert counts[0] == counts[2]


def statements_for_fresh(hall: Hall, client: PageClient, url: str) -> int:
    client.get(url)
    hall.later()
    with counted() as statements:
        client.get(url)
    return len(statements)


def test_a_browser_that_takes_brotli_gets_it_made_once(hall: Hall, organiser: PageClient) -> None:
    plain = poll(organiser, f"{hall.board}/live")
    packed = organiser.http.get(f"{hall.board}/live", headers={"Accept-Encoding": "br"})
    assert packed.headers["Content-Encoding"] == "br" and brotli.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] == plain.headers["ETag"]
    asked = {"Accept-Encoding": "br", "If-None-Match": packed.headers["ETag"]}
    again = organiser.http.get(f"{hall.board}/live", headers=asked)
    assert (again.status_code, again.data) == (304, b"")


def test_the_page_hands_its_script_the_tag_of_what_it_shows(hall: Hall, organiser: PageClient) -> None:
    for url in (hall.board, hall.screen):
        live = organiser.get(url).one(id="board-live")
        assert poll(organiser, live.attrs["data-live"], f'W/"{live.attrs["data-etag"]}"').status == 304


def test_a_revoked_reader_gets_nothing_of_what_is_kept(hall: Hall, organiser: PageClient) -> None:
    poll(organiser, f"{hall.board}/live")
    db.session.execute(db.delete(Grant))
    assert poll(organiser, f"{hall.board}/live").status == 404


def test_all_who_ask_at_once_are_one_reading() -> None:
    kept, made, together = Kept(clock=lambda: 0.0), [], Barrier(20)

    def make() -> str:
        made.append(1)
        return "x"

    def ask() -> None:
        together.wait()
        assert kept.get(("board", 1, 1), make).body == b"x"

    threads = [Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_pages_nobody_asks_for_are_forgotten() -> None:
    time = [0.0]
    kept = Kept(clock=lambda: time[0])
    for congress in range(3):
        kept.get(("board", congress, 1), lambda: "x")
    time[0] = FORGOTTEN_SECONDS + 1
    kept.get(("board", 9, 1), lambda: "x")
    assert list(kept._slots) == [("board", 9, 1)]


def test_a_reading_that_fails_is_not_kept() -> None:
    kept = Kept(clock=lambda: 0.0)
    with pytest.raises(ZeroDivisionError):
        kept.get(("board", 1, 1), lambda: str(1 / 0))
    assert kept.get(("board", 1, 1), lambda: "x").body == b"x"
