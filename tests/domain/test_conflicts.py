"""What happened, in a sentence, for every code that a gate's list may carry."""

from datetime import UTC, datetime, timedelta

import pytest

from congress.domain import door
from congress.domain.conflicts import Passage, explain

AT = datetime(2025, 5, 20, 0, 33, tzinfo=UTC)  # 07:33 in Vietnam
EARLIER = AT - timedelta(minutes=2)
HERE = Passage(AT, "Cửa 2", "Máy 2")


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        (Passage(EARLIER, "Cửa 1", "Máy 1"), "Vào hai cửa: Cửa 1 lúc 07:31 và Cửa 2 lúc 07:33, hai máy đều mất mạng."),
        (
            Passage(EARLIER, "Cửa 1", "Máy 1", offline=False),
            "Vào hai cửa: Cửa 1 lúc 07:31 và Cửa 2 lúc 07:33, máy ở Cửa 2 mất mạng.",
        ),
        (
            Passage(AT + timedelta(minutes=2), "Cửa 1", offline=False),
            "Vào hai cửa: Cửa 2 lúc 07:33 và Cửa 1 lúc 07:35, máy ở Cửa 2 mất mạng.",
        ),
        (
            Passage(AT - timedelta(days=1), "Cửa 1"),
            "Vào hai cửa: Cửa 1 lúc 07:33 ngày 19/05/2025 và Cửa 2 lúc 07:33 ngày 20/05/2025, hai máy đều mất mạng.",
        ),
        (Passage(EARLIER, "Cửa 2"), "Vào hai lần ở Cửa 2: lúc 07:31 và lúc 07:33, máy mất mạng."),
        (Passage(EARLIER, "", "Bàn 1"), "Vào hai cửa: Bàn 1 lúc 07:31 và Cửa 2 lúc 07:33, hai máy đều mất mạng."),
        (None, "Vào lúc 07:33; lượt kia đã được hủy."),
    ],
)
def test_two_entries(other: Passage | None, sentence: str) -> None:
    assert explain("already_in", HERE, other=other) == sentence


def test_two_hand_outs() -> None:
    other = Passage(EARLIER, "Bàn 1")
    words = explain("already_given", HERE, kind="handout", other=other)
    assert words == "Nhận đồ phát hai nơi: Bàn 1 lúc 07:31 và Cửa 2 lúc 07:33, hai máy đều mất mạng."


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("badge_revoked", "Vào lúc 07:33 bằng thẻ cũ: thẻ ấy đã được thay, máy ở cửa chưa biết."),
        ("replaced", "Vào lúc 07:33 bằng thẻ đã chuyển cho người khác."),
        ("withdrawn", "Vào lúc 07:33 khi đã rút khỏi danh sách."),
        ("not_yet", "Vào lúc 07:33, khi cửa chưa mở."),
        ("over", "Vào lúc 07:33, khi cửa đã đóng."),
        ("unknown_token", "Cho vào lúc 07:33 một thẻ không có trong hội nghị."),
        ("of_tomorrow", "Vào lúc 07:33 khi quy tắc ở cửa không cho."),
    ],
)
def test_the_others(code: str, sentence: str) -> None:
    assert explain(code, HERE) == sentence


def test_with_what_is_known_beside_it() -> None:
    window = door.Opening(AT + timedelta(hours=2), AT + timedelta(minutes=30), AT - timedelta(minutes=3))
    assert explain("not_yet", HERE, opening=window) == "Vào lúc 07:33, trước giờ mở cửa 08:03."
    assert explain("over", HERE, opening=window) == "Vào lúc 07:33, sau giờ đóng cửa 07:30."
    words = explain("replaced", HERE, successor=door.Successor("Lò Văn B", 104))
    assert words == "Vào lúc 07:33 bằng thẻ đã chuyển cho Lò Văn B, số thẻ 104."
    assert explain("withdrawn", HERE, kind="exit") == "Ra lúc 07:33 khi đã rút khỏi danh sách."


def test_every_refusal_of_the_door_has_words_of_its_own() -> None:
    """What the door refuses online it may have let in offline."""
    not_refusals = {
        "in", "back", "out", "given", "printed", "let_in", "owner", "forced", "already_out", "nonce_reused", "not_listed",
        "needs_network", "not_let_in",
    }  # fmt: skip
    told = {code: explain(code, HERE, other=Passage(EARLIER)) for code in door.SENTENCES.keys() - not_refusals}
    assert [code for code, words in told.items() if "quy tắc ở cửa" in words] == []
