"""How a device stands in the supervisor's table, and the address other machines reach this one at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, request

from ..models import Device
from .clock import local
from .lan import THIS_MACHINE, current_host

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
    paired: str
    listed: str  # of when its list is, "" where it carries none
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
    listed = clock(device.snapshot_at, moment) if device.snapshot_at else ""
    seen, paired = ago(device.last_seen_at, moment), clock(device.paired_at, moment)
    return DeviceLine(device, state_of(device, moment), seen, paired, listed, old)


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
    return clock(seen, moment)


def clock(at: datetime, moment: datetime) -> str:
    """ "07:30" for a time of the same day, "07:30 12/02" for another."""
    same_day = local(at).date() == local(moment).date()
    return f"{local(at):%H:%M}" if same_day else f"{local(at):%H:%M %d/%m}"


def summarise(lines: Sequence[DeviceLine]) -> str:
    """ "3 máy đang nối, 1 mất liên lạc"; a word for none."""
    counts = {state: sum(line.state == state for line in lines) for state in ("connected", "lost", "revoked")}
    words = {"connected": "máy đang nối", "lost": "máy mất liên lạc", "revoked": "máy chờ xóa"}
    told = [f"{counts[state]} {word}" for state, word in words.items() if counts[state]]
    return ", ".join(told) or "Chưa có máy nào đang dùng"


@dataclass(frozen=True)
class Reach:
    """Where another machine's browser finds this server, and what stands in its way."""

    origin: str  # scheme, host and port
    trust_page: str = ""  # where a machine of this network learns to trust the secure address
    only_here: bool = False  # the address means "this machine" to every machine


def reach() -> Reach:
    """With `--lan` the secure address of this network, else the address of this request."""
    lan = current_app.extensions.get("lan")
    host = current_host()
    if lan is None:
        return Reach(request.host_url.rstrip("/"), only_here=host.strip("[]") in THIS_MACHINE)
    host = host if host in lan.hosts and host not in THIS_MACHINE else lan.hosts[0]
    return Reach(lan.secure_url(host), trust_page=f"http://{host}:{lan.plain_port}/lan")
