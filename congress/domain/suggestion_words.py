"""The reasons of a suggested list as a colleague would say them."""

from collections.abc import Callable, Mapping

from .admission import INVITED
from .suggestion import Reason

_SIDES = {INVITED: "lãnh đạo và khách mời"}


def say_reason(
    reason: Reason, *, chosen: bool, place: Mapping[int, int], label_of: Mapping[str, str], name_of: Callable[[int], str]
) -> str:
    """One sentence or two; `place` gives somebody's place in the order, `label_of` a target's words by its trait."""
    other = f"{name_of(reason.other)} (thứ tự {place.get(reason.other, '…')})" if reason.other else ""
    short = f"“{label_of.get(reason.subject, reason.subject)}” thiếu thêm {reason.n} người"
    if chosen:
        return {
            "fixed": "Đã duyệt, giữ nguyên.",
            "no_rival": "Cùng bên không còn ai ở ngoài có thể vào thay.",
            "order": f"Xếp trước {other}, người gần nhất ở ngoài.",
            "target": f"Nếu thay bằng {other}, người gần nhất ở ngoài, thì {short}.",
            "unsettled": f"Có thể đổi với {other}: máy dừng trước khi tính hết.",
        }[reason.code]
    why = {
        "no_rival": "Không ai cùng bên có thể nhường chỗ.",
        "order": f"{other}, người cuối cùng được chọn, xếp trước.",
        "target": f"Nếu vào thay {other}, người cuối cùng được chọn, thì {short}.",
        "unsettled": f"Có thể đổi với {other}: máy dừng trước khi tính hết." if other else "Máy dừng trước khi tính hết.",
    }[reason.code]
    return f"{_say_full(reason)} {why}".strip()


def _say_full(reason: Reason) -> str:
    return {
        "": "",
        "size": f"Đã đủ quy mô {reason.limit} người.",
        "side": f"Đã đủ {reason.limit} {_SIDES.get(reason.side, 'điển hình')}.",
        "seat": f"Đơn vị đã đủ {reason.limit} chỗ được phân bổ.",
        "ratio": "Thêm người này thì danh sách không còn đúng tỷ lệ.",
    }[reason.full]
