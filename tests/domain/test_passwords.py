"""A new password is long and not the first thing anybody would try."""

import pytest

from congress.domain.passwords import RULE, password_fault

SHORT = "Mật khẩu ngắn quá. Cần ít nhất 10 ký tự."
LONG = "Mật khẩu dài quá. Tối đa 128 ký tự."
SAME = "Mật khẩu trùng tên đăng nhập. Chọn mật khẩu khác."
EASY = "Mật khẩu này quá dễ đoán. Chọn mật khẩu khác."


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", SHORT),
        ("chin-ky-9", SHORT),
        ("muoi-ky-10", None),
        ("x" * 63 + "yz" + "x" * 63, EASY),
        ("abcde" * 25 + "xyz", None),
        ("abcde" * 25 + "wxyz", LONG),
        ("Nguyen.Van.A", SAME),
        ("nguyen. van.a", SAME),
        ("1234567890", EASY),
        ("9876543210", EASY),
        ("1234567890123", EASY),
        ("abcdefghijkl", EASY),
        ("aaaaaaaaaaaa", EASY),
        ("12121212121212", EASY),
        ("Password123", EASY),
        ("thi dua yeu nuoc", EASY),
        ("Ba con vịt qua sông", None),
    ],
)
def test_password_fault(password: str, fault: str | None) -> None:
    assert password_fault(password, "nguyen.van.a") == fault


def test_the_rule_in_words_names_the_shortest() -> None:
    assert RULE.startswith("Ít nhất 10 ký tự")
