"""The pages of units: the tree, search, one unit, a list to import."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select

from congress.domain.access import COMMAND_LINE
from congress.models import Unit, db
from congress.operations import presets
from congress.operations.units import import_units
from tests.pages import Page, PageClient
from tests.world import NOW, PASSWORD, World, make_unit, make_user


@pytest.fixture
def world(session: Any) -> World:
    """The small province, its plan's owner `chu` and a viewer `xem` of the first district; today is 10/03/2025."""
    world = World()
    for unit in db.session.scalars(select(Unit)):
        unit.folded = {"T": "tinh thu", "H1": "huyen mot", "H2": "huyen hai", "X1": "xa mot", "S1": "so mot"}[unit.code]
    make_user("chu", "plan_owner", unit=world.province)
    make_user("xem", "viewer", unit=world.district)
    return world


@pytest.fixture
def owner(world: World, client: PageClient) -> PageClient:
    client.app.config["CLOCK"] = lambda: NOW
    client.sign_in("chu", PASSWORD)
    return client


def send(client: PageClient, page: Page, changes: dict[str, Any], status: int | None = None) -> Page:
    """Fill in and send the page's own form."""
    return client.submit(page, changes, action=page.response.request.path, status=status)


def errors(page: Page) -> list[str]:
    return page.texts("p", "field-error")


def toast(client: PageClient, page: Page) -> str:
    [said] = [note.one("p").text for note in client.follow(page).all(css_class="toast-note") if "role" in note.attrs]
    return said


def names(page: Page) -> list[str]:
    return page.one("main").texts(css_class="row-title")


def unit(code: str) -> Unit:
    db.session.expire_all()
    return db.session.scalars(select(Unit).where(Unit.code == code)).one()


# ---- the tree ----------------------------------------------------------------------------------------------------------


def test_the_tree_folds_with_counts(owner: PageClient, world: World) -> None:
    page = owner.get("/units")
    assert page.one("main").texts("summary") == ["Huyện Một 1 đơn vị", "Huyện, thành phố 1 đơn vị", "Sở, ban, ngành 1 đơn vị"]
    assert names(page) == ["Xã Một", "Huyện Hai", "Sở Một"]
    assert page.one("main").texts("a", "chip") == [
        "Tất cả 5", "Tỉnh 1", "Huyện, thành phố 2", "Xã, phường, thị trấn 1", "Sở, ban, ngành 1",
    ]  # fmt: skip


def test_a_unit_shows_between_which_days_it_is(owner: PageClient, world: World) -> None:
    world.commune.valid_to, world.department.valid_to = date(2025, 3, 9), date(2025, 6, 30)
    world.other_district.valid_from = date(2025, 7, 1)
    assert owner.get("/units").one("main").texts("span", "pill") == [
        "Thôi hoạt động sau 09/03/2025", "Hoạt động từ 01/07/2025", "Đến 30/06/2025",
    ]  # fmt: skip


def test_a_kind_is_a_plain_list_paged_at_a_hundred(owner: PageClient, world: World) -> None:
    name, data = presets.preset_units("bac-kan-2024") or ("", b"")
    import_units(data, name, actor=COMMAND_LINE, now=NOW)
    page = owner.get("/units?kind=commune")
    assert (len(names(page)), page.one(css_class="pager").one("span").text) == (100, "Trang 1/2 · 109 dòng")
    assert len(names(owner.get("/units?kind=commune&page=2"))) == 9
    assert len(names(owner.get("/units?kind=commune&page=99"))) == 9
    row = owner.get("/units?kind=department").one("table").rows()[1]
    assert row == ["Ban Dân tộc", "BKS18", "Sở, ban, ngành", "Tỉnh Bắc Kạn", "Khối sở, ban, ngành"]


def test_search_by_words_without_accents(owner: PageClient, world: World) -> None:
    for text, found in (
        ("mot", ["Huyện Một", "Sở Một", "Xã Một"]),
        ("MỘT xã", ["Xã Một"]),
        ("h2", ["Huyện Hai"]),
        ("tinh huyen", []),
    ):
        page = owner.post("/units", {"q": text}, status=200)
        assert (names(page), page.one(role="status").text) == (found, f"{len(found)} đơn vị khớp “{text}”.")


def test_who_only_reads_gets_no_way_to_edit(client: PageClient, world: World) -> None:
    client.sign_in("xem", PASSWORD)
    page = client.get("/units")
    assert names(page) == ["Xã Một", "Huyện Hai", "Sở Một"]
    assert [a.attrs["href"] for a in page.one("main").all("a") if "kind=" not in a.attrs["href"]] == ["/units"]
    for path in ("/units/new", f"/units/{world.commune.id}", "/units/import"):
        client.get(path, 403)
        client.post(path, status=403)


# ---- one unit ----------------------------------------------------------------------------------------------------------


