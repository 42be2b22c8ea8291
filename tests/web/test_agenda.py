"""The running order through the pages: seen, made from the plan, changed, timed, printed; by whom and until when."""

from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import event

from congress.models import AgendaItem, Congress, Sitting, db
from congress.operations import agenda as operations
from tests.pages import Page, PageClient
from tests.world import NOW, PASSWORD, World, actor_for, make_user

OPENING, REPORT = "Tuyên bố lý do, giới thiệu đại biểu và khai mạc", "Báo cáo tổng kết phong trào thi đua"
TITLES = ["Chào cờ", OPENING, REPORT, "Tổng kết và bế mạc"]
EXCHANGE = "Giao lưu với các điển hình tiên tiến"


class Programme(World):
    """The province with a secretary `lan` of the first district, whose congress has no programme yet."""

    def __init__(self) -> None:
        super().__init__()
        make_user("lan", "secretary", unit=self.district)
        self.url = f"/congress/{self.congress.id}/agenda"
        self.sitting_url = f"{self.url}/{self.congress.sittings[0].id}"

    def create(self, congress: Congress | None = None) -> list[int]:
        """Fill a congress's sitting from the plan; the items' ids."""
        sitting = (congress or self.congress).sittings[0]
        items = operations.create_agenda(sitting, actor=actor_for("organiser", unit=self.district), now=NOW)
        db.session.commit()
        return [item.id for item in items]

    def stored(self) -> list[tuple[str, int]]:
        db.session.expire_all()
        return [(item.title, item.minutes) for item in self.congress.sittings[0].items]


@pytest.fixture
def world(session: Any) -> Programme:
    return Programme()


@pytest.fixture
def lan(world: Programme, client: PageClient) -> PageClient:
    client.sign_in("lan", PASSWORD)
    return client


def toasts(page: Page) -> list[str]:
    return [note.one("p").text for note in page.all(css_class="toast-note") if "role" in note.attrs]


def titles(page: Page) -> list[str]:
    return page.texts("span", "row-title")


def fill_in_new(lan: PageClient, world: Programme, values: dict[str, str], status: int | None = None) -> Page:
    url = f"{world.sitting_url}/new"
    return lan.submit(lan.get(url), values, action=url, status=status)


def errors(page: Page) -> list[str]:
    return page.texts("p", "field-error")


# ---- seen --------------------------------------------------------------------------------------------------------------


def test_an_empty_programme_teaches_and_is_made_from_the_plan(world: Programme, lan: PageClient) -> None:
    page = lan.get(world.url)
    assert (page.h1, page.one("div", "empty").one("h2").text) == ("Chương trình", "Chưa có chương trình")
    assert page.texts("button", "btn-primary") == ["Lập từ chương trình của kế hoạch"]
    assert page.links["Thêm từng mục"] == f"{world.sitting_url}/new"
    assert page.texts("span", "choice-hint") == [EXCHANGE]
    page = lan.follow(lan.submit(page, {}, action=f"{world.sitting_url}/create"))
    assert titles(page) == TITLES
    assert toasts(page) == ["Đã lập 4 mục theo kế hoạch. Sửa số phút và người thực hiện của từng mục."]


def test_optional_items_come_along_when_ticked(world: Programme, lan: PageClient) -> None:
    lan.post(f"{world.sitting_url}/create", {"with_optional": "1"})
    assert titles(lan.get(world.url)) == [*TITLES[:3], EXCHANGE, TITLES[3]]


def test_the_list_shows_times_sources_and_people(world: Programme, lan: PageClient) -> None:
    world.create()
    operations.add_item(
        world.congress.sittings[0], operations.ItemValues("Văn nghệ", 15, "Đội văn nghệ", "Ba tiết mục"), place=0,
        actor=actor_for("organiser", unit=world.district), now=NOW,
    )  # fmt: skip
    page = lan.get(world.url)
    rows = [row[1:6] for row in page.rows()]  # without the grip and the buttons
    assert rows == [
        ["TT", "Thời gian", "Nội dung", "Người thực hiện", "Phút"],
        ["1", "07:30 – 07:45", "Văn nghệ Ba tiết mục", "Đội văn nghệ", "15"],
        ["2", "07:45 – 07:50", f"{TITLES[0]} Theo kế hoạch", "", "5"],
        ["3", "07:50 – 08:00", f"{TITLES[1]} Theo kế hoạch", "", "10"],
        ["4", "08:00 – 08:30", f"{TITLES[2]} Theo kế hoạch", "", "30"],
        ["5", "08:30 – 08:40", f"{TITLES[3]} Theo kế hoạch", "", "10"],
    ]
    assert page.texts("span", "stat-value") == ["70", "07:30", "08:40"]
    assert page.texts("span", "stat-small") == ["/ 240 phút"]
    assert page.texts("div", "note") == ["Đủ các mục của kế hoạch, đúng thứ tự, trong một buổi."]
    assert page.one("svg", "meter-bar").attrs["aria-label"] == "70 phút, một buổi là 240 phút"


