"""Reference lists of the state: the 54 peoples and the recognised religions, with the spellings seen in lists.

The name is the identity. Statistical codes are not read: two numberings of the peoples circulate, and in them
the same number means different peoples.
"""

import re
from functools import lru_cache

from .names import fold

PEOPLES = (
    "Kinh", "Tày", "Thái", "Mường", "Khmer", "Hoa", "Nùng", "Mông", "Dao", "Gia Rai", "Ê Đê", "Ba Na", "Sán Chay",
    "Chăm", "Cơ Ho", "Xơ Đăng", "Sán Dìu", "Hrê", "Ra Glai", "Mnông", "Thổ", "Xtiêng", "Khơ Mú", "Bru Vân Kiều",
    "Cơ Tu", "Giáy", "Tà Ôi", "Mạ", "Giẻ Triêng", "Co", "Chơ Ro", "Xinh Mun", "Hà Nhì", "Chu Ru", "Lào", "La Chí",
    "Kháng", "Phù Lá", "La Hủ", "La Ha", "Pà Thẻn", "Lự", "Ngái", "Chứt", "Lô Lô", "Mảng", "Cơ Lao", "Bố Y", "Cống",
    "Si La", "Pu Péo", "Rơ Măm", "Brâu", "Ơ Đu",
)
FOREIGNER = "Người nước ngoài"

_PEOPLE_SPELLINGS = {
    "Kinh": ("Việt", "Kinh (Việt)"), "Mông": ("H'Mông", "Mèo"), "Khmer": ("Khơ me", "Khơme", "Khơ mer"),
    "Gia Rai": ("Jarai", "Jrai"), "Ê Đê": ("Rađê",), "Ba Na": ("Bahnar",), "Sán Chay": ("Cao Lan", "Sán Chỉ"),
    "Cơ Ho": ("K'Ho", "Lạch", "Chil"), "Mạ": ("Châu Mạ",), "Xơ Đăng": ("Xê Đăng", "Sê Đăng"), "Ra Glai": ("Ra Glay", "Raglay"),
    "Xtiêng": ("Stiêng", "X'tiêng"), "Bru Vân Kiều": ("Vân Kiều", "Bru"), "Cơ Tu": ("Katu", "Kơ Tu"),
    "Tà Ôi": ("Pa Cô", "Pa Kô"), "Giẻ Triêng": ("Gié Triêng",), "Co": ("Cor",), "Hoa": ("Hán",), "Chăm": ("Chàm",),
    "Hrê": ("H'rê",), "Mnông": ("M'Nông", "Mơ Nông"), "Dao": ("Mán",),
}
# Local groups that lists name instead of their people.
_LOCAL_GROUP = re.compile(
    r"(dao|mong|h'mong|thai|nung|lo lo|ha nhi|phu la|la chi|san diu) (?:do|tien|trang|den|hoa|xanh|an|chao|inh|phan slinh|lo gang"
    r"|thanh y|thanh phan|quan chet|quan trang|ao dai)"
)
_BRACKETS = re.compile(r"\(([^()]*)\)")

NO_RELIGION = "Không"
RELIGIONS = (
    "Phật giáo", "Công giáo", "Tin lành", "Cao Đài", "Phật giáo Hòa Hảo", "Hồi giáo", "Tôn giáo Baha'i",
    "Tịnh độ Cư sĩ Phật hội Việt Nam", "Đạo Tứ Ân Hiếu Nghĩa", "Bửu Sơn Kỳ Hương",
    "Giáo hội Phật đường Nam tông Minh Sư Đạo", "Hội thánh Minh Lý đạo - Tam Tông Miếu", "Chăm Bà-la-môn",
    "Giáo hội Cơ đốc Phục lâm Việt Nam", "Giáo hội các Thánh hữu Ngày sau của Chúa Giê-su Ky-tô (Mặc Môn)",
    "Phật giáo Hiếu Nghĩa Tà Lơn",
)

