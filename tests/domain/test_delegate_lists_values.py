"""One cell at a time: what is read, what is a fault, what only asks for a look."""

from datetime import date, datetime
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.delegate_lists import values
from congress.domain.delegate_lists.lookalikes import has_foreign_letters, latinise
from congress.domain.delegate_lists.name_cells import read_name_cell
from congress.domain.reference_lists import PEOPLES, RELIGIONS, find_people, find_religion

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(("cell", "text"), [
    (1988.0, "1988"), (313616090.0, "313616090"), (9.5, "9.5"), (date(1968, 6, 3), "03/06/1968"),
    (datetime(1968, 6, 3), "03/06/1968"), (datetime(1968, 6, 3, 7, 30), "03/06/1968 07:30"), (None, ""), (True, "True"),
    ("  Nông\u00a0An ", "Nông An"), (float("inf"), "inf"),
])
def test_cell_text(cell: object, text: str) -> None:
    assert values.cell_text(cell) == text


@pytest.mark.parametrize(("text", "born"), [
    ("12/05/1970", "1970-05-12"), ("5-2-1970", "1970-02-05"), ("12.5.1970", "1970-05-12"), ("1970-05-12", "1970-05-12"),
    ("1970-05-12 00:00:00", "1970-05-12"), ("12 / 5 / 1970", "1970-05-12"), ("'1970", "1970"), ("1970", "1970"),
    ("Năm 1970", "1970"), ("SN 1970", "1970"), ("5/1970", "1970-05"), ("Tháng 5/1970", "1970-05"),
    ("ngày 05 tháng 02 năm 1975", "1975-02-05"), ("29/02/1976", "1976-02-29"), ("", None),
])
def test_birth_dates_that_are_read(text: str, born: str | None) -> None:
    assert values.read_born(text)[:3] == (born, "", "")


@pytest.mark.parametrize(("text", "word"), [
    ("30/02/1975", "không có trong lịch"), ("12/13/1980", "tháng 13"), ("00/00/1965", "ghi 1965"), ("0/5/1970", "bằng 0"),
    ("00/1970", "bằng 0"), ("05-12-70", "bốn chữ số"), ("không rõ", "Không đọc được"), ("1/1/1899", "1899"),
    ("31/04/1990", "không có trong lịch"), ("1970 và 1971", "Không đọc được"), ("x", "Không đọc được"),
])
def test_birth_dates_that_are_faults(text: str, word: str) -> None:
    reading = values.read_born(text)
    assert reading.value is None
    assert word in reading.fault


def test_a_date_serial_is_read_with_a_doubt() -> None:
    reading = values.read_born("25335")
    assert (reading.value, reading.fault) == ("1969-05-12", "")
    assert "12/05/1969" in reading.doubt


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_real_date_is_read_back(day: date) -> None:
    assert values.read_born(f"{day.day}/{day.month}/{day.year}").value == day.isoformat()
    assert values.read_born(values.cell_text(day)).value == day.isoformat()


@pytest.mark.parametrize(("born", "is_fault", "is_doubt"), [
    ("2031-01-01", True, False), ("2027", True, False), ("2026-12", True, False), ("2026-11-24", True, False),
    ("2026-11-23", False, True), ("2013", False, True), ("2012", False, False), ("1926", False, False), ("1925", False, True),
])
def test_age(born: str, is_fault: bool, is_doubt: bool) -> None:
    reading = values.check_age(born, TODAY)
    assert (bool(reading.fault), bool(reading.doubt)) == (is_fault, is_doubt)


@pytest.mark.parametrize(("text", "sex"), [
    ("Nam", "male"), ("NỮ", "female"), ("nu", "female"), ("F", "female"), ("Ông", "male"), ("Bà", "female"), ("", None),
])
def test_sex(text: str, sex: str | None) -> None:
    assert values.read_sex(text)[:3] == (sex, "", "")


@pytest.mark.parametrize("text", ["?", "x", "Nam và Nữ"])
def test_sex_that_is_a_fault(text: str) -> None:
    assert values.read_sex(text)[:3] == (None, f"Không đọc được giới tính “{text}”. Ghi Nam hoặc Nữ.", "")


@pytest.mark.parametrize(("text", "mark"), [
    ("x", True), ("X", True), ("√", True), ("✓", True), ("1", True), ("+", True), ("●", True), ("Có", True), ("True", True),
    ("", False), ("0", False), ("-", False), ("Không", False), ("False", False), ("hay", None),
])
def test_marks(text: str, mark: bool | None) -> None:
    reading = values.read_mark(text)
    assert (reading.value, bool(reading.fault)) == (mark, mark is None)