@pytest.mark.parametrize(("minutes", "filled", "over"), [(5, 55, 0), (190, 240, 0), (200, 240, 10), (0, 50, 0)])
def test_the_bar_is_to_scale(world: Programme, lan: PageClient, minutes: int, filled: int, over: int) -> None:
    first = db.session.get_one(AgendaItem, world.create()[0])
    first.minutes = minutes
    bar = lan.get(world.url).one("svg", "meter-bar")
    share = lambda kind: sum(float(r.attrs["width"].rstrip("%")) for r in bar.all("rect", kind))  # noqa: E731
    whole = max(240, filled + over)
    assert share("meter-invited") == pytest.approx(100 * filled / whole, abs=0.01)
    assert share("meter-over") == pytest.approx(100 * over / whole, abs=0.01)


def test_what_is_not_as_the_plan_has_it_stands_on_top_with_its_remedy(world: Programme, lan: PageClient) -> None:
    ids = world.create()
    lan.post(f"{world.sitting_url}/items/{ids[2]}/remove")
    lan.post(f"{world.sitting_url}/items/{ids[3]}/move", {"to": "0"})
    db.session.get_one(AgendaItem, ids[0]).minutes = 300
    world.congress.sittings[0].starts_at = None
    page = lan.get(world.url)
    missing, others = page.all("div", "note")
    assert missing.texts("li") == [f"Thiếu mục bắt buộc: {TITLES[2]}. Thêm mục này"]
    assert others.texts("li") == [
        f"Sai thứ tự: “{TITLES[3]}” phải sau “{TITLES[1]}”.",
        "Chương trình dài 320 phút, quá một buổi (240 phút). Bớt 80 phút.",
        "Chưa có giờ bắt đầu.",
    ]
    added = lan.post(f"{world.sitting_url}/add-planned", {"code": "report"})
    assert added.location.startswith(f"{world.url}#item-")
    assert titles(lan.follow(added)) == [TITLES[2], TITLES[3], TITLES[0], TITLES[1]]  # before the closing, wherever that stands


def test_optional_items_are_offered_until_they_are_there(world: Programme, lan: PageClient) -> None:
    world.create()
    offer = f"{world.sitting_url}/add-planned"
    page = lan.get(world.url)
    assert [form.text for form in page.all("form", action=offer)] == [EXCHANGE]
    page = lan.follow(lan.submit(page, {}, action=offer))
    assert (titles(page), page.all("form", action=offer)) == ([*TITLES[:3], EXCHANGE, TITLES[3]], [])
    again = lan.follow(lan.post(offer, {"code": "exchange"}, headers={"Referer": f"http://localhost{world.url}"}))
    assert toasts(again) == ["Mục này đã có, hoặc không thuộc chương trình của kế hoạch. Tải lại trang."]


def test_several_sittings_have_their_own_lists(world: Programme, lan: PageClient) -> None:
    world.create()
    rehearsal = Sitting(congress=world.congress, kind="rehearsal", name="Tổng duyệt")
    db.session.add(rehearsal)
    db.session.commit()
    page = lan.get(world.url)
    assert sorted(page.texts("h2")) == ["Buổi chính", "Tổng duyệt"]
    new = f"{world.url}/{rehearsal.id}/new"
    lan.submit(lan.get(new), {"title": "Chạy thử", "minutes": "60"}, action=new)
    page = lan.get(world.url)
    assert sorted(titles(page)) == sorted([*TITLES, "Chạy thử"])
    assert page.texts("div", "note") == ["Đủ các mục của kế hoạch, đúng thứ tự, trong một buổi."]


