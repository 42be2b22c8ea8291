"""The cell with the name: what stands before and behind it, whom a collective sends, two people in one cell."""

import re
import unicodedata
from typing import NamedTuple

from ..legacy_text import convert
from ..names import capitalise_name

_LONGEST, _LONG = 120, 60
_ONE_PER_ROW = "Ghi một người trên một dòng."
# Letters and spaces as nearly every name has them: nothing to look into.
_ORDINARY = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){1,6}")
_ORDINAL = re.compile(r"^\d{1,4}\s*[.)]\s*(?=[^\W\d_])")      # "1. Nông Văn An" in a list without a column of numbers
_REMARK = re.compile(r"\s*\(([^()]*)\)\s*$")
_BORN = re.compile(r"\s*[,–-]?\s*((?:sinh năm|sinh ngày|sinh|sn)?\s*:?\s*(?:\d{1,2}[./-]){0,2}(?:19|20)\d\d)$", re.IGNORECASE)
_DASHED = re.compile(r"\s+[-–—]\s+(?=\S+\s+\S)")
_PEOPLE_SIGNS = re.compile(r"\s*[/;&]\s*|,\s+(?=(?:ông|bà|đ/c)\s)|\s+và\s+", re.IGNORECASE)
_ERROR_CELL = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|####+)", re.IGNORECASE)
# Written where nobody has been named yet.
_NOBODY = re.compile(
    r"\W*(?:chưa (?:có|cử|chọn|rõ|xác định|phân công|bố trí|đăng ký|cập nhật)|sẽ (?:cử|bổ sung|báo|gửi)|(?:gửi )?bổ sung sau"
    r"|đang (?:cử|chờ|cập nhật|xác định)|khuyết|trống|(?:\d+|một) (?:đại biểu|đồng chí|đ/c|người))\b"
    r"(?:\W|\b(?:tên|người|nhân sự|sau|danh sách)\b)*",
    re.IGNORECASE,
)
_OLD_LETTERS = re.compile("[\u00a1-\u00a9\u00ab\u00ac\u00ae\u00b5-\u00b9\u00bb-\u00be]")
_DEGREE = (
    r"th\.?\s?s|tskh|ts|pgs|gs|bs|ds|ks|cn|ls|bs\.?\s?ck\s?(?:i{1,2}|1|2)|ck\s?(?:i{1,2}|1|2)|ths\.?bs|nsưt|nsnd|ngưt|ngnd|ttưt|ttnd"
    r"|tiến sĩ|tiến sỹ|thạc sĩ|thạc sỹ|bác sĩ|bác sỹ|dược sĩ|kỹ sư|luật sư|phó giáo sư|giáo sư|cử nhân|nghệ nhân ưu tú"
    r"|nghệ nhân nhân dân|nhà giáo ưu tú|nhà giáo nhân dân|thầy thuốc ưu tú|thầy thuốc nhân dân|nghệ sĩ ưu tú|nghệ sĩ nhân dân"
    r"|(?:đại|thượng|trung|thiếu) (?:tướng|tá|úy|uý)|thượng sĩ|trung sĩ|hạ sĩ"
    r"|(?:hòa|hoà) thượng|(?:thượng|đại) (?:tọa|toạ|đức)|ni trưởng|ni sư|sư cô|sư thầy|linh mục|giám mục|mục sư|nữ tu"
    r"|anh hùng (?:lao động|lực lượng vũ trang(?: nhân dân)?)|ahlđ|ahllvt(?:nd)?|(?:bà )?mẹ (?:việt nam anh hùng|vnah)|nghệ nhân"
    r"|già làng|qncn"
)
_DEGREES = re.compile(rf"(?:(?:{_DEGREE})(?:\s*[.,]\s*|\s+))+", re.IGNORECASE)
_COMRADE = re.compile(r"(?:đ/c|đồng chí|ông/bà|ông \(bà\)|ông, bà)\s*[:.]?\s+", re.IGNORECASE)
_HONORIFIC = re.compile(r"(?:ông|bà|anh|chị|em|cụ|cháu|(?:thầy|cô) giáo|(?:ô|mr|mrs|ms)\.?)(?:\s*:\s*|\s+)", re.IGNORECASE)
_HOUSEHOLD = re.compile(
    r"(?:đại diện )?(?:hộ gia đình|gia đình|hộ)\s*:?\s+(?:(?:ông|bà|anh|chị|cụ|đ/c|đồng chí)(?: \((?:bà|ông)\))?\s+)?(?=\S)",
    re.IGNORECASE,
)
# What opens the name of a collective and no person's: accents kept, for "Bàn", "Bản" and "Ban".
_COLLECTIVE = re.compile(
    r"(?:đại diện )?(?:tập thể|nhân dân(?: và| các|,)|cán bộ(?: và|,)|đảng bộ|chi bộ|công ty|hợp tác xã|htx|tổ hợp tác"
    r"|trường (?=mầm|tiểu|th|trung|phổ|cao|đại|dân)|bệnh viện|trung tâm|ủy ban|uỷ ban|ubnd|thôn|xóm|tổ dân phố|khu dân cư"
    r"|bản (?=[^\W\d_]+(?: [^\W\d_]+)?$)|câu lạc bộ|chi hội|chi đoàn|công đoàn|doanh nghiệp|công an"
    r"|hội (?=phụ|nông|cựu|chữ|người|liên|lhpn|cccb)|ban (?=quản|chỉ|chqs|tổ|dân|nhân)"
    r"|phòng (?=giáo|lao|tài|nội|y|văn|tư))\s*\S",
    re.IGNORECASE,
)
_REPRESENTED = re.compile(
    r"\s*[,;:(–-]\s*(?:(?:người )?(?:đại diện|đ/d)|do)\s*:?\s*(?:là )?(?:(?:ông|bà|anh|chị|đ/c|đồng chí)\s+)?"
    r"(?P<name>[^()]+?)\s*\)?$",
    re.IGNORECASE,
)


