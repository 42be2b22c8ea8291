"""The linting client: each careless page is refused for exactly its fault, and forms are sent as a browser sends them."""

import pytest
from flask import Flask, make_response, redirect, request

from tests.pages import Page, PageClient, lint, parse, values_of

GOOD = """<!doctype html><html lang="vi"><head><title>Đại biểu</title></head><body><h1>Đại biểu</h1>
<form method="post" action="/go"><input type="hidden" name="csrf_token" value="t"><label for="n">Họ tên</label>
<input id="n" name="name" value="An"><label>Ghi chú <textarea name="note">\nmột</textarea></label>
<select name="side" aria-label="Bên"><option value="a">A</option><option value="b" selected>B</option></select>
<input type="checkbox" name="pick" value="1" aria-label="1" checked>
<input type="checkbox" name="pick" value="2" aria-label="2" checked>
<button name="act" value="go">Duyệt</button></form><img src="/a.png" alt=""><br/><a href="/x">Xem <b>thêm</b></a></body></html>"""


def test_a_careful_page_has_no_fault() -> None:
    assert lint(GOOD) == []


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ('lang="vi"', 'lang="en"', '<html> lacks lang="vi"'),
        ("<h1>Đại biểu</h1>", "<h2>Đại biểu</h2>", "0 <h1> instead of one"),
        ("<title>Đại biểu</title>", "<title> </title>", "no <title>, an empty one or several"),
        ('<label for="n">Họ tên</label>', "", "<input name='name'> has no label"),
        ('<label for="n">Họ tên</label>', '<label for="n"></label>', "<input name='name'> has no label"),
        ('aria-label="Bên"', "", "<select name='side'> has no label"),
        ('<img src="/a.png" alt="">', '<img src="/a.png">', "<img src='/a.png'> has no alt"),
        ('name="csrf_token"', 'name="token"', "<form action='/go'> has no csrf_token"),
        ("<br/>", '<b id="n">!</b>', "id 'n' is used 2 times"),
        ("<br/>", '<b style="color:red">!</b>', "<b> has inline style"),
        ("<br/>", '<b onclick="x()">!</b>', "<b> has inline onclick"),
        ("<br/>", "<script>x()</script>", "inline <script>"),
        ("<br/>", "<style>b{}</style>", "inline <style>"),
        ("<br/>", '<a href=" JavaScript:x()">!</a>', "<a> runs a javascript: address"),
        ("<br/>", '<p aria-describedby="gone">!</p>', "<p> aria-describedby='gone' points nowhere"),
        ("<br/>", "<p>a\u0302</p>", "text is not NFC"),
        ("<br/>", "<i>!</b></i>", "</b> on line 8 closes <i>"),
        ("Xem <b>thêm</b>", '<img src="/i.svg" alt="">', "<a {'href': '/x'}> has no name"),
    ],
)
def test_each_fault_is_found(good: str, bad: str, fault: str) -> None:
    assert good in GOOD
    assert fault in lint(GOOD.replace(good, bad))


def test_a_fragment_needs_no_title_but_labels() -> None:
    assert lint('<p>Còn 18 chỗ</p><input name="q">') == ["<input name='q'> has no label"]


def test_values_are_those_a_browser_sends() -> None:
    form = parse(GOOD)[0].one("form")
    assert values_of(form) == {"csrf_token": ["t"], "name": ["An"], "note": ["một"], "side": ["b"], "pick": ["1", "2"]}


def test_text_joins_words_as_read() -> None:
    page = parse("<p>Đã <b>du</b>yệt</p><ul><li>một</li><li>hai</li></ul><table><tr><th>A</th><td> 1 </td></tr></table>")[0]
    assert page.text == "Đã duyệt một hai A 1"
    assert page.rows() == [["A", "1"]]


@pytest.fixture
def site() -> Flask:
    """A tiny site of one form that redirects, with a page on another host."""
    site = Flask("site")

    @site.route("/form", methods=["GET", "POST"])
    def form() -> object:
        if request.method == "POST":
            assert request.form["csrf_token"] == "t"
            answer = redirect("/done")
            answer.set_cookie("name", ",".join(request.form.getlist("name") + request.form.getlist("pick")))
            return answer
        return GOOD.replace('action="/go"', "")

    site.add_url_rule("/done", view_func=lambda: GOOD.replace("</h1>", f" {request.cookies['name']}</h1>"), endpoint="done")
    site.add_url_rule("/away", view_func=lambda: redirect("https://example.org/"), endpoint="away")
    site.add_url_rule("/bad", view_func=lambda: GOOD.replace("<h1>", "<h3>"), endpoint="bad")
    site.add_url_rule("/text", view_func=lambda: make_response(("x", 200, {"Content-Type": "text/plain"})), endpoint="text")
    return site


def test_client_submits_the_form_of_a_page_and_follows(site: Flask) -> None:
    client = PageClient(site)
    answer = client.submit(client.get("/form"), {"name": "Bình"})
    assert (answer.status, answer.location) == (302, "/done")
    assert client.follow(answer).h1 == "Đại biểu Bình,1,2"


def test_post_fetches_the_token_of_the_form_by_itself(site: Flask) -> None:
    client = PageClient(site)
    assert client.follow(client.post("/form", {"name": "Chi"})).h1 == "Đại biểu Chi"


def test_client_refuses_what_was_not_expected(site: Flask) -> None:
    client = PageClient(site)
    assert isinstance(client.get("/text"), Page)
    with pytest.raises(AssertionError, match="/gone answered 404 instead of 200"):
        client.get("/gone")
    with pytest.raises(AssertionError, match="302 to 'https://example.org/'"):
        client.follow(client.get("/away", status=302))
    with pytest.raises(AssertionError, match="0 <h1> instead of one"):
        client.get("/bad")