def test_the_page_asks_the_same_number_of_queries_for_one_item_and_for_many(world: Programme, lan: PageClient) -> None:
    counts = []
    for extra in (1, 30):
        sitting = world.congress.sittings[0]
        sitting.items.extend(AgendaItem(position=extra + n, title=f"Mục {extra + n}", minutes=1) for n in range(extra))
        db.session.commit()
        seen: list[str] = []
        count = lambda _c, _cursor, statement, *_more, seen=seen: seen.append(statement)  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", count)
        page = lan.get(world.url)
        event.remove(db.engine, "before_cursor_execute", count)
        counts.append((len(titles(page)), len([s for s in seen if s.startswith("SELECT")])))
    assert [items for items, _ in counts] == [1, 31]
    assert counts[0][1] == counts[1][1] <= 11


# ---- changed -----------------------------------------------------------------------------------------------------------


def test_an_item_of_one_s_own_is_added_where_chosen(world: Programme, lan: PageClient) -> None:
    ids = world.create()
    page = lan.get(f"{world.sitting_url}/new")
    place = page.one("select", name="place")
    assert place.texts("option") == ["Đầu chương trình", *(f"Sau {n}. {title}" for n, title in enumerate(TITLES, 1))]
    assert [o.text for o in place.all("option") if "selected" in o.attrs] == [f"Sau 3. {TITLES[2]}"]
    values = {"title": " Tham  luận\r\ncủa HTX ", "minutes": "15", "presenter": "Bà Hoa", "note": "", "place": "1"}
    added = fill_in_new(lan, world, values)
    new = next(item for item in world.congress.sittings[0].items if item.id not in ids)
    assert added.location == f"{world.url}#item-{new.id}"
    assert (new.title, new.minutes, new.presenter, new.programme_code) == ("Tham luận của HTX", 15, "Bà Hoa", None)
    assert titles(lan.follow(added)) == [TITLES[0], "Tham luận của HTX", *TITLES[1:]]


FAULTS = [
    ("title", "", "Nhập tên mục."),
    ("title", "   ", "Nhập tên mục."),
    ("title", "x" * 301, "Tối đa 300 ký tự."),
    ("minutes", "", "Nhập số phút bằng chữ số."),
    ("minutes", "mười", "Nhập một số nguyên, ví dụ 200."),
    ("minutes", "-1", "Từ 0 đến 600 phút."),
    ("minutes", "601", "Từ 0 đến 600 phút."),
    ("presenter", "x" * 301, "Tối đa 300 ký tự."),
    ("note", "x" * 501, "Tối đa 500 ký tự."),
]


@pytest.mark.parametrize(("field", "value", "error"), [*FAULTS, ("place", "99", "Chọn một mục trong danh sách.")])
def test_a_faulty_new_item_keeps_its_values(world: Programme, lan: PageClient, field: str, value: str, error: str) -> None:
    good = {"title": "Văn nghệ", "minutes": "15", "presenter": "Đội văn nghệ"}
    page = fill_in_new(lan, world, {**good, field: value}, 422)
    assert errors(page) == [error]
    assert page.one("div", "error-summary").one("li").text.endswith(error)
    other = "presenter" if field != "presenter" else "minutes"
    assert page.one("input", name=other).attrs["value"] == good[other]
    assert world.stored() == []


@pytest.mark.parametrize(("field", "value", "error"), FAULTS)
def test_a_faulty_edit_changes_nothing(world: Programme, lan: PageClient, field: str, value: str, error: str) -> None:
    url = f"{world.sitting_url}/items/{world.create()[1]}"
    page = lan.submit(lan.get(url), {field: value}, action=url, status=422)
    assert errors(page) == [error]
    assert world.stored()[1] == (TITLES[1], 10)


def test_an_item_is_edited_and_removed(world: Programme, lan: PageClient) -> None:
    ids = world.create()
    url = f"{world.sitting_url}/items/{ids[1]}"
    page = lan.get(url)
    assert page.one("textarea", name="title").text == TITLES[1]
    page = lan.submit(page, {"title": "Khai mạc", "minutes": "0", "note": "Ngắn"}, action=url)
    assert page.location == f"{world.url}#item-{ids[1]}"
    page = lan.follow(page)
    assert page.rows()[2][2:4] == ["07:35", "Khai mạc Theo kế hoạch Ngắn"]
    page = lan.follow(lan.submit(lan.get(url), {}, action=f"{url}/remove"))
    assert (titles(page), toasts(page)) == ([TITLES[0], *TITLES[2:]], ["Đã bỏ “Khai mạc”."])
    lan.get(url, 404)
    stale = {"title": "Khai mạc", "minutes": "5"}  # a form opened before the item was removed
    gone = lan.follow(lan.post(url, stale, headers={"Referer": f"http://localhost{world.url}"}))
    assert toasts(gone) == ["Mục này không còn trong chương trình. Tải lại trang."]


