"""Whose photo a file is, by its name: a number, a name in any spelling, and never a guess."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.names import fold
from congress.domain.photo_names import Owner, Owners

PEOPLE = (
    Owner(1, 101, "Nguyễn Văn An", "006170000001", "Sở Y tế"),
    Owner(2, 102, "Nguyễn Văn Ân", "", "Xã Một Đoàn Xã Một"),
    Owner(3, 103, "Lò Thị Hường", "", "Xã Hai"),
    Owner(4, 104, "Lò Thị Hường", "", "Xã Ba"),
    Owner(5, 105, "Đặng Thị Bích Đào", "", ""),
    Owner(6, 106, "Thị Bích", "006170000006", ""),
)
OWNERS = Owners(PEOPLE)


@pytest.mark.parametrize(
    ("file", "number"),
    [
        ("101.jpg", 101),
        ("anh/the/101.JPG", 101),
        ("C:\\Anh\\101.png", 101),
        ("0101.jpeg", 101),
        ("101 - Nguyễn Văn An.jpg", 101),
        ("101_nguyen van an.jpg", 101),
        ("101 ảnh thẻ.jpg", 101),
        ("101 (2).jpg", 101),
        ("006170000001.jpg", 101),
        ("CCCD 006170000006 Thi Bich.jpg", 106),
        ("Nguyễn Văn Ân.jpg", 102),
        ("NGUYỄN VĂN AN - Sở Y tế.JPG", 101),
        ("nguyen van an so y te.jpg", 101),
        ("nguyen-van-an_xa-mot.webp", 102),
        ("dang thi bich dao.jpg", 105),
        ("dangthibichdao.jpg", 105),
        ("1. Đặng Thị Bích Đào.jpg", 105),
        ("Đặng Thị Bích Đào.ảnh 3x4.jpg", 105),
        ("Thị Bích.jpg", 106),
        ("Lò Thị Hường - xã Ba.jpg", 104),
        ("104 Lò Thị Hường.jpg", 104),
        ("ĐẶNG THỊ BÍCH ĐÀO", 105),
    ],
)
def test_a_file_finds_its_person(file: str, number: int) -> None:
    for name in (file, unicodedata.normalize("NFD", file)):
        match = OWNERS.match(name)
        assert match.owner and match.owner.number == number, match.why


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("999.jpg", "Không có ai trong danh sách có số thẻ, số CCCD hoặc tên như vậy."),
        ("IMG_2031.jpg", "Không có ai trong danh sách có số thẻ, số CCCD hoặc tên như vậy."),
        ("IMG_101.jpg", "Không có ai tên như vậy; số 101 là Nguyễn Văn An."),
        ("", "Không có ai trong danh sách có số thẻ, số CCCD hoặc tên như vậy."),
        ("Hường.jpg", "Không có ai trong danh sách có số thẻ, số CCCD hoặc tên như vậy."),
        ("105 Nguyễn Văn Ân.jpg", "Số 105 là Đặng Thị Bích Đào, tên trong tệp là Nguyễn Văn Ân."),
        ("lo thi huong.jpg", "Có 2 người như vậy: Lò Thị Hường số 103, Lò Thị Hường số 104. Đặt tên tệp theo số thẻ."),
        ("nguyen van an.jpg", "Có 2 người như vậy: Nguyễn Văn An số 101, Nguyễn Văn Ân số 102. Đặt tên tệp theo số thẻ."),
        ("Lò Thị Hường xã.jpg", "Có 2 người như vậy: Lò Thị Hường số 103, Lò Thị Hường số 104. Đặt tên tệp theo số thẻ."),
        ("9" * 400 + ".jpg", "Không có ai trong danh sách có số thẻ, số CCCD hoặc tên như vậy."),
    ],
)
def test_a_file_that_tells_too_little_is_nobodys_and_says_why(file: str, why: str) -> None:
    match = OWNERS.match(file)
    assert (match.owner, match.why) == (None, why)


_WORD = st.sampled_from("Nông Lò Vi Bàn Thị Văn Đức An Ân Hạnh Đào Thủy".split())
_NAME = st.lists(_WORD, min_size=2, max_size=4).map(" ".join)


@given(st.lists(_NAME, min_size=1, max_size=8), st.data())
def test_a_name_that_only_one_has_finds_that_one_in_any_spelling(names: list[str], data: st.DataObject) -> None:
    people = [Owner(n, 100 + n, name) for n, name in enumerate(names)]
    person = data.draw(st.sampled_from(people))
    spelt = data.draw(st.sampled_from([str, fold, str.upper, lambda name: fold(name).replace(" ", "_")]))(person.name)
    match = Owners(people).match(f"{spelt}.jpg")
    alike = [other for other in people if fold(other.name) == fold(person.name)]
    if len(alike) == 1:
        assert match.owner == person
    else:
        assert match.owner in (None, *alike)


@given(st.text(max_size=40))
def test_no_name_of_a_file_is_too_strange(file: str) -> None:
    match = OWNERS.match(file)
    assert match.owner is not None or match.why
