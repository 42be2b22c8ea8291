"""Pictures of every kind become one; what is none, too much or a trap is one sentence."""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from congress.domain.refusals import Refused
from congress.operations import photo_files
from congress.operations.photo_files import MOST_FILES, open_files, read_photo
from tests.operations.pictures import BOTTOM, LEFT, RIGHT, TOP, archive, picture, pixel, rounded, turned


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read_photo(data)
    return refused.value.message


@pytest.mark.parametrize("kind", ["JPEG", "MPO", "PNG", "WEBP", "BMP"])
def test_every_kind_becomes_one(kind: str) -> None:
    jpeg = read_photo(picture(kind=kind))
    with Image.open(io.BytesIO(jpeg)) as image:
        assert (image.format, image.size, image.mode) == ("JPEG", (450, 600), "RGB")
    assert len(jpeg) < 60_000


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_picture_is_turned_upright_and_its_metadata_goes(orientation: int) -> None:
    stored = turned(picture(600, 800), orientation)
    assert b"Nguyen Van Kin" in stored
    jpeg = read_photo(stored)
    assert (pixel(jpeg, 0.5, 0.1), pixel(jpeg, 0.5, 0.9)) == (rounded(TOP), rounded(BOTTOM))
    assert (pixel(jpeg, 0.03, 0.5), pixel(jpeg, 0.97, 0.5)) == (rounded(LEFT), rounded(RIGHT))
    assert b"Exif" not in jpeg and b"Nguyen" not in jpeg
    with Image.open(io.BytesIO(jpeg)) as image:
        assert dict(image.getexif()) == {}


def test_a_wide_picture_keeps_its_middle_and_a_tall_one_its_top() -> None:
    wide = read_photo(picture(1600, 800))
    assert [pixel(wide, x, 0.1) for x in (0.01, 0.5, 0.99)] == [rounded(TOP)] * 3
    tall = read_photo(picture(600, 1600))
    assert [pixel(tall, 0.5, y) for y in (0.05, 0.98)] == [rounded(TOP)] * 2
    assert (pixel(tall, 0.03, 0.5), pixel(tall, 0.97, 0.5)) == (rounded(LEFT), rounded(RIGHT))


@pytest.mark.parametrize(("mode", "kind"), [("L", "JPEG"), ("CMYK", "JPEG"), ("P", "PNG"), ("RGBA", "PNG"), ("1", "BMP")])
def test_every_colour_mode_is_read(mode: str, kind: str) -> None:
    assert read_photo(picture(kind=kind, mode=mode))[:2] == b"\xff\xd8"


def test_what_is_transparent_becomes_white() -> None:
    target = io.BytesIO()
    Image.new("RGBA", (300, 400), (0, 0, 0, 0)).save(target, "PNG")
    assert pixel(read_photo(target.getvalue()), 0.5, 0.5) == rounded((255, 255, 255))


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(7000, 7000), (12000, 12000), (60000, 60000)])
def test_a_picture_that_would_fill_the_memory_is_not_opened(size: tuple[int, int]) -> None:
    assert refusal(huge_png(*size)) == "Ảnh quá lớn (trên 40 triệu điểm). Thu nhỏ rồi gửi."


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Không phải tệp ảnh đọc được."),
        (b"xin chao", "Không phải tệp ảnh đọc được."),
        (b"%PDF-1.7 ...", "Không phải tệp ảnh đọc được."),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "Không phải tệp ảnh đọc được."),
        (picture()[:2000], "Không phải tệp ảnh đọc được."),
        (picture(kind="PNG")[:300], "Không phải tệp ảnh đọc được."),
        (picture(kind="GIF"), "Không phải tệp ảnh đọc được."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Không phải tệp ảnh đọc được."),
        (b"\0\0\0\x18ftypheic" + b"\0" * 40, "Ảnh dạng HEIC của điện thoại, chưa đọc được."),
        (picture(90, 120), "Ảnh quá nhỏ (90×120). Cần ít nhất 120×160 điểm."),
    ],
)
def test_what_is_no_photo_is_said_in_a_sentence(data: bytes, words: str) -> None:
    assert refusal(data).startswith(words)


def test_an_archive_is_opened_without_the_litter_of_computers() -> None:
    one = picture()
    data = archive({"Ảnh/101.jpg": one, "__MACOSX/Ảnh/._101.jpg": b"x", "Thumbs.db": b"x", "Ảnh/.DS_Store": b"x", "trong/": b""})
    assert open_files([("anh.zip", data), ("102.jpg", one)]) == [("Ảnh/101.jpg", one), ("102.jpg", one)]


def test_names_that_say_nothing_of_their_encoding_are_read_as_utf8() -> None:
    data = archive({"Nguyen Van An.jpg": b"x"}).replace(b"Nguyen Van An.jpg", "Đỗ Ân.jpg".encode().ljust(17, b"g"))
    assert [name for name, _ in open_files([("a.zip", data)])] == ["Đỗ Ân.jpggggg"]


def test_too_many_too_much_and_broken_archives_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match=f"Quá {MOST_FILES} tệp"):
        open_files([("a.zip", archive({f"{n}.jpg": b"x" for n in range(MOST_FILES + 1)}))])
    monkeypatch.setattr(photo_files, "MOST_UNPACKED", 10_000_000)
    bomb = archive({f"{n}.jpg": b"\0" * 6_000_000 for n in range(2)})
    assert len(bomb) < 20_000
    with pytest.raises(Refused, match="giải nén ra quá lớn"):
        open_files([("a.zip", bomb)])
    whole = archive({"101.jpg": picture()})
    for broken in (whole[:400], b"PK\x03\x04" + b"\0" * 100, whole.replace(b"PK\x01\x02", b"PK\x01\x03")):
        with pytest.raises(Refused, match="bị hỏng hoặc có mật khẩu"):
            open_files([("a.zip", broken)])


def test_a_locked_archive_is_refused() -> None:
    data = bytearray(archive({"101.jpg": b"x"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1  # says that the file is encrypted
    assert zipfile.is_zipfile(io.BytesIO(bytes(data)))
    with pytest.raises(Refused, match="có mật khẩu"):
        open_files([("a.zip", bytes(data))])