def test_the_arrows_move_one_step(world: Programme, lan: PageClient) -> None:
    ids = world.create()
    page = lan.get(world.url)
    steps = {b.attrs["aria-label"]: ("disabled" in b.attrs) for b in page.all("button", "btn-sm") if "aria-label" in b.attrs}
    assert [label for label, off in steps.items() if off] == [f"Lên: {TITLES[0]}", f"Xuống: {TITLES[3]}"]
    button = next(b for b in page.all("button") if b.attrs.get("aria-label") == f"Xuống: {TITLES[1]}")
    form = button.parent
    assert form is not None
    moved = lan.post(form.attrs["action"], {"to": form.one("input", name="to").attrs["value"]})
    assert moved.location == f"{world.url}#item-{ids[1]}"
    assert titles(lan.follow(moved)) == [TITLES[0], TITLES[2], TITLES[1], TITLES[3]]


def test_the_pointer_s_move_answers_with_the_new_page(world: Programme, lan: PageClient) -> None:
    ids = world.create()
    row = lan.get(world.url).one("tr", id=f"item-{ids[3]}")
    page = lan.post(row.attrs["data-url"], {"to": "0"}, headers={"Accept": "application/json"}, follow_redirects=True, status=200)
    assert titles(page) == [TITLES[3], *TITLES[:3]]
    db.session.delete(db.session.get_one(AgendaItem, ids[3]))
    gone = lan.post(row.attrs["data-url"], {"to": "1"}, headers={"Accept": "application/json"}, status=409)
    assert gone.json == {"code": "no_item", "message": "Mục này không còn trong chương trình. Tải lại trang."}


@pytest.mark.parametrize("place", ["", "x"])
def test_a_move_without_a_place_is_no_request_of_ours(world: Programme, lan: PageClient, place: str) -> None:
    ids = world.create()
    lan.post(f"{world.sitting_url}/items/{ids[0]}/move", {"to": place}, status=400)


def test_the_start_is_set_and_all_times_follow(world: Programme, lan: PageClient) -> None:
    world.create()
    url = f"{world.sitting_url}/start"
    page = lan.get(world.url)
    assert page.one("input", name="start").attrs["value"] == "07:30"
    page = lan.follow(lan.submit(page, {"start": "13:45"}, action=url))
    assert (page.rows()[1][2], toasts(page)) == ("13:45 – 13:50", ["Bắt đầu lúc 13:45."])
    page = lan.follow(lan.post(url, {"start": "25:00"}, headers={"Referer": f"http://localhost{world.url}"}))
    assert (page.rows()[1][2], toasts(page)) == ("13:45 – 13:50", ["Nhập giờ bắt đầu, ví dụ 07:30."])


def test_without_a_day_there_is_no_start_to_set(world: Programme, lan: PageClient) -> None:
    world.create()
    world.congress.held_on = world.congress.sittings[0].starts_at = None
    page = lan.get(world.url)
    assert page.all("form", action=f"{world.sitting_url}/start") == []
    assert "Đặt được giờ bắt đầu khi hội nghị đã có ngày." in page.text


# ---- printed -----------------------------------------------------------------------------------------------------------


def test_the_programme_opens_as_pdf_under_a_plain_name(world: Programme, lan: PageClient) -> None:
    world.create()
    world.district.name = 'Huyện Đầm Hà (mới), "A"'
    page = lan.get(f"{world.sitting_url}/print")
    assert page.headers["Content-Type"] == "application/pdf"
    assert page.headers["Content-Disposition"] == 'inline; filename="Chuong-trinh-Huyen-Dam-Ha-Moi-A.pdf"'
    [sheet] = pypdfium2.PdfDocument(BytesIO(page.data))
    text = " ".join(sheet.get_textpage().get_text_range().split())
    for words in ("CHƯƠNG TRÌNH", "LẦN THỨ VI", "Thời gian: 07:30 – 08:25, Thứ Ba, 20/05/2025", "07:45 – 08:15", "Chào cờ"):
        assert words in text