@pytest.mark.parametrize(("text", "party"), [
    ("x", True), ("", False), ("03/02/1998", True), ("1998", True), ("Đảng viên", True), ("Ngoài Đảng", False),
    ("Đoàn viên", False), ("1", True),
])
def test_party(text: str, party: bool) -> None:
    assert values.read_party(text)[:3] == (party, "", "")


@pytest.mark.parametrize(("text", "people"), [
    ("Dân tộc Dao", "Dao"), ("H'Mông", "Mông"), ("H’Mông", "Mông"), ("Hmông", "Mông"), ("tày", "Tày"), ("Tầy", "Tày"),
    ("DT Tày", "Tày"), ("người Kinh", "Kinh"), ("Cao Lan", "Sán Chay"), ("Sán Chỉ", "Sán Chay"), ("Ê-đê", "Ê Đê"),
    ("Jarai", "Gia Rai"), ("K'Ho", "Cơ Ho"), ("Bru-Vân Kiều", "Bru Vân Kiều"), ("X'tiêng", "Xtiêng"), ("Hoa (Hán)", "Hoa"),
    ("Kinh (Việt)", "Kinh"), ("Hỏa Tinh", None), ("04", None), ("Thổ", "Thổ"),
    ("Dao đỏ", "Dao"), ("Mông Trắng", "Mông"), ("Sán Chay (Cao Lan)", "Sán Chay"), ("Tày (Việt Nam)", "Tày"),
    ("Tày (Nùng)", None),
    ("Dao Kinh", None), ("Cờ Ho", "Cơ Ho"), ("Khơ-me", "Khmer"), ("Gié-Triêng", "Giẻ Triêng"),
])
def test_peoples(text: str, people: str | None) -> None:
    assert values.read_ethnic(text).value == people
    assert bool(values.read_ethnic(text).fault) == (people is None)


def test_the_list_of_peoples_is_whole_and_every_name_finds_itself() -> None:
    assert len(set(PEOPLES)) == 54
    assert [find_people(name) for name in PEOPLES] == list(PEOPLES)
    assert [find_people(f"dân tộc {name.upper()}") for name in PEOPLES] == list(PEOPLES)


def test_every_religion_finds_itself() -> None:
    assert len(set(RELIGIONS)) == 16
    assert [find_religion(name.upper()) for name in RELIGIONS] == list(RELIGIONS)


@pytest.mark.parametrize(("text", "religion"), [
    ("-", "Không"), ("0", "Không"), ("Không", "Không"), ("K", "Không"), ("lương", "Không"), ("–", "Không"),
    ("Thiên chúa giáo", "Công giáo"), ("đạo Phật", "Phật giáo"), ("Tin Lành", "Tin lành"), ("", None), ("không rõ", None),
    ("Mặc Môn", "Giáo hội các Thánh hữu Ngày sau của Chúa Giê-su Ky-tô (Mặc Môn)"), ("Không theo đạo", "Không"),
])
def test_religions(text: str, religion: str | None) -> None:
    assert values.read_religion(text)[:3] == (religion, "", "")


def test_an_unlisted_religion_is_kept_with_a_doubt_and_a_people_is_a_shifted_column() -> None:
    assert values.read_religion("Đạo lạ")[:2] == ("Đạo lạ", "")
    assert "danh mục tôn giáo" in values.read_religion("Đạo lạ").doubt
    assert "lệch" in values.read_religion("Tày").fault


@pytest.mark.parametrize(("text", "phone"), [
    ("0912345678", "0912345678"), ("912345678", "0912345678"), ("+84 912345678", "0912345678"), ("+84-912-345-678", "0912345678"),
    ("84912345678", "0912345678"), ("0084912345678", "0912345678"), ("+840912345678", "0912345678"),
    ("0912.345.678", "0912345678"), ("0918 331 390", "0918331390"), ("(0209) 3870 123", "02093870123"),
    ("2093870123", "02093870123"), ("+85620123456", "+85620123456"), ("", None),
])
def test_phones(text: str, phone: str | None) -> None:
    assert values.read_phone(text)[:3] == (phone, "", "")


@pytest.mark.parametrize("text", ["09x12", "0112345678", "09123456789", "9.12E+08", "không có", "+8491234567", "12", "/"])
def test_phones_that_are_faults_offer_to_leave_the_cell_out(text: str) -> None:
    assert values.read_phone(text).value is None
    assert values.read_phone(text).fault.endswith("hoặc bỏ ô này.")