# The first words of all that may stand before a name or instead of one; other names need no closer look.
_TELLING_WORDS = frozenset(
    "cháu cô mr mrs ms qncn ahlđ ahllvt ahllvtnd mẹ già th ths ts tskh pgs gs bs ds ks cn ls ck cki ckii bsck bscki bsckii"
    " nsưt nsnd ngưt ngnd ttưt ttnd tiến thạc bác dược kỹ luật phó giáo cử nghệ nhà thầy đại thượng trung thiếu hạ đồng hòa"
    " hoà ni sư linh giám mục nữ chưa sẽ bổ đang khuyết trống ông bà anh chị em cụ hộ gia tập nhân cán đảng chi công hợp htx"
    " tổ trường bệnh ủy uỷ ubnd thôn xóm bản khu câu doanh hội ban phòng".split()
)


class NameCell(NamedTuple):
    """What the cell of the name tells."""

    name: str
    fault: str = ""
    doubt: str = ""
    suggestion: str = ""
    degree: str = ""
    remark: str = ""
    represents: str = ""
    capacity: str | None = None


def read_name_cell(text: str) -> NameCell:
    """Read the name of a person, or of a collective or household with its representative."""
    if _is_ordinary(text):
        return NameCell(capitalise_name(text))
    text = _ORDINAL.sub("", text)
    if fault := _find_fault(text):
        return NameCell(text, fault)
    if _COLLECTIVE.match(text):
        return _read_collective(text)
    bare, remark = split_remark(text)
    if found := _HOUSEHOLD.match(bare):
        doubt = "Hộ gia đình: đã lấy tên chủ hộ làm người đại diện. Kiểm tra lại."
        if re.search(r"\s+và\s+", bare):
            return NameCell(text, f"“{text}” có hai người. {_ONE_PER_ROW}")
        person = _read_person(bare[found.end():], remark)
        return person._replace(doubt=doubt, represents=bare, capacity="household")
    people = [part for part in _PEOPLE_SIGNS.split(_COMRADE.sub("", bare, count=1)) if part]
    if len(people) > 1 and all(" " in part for part in people):
        return NameCell(text, f"“{text}” có hai người trong một ô. {_ONE_PER_ROW}")
    return _read_person(bare, remark)


def _is_ordinary(text: str) -> bool:
    """Tell a name with nothing about it, as nearly all are."""
    return (
        bool(_ORDINARY.fullmatch(text)) and text[0].isupper() and len(text) <= _LONG and " và " not in text
        and text.partition(" ")[0].lower() not in _TELLING_WORDS and not _OLD_LETTERS.search(text)
    )


