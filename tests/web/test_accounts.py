"""Signing in, the first run, accounts and their roles, through the pages."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from congress.models import Delegation, Grant, Plan, SignInAttempt, Unit, User, db
from tests.pages import Page, PageClient
from tests.world import NOW, PASSWORD, World, make_user

NEW = "mat-khau-moi-2"


@pytest.fixture
def world(session: Any) -> World:
    """The small province, an administrator `admin` and a secretary `lan` of the first district."""
    world = World()
    make_user("admin", "administrator")
    make_user("lan", "secretary", unit=world.district)
    return world


@pytest.fixture
def admin(world: World, client: PageClient) -> PageClient:
    client.sign_in("admin", PASSWORD)
    return client


def account(username: str) -> User:
    db.session.expire_all()
    return db.session.scalars(select(User).filter_by(username=username)).one()


def errors(page: Page) -> list[str]:
    """What stands beside the fields and above the form."""
    return page.texts("p", "field-error")


def toast(client: PageClient, page: Page) -> str:
    [said] = [note.one("p").text for note in client.follow(page).all(css_class="toast-note") if "role" in note.attrs]
    return said


def sign_in(client: PageClient, username: str, password: str, status: int | None = None) -> Page:
    return client.submit(client.get("/sign-in"), {"username": username, "password": password}, status=status)


# ---- signing in and out ------------------------------------------------------------------------------------------------


def test_signed_out_people_are_led_to_sign_in_and_back(world: World, client: PageClient) -> None:
    led = client.get("/accounts?page=1", 302)
    assert led.location == "/sign-in?next=/accounts?page%3D1"
    page = client.submit(client.follow(led), {"username": "ADMIN", "password": PASSWORD})
    assert page.location == "/accounts?page=1"
    assert client.follow(page).h1 == "Tài khoản"


@pytest.mark.parametrize(
    "elsewhere",
    ["//example.org/", "https://example.org/", "/\\example.org", "\\/example.org", "example.org", "/\texample.org", "/a\nb", ""],
)
def test_sign_in_leads_to_no_other_site(world: World, client: PageClient, elsewhere: str) -> None:
    page = client.submit(client.get("/sign-in"), {"username": "lan", "password": PASSWORD, "next": elsewhere})
    assert page.location == "/"


def test_sign_in_goes_to_the_page_of_the_main_work(world: World, client: PageClient) -> None:
    make_user("mot-cua", "checkin_staff", congress=world.congress)
    make_user("khong-vai", "viewer", unit=world.district).grants.clear()
    two = make_user("hai-cua", "checkin_staff", congress=world.congress)
    two.grants.append(Grant(role="checkin_staff", congress_id=world.other_congress.id))
    both = make_user("cua-va-xem", "checkin_staff", congress=world.congress)
    both.grants.append(Grant(role="viewer", unit_id=world.district.id))
    rows = [Delegation(congress_id=world.congress.id, name=f"xã {n}", folded=f"xa {n}", position=n) for n in (1, 2)]
    db.session.add_all(rows)
    db.session.flush()
    make_user("mot-doan", "delegation_contact", delegation=rows[0])
    make_user("hai-doan", "delegation_contact", delegation=rows[0]).grants.append(
        Grant(role="delegation_contact", delegation_id=rows[1].id)
    )
    expected = {
        "mot-doan": f"/portal/{rows[0].id}", "hai-doan": "/portal",
        "mot-cua": f"/congress/{world.congress.id}/checkin/here", "hai-cua": "/doors", "cua-va-xem": "/", "lan": "/",
        "admin": "/", "khong-vai": "/",
    }  # fmt: skip
    assert {username: sign_in(client, username, PASSWORD).location for username in expected} == expected


@pytest.mark.parametrize(
    ("username", "password", "message"),
    [
        ("", PASSWORD, "Chưa có tên đăng nhập."),
        ("lan", "", "Chưa có mật khẩu."),
        ("x" * 129, PASSWORD, "Tên dài quá."),
        ("lan", "x" * 1001, "Mật khẩu dài quá."),
    ],
)
def test_sign_in_with_a_field_missing_is_not_an_attempt(
    world: World, client: PageClient, username: str, password: str, message: str
) -> None:
    assert errors(sign_in(client, username, password, 422)) == [message]
    assert db.session.scalar(select(func.count()).select_from(SignInAttempt)) == 0


def test_a_wrong_password_keeps_the_name_and_says_nothing_more(world: World, client: PageClient) -> None:
    pages = [sign_in(client, username, "sai-mat-khau", 422) for username in ("lan", "khong-co")]
    said = ["Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra Caps Lock và bộ gõ rồi thử lại."]
    assert [page.texts("div", "note") for page in pages] == [said, said]
    assert [page.one("input", name="username").attrs["value"] for page in pages] == ["lan", "khong-co"]
    assert [page.one("input", name="password").attrs.get("value", "") for page in pages] == ["", ""]
    client.get("/accounts", 302)


def test_five_wrong_passwords_make_the_account_wait(app: Flask, world: World, client: PageClient) -> None:
    app.config["CLOCK"] = lambda: NOW
    for _ in range(5):
        sign_in(client, "lan", "sai-mat-khau", 422)
    waiting = sign_in(client, "lan", PASSWORD, 429)
    assert waiting.texts("div", "note") == ["Thử sai nhiều lần. Chờ 15 phút rồi đăng nhập lại."]
    assert sign_in(client, "admin", PASSWORD).location == "/"
    app.config["CLOCK"] = lambda: NOW + timedelta(minutes=15)
    assert sign_in(client, "lan", PASSWORD).location == "/"


def test_the_session_is_fresh_and_lasts_a_long_morning(app: Flask, world: World, client: PageClient) -> None:
    with client.http.session_transaction() as before:
        before["planted"] = "by somebody else"
    answer = sign_in(client, "lan", PASSWORD)
    with client.http.session_transaction() as after:
        assert "planted" not in after
        assert after.permanent
    assert app.permanent_session_lifetime >= timedelta(hours=14)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Expires=" in cookie


def test_sign_out_ends_the_session(admin: PageClient) -> None:
    page = admin.post("/sign-out")
    assert (page.location, toast(admin, page)) == ("/sign-in", "Đã đăng xuất.")
    admin.get("/accounts", 302)


def test_a_stopped_account_is_out_at_once(admin: PageClient, app: Flask) -> None:
    lan = PageClient(app)
    lan.sign_in("lan", PASSWORD)
    admin.submit(admin.get(f"/accounts/{account('lan').id}"), {"active": []}, action=f"/accounts/{account('lan').id}")
    lan.get("/password", 302)
    sign_in(lan, "lan", PASSWORD, 422)


# ---- the first run -----------------------------------------------------------------------------------------------------

FIRST = {"name": "Quản trị", "username": "admin", "password": PASSWORD, "again": PASSWORD, "preset": "later"}


def test_while_nobody_has_an_account_every_page_leads_to_the_first_run(session: Any, client: PageClient) -> None:
    for url in ("/sign-in", "/password", "/accounts"):
        page = client.open(url)
        while page.status in (302, 303) and page.location != "/first-run":
            page = client.open(page.location)
        assert page.location == "/first-run", url
    assert client.get("/first-run").h1 == "Bắt đầu"
    client.get("/assets/x/app.css")


def test_the_first_run_makes_an_administrator_who_is_signed_in(session: Any, client: PageClient) -> None:
    page = client.submit(client.get("/first-run"), FIRST)
    assert page.location == "/"
    assert [(grant.role, grant.unit_id) for grant in account("admin").grants] == [("administrator", None)]
    assert client.get("/accounts").rows()[1] == ["Quản trị", "admin", "Quản trị", "Đang dùng"]
    assert db.session.scalars(select(Plan)).all() == []


def test_the_first_run_is_over_once_there_is_an_account(world: World, client: PageClient) -> None:
    assert client.get("/first-run", 303).location == "/sign-in"
    client.get("/sign-in")
    assert client.post("/first-run", FIRST | {"username": "thu-hai"}, 303).location == "/sign-in"
    assert db.session.scalars(select(User.username).order_by(User.username)).all() == ["admin", "lan"]


def test_the_first_run_loads_a_plan_with_its_units_for_its_owner(session: Any, client: PageClient) -> None:
    client.submit(client.get("/first-run"), FIRST | {"preset": "bac-kan-2024", "with_units": "y", "owns_plan": "y"})
    plan = db.session.scalars(select(Plan)).one()
    assert (plan.code, plan.unit.name) == ("bac-kan-2024", "Tỉnh Bắc Kạn")
    assert db.session.scalar(select(func.count()).select_from(Unit)) == 150
    grants = [(grant.role, grant.unit_id) for grant in account("admin").grants]
    assert grants == [("administrator", None), ("plan_owner", plan.unit_id)]


def test_the_first_run_without_the_units_of_a_plan(session: Any, client: PageClient) -> None:
    client.submit(client.get("/first-run"), FIRST | {"preset": "bac-kan-2024", "with_units": []})
    assert db.session.scalars(select(Unit.name)).all() == ["Tỉnh Bắc Kạn"]
    assert [grant.role for grant in account("admin").grants] == ["administrator"]


def test_the_first_run_names_the_province_that_a_preset_leaves_open(session: Any, client: PageClient) -> None:
    nameless = client.submit(client.get("/first-run"), FIRST | {"preset": "hai-cap-2025"}, status=422)
    assert errors(nameless) == ["Chưa có tên tỉnh cho kế hoạch mẫu này."]
    assert db.session.scalars(select(User)).all() == []
    client.submit(client.get("/first-run"), FIRST | {"preset": "hai-cap-2025", "province": " Tỉnh Thái  Nguyên "})
    plan = db.session.scalars(select(Plan)).one()
    assert (plan.unit.name, plan.issuer) == ("Tỉnh Thái Nguyên", "Ủy ban nhân dân tỉnh Thái Nguyên")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": " "}, "Chưa có họ tên."),
        ({"username": "a"}, "Tên đăng nhập gồm 3–32 chữ không dấu, số, dấu chấm hoặc gạch nối."),
        ({"username": ""}, "Chưa có tên đăng nhập."),
        ({"password": "ngan", "again": "ngan"}, "Mật khẩu ngắn quá. Cần ít nhất 10 ký tự."),
        ({"again": "mat-khau-thu-2"}, "Hai lần nhập không giống nhau."),
        ({"again": ""}, "Nhập lại lần nữa."),
        ({"preset": []}, "Chưa chọn kế hoạch mẫu."),
        ({"preset": "la"}, "Không có kế hoạch mẫu “la”. Có: bac-kan-2024, hai-cap-2025."),
        ({"owns_plan": "y"}, "Chọn một kế hoạch mẫu, hoặc bỏ chọn phần chủ kế hoạch."),
        ({"province": "x" * 201}, "Tên dài quá."),
    ],
)
def test_the_first_run_refuses(session: Any, client: PageClient, changed: dict[str, Any], message: str) -> None:
    page = client.submit(client.get("/first-run"), FIRST | changed, status=422)
    assert errors(page) == [message]
    assert page.one("input", name="again").attrs.get("value", "") == ""
    assert not db.session.scalars(select(User)).all()


# ---- accounts ----------------------------------------------------------------------------------------------------------


def test_the_list_shows_people_and_roles_with_a_fixed_number_of_queries(world: World, admin: PageClient) -> None:
    with counted_queries() as few:
        rows = admin.get("/accounts").rows()
    assert rows == [
        ["Họ tên", "Tên đăng nhập", "Vai trò", "Trạng thái"],
        ["Người admin", "admin", "Quản trị", "Đang dùng"],
        ["Người lan", "lan", "Thư ký · Huyện Một", "Đang dùng"],
    ]
    for number in range(98):
        make_user(f"nguoi{number:03}", "checkin_staff", congress=world.congress if number % 2 else world.lower_congress)
    account("lan").active = False
    with counted_queries() as many:
        rows = admin.get("/accounts").rows()
    assert (len(rows), rows[2][3], len(many)) == (101, "Đã ngừng", len(few))
    make_user("zzz", "viewer", unit=world.district)
    assert [row[1] for row in admin.get("/accounts?page=2").rows()[1:]] == ["zzz"]


def test_people_are_searched_without_accents_and_not_by_address(world: World, admin: PageClient) -> None:
    hoa = make_user("hoa", "viewer", unit=world.district)
    hoa.name = "Đặng Thị Hoà"
    page = admin.post("/accounts", {"q": "dang hoa"}, 200)
    assert [row[0] for row in page.rows()[1:]] == ["Đặng Thị Hoà"]
    assert admin.post("/accounts", {"q": "khong ai"}, 200).one(css_class="empty").one("h2").text == "Không thấy tài khoản nào"
    assert len(admin.get("/accounts?q=hoa").rows()) == 4


def test_a_search_with_many_answers_shows_the_first_hundred_and_says_so(world: World, admin: PageClient) -> None:
    for number in range(103):
        db.session.add(User(username=f"u{number:03}", name="Nguyễn An", password_hash="", session_key="", created_at=NOW))
    page = admin.post("/accounts", {"q": "an nguyen"}, 200)
    assert len(page.rows()) == 101
    assert "Còn 3 tài khoản nữa. Gõ thêm chữ để thu hẹp." in page.texts("p", "muted")


def test_a_new_account_signs_in(world: World, admin: PageClient, app: Flask) -> None:
    fields = {"name": "Trần Văn Bình", "username": "Binh.TV", "password": NEW}
    page = admin.submit(admin.get("/accounts/new"), fields, action="/accounts/new")
    assert page.location == f"/accounts/{account('binh.tv').id}"
    assert toast(admin, page) == "Đã tạo tài khoản binh.tv. Giao vai trò để bắt đầu dùng."
    assert sign_in(PageClient(app), "binh.tv", NEW).location == "/"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": ""}, "Chưa có họ tên."),
        ({"name": "x" * 201}, "Họ tên dài quá."),
        ({"username": ""}, "Chưa có tên đăng nhập."),
        ({"username": "Bình"}, "Tên đăng nhập gồm 3–32 chữ không dấu, số, dấu chấm hoặc gạch nối."),
        ({"username": "lan"}, "Đã có tài khoản lan. Chọn tên đăng nhập khác."),
        ({"password": ""}, "Chưa có mật khẩu."),
        ({"password": "1234567890"}, "Mật khẩu này quá dễ đoán. Chọn mật khẩu khác."),
    ],
)
def test_a_new_account_is_refused_beside_its_field(admin: PageClient, changed: dict[str, str], message: str) -> None:
    fields = {"name": "Bình", "username": "binh", "password": NEW, **changed}
    page = admin.submit(admin.get("/accounts/new"), fields, action="/accounts/new", status=422)
    assert errors(page) == [message]
    assert page.one("input", name="username").attrs["value"] == fields["username"]
    assert db.session.scalar(select(func.count()).select_from(User)) == 2


def test_an_account_is_renamed_and_stopped(admin: PageClient) -> None:
    url = f"/accounts/{account('lan').id}"
    page = admin.submit(admin.get(url), {"name": "Lan Anh", "active": []}, action=url)
    assert (page.location, toast(admin, page)) == (url, "Đã ghi.")
    assert (account("lan").name, account("lan").active) == ("Lan Anh", False)
    assert errors(admin.submit(admin.get(url), {"name": ""}, action=url, status=422)) == ["Chưa có họ tên."]


def test_roles_are_given_by_what_is_typed_and_taken(world: World, admin: PageClient) -> None:
    url = f"/accounts/{account('lan').id}"
    for fields in (
        {"role": "viewer", "unit": "Huyện Hai (H2)"},
        {"role": "viewer", "unit": "X1"},
        {"role": "organiser", "unit": "Sở Một"},
        {"role": "checkin_staff", "congress": f"Hội nghị Xã Một (số {world.lower_congress.id})"},
    ):
        page = admin.submit(admin.get(url), fields, action=f"{url}/grants")
        assert toast(admin, page) == "Đã giao vai trò."
    given = [(grant.role, grant.unit_id, grant.congress_id) for grant in account("lan").grants]
    assert given == [
        ("secretary", world.district.id, None),
        ("viewer", world.other_district.id, None),
        ("viewer", world.commune.id, None),
        ("organiser", world.department.id, None),
        ("checkin_staff", None, world.lower_congress.id),
    ]
    page = admin.submit(admin.get(url), {}, action=f"{url}/grants/{account('lan').grants[1].id}/withdraw")
    assert toast(admin, page) == "Đã thôi giao vai trò."
    assert [(grant.role, grant.unit_id, grant.congress_id) for grant in account("lan").grants] == given[:1] + given[2:]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"unit": "H1"}, "Chưa chọn vai trò."),
        ({"role": "king"}, "Không có vai trò này."),
        ({"role": "viewer"}, "Chọn đơn vị cho vai trò Người xem số liệu."),
        ({"role": "viewer", "unit": "Huyện Không"}, "Không có đơn vị này. Gõ vài chữ của tên rồi chọn trong danh sách."),
        ({"role": "secretary", "unit": "H1"}, "Tài khoản đã có vai trò này."),
        ({"role": "checkin_staff", "unit": "H1"}, "Chọn hội nghị cho vai trò Điểm danh."),
        ({"role": "delegation_contact", "delegation": "xã Một"}, "Chọn hội nghị và đoàn cho vai trò Đầu mối đoàn."),
        ({"role": "delegation_contact", "congress": "1"}, "Chọn hội nghị và đoàn cho vai trò Đầu mối đoàn."),
        (
            {"role": "delegation_contact", "congress": "1", "delegation": "xã Một"},
            "Hội nghị này không có đoàn tên như vậy. Xem tên ở trang Đoàn của hội nghị.",
        ),
        ({"role": "checkin_staff", "congress": "số 9999"}, "Không có hội nghị này. Gõ vài chữ của tên rồi chọn trong danh sách."),
    ],
)
def test_a_role_is_refused_beside_its_field(admin: PageClient, fields: dict[str, str], message: str) -> None:
    url = f"/accounts/{account('lan').id}"
    page = admin.submit(admin.get(url), fields, action=f"{url}/grants", status=422)
    assert errors(page) == [message]
    assert page.one("input", name="unit").attrs["value"] == fields.get("unit", "")
    assert [grant.role for grant in account("lan").grants] == ["secretary"]


@pytest.mark.parametrize("typed", ["xã Một", "Đoàn xã Một", "XA MOT"])
def test_a_contact_is_given_a_delegation_by_its_name(world: World, admin: PageClient, typed: str) -> None:
    rows = [
        Delegation(congress_id=congress.id, name="xã Một", folded="xa mot", position=1)
        for congress in (world.congress, world.other_congress)
    ]
    db.session.add_all(rows)
    db.session.flush()
    mine, url = rows[0].id, f"/accounts/{account('lan').id}"
    fields = {"role": "delegation_contact", "congress": f"{world.congress.id}", "delegation": typed}
    page = admin.submit(admin.get(url), fields, action=f"{url}/grants")
    assert toast(admin, page) == "Đã giao vai trò."
    assert [grant.delegation_id for grant in account("lan").grants] == [None, mine]
    assert "Đầu mối đoàn · Đoàn xã Một, Hội nghị Huyện Một" in admin.get(url).text


def test_the_last_administrator_is_not_locked_out(admin: PageClient) -> None:
    url, said = f"/accounts/{account('admin').id}", "Đây là quản trị cuối cùng. Giao quyền quản trị cho người khác trước."
    page = admin.submit(admin.get(url), {"active": []}, action=url, status=422)
    assert page.one(css_class="error-summary").texts("li") == [said]
    page = admin.submit(admin.get(url), {}, action=f"{url}/grants/{account('admin').grants[0].id}/withdraw")
    assert toast(admin, page) == said
    assert (account("admin").active, [grant.role for grant in account("admin").grants]) == (True, ["administrator"])


def test_a_grant_of_somebody_else_is_not_found(admin: PageClient) -> None:
    foreign = account("lan").grants[0].id
    admin.post(f"/accounts/{account('admin').id}/grants/{foreign}/withdraw", status=404)
    for url in ("/accounts/99999", "/accounts/99999/password"):
        admin.get(url, 404)
    admin.post("/accounts/99999/grants", {"role": "administrator"}, 404)
    assert len(account("lan").grants) == 1


def test_an_administrator_sets_a_new_password_and_the_old_sessions_end(admin: PageClient, app: Flask) -> None:
    lan, url = PageClient(app), f"/accounts/{account('lan').id}/password"
    lan.sign_in("lan", PASSWORD)
    page = admin.submit(admin.get(url), {"password": NEW, "again": "khac"}, action=url, status=422)
    assert errors(page) == ["Hai lần nhập không giống nhau."]
    page = admin.submit(admin.get(url), {"password": "ngan", "again": "ngan"}, action=url, status=422)
    assert errors(page) == ["Mật khẩu ngắn quá. Cần ít nhất 10 ký tự."]
    lan.get("/password")
    admin.submit(admin.get(url), {"password": NEW, "again": NEW}, action=url)
    lan.get("/password", 302)
    assert sign_in(lan, "lan", NEW).location == "/"


def test_people_change_their_own_password_and_stay_signed_in(world: World, client: PageClient, app: Flask) -> None:
    elsewhere = PageClient(app)
    for browser in (client, elsewhere):
        browser.sign_in("lan", PASSWORD)
    fields = {"old": PASSWORD, "password": NEW, "again": NEW}
    for changed, message in (
        ({"old": "sai-mat-khau"}, "Mật khẩu hiện tại không đúng."),
        ({"old": ""}, "Chưa có mật khẩu hiện tại."),
        ({"again": ""}, "Nhập lại lần nữa."),
        ({"password": "lan", "again": "lan"}, "Mật khẩu ngắn quá. Cần ít nhất 10 ký tự."),
    ):
        assert errors(client.submit(client.get("/password"), fields | changed, action="/password", status=422)) == [message]
    page = client.submit(client.get("/password"), fields, action="/password")
    assert toast(client, page) == "Đã đổi mật khẩu. Các phiên khác của bạn đã kết thúc."
    elsewhere.get("/password", 302)
    assert sign_in(elsewhere, "lan", NEW).location == "/"


def test_the_old_password_cannot_be_guessed_without_end(world: World, client: PageClient) -> None:
    client.sign_in("lan", PASSWORD)
    for old in ("sai", "sai", "sai", "sai", "sai", PASSWORD):
        page = client.submit(client.get("/password"), {"old": old, "password": NEW, "again": NEW}, action="/password", status=422)
    assert errors(page) == ["Thử sai nhiều lần. Chờ 15 phút rồi đăng nhập lại."]
    client.get("/password")


@pytest.mark.parametrize("role", ["plan_owner", "organiser", "secretary", "checkin_staff", "viewer"])
def test_only_administrators_manage_accounts(world: World, client: PageClient, role: str) -> None:
    make_user("nguoi", role, unit=world.province, congress=world.congress)
    sign_in(client, "nguoi", PASSWORD)
    page = client.get("/password")
    assert "Tài khoản" not in page.links
    lan = account("lan").id
    for url in ("/accounts", "/accounts/new", f"/accounts/{lan}", f"/accounts/{lan}/password"):
        client.get(url, 403)
    for url in ("/accounts/new", f"/accounts/{lan}", f"/accounts/{lan}/password", f"/accounts/{lan}/grants"):
        client.post(url, {"name": "x", "role": "administrator", "password": NEW, "again": NEW}, 403)
    assert [grant.role for grant in account("lan").grants] == ["secretary"]


class counted_queries:
    """The questions put to the database inside the block."""

    def __enter__(self) -> list[str]:
        self.seen: list[str] = []
        event.listen(db.engine, "before_cursor_execute", self.count)
        return self.seen

    def __exit__(self, *_: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self.count)

    def count(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT"):
            self.seen.append(statement)
