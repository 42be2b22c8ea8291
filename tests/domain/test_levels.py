"""Levels in free text: what offices write falls into the line it belongs to, and what cannot be told is said to be so."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.levels import (
    AWARDS,
    EDUCATION,
    OTHER,
    POLITICAL_THEORY,
    SCHOOLING,
    read_award,
    read_education,
    read_political_theory,
    read_schooling,
)

READERS = {
    read_education: EDUCATION, read_political_theory: POLITICAL_THEORY, read_schooling: SCHOOLING, read_award: AWARDS,
}  # fmt: skip


@pytest.mark.parametrize(
    ("level", "texts"),
    [
        ("Tiến sĩ", ["Tiến sĩ", "Tiến sỹ", "TS", "T.S", "TS. Luật", "PGS.TS", "TSKH", "tiến sĩ khoa học"]),
        ("Thạc sĩ", ["Thạc sĩ", "thạc sỹ", "ThS", "Th.S", "Th.s", "ThS. Quản lý công", "Cao học", "Thạc sĩ, bác sĩ CKI"]),
        ("Đại học", ["Đại học", "ĐH", "đh", "Đại học Luật", "ĐHSP Toán", "CKI", "CKII", "BSCKI", "Bác sĩ CKII", "Cử nhân",
                     "Kỹ sư", "Bác sĩ", "bác sỹ", "KS", "Đại học; Cao cấp lý luận chính trị"]),
        ("Cao đẳng", ["Cao đẳng", "CĐ", "CĐSP", "Cao đẳng nghề"]),
        ("Trung cấp", ["Trung cấp", "TC", "Trung cấp nông nghiệp", "12/12; Trung cấp", "Y sĩ", "THCN"]),
        ("Sơ cấp", ["Sơ cấp", "SC", "Sơ cấp nghề", "Chứng chỉ nghề"]),
        ("Chưa qua đào tạo", ["Chưa qua đào tạo", "Chưa đào tạo", "không", "Lao động phổ thông", "chưa"]),
        (OTHER, ["12/12", "Trung cấp lý luận chính trị", "Sinh viên đại học", "đang học cao học", "x"]),
        ("", ["", "  ", "-", "."]),
    ],
)  # fmt: skip
def test_education(level: str, texts: list[str]) -> None:
    assert {text: read_education(text) for text in texts} == dict.fromkeys(texts, level)


@pytest.mark.parametrize(
    ("level", "texts"),
    [
        ("Cử nhân", ["Cử nhân", "CN"]),
        ("Cao cấp", ["Cao cấp", "CC", "CCLLCT", "Cao cấp LLCT", "cao cấp lý luận chính trị"]),
        ("Trung cấp", ["Trung cấp", "TC", "TCCT", "Trung cấp LLCT-HC"]),
        ("Sơ cấp", ["Sơ cấp", "SC"]),
        ("Chưa qua đào tạo", ["Chưa", "không", "Chưa qua đào tạo"]),
        (OTHER, ["x", "Đại học"]),
        ("", ["", "–"]),
    ],
)
def test_political_theory(level: str, texts: list[str]) -> None:
    assert {text: read_political_theory(text) for text in texts} == dict.fromkeys(texts, level)


@pytest.mark.parametrize(
    ("level", "texts"),
    [
        ("Trung học phổ thông", ["THPT", "12/12", "10/12", "10/10", "8/10", "Cấp III", "cấp 3", "lớp 12", "12", "12 / 12"]),
        ("Trung học cơ sở", ["THCS", "9/12", "6/12", "7/10", "5/10", "Cấp II", "lớp 9"]),
        ("Tiểu học", ["Tiểu học", "TH", "5/12", "4/10", "cấp I"]),
        (OTHER, ["13/12", "0/12", "mù chữ", "11/10"]),
        ("", ["", "-"]),
    ],
)
def test_schooling(level: str, texts: list[str]) -> None:
    assert {text: read_schooling(text) for text in texts} == dict.fromkeys(texts, level)


@pytest.mark.parametrize(
    ("level", "texts"),
    [
        ("Danh hiệu Anh hùng", ["Anh hùng Lao động", "AHLĐ", "Anh hùng LLVTND", "Bà mẹ Việt Nam anh hùng"]),
        ("Huân chương", ["Huân chương Lao động hạng Nhì", "HCLĐ hạng Ba", "Huân chương Độc lập; Bằng khen TTg"]),
        ("Danh hiệu vinh dự Nhà nước khác", ["Nhà giáo ưu tú", "NGƯT", "Nghệ nhân nhân dân", "Giải thưởng Nhà nước"]),
        ("Huy chương", ["Huy chương Chiến sĩ vẻ vang"]),
        ("Chiến sĩ thi đua toàn quốc", ["CSTĐTQ", "CSTĐ toàn quốc", "Chiến sỹ thi đua toàn quốc"]),
        ("Cờ thi đua của Chính phủ", ["Cờ thi đua của Chính phủ"]),
        ("Bằng khen của Thủ tướng Chính phủ", ["Bằng khen của Thủ tướng Chính phủ", "BK TTg", "BKTTCP", "Bằng khen TTg 2022"]),
        ("Chiến sĩ thi đua cấp bộ, ngành, tỉnh", ["CSTĐ cấp tỉnh", "CSTĐ tỉnh", "Chiến sĩ thi đua cấp Bộ; Giấy khen"]),
        ("Cờ thi đua cấp bộ, ngành, tỉnh", ["Cờ thi đua UBND tỉnh"]),
        ("Bằng khen cấp bộ, ngành, tỉnh", ["Bằng khen UBND tỉnh", "BK tỉnh", "Bằng khen Bộ Y tế"]),
        ("Kỷ niệm chương", ["Kỷ niệm chương Vì sự nghiệp giáo dục"]),
        ("Chiến sĩ thi đua cơ sở", ["CSTĐ cơ sở", "CSTĐCS", "Chiến sĩ thi đua cấp cơ sở"]),
        ("Giấy khen", ["Giấy khen của Chủ tịch UBND huyện", "GK", "Lao động tiên tiến; giấy khen"]),
        ("Lao động tiên tiến", ["Lao động tiên tiến", "LĐTT"]),
        ("Gia đình văn hóa", ["Gia đình văn hoá", "GĐVH"]),
        (OTHER, ["Chiến sĩ thi đua", "Thành phố Anh hùng"]),
        ("", ["", "-"]),
    ],
)
def test_awards(level: str, texts: list[str]) -> None:
    assert {text: read_award(text) for text in texts} == dict.fromkeys(texts, level)


@pytest.mark.parametrize("read", READERS)
@given(st.text(max_size=30))
def test_any_text_has_a_line_and_only_a_blank_one_is_not_known(read: Callable[[str], str], text: str) -> None:
    assert read(text) in (*READERS[read], OTHER, "")
    assert (read(text) == "") == (not any(letter.isalnum() for letter in text))
