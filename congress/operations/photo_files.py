"""Files with photos: an archive is opened within limits, a picture is turned upright, cropped 3×4 and stripped."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from PIL import Image, ImageOps, WebPImagePlugin

from ..domain.names import normalise
from ..domain.refusals import Refused

SIZE = (450, 600)  # 3×4 cm at 300 dots an inch and more
QUALITY = 85
DOOR_SIZE, DOOR_QUALITY = (210, 280), 70  # what a gate carries of five hundred people is a few megabytes
SMALLEST = (120, 160)
MOST_PIXELS = 40_000_000
MOST_FILES = 600
MOST_BYTES = 25 * 1024 * 1024  # of one picture
MOST_UNPACKED = 300 * 1024 * 1024
FORMATS = ("JPEG", "PNG", WebPImagePlugin.WebPImageFile.format, "BMP")  # what is not named here is not even looked at
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"}
_NO_PHOTO = "Không phải tệp ảnh đọc được. Lưu lại thành JPG rồi gửi."
_HEIC = "Ảnh dạng HEIC của điện thoại, chưa đọc được. Lưu lại thành JPG rồi gửi."
_TOO_MANY = f"Quá {MOST_FILES} tệp ảnh. Chia làm nhiều lần rồi gửi."
_TOO_HEAVY = "Tệp zip giải nén ra quá lớn. Thu nhỏ ảnh, hoặc chia làm nhiều lần rồi gửi."
_BROKEN_ZIP = "Tệp zip bị hỏng hoặc có mật khẩu. Nén lại không đặt mật khẩu rồi gửi."


def read_photo(data: bytes) -> bytes:
    """A picture as the list keeps it: upright, 3×4 from the middle and the top, 450×600 pixels, JPEG without metadata.

    Raises Refused with a sentence when it cannot be read, is too large or too small.
    """
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        raise Refused("photo", _HEIC)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Refused("photo", "Ảnh quá lớn (trên 40 triệu điểm). Thu nhỏ rồi gửi.")
            picture.draft("RGB", (2 * SIZE[1], 2 * SIZE[1]))
            return _crop(_opaque(ImageOps.exif_transpose(picture)))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("photo", "Ảnh quá lớn (trên 40 triệu điểm). Thu nhỏ rồi gửi.") from None
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, struct.error, zlib.error):
        raise Refused("photo", _NO_PHOTO) from None


def _opaque(picture: Image.Image) -> Image.Image:
    """In red, green and blue; what is transparent becomes white."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    return picture.convert("RGB")


def _crop(picture: Image.Image) -> bytes:
    width, height = picture.size
    if width < SMALLEST[0] or height < SMALLEST[1]:
        raise Refused("photo", f"Ảnh quá nhỏ ({width}×{height}). Cần ít nhất {SMALLEST[0]}×{SMALLEST[1]} điểm.")
    if width * 4 > height * 3:
        across = round(height * 3 / 4)
        left = (width - across) // 2
        box = (left, 0, left + across, height)
    else:
        box = (0, 0, width, round(width * 4 / 3))  # the head is at the top
    target = io.BytesIO()
    picture.resize(SIZE, Image.Resampling.LANCZOS, box=box).save(target, "JPEG", quality=QUALITY, optimize=True)
    return target.getvalue()


def open_files(files: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """(name, bytes) of every picture, those in zip files too. Raises Refused for an archive that is broken or too much."""
    found: list[tuple[str, bytes]] = []
    room = MOST_UNPACKED
    for name, data in files:
        inside = _unzip(data, room) if data[:4] in (b"PK\x03\x04", b"PK\x05\x06") else [(name, data)]
        for each in inside:
            room -= len(each[1])
            found.append(each)
            if len(found) > MOST_FILES:
                raise Refused("too_many", _TOO_MANY)
    return found


def _unzip(data: bytes, room: int) -> Iterator[tuple[str, bytes]]:
    """The files of an archive; what they really unpack to is counted, not what the archive declares."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for item in archive.infolist():
                name = _name_of(item)
                if item.is_dir() or _is_litter(name):
                    continue
                limit = min(MOST_BYTES, room)
                with archive.open(item) as part:
                    content = part.read(limit + 1)
                if len(content) > limit:
                    raise Refused("too_heavy", _TOO_HEAVY)
                room -= len(content)
                yield name, content
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, struct.error):
        raise Refused("zip", _BROKEN_ZIP) from None


def _name_of(item: zipfile.ZipInfo) -> str:
    """A name in Vietnamese: many programs write UTF-8 without saying so."""
    if item.flag_bits & 0x800:
        return normalise(item.filename)
    try:
        return normalise(item.filename.encode("cp437").decode("utf-8"))
    except UnicodeError:
        return normalise(item.filename)


def _is_litter(name: str) -> bool:
    """What computers leave beside photos."""
    base = name.rpartition("/")[2]
    return name.startswith("__MACOSX/") or base.startswith(".") or base.lower() in ("thumbs.db", "desktop.ini")


def shrink_photo(jpeg: bytes) -> bytes:
    """A stored photo at the size a gate shows it, some eight kilobytes."""
    picture = Image.open(io.BytesIO(jpeg), formats=["JPEG"])
    picture.thumbnail(DOOR_SIZE)
    target = io.BytesIO()
    picture.convert("RGB").save(target, "JPEG", quality=DOOR_QUALITY)
    return target.getvalue()
