"""How a device stands in the supervisor's table, and the address other machines reach this one at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, request

from ..models import Device
from .clock import local

PAIR_PATH = "/gate/pair"
LOST_AFTER = timedelta(minutes=2)  # a device speaks every five seconds
STATES = {
    "connected": ("Đang nối", "ok"),
    "lost": ("Mất liên lạc", "warn"),
    "revoked": ("Đã thu hồi, chờ xóa", "danger"),
    "wiped": ("Đã xóa", "muted"),
}


@dataclass(frozen=True)
class DeviceLine:
    """A device with its state in words, when it was last heard of, and whether its page is today's."""

    device: Device
    state: str
    seen: str
    old_page: bool

    @property
    def words(self) -> tuple[str, str]:
        """The state and its tone."""
        return STATES[self.state]

    @property
    def live(self) -> bool:
        """Whether it may still scan."""
        return self.device.revoked_at is None


def line_of(device: Device, moment: datetime, page: str = "") -> DeviceLine:
    """The line of a device at a moment; `page` is the version of the gate's page that this server hands out, where it matters."""
    old = bool(page) and device.version not in ("", page)
    return DeviceLine(device, state_of(device, moment), ago(device.last_seen_at, moment), old)


def state_of(device: Device, moment: datetime) -> str:
    """One of STATES."""
    if device.revoked_at is not None:
        return "revoked" if device.wiped_at is None else "wiped"
    fresh = device.last_seen_at is not None and moment - device.last_seen_at <= LOST_AFTER
    return "connected" if fresh else "lost"


def ago(seen: datetime | None, moment: datetime) -> str:
    """ "20 giây trước", "5 phút trước", "07:30" earlier today, "07:30 12/02" before that; "chưa lần nào" for never."""
    if seen is None:
        return "chưa lần nào"
    seconds = max(int((moment - seen).total_seconds()), 0)
    if seconds < 60:
        return f"{seconds} giây trước"
    if seconds < 3600:
        return f"{seconds // 60} phút trước"
    same_day = local(seen).date() == local(moment).date()
    return f"{local(seen):%H:%M}" if same_day else f"{local(seen):%H:%M %d/%m}"


def page_origin() -> str:
    """Scheme, host and port for another machine's browser: with `--lan` the secure address, else that of this request."""
    lan = current_app.extensions.get("lan")
    if lan is None:
        return request.host_url.rstrip("/")
    host = request.host.rpartition(":")[0] or request.host
    outside = host in lan.hosts and host not in ("localhost", "127.0.0.1")
    origin: str = lan.secure_url(host if outside else lan.hosts[0])
    return origin