def test_of_two_phones_the_first_is_taken_with_a_doubt() -> None:
    reading = values.read_phone("0912345678/0987654321")
    assert reading[:2] == ("0912345678", "")
    assert "0912345678" in reading.doubt


@pytest.mark.parametrize(("text", "is_good"), [
    ("db1@example.vn", True), ("a.b-c+d@x-y.gov.vn", True), ("", True), ("khong-phai-email", False), ("a@b", False),
    ("a b@c.vn", False), ("a@@c.vn", False), ("a@-c.vn", False),
])
def test_emails(text: str, is_good: bool) -> None:
    assert values.read_email(text)[0] == (text if is_good and text else None)
    assert bool(values.read_email(text).fault) != is_good


@pytest.mark.parametrize(("text", "number", "is_fault", "is_doubt"), [
    ("006163667254", "006163667254", False, False), ("'006 163 667 254", "006163667254", False, False),
    ("095123456", "095123456", False, False), ("12345", None, True, False), ("C1234567", "C1234567", False, False),
    ("", None, False, False),
])
def test_id_numbers(text: str, number: str | None, is_fault: bool, is_doubt: bool) -> None:
    reading = values.read_id_number(text)
    assert (reading.value, bool(reading.fault), bool(reading.doubt)) == (number, is_fault, is_doubt)


@pytest.mark.parametrize(("number", "sex", "born", "word"), [
    ("006163667254", "female", "1963", ""), ("006163667254", "male", "1963", "giới tính"),
    ("006163667254", None, "1964-02", "1963"),
    ("006203782479", "male", "2003-01-02", ""), ("095123456", "male", "1990", ""), (None, "male", "1990", ""),
    ("006163667254", None, None, ""),
])
def test_id_number_against_sex_and_year(number: str | None, sex: str | None, born: str | None, word: str) -> None:
    doubt = values.check_id_number(number, sex, born)
    assert (word in doubt) if word else doubt == ""


@pytest.mark.parametrize(("text", "capacity"), [
    ("cá nhân", "individual"), ("Đại diện tập thể", "collective"), ("đại diện hộ gia đình", "household"), ("", None),
])
def test_capacities(text: str, capacity: str | None) -> None:
    assert values.read_capacity(text)[:3] == (capacity, "", "")


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader(text: str) -> None:
    for reader in (values.read_born, values.read_sex, values.read_party, values.read_ethnic, values.read_religion,
                   values.read_phone, values.read_email, values.read_id_number, values.read_capacity, values.read_sector,
                   values.read_schooling, values.read_speech):
        reading = reader(values.cell_text(text))
        assert not (reading.fault and reading.doubt)


@pytest.mark.parametrize(("text", "name", "degree", "remark"), [
    ("LIÊU THỊ BÍCH THẢO", "Liêu Thị Bích Thảo", "", ""), ("Th.S Nguyễn Văn An", "Nguyễn Văn An", "Th.S", ""),
    ("BS. Đàm Văn Sơn", "Đàm Văn Sơn", "BS.", ""), ("Đ/c Hoàng An", "Hoàng An", "", ""),
    ("TS Nguyễn Văn An", "Nguyễn Văn An", "TS", ""),
    ("PGS.TS.BS Lê An", "Lê An", "PGS.TS.BS", ""), ("Bác sĩ CKII Lê An", "Lê An", "Bác sĩ CKII", ""),
    ("Thượng tá Lê An", "Lê An", "Thượng tá", ""), ("H'Hen Niê", "H'Hen Niê", "", ""), ("Lê An (vắng)", "Lê An", "", "vắng"),
    ("Lê An – Phó đoàn", "Lê An", "", "Phó đoàn"), ("Nguyễn Ban", "Nguyễn Ban", "", ""), ("Bàn Văn Sơn", "Bàn Văn Sơn", "", ""),
    ("Tổ Văn An", "Tổ Văn An", "", ""), ("12. Lý An", "Lý An", "", ""), ("3) ThS. Lý An", "Lý An", "ThS.", ""),
])
def test_names(text: str, name: str, degree: str, remark: str) -> None:
    cell = read_name_cell(text)
    assert (cell.name, cell.fault, cell.degree, cell.remark) == (name, "", degree, remark)


