"""The delegate report: one count, every group adds up, what is published gives nobody away, the words of the paper."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.delegate_report import Question, age_lines, count_report, mean_text
from congress.domain.report_figures import BASES, REST, Group, Report, Row, check_report, mask, read_report, report_data
from congress.domain.report_words import HIDDEN_NOTE, number_text, report_lines, share_of, shown_rows, unknown_titles
from congress.domain.structure import UNKNOWN, Calendar, PersonFact
from tests.domain.test_structure import PEOPLE, person

MOMENT = datetime(2025, 5, 20, 0, 30, tzinfo=UTC)
QUESTION = Question(
    congress="Đại hội Thi đua yêu nước huyện Một lần thứ VI", unit="Huyện Một", form="Đại hội Thi đua yêu nước", moment=MOMENT,
    calendar=Calendar(2025), planned=200, sitting="Buổi chính", components=("Lãnh đạo", "Khách mời", "Điển hình"),
    delegations=("Đoàn B", "Đoàn A"), closing="Các đại biểu đủ tư cách tham dự.",
)  # fmt: skip


def rows(report: Report, code: str) -> list[tuple[str, int | None]]:
    return [(row.label, row.count) for row in shown_rows(report.group(code))]


def delegate(**facts: Any) -> PersonFact:
    return person(**{"present": True, **facts})


@given(PEOPLE, st.sampled_from(sorted(BASES)))
def test_every_group_of_every_report_adds_up(people: list[PersonFact], whose: str) -> None:
    report = count_report(people, replace(QUESTION, whose=whose))
    assert check_report(report) == []
    for group in report.groups:
        assert sum(row.count or 0 for row in group.rows) == group.base
        if group.within is None:
            assert group.base == report.base
    assert 0 <= report.present <= report.called
    assert report.present + report.absent == report.called
    assert report.called == sum(row.count or 0 for row in report.group("side").rows) or whose == "present"


@given(PEOPLE)
def test_frozen_figures_come_back_as_they_were(people: list[PersonFact]) -> None:
    report = count_report(people, QUESTION)
    assert read_report(json.loads(json.dumps(report_data(report)))) == report


@given(PEOPLE)
def test_a_published_report_names_nobody_and_shows_no_small_line(people: list[PersonFact]) -> None:
    report = count_report(people, QUESTION)
    masked = mask(report)
    for before, after in zip(report.groups, masked.groups, strict=True):
        counts = [row.count for row in after.rows]
        if not before.personal:
            assert after == before
            continue
        assert {1, 2}.isdisjoint(counts)
        hidden = (before.base or 0) - sum(count or 0 for count in counts)
        if None in counts and after.base is not None and any(counts):
            assert counts.count(None) > 1 or after.within  # one alone would follow from the total
            assert hidden >= 3
    for ages in (masked.ages and masked.ages.oldest, masked.ages and masked.ages.youngest):
        assert not ages or ages.people == ()
    text = " ".join(line.text for line in report_lines(masked))
    assert "Lò Văn A" not in text
    assert "Lò Thị B" not in text


def test_a_figure_changed_by_hand_is_told() -> None:
    report = count_report([delegate(sex="male"), delegate(sex="female", ethnic="Tày")], QUESTION)
    data = report_data(report)
    sexes = next(group for group in data["groups"] if group["code"] == "sex")
    sexes["rows"][0]["count"] = 3
    assert check_report(read_report(data)) == ["Giới tính"]
    data = report_data(report)
    data["excused"] = 1
    assert check_report(read_report(data)) == ["Có mặt, vắng mặt"]
    data = report_data(report)
    next(group for group in data["groups"] if group["code"] == "peoples")["base"] = 2
    assert check_report(read_report(data)) == ["Các dân tộc thiểu số"]
    data = report_data(report)
    data["called"] = 3
    assert "Giới tính" in check_report(read_report(data))


def test_who_is_called_up_present_and_absent() -> None:
    people = [
        delegate(), delegate(side="invited", component="Khách mời"), delegate(present=False, absence_reason="ốm"),
        delegate(present=False), delegate(present=False, absence_reason=" "), delegate(state="proposed"),
        delegate(state="reserve", present=False), delegate(side="uncounted", component="Phục vụ"),
    ]  # fmt: skip
    report = count_report(people, QUESTION)
    assert (report.planned, report.called, report.present, report.absent, report.excused, report.outside) == (200, 5, 2, 3, 1, 1)
    assert report.uncounted == (Row("Phục vụ", 1),)
    assert rows(report, "component") == [("Khách mời", 1), ("Điển hình", 4)]
    assert rows(count_report(people, replace(QUESTION, whose="present")), "component") == [("Khách mời", 1), ("Điển hình", 1)]


def test_each_statistic_has_its_lines_in_order() -> None:
    people = [
        delegate(sex="female", ethnic="Dao", religion="Tin lành", party=False, field="y tế", education="ThS", schooling="9/12",
                 political_theory="TC", highest_award="Giấy khen", capacity="household", economic_sector="private",
                 direct_labour=True, new_model=False, delegation="Đoàn A"),
        delegate(sex="male", ethnic="Kinh", religion="Không", party=True, field="Y tế", education="ĐH", schooling="12/12",
                 political_theory="CC", highest_award="HCLĐ", capacity="individual", economic_sector="state",
                 direct_labour=False, new_model=True, delegation="Đoàn B", side="invited", component="Lãnh đạo"),
        delegate(ethnic="Tày", religion="Đạo lạ", field="Y tế", education="lạ"),
    ]  # fmt: skip
    report = count_report(people, QUESTION)
    unknown = (UNKNOWN, 1)
    assert {group.code: rows(report, group.code) for group in report.groups} == {
        "side": [("Điển hình tiên tiến", 2), ("Khách mời và lãnh đạo", 1)],
        "component": [("Lãnh đạo", 1), ("Điển hình", 2)],
        "capacity": [("Cá nhân", 1), ("Đại diện hộ gia đình", 1), unknown],
        "sex": [("Nam", 1), ("Nữ", 1), unknown], "age": [],
        "party": [("Đảng viên", 1), ("Người ngoài Đảng", 1), unknown],
        "ethnic": [("Kinh", 1), ("Dân tộc thiểu số", 2)], "peoples": [("Tày", 1), ("Dao", 1)],
        "religion": [("Có tôn giáo", 2), ("Không theo tôn giáo", 1)], "religions": [("Tin lành", 1), ("Tôn giáo khác", 1)],
        "labour": [("Lao động trực tiếp", 1), ("Không lao động trực tiếp", 1), unknown],
        "model": [("Mô hình mới, điển hình mới", 1), ("Không phải mô hình mới, điển hình mới", 1), unknown],
        "sector": [("Y tế", 3)], "economic": [("Kinh tế nhà nước", 1), ("Kinh tế tư nhân", 1), unknown],
        "education": [("Thạc sĩ", 1), ("Đại học", 1), ("Khác", 1)], "theory": [("Cao cấp", 1), ("Trung cấp", 1), unknown],
        "schooling": [("Trung học phổ thông", 1), ("Trung học cơ sở", 1), unknown],
        "award": [("Huân chương", 1), ("Giấy khen", 1), unknown],
        "delegation": [("Đoàn B", 1), ("Đoàn A", 1), ("Không theo đoàn", 1)],
    }  # fmt: skip
    assert unknown_titles(report) == ["Độ tuổi"]


def test_ages_by_group_with_the_mean_and_every_tie() -> None:
    years = {"An": 1990, "Bé": 1989, "Cúc": 1955, "Dần": 1955, "Én": 2010, "Gấm": None}
    report = count_report([delegate(name=name, unit="Xã Một", born=born) for name, born in years.items()], QUESTION)
    assert rows(report, "age") == [
        ("Từ 35 tuổi trở xuống", 2), ("Từ 36 đến 45 tuổi", 1), ("Trên 60 tuổi", 2), (UNKNOWN, 1),
    ]  # fmt: skip
    assert report.ages is not None
    assert (report.ages.known, report.ages.mean) == (5, "45,20")
    assert (report.ages.oldest.age, report.ages.oldest.people) == (70, (("Cúc", "Xã Một"), ("Dần", "Xã Một")))
    assert (report.ages.youngest.age, report.ages.youngest.people) == (15, (("Én", "Xã Một"),))
    nameless = count_report([delegate(name="An", born=1990)], replace(QUESTION, names=False))
    assert nameless.ages is not None
    assert nameless.ages.oldest.people == ()


@pytest.mark.parametrize(
    ("until", "labels"),
    [
        (35, ["Từ 35 tuổi trở xuống", "Từ 36 đến 45 tuổi", "Từ 46 đến 55 tuổi", "Từ 56 đến 60 tuổi", "Trên 60 tuổi"]),
        (45, ["Từ 45 tuổi trở xuống", "Từ 46 đến 55 tuổi", "Từ 56 đến 60 tuổi", "Trên 60 tuổi"]),
        (70, ["Từ 70 tuổi trở xuống", "Trên 70 tuổi"]),
    ],
)
def test_the_young_end_where_the_plan_says(until: int, labels: list[str]) -> None:
    assert [label for label, _ in age_lines(until)] == labels


@pytest.mark.parametrize(
    ("ages", "text"), [([45, 46, 46], "45,67"), ([40], "40,00"), ([1, 2], "1,50"), ([1] * 199 + [2], "1,01")]
)
def test_the_mean_has_two_decimals_rounded_half_up(ages: list[int], text: str) -> None:
    assert mean_text(ages) == text


def test_hidden_peoples_become_one_line_and_a_hidden_total_hides_its_parts() -> None:
    peoples = ["Kinh"] * 5 + ["Tày"] * 6 + ["Dao"] * 2 + ["Mông"] * 3
    report = mask(count_report([delegate(ethnic=name) for name in peoples], QUESTION))
    assert rows(report, "ethnic") == [("Kinh", 5), ("Dân tộc thiểu số", 11)]
    assert rows(report, "peoples") == [("Tày", 6), (REST, 5)]
    few = mask(count_report([delegate(ethnic=name) for name in ["Kinh"] * 5 + ["Dao"]], QUESTION))
    assert rows(few, "ethnic") == [("Kinh", None), ("Dân tộc thiểu số", None)]
    assert few.group("peoples") == Group(
        "peoples", "Các dân tộc thiểu số", None, (Row(REST, None),), within=("ethnic", "Dân tộc thiểu số")
    )


# ---- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (2, "02"), (10, "10"), (2025, "2.025"), (1234567, "1.234.567"), (None, "(*)")]
)
def test_counts_in_official_text(number: int | None, text: str) -> None:
    assert number_text(number) == text


def test_the_paper_from_the_first_line_to_the_last() -> None:
    people = [
        *[delegate(sex="male", ethnic="Kinh", born=1960, name=f"Lò Văn {n}", unit="Xã Một") for n in range(2)],
        delegate(sex="female", ethnic="Tày", born=2000, name="Lò Thị Bé", present=False, absence_reason="ốm"),
        delegate(side="uncounted", component="Phục vụ"), delegate(state="proposed"),
    ]  # fmt: skip
    lines = report_lines(count_report(people, QUESTION))
    assert [f"{line.kind}: {line.text}" for line in lines] == [
        "text: Tính đến 07 giờ 30 phút ngày 20 tháng 5 năm 2025, tình hình đại biểu dự Đại hội Thi đua yêu nước huyện Một lần"
        " thứ VI như sau. Cơ cấu dưới đây tính trên 03 đại biểu được triệu tập.",
        "heading: 1. Số lượng đại biểu", "item: Quy mô theo kế hoạch tổ chức: 200 đại biểu.",
        "item: Đại biểu được triệu tập: 03 đại biểu.", "item: Người không tính là đại biểu: Phục vụ 01.",
        "item: Có mặt tại buổi chính: 02 đại biểu, bằng 66,67% số được triệu tập.",
        "item: Vắng mặt: 01 đại biểu, trong đó có lý do 01, không có lý do 0.",
        "item: Vào ngoài danh sách triệu tập: 01 người.",
        "heading: 2. Điển hình, khách mời và lãnh đạo", "item: Điển hình tiên tiến: 03 đại biểu, chiếm 100%.",
        "heading: 3. Thành phần", "item: Điển hình: 03 đại biểu, chiếm 100%.",
        "heading: 4. Giới tính", "item: Nam: 02 đại biểu, chiếm 66,67%.", "item: Nữ: 01 đại biểu, chiếm 33,33%.",
        "heading: 5. Độ tuổi", "item: Từ 35 tuổi trở xuống: 01 đại biểu, chiếm 33,33%.",
        "item: Trên 60 tuổi: 02 đại biểu, chiếm 66,67%.", "item: Tuổi bình quân: 51,67 tuổi (tính trên 03 đại biểu có năm sinh).",
        "item: Nhiều tuổi nhất: 65 tuổi, 02 đại biểu: Lò Văn 0 (Xã Một); Lò Văn 1 (Xã Một).",
        "item: Ít tuổi nhất: 25 tuổi, 01 đại biểu: Lò Thị Bé.",
        "heading: 6. Dân tộc", "item: Kinh: 02 đại biểu, chiếm 66,67%.",
        "item: Dân tộc thiểu số: 01 đại biểu, chiếm 33,33%, gồm: Tày 01.",
        "heading: 7. Chưa có thông tin",
        "item: Tư cách tham dự; đảng viên; tôn giáo; lao động; mô hình mới, điển hình mới; lĩnh vực; thành phần kinh tế;"
        " trình độ chuyên môn; lý luận chính trị; trình độ văn hóa; khen thưởng cao nhất.",
        "text: Các đại biểu đủ tư cách tham dự./.",
    ]  # fmt: skip


def test_nobody_is_absent_before_the_first_scan() -> None:
    people = [delegate(present=False), delegate(present=False, absence_reason="đi công tác")]
    texts = [line.text for line in report_lines(count_report(people, QUESTION))]
    assert texts[4] == "Chưa có đại biểu nào điểm danh tại buổi chính; báo vắng có lý do 01 đại biểu."
    assert texts[5] == "2. Điển hình, khách mời và lãnh đạo"
    everybody = [line.text for line in report_lines(count_report([delegate()], QUESTION))]
    assert everybody[5] == "Vắng mặt: không có."


def test_a_published_paper_says_what_it_leaves_out_and_ends_in_its_sign() -> None:
    report = replace(count_report([delegate(sex="male"), *[delegate(sex="female")] * 4], QUESTION), closing="")
    lines = [line.text for line in report_lines(mask(report))]
    assert lines[-1] == HIDDEN_NOTE.rstrip(".") + "./."
    assert "Nam: (*) đại biểu." in lines
    assert "Nữ: (*) đại biểu." in lines


def test_the_share_of_an_unknown_base_is_not_told() -> None:
    assert [share_of(row, base) for row, base in ((Row("a", 1), 4), (Row("a", None), 4), (Row("a", 1), None))] == ["25%", "", ""]