def test_a_unit_is_added_under_another(owner: PageClient, world: World) -> None:
    form = owner.get(f"/units/new?under={world.district.id}")
    values = {"code": "X2", "name": "Xã Hai", "kind": "commune", "headcount": "1200", "valid_from": "2025-07-01"}
    page = send(owner, form, values)
    assert toast(owner, page) == "Đã thêm Xã Hai."
    new = unit("X2")
    assert (new.parent_id, new.headcount, str(new.valid_from), new.path) == (
        world.district.id, 1200, "2025-07-01", f"{world.district.path}{new.id}/",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": ""}, ["Chưa có mã."]),
        ({"code": "H1"}, ["Mã H1 đã có. Chọn mã khác."]),
        ({"name": ""}, ["Chưa có tên."]),
        ({"kind": "province"}, ["Đơn vị loại “Tỉnh” không trực thuộc Huyện Một được."]),
        ({"headcount": "-1"}, ["Nhập một số không âm."]),
        ({"valid_from": "2025-07-01", "valid_to": "2025-06-30"}, ["Ngày thôi hoạt động đứng trước ngày bắt đầu."]),
    ],
)
def test_a_unit_that_is_not_right_is_refused(owner: PageClient, world: World, changes: dict[str, str], words: list[str]) -> None:
    form = owner.get(f"/units/new?under={world.district.id}")
    page = send(owner, form, {"code": "X2", "name": "Xã Hai", "kind": "commune", **changes}, status=422)
    assert errors(page) == words
    assert db.session.scalar(select(func.count(Unit.id))) == 5


def test_a_unit_is_changed_and_moved(owner: PageClient, world: World) -> None:
    form = owner.get(f"/units/{world.commune.id}")
    assert form.all("input", name="code") == []
    page = send(owner, form, {"name": "Xã Một Hai", "parent": str(world.other_district.id), "valid_to": "2025-06-30"})
    assert toast(owner, page) == "Đã ghi Xã Một Hai."
    moved = unit("X1")
    assert (moved.name, moved.parent_id, moved.path) == (
        "Xã Một Hai",
        world.other_district.id,
        f"{world.other_district.path}{moved.id}/",
    )


def test_a_root_stays_a_root_and_nobody_may_be_his_own_parent(owner: PageClient, world: World) -> None:
    assert owner.get(f"/units/{world.province.id}").one("select", name="parent").texts("option") == [
        "Không trực thuộc đơn vị nào"
    ]
    assert owner.get(f"/units/{world.district.id}").one("select", name="parent").texts("option") == ["Tỉnh Thử", "Huyện Hai"]
    send(owner, owner.get(f"/units/{world.province.id}"), {"name": "Tỉnh Mới"})
    assert (unit("T").name, unit("T").parent_id) == ("Tỉnh Mới", None)


def test_a_unit_out_of_reach_is_not_found(client: PageClient, world: World) -> None:
    make_user("khac", "plan_owner", unit=world.other_district)
    client.sign_in("khac", PASSWORD)
    for other in (world.province, world.district, world.commune):
        client.get(f"/units/{other.id}", 404)
        client.post(f"/units/{other.id}", {"name": "X"}, status=404)
    form = client.get("/units/new")
    assert form.one("select", name="parent").texts("option") == ["Huyện Hai"]
    values = {"code": "X2", "name": "Xã Hai", "kind": "commune", "parent": str(world.district.id)}
    send(client, form, values, status=422)
    assert db.session.scalar(select(func.count(Unit.id))) == 5


# ---- a list ------------------------------------------------------------------------------------------------------------


def upload(client: PageClient, text: str, status: int | None = None) -> Page:
    return send(client, client.get("/units/import"), {"file": (BytesIO(text.encode()), "don-vi.csv")}, status)


def test_a_list_is_imported_with_its_summary(owner: PageClient, world: World) -> None:
    page = upload(owner, "Mã;Tên;Loại;Mã cấp trên\nX2;Xã Hai;Xã;H1\nX1;Xã Một mới;Xã;H1\nH2;Huyện Hai;Huyện;T\n")
    assert toast(owner, page) == "Đã thêm 1, sửa 1, giữ nguyên 1 đơn vị."
    assert unit("X1").name == "Xã Một mới"


def test_every_fault_of_a_list_is_shown_and_nothing_is_written(owner: PageClient, world: World) -> None:
    page = upload(owner, "code,name,kind,parent_code\nX2,Xã Hai,commune,H1\nX3,,commune,H1\nX2,Xã Ba,commune,H1\n", 422)
    said = ["dòng 3, cột Tên: Thiếu tên.", "dòng 4, cột Mã: Mã X2 đã có ở dòng 2."]
    assert page.one("main").all("section", "card")[0].texts("li") == said
    assert errors(page) == [f"Danh sách đơn vị có lỗi. {said[0]} Còn 1 lỗi nữa."]
    assert errors(send(owner, owner.get("/units/import"), {}, 422)) == ["Chọn tệp danh sách."]
    assert db.session.scalar(select(func.count(Unit.id))) == 5


def test_nobody_imports_units_of_another_place(client: PageClient, world: World) -> None:
    make_user("khac", "plan_owner", unit=world.other_district)
    make_unit("X3", "Xã Ba", "commune", world.other_district)
    client.sign_in("khac", PASSWORD)
    page = upload(client, "code,name,kind\nX1,Xã Khác,commune\nX3,Xã Ba mới,commune\n", 422)
    assert page.one("main").all("section", "card")[0].texts("li") == ["dòng 2, cột Mã: Đơn vị này ngoài phạm vi bạn được giao."]
    assert (unit("X1").name, unit("X3").name) == ("Xã Một", "Xã Ba")
