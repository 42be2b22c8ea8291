"""The meter: what a congress shows all the time about its size and its ratio."""

from hypothesis import given
from hypothesis import strategies as st

from congress.domain.admission import Approved, Rule, blocking, check_approve, check_close
from congress.domain.meter import read_meter

RULE = Rule(cap=200, honoured=7, invited=3, mode="min_models")
NO_RATIO = Rule(cap=500, honoured=None, invited=None, mode="none")
people = st.integers(0, 300)
rules = st.builds(
    Rule, st.integers(1, 500), st.integers(1, 9), st.integers(1, 9), st.sampled_from(["min_models", "exact", "advisory", "none"])
)


def test_banh_trach_is_shown_with_both_ways_out() -> None:
    meter = read_meter(RULE, 200, Approved(130, 56), [("Ban Tổ chức", 12), ("Phóng viên, báo chí", 3)])
    assert f"{meter.headline}: {meter.reason}" == (
        "Chốt bây giờ chưa được: 130/186 = 69,89 % điển hình (cần 70 %). Thêm 1 điển hình, hoặc bớt 1 khách mời."
    )
    assert (meter.tone, meter.share_text, meter.mark) == ("warn", "69,89 %", 0.7)
    assert (meter.seats_left, meter.invited_left, meter.invited_max, meter.honoured_need) == (14, 4, 60, 140)
    assert (meter.carried, meter.amber_from) == (55, 1)
    assert meter.room_text == "còn 14 chỗ, trong đó tối đa 4 lãnh đạo và khách mời"
    assert meter.uncounted == (("Ban Tổ chức", 12), ("Phóng viên, báo chí", 3))


def test_one_more_exemplar_makes_it_right() -> None:
    meter = read_meter(RULE, 200, Approved(131, 56))
    assert (meter.tone, meter.headline, meter.reason) == ("ok", "Đúng tỷ lệ", "131/187 = 70,05 % điển hình.")
    assert (meter.carried, meter.amber_from, meter.uncounted) == (56, 0, ())


def test_the_same_list_once_closed_is_red() -> None:
    meter = read_meter(RULE, 200, Approved(130, 56), closed=True)
    assert (meter.tone, meter.headline) == ("danger", "Danh sách đã chốt không còn đúng tỷ lệ")
    assert meter.reason == "130/186 = 69,89 % điển hình (cần 70 %). Thêm 1 điển hình, hoặc bớt 1 khách mời."


def test_an_empty_list_says_where_to_begin() -> None:
    meter = read_meter(RULE, 200, Approved(0, 0))
    assert (meter.tone, meter.headline, meter.reason) == ("ok", "Chưa duyệt ai", "Duyệt đại biểu ở trang Đại biểu.")
    assert (meter.share_text, meter.seats_left, meter.invited_left) == ("", 200, 60)


def test_what_only_advises_is_said_so() -> None:
    few = read_meter(RULE, 200, Approved(2, 1))
    advised = read_meter(Rule(300, 7, 3, "advisory"), 300, Approved(130, 56))
    assert (few.tone, few.headline, few.reason) == (
        "warn", "Chưa đúng tỷ lệ, chỉ nhắc", "2/3 = 66,66 % điển hình (cần 70 %). Thêm 1 điển hình, hoặc bớt 1 khách mời.",
    )  # fmt: skip
    assert (advised.tone, advised.headline) == ("warn", "Chưa đúng tỷ lệ, chỉ nhắc")


def test_a_tier_without_ratio_has_its_seats_alone() -> None:
    meter = read_meter(NO_RATIO, 500, Approved(100, 380))
    assert (meter.tone, meter.headline, meter.reason) == ("ok", "Đúng kế hoạch", "Kế hoạch không quy định tỷ lệ.")
    assert (meter.invited_max, meter.invited_left, meter.honoured_need, meter.carried, meter.mark) == (
        None,
        None,
        None,
        None,
        None,
    )
    assert (meter.share_text, meter.amber_from, meter.room_text) == ("", 0, "còn 20 chỗ")
    assert read_meter(NO_RATIO, 500, Approved(120, 380)).room_text == "đã đủ chỗ"


@given(rules.filter(lambda rule: rule.mode != "advisory"), st.integers(1, 500), people, people)
def test_the_room_shown_is_what_approving_would_let_in(rule: Rule, planned: int, honoured: int, invited: int) -> None:
    approved = Approved(honoured, invited)
    meter = read_meter(rule, planned, approved)
    left = meter.seats_left if meter.invited_left is None else meter.invited_left
    assert [n for n in range(left + 1) if blocking(check_approve(rule, planned, approved.plus("invited", n), "invited"))] == [
        left
    ]
    assert meter.seats_left == max(planned - honoured - invited, 0)


@given(rules, st.integers(1, 500), people, people, st.booleans())
def test_the_tone_is_what_closing_would_say(rule: Rule, planned: int, honoured: int, invited: int, closed: bool) -> None:
    approved = Approved(honoured, invited)
    meter, found = read_meter(rule, planned, approved, closed=closed), check_close(rule, planned, approved)
    if not approved.total:
        assert meter.tone == "ok"
    elif blocking(found):
        assert meter.tone == ("danger" if closed else "warn")
    else:
        assert meter.tone == ("warn" if found else "ok")
