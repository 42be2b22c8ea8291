"""`checkin …`: the door without a browser."""

from datetime import UTC, datetime
from threading import Event

import click
from flask import current_app
from flask.cli import AppGroup

from .. import worker
from ..domain.access import COMMAND_LINE
from ..domain.door import WORDS
from ..domain.refusals import Refused
from ..domain.titles import VIETNAM
from ..operations import scope
from ..operations.checkin import Asked, ScanSource, choose_sitting, get_sitting, record_scan
from ..operations.door_counts import with_counts
from .output import commits, now, print_json, say

group = AppGroup("checkin", help="Điểm danh.")

SOURCE = ScanSource("cli", gate=COMMAND_LINE.name, operator=COMMAND_LINE.name)


@group.command("scan")
@click.option("--congress", "congress_id", type=int, required=True)
@click.option("--sitting", "sitting_id", type=int, help="Không nêu: buổi đang mở, nếu không có thì buổi chính.")
@click.option("--token", required=True, help="23 chữ số của thẻ.")
@click.option("--nonce", required=True, help="Mã của lượt quét: gửi lại cùng mã là cùng một lượt.")
@click.option("--at", "at", help="Thời điểm ISO 8601; không nêu múi giờ là giờ Việt Nam.")
@click.option("--json", "as_json", is_flag=True)
@commits
def scan(*, congress_id: int, sitting_id: int | None, token: str, nonce: str, at: str | None, as_json: bool) -> None:
    """Điểm danh một thẻ. Câu trả lời nào cũng là một câu trả lời: mã thoát 0 cả khi bị từ chối."""
    congress = scope.get_congress(congress_id)
    moment = _moment(at) if at else now()
    sitting = get_sitting(congress, sitting_id) if sitting_id else choose_sitting(congress.sittings, moment)
    if sitting is None:
        raise Refused("no_sitting", "Hội nghị chưa có buổi nào để điểm danh.")
    answer = record_scan(
        congress=congress, sitting=sitting, asked=Asked("token", token), nonce=nonce, source=SOURCE,
        sealer=current_app.extensions["sealer"], now=moment,
    )  # fmt: skip
    answer = with_counts(answer, sitting, congress.id, moment)
    if as_json:
        print_json(answer.to_json())
    else:
        click.echo(" · ".join([WORDS[answer.result], *([answer.delegate.name] if answer.delegate else []), answer.message]))


@group.command("worker")
@click.option("--every", type=click.IntRange(0), required=True, help="Cứ bao nhiêu giây xem lại một lần; 0: làm hết rồi thôi.")
def run_worker(*, every: int) -> None:
    """Tính trước khóa cho danh sách mà các cửa mang theo; máy chủ nhiều tiến trình chạy lệnh này bên cạnh."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    say(f"Đã tính khóa cho {worker.derive_ahead(app)} thẻ.")
    if every:
        worker.work(app, Event(), every)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("cần dạng 2025-05-20T07:41", param_hint="--at") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(UTC)