_RELIGION_SPELLINGS = {
    NO_RELIGION: (
        "K", "0", "Ko", "Không có", "Không theo", "Không tôn giáo", "Không theo tôn giáo", "Không theo tôn giáo nào",
        "Lương", "Không theo đạo", "Không đạo", "Không có tôn giáo", "Chưa theo tôn giáo",
    ),
    "Phật giáo": (
        "Phật", "Đạo Phật", "Phật giáo Việt Nam", "Phật giáo Nam tông", "Phật giáo Nam tông Khmer", "Phật giáo Bắc tông",
        "Nam tông Khmer",
    ),
    "Công giáo": ("Đạo Công giáo", "Thiên chúa", "Thiên chúa giáo", "Đạo Thiên chúa", "Ki-tô giáo"),
    "Tin lành": ("Đạo Tin lành", "Tin lành Việt Nam"), "Cao Đài": ("Đạo Cao Đài",),
    "Hồi giáo": ("Hồi", "Đạo Hồi", "Islam", "Hồi giáo Islam", "Hồi giáo Bàni"),
    "Phật giáo Hòa Hảo": ("Hòa Hảo", "PGHH"), "Tôn giáo Baha'i": ("Baha'i",),
    "Đạo Tứ Ân Hiếu Nghĩa": ("Tứ Ân Hiếu Nghĩa",), "Chăm Bà-la-môn": ("Bà-la-môn",),
    "Tịnh độ Cư sĩ Phật hội Việt Nam": ("Tịnh độ cư sĩ Phật hội VN", "Tịnh độ cư sĩ"),
    "Giáo hội Phật đường Nam tông Minh Sư Đạo": ("Minh Sư đạo",),
    "Hội thánh Minh Lý đạo - Tam Tông Miếu": ("Minh Lý đạo",),
    "Giáo hội các Thánh hữu Ngày sau của Chúa Giê-su Ky-tô (Mặc Môn)": ("Mặc Môn",),
    "Giáo hội Cơ đốc Phục lâm Việt Nam": ("Cơ đốc Phục lâm",),
}
_NO_RELIGION_SIGN = re.compile(r"[-–—]+")
_PEOPLE_PREFIX = re.compile(r"(?:nguoi |dan toc |d ?t |dt )+")
_SIGNS = re.compile(r"[\W_]+")


def _bare(text: str) -> str:
    return _SIGNS.sub("", fold(text))


_PEOPLE_BY_BARE = {_bare(name): name for name in (*PEOPLES, FOREIGNER)} | {
    _bare(spelling): name for name, spellings in _PEOPLE_SPELLINGS.items() for spelling in spellings
}
_RELIGION_BY_BARE = {_bare(name): name for name in (NO_RELIGION, *RELIGIONS)} | {
    _bare(spelling): name for name, spellings in _RELIGION_SPELLINGS.items() for spelling in spellings
}


@lru_cache(maxsize=2048)
def find_people(text: str) -> str | None:
    """Return the people's name as the state list writes it ("H’Mông" gives "Mông"), None when it is not in it."""
    folded = _PEOPLE_PREFIX.sub("", fold(text), count=1)
    known = _PEOPLE_BY_BARE.get(_bare(text)) or _PEOPLE_BY_BARE.get(_bare(folded))
    if known is None and (group := _LOCAL_GROUP.fullmatch(folded)):
        return _PEOPLE_BY_BARE[_bare(group[1])]
    if known is None and (inside := _BRACKETS.search(folded)):     # "Sán Chay (Cao Lan)", but not "Tày (Nùng)"
        known = _PEOPLE_BY_BARE.get(_bare(_BRACKETS.sub("", folded)))
        return known if _PEOPLE_BY_BARE.get(_bare(inside[1]), known) == known else None
    return known


@lru_cache(maxsize=2048)
def find_religion(text: str) -> str | None:
    """Return the religion's name, "Không" for the signs that mean none, None when the list does not have it."""
    if _NO_RELIGION_SIGN.fullmatch(text):
        return NO_RELIGION
    return _RELIGION_BY_BARE.get(_bare(text))