def split_remark(text: str) -> tuple[str, str]:
    """Return ("Nông Văn An", "Trưởng đoàn") for "Nông Văn An (Trưởng đoàn)" and "Nông Văn An - Trưởng đoàn"."""
    if found := _REMARK.search(text):
        return (text[: found.start()], found[1].strip()) if found.start() else (text, "")
    if (born := _BORN.search(text)) and " " in text[: born.start()]:
        return text[: born.start()], born[1].strip()
    dashed = _DASHED.search(text)
    return (text[: dashed.start()], text[dashed.end():]) if dashed and " " in text[: dashed.start()] else (text, "")


def looks_like_name(text: str) -> bool:
    """Tell a person's name from a heading, by two to six words with capitals."""
    words = text.split()
    return 2 <= len(words) <= 6 and not text.isupper() and all(word[0].isupper() and word.isalpha() for word in words)


def find_error_value(text: str) -> str:
    """Return the formula error a cell shows, like #REF!, else ""."""
    found = _ERROR_CELL.match(text) if text[:1] == "#" else None
    return found[0] if found else ""


def _find_fault(text: str) -> str:
    if not text:
        return "Chưa có họ và tên. Ghi họ và tên đại biểu."
    if _NOBODY.fullmatch(text):
        return f"“{text}” chưa phải tên người. Ghi họ và tên khi đã cử người, hoặc bỏ dòng này."
    if text[0] in "=+-@#":
        return f"“{text}” là công thức hoặc ký hiệu, không phải họ và tên. Ghi lại họ và tên."
    if text[0].isdigit():
        return f"“{text}” bắt đầu bằng chữ số. Chỉ ghi họ và tên."
    if not any(character.isalpha() for character in text):
        return f"“{text}” không phải họ và tên. Ghi lại họ và tên."
    if len(text) > _LONGEST:
        return f"Họ và tên dài hơn {_LONGEST} ký tự. {_ONE_PER_ROW}"
    if _OLD_LETTERS.search(text):
        return f"“{text}” viết bằng phông chữ cũ (.VnTime). Gõ lại bằng Unicode, có thể là “{convert(text, 'tcvn3')}”."
    odd = next((sign for sign in text if unicodedata.category(sign) in ("So", "Co", "Cn", "Cs", "Cc")), "")
    return f"Họ và tên có ký hiệu “{odd}”. Chỉ ghi chữ cái." if odd else ""


def _read_collective(text: str) -> NameCell:
    named = _REPRESENTED.search(text)
    if named and " " in named["name"]:
        person = _read_person(named["name"], "")
        return person._replace(represents=text[: named.start()], capacity="collective")
    doubt = "Đây là tên tập thể. Ghi họ và tên người đại diện dự hội nghị."
    return NameCell(text, doubt=doubt, represents=text, capacity="collective")


def _read_person(text: str, remark: str) -> NameCell:
    bare = _COMRADE.sub("", text, count=1)
    found = _DEGREES.match(bare)
    degree = found[0].strip(" ,") if found and found.end() < len(bare) else ""
    if found and degree:
        bare = bare[found.end():]
    doubt, suggestion = "", ""
    if honorific := _HONORIFIC.match(bare):
        doubt = f"Kiểm tra chữ “{honorific[0].strip(': ')}” ở đầu họ và tên."
        if len(bare.split()) > 3:           # "Ông Cao Thắng" can be a whole name
            bare = bare[honorific.end():]
    if not bare:
        bare = text
    name = capitalise_name(bare)
    if " " not in bare:
        doubt = "Họ và tên chỉ có một chữ. Kiểm tra lại."
    elif bare.islower():
        suggestion = " ".join(word[0].upper() + word[1:] for word in bare.split())
        doubt = "Họ và tên viết thường cả. Kiểm tra lại chữ hoa."
    elif any(character.isdigit() for character in bare):
        doubt = "Họ và tên có chữ số. Kiểm tra lại."
    elif odd := next((sign for sign in bare if not sign.isalnum() and sign not in " '’.,-()/"), ""):
        doubt = f"Họ và tên có ký hiệu “{odd}”. Kiểm tra lại."
    elif "," in bare:
        doubt = "Họ và tên có dấu phẩy; phần sau có thể là chức vụ. Kiểm tra lại."
    elif len(bare) > _LONG:
        doubt = f"Họ và tên dài {len(bare)} ký tự. Kiểm tra lại, ghi một người trên một dòng."
    return NameCell(name, doubt=doubt, suggestion=suggestion, degree=degree, remark=remark)
