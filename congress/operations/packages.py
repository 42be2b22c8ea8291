"""The parts of a zipped document (.xlsx, .xlsb, .ods, .docx), unpacked within the limits and measured on the way."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol
from xml.etree import ElementTree

from . import list_files
from .list_files import DAMAGED, LOCKED, TOO_HEAVY, TOO_LARGE, WorkbookRefused

_CHUNK = 1024 * 1024
_MOST_ELEMENTS, _DEEPEST = 2_500_000, 200
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")      # no office program writes one; they can be made to grow


class Package:
    """A zip file that is read part by part; what all parts unpack to is counted against one limit."""

    def __init__(self, data: bytes) -> None:
        with refusing_damage():
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            self.sizes = {item.filename: item.file_size for item in self._archive.infolist()}
        self._unpacked = 0

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a part in pieces of at most a megabyte. Raises WorkbookRefused when it is damaged or unpacks to too much."""
        if self.sizes[name] > list_files.MAX_UNPACKED_BYTES:
            raise WorkbookRefused(TOO_HEAVY)
        with refusing_damage(), self._archive.open(name) as part:
            while chunk := part.read(_CHUNK):
                self._unpacked += len(chunk)
                if self._unpacked > list_files.MAX_UNPACKED_BYTES:
                    raise WorkbookRefused(TOO_HEAVY)
                yield chunk

    def read(self, name: str) -> bytes:
        """Return a whole part, b"" when there is none. Raises WorkbookRefused."""
        if name not in self.sizes:
            return b""
        if self.sizes[name] > list_files.MAX_KEPT_BYTES:
            raise WorkbookRefused(TOO_HEAVY)
        return b"".join(self.chunks(name))

    def xml(self, name: str) -> ElementTree.Element:
        """Return a part as a tree; an empty one when there is none. Raises WorkbookRefused."""
        content = self.read(name) or b"<none/>"
        with refusing_damage():
            return ElementTree.fromstring(plain_xml(content))


    def parse(self, name: str, target: "XmlTarget") -> None:
        """Give a part to a target as it is parsed, without a tree of it. Raises WorkbookRefused."""
        parser = ElementTree.XMLParser(target=_Counted(target))
        with refusing_damage():
            for chunk in self.chunks(name):
                parser.feed(plain_xml(chunk))
            parser.close()


class XmlTarget(Protocol):
    """Takes elements by their names without namespace, and the text between them."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def data(self, text: str) -> None:
        """Text, perhaps in pieces."""


class _Counted:
    """Stops a part that is made to keep the parser busy: too many elements, or elements too deep in each other."""

    def __init__(self, target: XmlTarget) -> None:
        self._target, self._left, self._depth = target, _MOST_ELEMENTS, 0
        self.data = target.data

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._left -= 1
        self._depth += 1
        if self._left < 0 or self._depth > _DEEPEST:
            raise WorkbookRefused(TOO_LARGE)
        self._target.start(tag[tag.rfind("}") + 1 :], attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._target.end(tag[tag.rfind("}") + 1 :])

    def close(self) -> None:
        """Nothing is left to do; the parser asks for it."""


def plain_xml(content: bytes) -> bytes:
    """Return XML in UTF-8 that declares nothing of its own; the cells are searched as bytes. Raises WorkbookRefused."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:8] or any(mark in content for mark in _DECLARATIONS):
        raise WorkbookRefused(DAMAGED)
    return content


@contextmanager
def refusing_damage() -> Iterator[None]:
    """Turn whatever a broken or locked zip file or XML part raises into a refusal."""
    try:
        yield
    except RuntimeError as error:           # zipfile: "File is encrypted, password required"
        raise WorkbookRefused(LOCKED) from error
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, LookupError, ElementTree.ParseError,
    ) as error:
        raise WorkbookRefused(DAMAGED) from error