@pytest.mark.parametrize("text", [
    "", "=1+1", "+84912345678", "-5", "@an", "#N/A", "12 Nguyễn Văn An", "...", "An " * 50, "Lý An / Bế Hoa", "Lý An và Bế Hoa",
    "Lý An; Bế Hoa", "Lý ☎ An", "L\u00b8 An", "Hộ ông Lý An và bà Bế Hoa",
])
def test_names_that_are_faults_keep_their_text(text: str) -> None:
    cell = read_name_cell(text)
    assert (cell.name, bool(cell.fault), cell.doubt) == (text, True, "")


@pytest.mark.parametrize(("text", "name", "suggestion"), [
    ("Ông Nguyễn Văn An", "Nguyễn Văn An", ""), ("Ông Cao Thắng", "Ông Cao Thắng", ""), ("An", "An", ""),
    ("lý thị hoa", "lý thị hoa", "Lý Thị Hoa"), ("Lý An, Chủ tịch", "Lý An, Chủ tịch", ""), ("Lý An 2", "Lý An 2", ""),
])
def test_names_that_ask_for_a_look(text: str, name: str, suggestion: str) -> None:
    cell = read_name_cell(text)
    assert (cell.name, cell.fault, bool(cell.doubt), cell.suggestion) == (name, "", True, suggestion)


@pytest.mark.parametrize(("text", "name", "capacity", "represents"), [
    ("Tập thể thôn 5", "Tập thể thôn 5", "collective", "Tập thể thôn 5"),
    ("TẬP THỂ THÔN 5", "TẬP THỂ THÔN 5", "collective", "TẬP THỂ THÔN 5"),
    ("Trường THCS Bằng Thành", "Trường THCS Bằng Thành", "collective", "Trường THCS Bằng Thành"),
    ("Hội Nông dân xã, đại diện: Lý An", "Lý An", "collective", "Hội Nông dân xã"),
    ("Hộ gia đình ông (bà) Lý A Sáng", "Lý A Sáng", "household", "Hộ gia đình ông (bà) Lý A Sáng"),
])
def test_collectives_and_households(text: str, name: str, capacity: str, represents: str) -> None:
    cell = read_name_cell(text)
    assert (cell.name, cell.capacity, cell.represents, cell.fault) == (name, capacity, represents, "")


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_a_name(text: str) -> None:
    cell = read_name_cell(values.cell_text(text))
    assert cell.fault or cell.name


@pytest.mark.parametrize(("text", "number", "word", "suggestion"), [
    ("6163667254", None, "số 0", "006163667254"), ("34163667254", None, "số 0", "034163667254"),
    ("0912345678", None, "điện thoại", ""),
    ("4,085E+09", None, "rút gọn", ""),
])
def test_id_numbers_that_are_faults_say_what_they_look_like(text: str, number: str | None, word: str, suggestion: str) -> None:
    reading = values.read_id_number(text)
    assert (reading.value, word in reading.fault, reading.suggestion) == (number, True, suggestion)


@pytest.mark.parametrize(("text", "phone", "suggestion"), [
    ("ĐT: 0912345678", "0912345678", ""), ("0912345678 (Zalo)", "0912345678", ""), ("01681234567", None, "0381234567"),
    ("006080000001", None, ""),
])
def test_phones_with_words_and_of_old_prefixes(text: str, phone: str | None, suggestion: str) -> None:
    assert values.read_phone(text)[::3] == (phone, suggestion)


@pytest.mark.parametrize(("text", "sector"), [
    ("Kinh tế nhà nước", "state"), ("HTX", "collective"), ("Hộ kinh doanh cá thể", "private"), ("FDI", "foreign"), ("", None),
    ("Công ty TNHH", "private"), ("Có vốn đầu tư nước ngoài", "foreign"), ("gì đó", None),
])
def test_sectors(text: str, sector: str | None) -> None:
    assert values.read_sector(text)[:2] == (sector, "")
    assert bool(values.read_sector(text).doubt) == (bool(text) and sector is None)


@pytest.mark.parametrize(("text", "years"), [("12/12", "12/12"), ("12/12/2025", "12/12"), ("09/12/2026", "9/12"),
 ("THPT", "THPT"), ("", None)])
def test_schooling(text: str, years: str | None) -> None:
    assert values.read_schooling(text).value == years


@given(st.text(alphabet="АВЕЅІЈКМНОРСТУХаеѕіјорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧοvabc ếữ", max_size=20))
def test_latin_letters_take_the_place_of_all_that_look_like_them(text: str) -> None:
    assert not has_foreign_letters(latinise(text))
    assert len(latinise(text)) == len(normalize("NFC", text))
