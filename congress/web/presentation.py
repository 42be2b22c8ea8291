"""How values look: Vietnamese dates, times and numbers, and what every page shows around its content."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user
from jinja2 import StrictUndefined

from ..domain import access as access_rules
from ..domain import stages
from ..domain.person_words import show_born
from ..domain.schedule import check_date
from ..domain.wording import say
from ..models import Congress
from .access import may
from .clock import local


def show_date(value: date | datetime | None) -> str:
    """dd/mm/yyyy."""
    if value is None:
        return ""
    return f"{local(value) if isinstance(value, datetime) else value:%d/%m/%Y}"


def show_time(value: datetime | None) -> str:
    """hh:mm in Vietnam."""
    return f"{local(value):%H:%M}" if value else ""


def show_moment(value: datetime | None) -> str:
    """hh:mm dd/mm/yyyy in Vietnam."""
    return f"{local(value):%H:%M %d/%m/%Y}" if value else ""


def show_window(first: date, last: date) -> str:
    """ "01/04–30/06/2025", or both years where they differ."""
    return f"{first:%d/%m}–{last:%d/%m/%Y}" if first.year == last.year else f"{first:%d/%m/%Y}–{last:%d/%m/%Y}"


def outside_window(congress: Congress) -> bool:
    """Whether a congress's date lies outside its tier's window."""
    window = (congress.tier.window_from, congress.tier.window_to)
    return congress.held_on is not None and bool(check_date(congress.held_on, window=window))


def show_number(value: int | None) -> str:
    """1234 → "1.234"."""
    return f"{value:,}".replace(",", ".") if value is not None else ""


def page_urls(endpoint: str, **arguments: Any) -> Callable[[int], str]:
    """The addresses of a list's pages; arguments are codes, never a name."""
    return lambda page: url_for(endpoint, page=page, **arguments)


def navigation() -> list[dict[str, Any]]:
    """The main entries a person may open."""
    here = request.blueprint or ""
    entries = [
        ("Tổng quan", "overview.show", "grid", may("congresses.read"), ("overview",)),
        ("Hội nghị", "overview.congresses", "people", may("congresses.read"), ()),
        ("Cửa", "checkin.doors", "qr-code-scan", may("checkin.scan") and not may("congresses.read"), ("checkin",)),
        ("Đoàn", "portal.index", "people", may("portal.fill"), ("portal",)),
        ("Điển hình", "exemplars.index", "award", may("exemplars.read"), ("exemplars",)),
        ("Kế hoạch", "plans.index", "journal-text", may("plans.read"), ("plans",)),
        ("Đơn vị", "units.index", "diagram-3", may("units.read"), ("units",)),
        ("Tài khoản", "accounts.index", "person-gear", may("accounts.manage"), ("accounts",)),
    ]
    inside = "congress" in g or here.startswith("tier_") or request.endpoint == "overview.congresses"
    return [
        {
            "label": label,
            "url": url_for(endpoint),
            "icon": icon,
            "current": inside if endpoint == "overview.congresses" else here in areas and not inside,
        }
        for label, endpoint, icon, allowed, areas in entries
        if allowed
    ]


# What stands inside a congress: the second row, and the third row of the pages around its delegate list.
CONGRESS_TABS = (
    ("Tổng quan", "congresses.home", "congresses.read"),
    ("Đại biểu", "delegates.index", "delegates.read"),
    ("Chương trình", "agenda.index", "agenda.read"),
    ("Thẻ", "badges.index", "badges.print"),
    ("Điểm danh", "checkin.people", "checkin.supervise"),
    ("Báo cáo", "reports.index", "reports.read"),
)
DELEGATE_TABS = (
    ("Danh sách", "delegates.index", "delegates.read"),
    ("Đoàn", "delegations.index", "delegates.read"),
    ("Cơ cấu", "structure.show", "delegates.read"),
    ("Phân bổ", "allocations.index", "allocations.read"),
    ("Đi dự cấp trên", "upward.show", "allocations.read"),
    ("Gợi ý danh sách", "suggestions.show", "delegates.edit"),
    ("Sổ điển hình", "exemplars.links", "delegates.read"),
    ("Trùng", "duplicates.index", "delegates.read"),
    ("Thay người", "substitutions.index", "delegates.read"),
    ("Ảnh", "photos.index", "delegates.edit"),
)
# Around the door.
CHECKIN_TABS = (
    ("Điều hành", "checkin.people", "checkin.supervise"),
    ("Theo dõi", "board.show", "delegates.read"),
    ("Máy và cửa", "devices.index", "checkin.supervise"),
    ("Các buổi", "sittings.index", "checkin.supervise"),
    ("Cần xem lại", "conflicts.index", "checkin.supervise"),
    ("Nhắc ở cửa", "notices.index", "checkin.supervise"),
    ("Phiếu giấy", "paper.index", "checkin.supervise"),
)
_FOR_READERS = {"checkin.people": ("Điểm danh", "board.show", "delegates.read")}
# Blueprints without a tab of their own.
_HOME_OF = {"people": "delegates", "imports": "delegates", "bulk": "delegates", "exports": "delegates", "slips": "badges"}


def congress_tabs() -> list[dict[str, Any]]:
    """The second row inside a congress."""
    area = _HOME_OF.get(request.blueprint or "", request.blueprint)
    for home, third_row in (("delegates", DELEGATE_TABS), ("checkin", CHECKIN_TABS)):
        if area in {endpoint.split(".")[0] for _, endpoint, _ in third_row}:
            area = home
    entries = CONGRESS_TABS
    if not may("checkin.supervise", g.congress):  # whoever only reads follows the board
        entries = tuple(_FOR_READERS.get(entry[1], entry) for entry in entries)
        area = "board" if area == "checkin" else area
    return _tabs(entries, area)


def delegate_tabs() -> list[dict[str, Any]]:
    """The third row, around the delegate list."""
    return _tabs(DELEGATE_TABS, _HOME_OF.get(request.blueprint or "", request.blueprint))


def checkin_tabs() -> list[dict[str, Any]]:
    """The third row, around the door."""
    return _tabs(CHECKIN_TABS, request.blueprint)


def _tabs(entries: Sequence[tuple[str, str, str]], area: str | None) -> list[dict[str, Any]]:
    congress = g.congress
    return [
        {"label": label, "url": url_for(endpoint, congress_id=congress.id), "current": endpoint.split(".")[0] == area}
        for label, endpoint, permission in entries
        if endpoint in current_app.view_functions and may(permission, congress)
    ]


def init_presentation(app: Flask) -> None:
    """Register filters and what every template may use; an unknown name in a template is an error."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(date=show_date, time=show_time, moment=show_moment, number=show_number, born=show_born)
    app.jinja_env.globals.update(stage_labels=stages.LABELS, role_labels=access_rules.ROLES, window=show_window)
    app.jinja_env.globals.update(outside_window=outside_window)
    app.jinja_env.globals.update(say=say, page_urls=page_urls)

    @app.context_processor
    def around() -> dict[str, Any]:
        signed_in = current_user.is_authenticated
        return {
            "user": current_user if signed_in else None,
            "nav": navigation() if signed_in else [],
            "tabs_of_congress": congress_tabs if "congress" in g else list,
            "tabs_of_delegates": delegate_tabs if "congress" in g else list,
            "tabs_of_checkin": checkin_tabs if "congress" in g else list,
        }
