"""The stages of a congress and what each allows."""

from .refusals import Refused

STAGES = ("draft", "submitted", "plan_approved", "list_open", "list_closed", "held", "reported", "cancelled")

LABELS = {
    "draft": "Nháp",
    "submitted": "Đã trình kế hoạch",
    "plan_approved": "Đã có ý kiến về kế hoạch",
    "list_open": "Đang lập danh sách",
    "list_closed": "Đã chốt danh sách",
    "held": "Đã tổ chức",
    "reported": "Đã báo cáo",
    "cancelled": "Đã hủy",
    "postponed": "Tạm hoãn",
}

# What may be done in each stage. Withdrawing somebody and checking in are allowed in all but "cancelled": the door never
# refuses because an office forgot a click.
_ALWAYS = frozenset({"withdraw", "check_in", "print_badges", "edit_person"})
_PREPARING = _ALWAYS | {"edit", "resize", "propose", "agenda", "allocate", "postpone"}
ALLOWS: dict[str, frozenset[str]] = {
    "draft": _PREPARING,
    "submitted": _PREPARING - {"edit"},
    "plan_approved": _PREPARING,
    "list_open": _PREPARING | {"approve", "close"},
    "list_closed": (_PREPARING - {"resize"}) | {"amend"},
    "held": _ALWAYS,
    "reported": _ALWAYS - {"edit_person"},
    "cancelled": frozenset(),
}

# Why not, in words, for those doings that a stage withholds.
WHY_NOT = {
    "edit": "Kế hoạch đang trình, chưa sửa được. Lùi về Nháp để sửa.",
    "resize": "Danh sách đã chốt, không đổi được quy mô. Lùi lại một bước, nêu lý do.",
    "propose": "Hội nghị đã tổ chức hoặc đã hủy, không thêm người được nữa.",
    "approve": "Danh sách chưa mở. Bấm Mở danh sách ở trang Tổng quan của hội nghị.",
    "amend": "Danh sách chưa mở. Bấm Mở danh sách ở trang Tổng quan của hội nghị.",
    "close": "Chỉ chốt được khi danh sách đang mở.",
    "agenda": "Hội nghị đã tổ chức hoặc đã hủy, không sửa chương trình được nữa.",
    "allocate": "Hội nghị đã tổ chức hoặc đã hủy, không đổi phân bổ được nữa.",
    "postpone": "Hội nghị đã tổ chức hoặc đã hủy, không hoãn hay hủy được nữa.",
}

# Once the congress is held or cancelled those that speak of an earlier stage would mislead.
TOO_LATE = {
    "edit": "Hội nghị đã tổ chức hoặc đã hủy, không sửa được nữa.",
    "resize": "Hội nghị đã tổ chức hoặc đã hủy, không đổi quy mô được nữa.",
    "approve": "Hội nghị đã tổ chức hoặc đã hủy, không duyệt đại biểu được nữa.",
    "amend": "Hội nghị đã tổ chức hoặc đã hủy, danh sách không bổ sung được nữa.",
    "close": "Hội nghị đã tổ chức hoặc đã hủy, không chốt danh sách được nữa.",
}


def allows(stage: str, doing: str) -> bool:
    """Whether a stage allows something."""
    return doing in ALLOWS[stage]


def require(stage: str, doing: str) -> None:
    """Raise Refused unless a stage allows something."""
    if allows(stage, doing):
        return
    sentences = WHY_NOT | TOO_LATE if stage in ("held", "reported", "cancelled") else WHY_NOT
    raise Refused("stage", sentences.get(doing, f"Hội nghị ở bước “{LABELS[stage]}”, không làm việc này được."))


def stage_path(*, needs_approval: bool) -> tuple[str, ...]:
    """The stages in order; pilots (S4, III.5), or all where the plan asks, hand their plan in first."""
    middle = ("submitted", "plan_approved") if needs_approval else ()
    return ("draft", *middle, "list_open", "list_closed", "held", "reported")


def stages_reached(stage: str) -> frozenset[str]:
    """The stages passed or reached; none once cancelled."""
    path = stage_path(needs_approval=True)
    return frozenset(path[: path.index(stage) + 1]) if stage in path else frozenset()


def next_stage(stage: str, *, needs_approval: bool) -> str | None:
    """The stage one step on, or None at the end."""
    path = stage_path(needs_approval=needs_approval)
    if stage not in path:  # the plan stopped asking for approval half-way
        return "list_open" if stage in ("submitted", "plan_approved") else None
    place = path.index(stage)
    return path[place + 1] if place + 1 < len(path) else None


def previous_stage(stage: str, *, needs_approval: bool) -> str | None:
    """The stage one step back, or None at the start and once cancelled."""
    path = stage_path(needs_approval=needs_approval)
    if stage not in path:
        return "draft" if stage in ("submitted", "plan_approved") else None
    place = path.index(stage)
    return path[place - 1] if place else None


def needs_approval(*, plan_approval: str, is_pilot: bool) -> bool:
    """Whether a congress hands in its plan: by the plan's rule "pilots", "all" or "none"."""
    return plan_approval == "all" or (plan_approval == "pilots" and is_pilot)