def test_an_empty_programme_is_not_printed(world: Programme, lan: PageClient) -> None:
    page = lan.get(f"{world.sitting_url}/print", 303, headers={"Referer": f"http://localhost{world.url}"})
    assert toasts(lan.follow(page)) == ["Chưa có chương trình để in. Lập chương trình ở trang Chương trình của hội nghị."]


# ---- by whom and until when --------------------------------------------------------------------------------------------

CHANGES = ["create", "add-planned", "new", "start", "items/{}", "items/{}/move", "items/{}/remove"]


@pytest.mark.parametrize(
    ("role", "unit", "answers"),
    [
        ("plan_owner", "province", (200, 303)),
        ("organiser", "district", (200, 303)),
        ("secretary", "district", (200, 303)),
        ("organiser", "province", (200, 403)),
        ("secretary", "commune", (404, 404)),
        ("organiser", "other_district", (404, 404)),
        ("viewer", "district", (403, 403)),
        ("administrator", None, (403, 403)),
        ("checkin_staff", "congress", (403, 403)),
    ],
)
def test_who_reads_and_who_changes(
    world: Programme, client: PageClient, role: str, unit: str | None, answers: tuple[int, int]
) -> None:
    reads, changes = answers
    ids = world.create()
    place = {"congress": world.congress} if unit == "congress" else {"unit": getattr(world, unit)} if unit else {}
    make_user("ai", role, **place)
    client.sign_in("ai", PASSWORD)
    page = client.get(world.url, reads)
    client.get(f"{world.sitting_url}/print", reads)
    assert len(page.all("button", data_grip="")) == (4 if changes == 303 else 0)
    client.post(f"{world.sitting_url}/items/{ids[0]}/move", {"to": "1"}, status=changes)
    if changes != 303:
        for change in CHANGES:
            client.post(f"{world.sitting_url}/{change.format(ids[0])}", {"to": "1"}, status=changes)
        assert [title for title, _ in world.stored()] == TITLES


def test_a_reader_sees_no_means_to_change(world: Programme, client: PageClient) -> None:
    world.create()
    make_user("tinh", "organiser", unit=world.province)
    client.sign_in("tinh", PASSWORD)
    page = client.get(world.url)
    assert titles(page) == TITLES
    own = [form.attrs["action"] for form in page.all("form") if form.attrs.get("action", "").startswith(world.url)]
    assert (own, page.links.get("Thêm mục"), page.all("button", data_grip="")) == ([], None, [])
    assert page.links["In chương trình"] == f"{world.sitting_url}/print"


def test_another_congress_s_sitting_is_not_reached_through_ones_own(world: Programme, lan: PageClient) -> None:
    world.create()
    other = world.create(world.other_congress)
    foreign = f"{world.url}/{world.other_congress.sittings[0].id}"
    for change in CHANGES:
        lan.post(f"{foreign}/{change.format(other[0])}", {"start": "08:00", "to": "1"}, status=404)
    lan.get(f"{foreign}/print", 404)
    mixed = f"{world.sitting_url}/items/{other[0]}"  # its item through one's own sitting
    for url in (f"{mixed}/remove", f"{mixed}/move"):
        lan.post(url, {"to": "1"}, status=303)
    lan.get(mixed, 404)
    db.session.expire_all()
    assert [item.id for item in world.other_congress.sittings[0].items] == other


@pytest.mark.parametrize("stage", ["held", "reported", "cancelled"])
def test_after_the_congress_the_page_is_to_read(world: Programme, lan: PageClient, stage: str) -> None:
    ids = world.create()
    world.congress.stage = stage
    page = lan.get(world.url)
    assert page.texts("div", "note")[0] == "Hội nghị đã tổ chức hoặc đã hủy, không sửa chương trình được nữa."
    assert (page.links.get("Thêm mục"), page.all("button", data_grip="")) == (None, [])
    refused = fill_in_new(lan, world, {"title": "Mục", "minutes": "5"}, 422)
    assert "không sửa chương trình được nữa" in refused.one("div", "error-summary").text
    url = f"{world.sitting_url}/items/{ids[0]}"
    lan.submit(lan.get(url), {"title": "Mục"}, action=url, status=422)
    lan.post(f"{url}/move", {"to": "3"})
    assert [title for title, _ in world.stored()] == TITLES
