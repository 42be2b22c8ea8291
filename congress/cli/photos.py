"""`delegates photos`: the photos of a folder or an archive, matched by file name."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from ..domain.access import COMMAND_LINE
from ..models import db
from ..operations import photo_files, photos, scope
from .output import commits, now, say


@click.command("photos")
@click.argument("source", type=click.Path(exists=True, path_type=Path), metavar="FOLDER_OR_ZIP")
@click.option("--congress", "number", type=int, required=True)
@with_appcontext
@commits
def store_photos(source: Path, number: int) -> None:
    """Nhận ảnh trong một thư mục hoặc tệp zip: tên tệp là số thẻ, số CCCD hoặc họ tên."""
    owners = photos.owners_of(scope.get_congress(number))
    db.session.rollback()  # pictures take their time: let those through who write meanwhile
    paths = sorted(path for path in source.rglob("*") if path.is_file()) if source.is_dir() else [source]
    files = ((path.name, path.read_bytes()) for path in paths if not path.name.startswith("."))
    found = photos.sort_files(photo_files.open_files(files) if source.is_file() else files, owners)
    stored = photos.store_photos(number, found.photos, actor=COMMAND_LINE, now=now())
    for each in found.unmatched:
        say(f"{each.file}: {each.why}")
    say(f"{stored.new} người có ảnh lần đầu, {stored.replaced} thay ảnh, {stored.same} như cũ; bỏ {len(found.unmatched)} tệp.")
