"""Telling files that are no list by their first bytes, and saying what to do with each."""

import re

from .list_files import LOCKED, UNKNOWN, WorkbookRefused

_WEB_PAGE = "Tệp là trang web lưu dưới tên Excel. Mở bằng Excel, chọn Lưu thành dạng .xlsx rồi tải lên."
_XML = "Tệp là bảng tính dạng XML. Mở bằng Excel, chọn Lưu thành dạng .xlsx rồi tải lên."
_PDF = "Tệp là PDF, không phải bảng tính. Xin tệp Excel hoặc Word gốc rồi tải lên."
_IMAGE = "Tệp là hình ảnh, không đọc được chữ. Xin tệp Excel hoặc Word gốc rồi tải lên."
_ARCHIVE = "Tệp là tệp nén. Giải nén rồi tải lên từng tệp danh sách bên trong."
_RICH_TEXT = "Tệp là văn bản .rtf. Mở bằng Word, lưu lại dạng .docx rồi tải lên."
_VERY_OLD = "Tệp là bảng tính Excel quá cũ. Mở bằng Excel, lưu lại dạng .xlsx rồi tải lên."
_BEGINNINGS = (
    (b"%PDF", _PDF), (b"\x89PNG", _IMAGE), (b"\xff\xd8\xff", _IMAGE), (b"GIF8", _IMAGE), (b"BM", _IMAGE), (b"II*\0", _IMAGE),
    (b"MM\0*", _IMAGE), (b"RIFF", _IMAGE), (b"\0\0\0\x18ftyp", _IMAGE), (b"\0\0\0\x1cftyp", _IMAGE), (b"\0\0\0 ftyp", _IMAGE),
    (b"Rar!", _ARCHIVE), (b"7z\xbc\xaf", _ARCHIVE), (b"\x1f\x8b", _ARCHIVE), (b"{\\rtf", _RICH_TEXT),
    (b"\x09\x00\x04\x00", _VERY_OLD), (b"\x09\x02\x06\x00", _VERY_OLD), (b"\x09\x04\x06\x00", _VERY_OLD),
    (b"-----BEGIN PGP", LOCKED), (b"MZ", UNKNOWN), (b"\x7fELF", UNKNOWN), (b"SQLite format", UNKNOWN),
)
_WEB = re.compile(rb"<html|<table|<!doctype html|<body|^mime-version:|^content-type: multipart", re.MULTILINE)


def refuse_unknown(data: bytes) -> None:
    """Raise WorkbookRefused for a file that by its beginning is no text with a list."""
    for beginning, sentence in _BEGINNINGS:
        if data.startswith(beginning) and not (beginning == b"BM" and data[6:10] != b"\0\0\0\0"):
            raise WorkbookRefused(sentence)
    head = data[:4096].replace(b"\0", b"").lower().lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    if head.startswith(b"%pdf"):
        raise WorkbookRefused(_PDF)
    if _WEB.search(head):
        raise WorkbookRefused(_WEB_PAGE)
    if head.startswith(b"<?xml") or head.startswith(b"<workbook"):
        raise WorkbookRefused(_XML)
