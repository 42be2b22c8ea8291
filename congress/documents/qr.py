"""QR codes of tokens and of links as one vector path."""

import re
from typing import Any

from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData

MODULES = 25  # of version 2
QUIET_MODULES = 4  # the white edge a reader needs, on each side
_VERSION = 2
# Any mask is valid to read; trying all eight costs ten times the rest.
_MASK = 2
_RUN = re.compile(b"\x01+")
_Modules = list[list[Any]]  # rows from the top, True where dark
_RECT = {
    (row, start, end): f"{start} {MODULES - 1 - row} {end - start} 1 re"
    for row in range(MODULES)
    for start in range(MODULES)
    for end in range(start + 1, MODULES + 1)
}


def qr_path(digits: str) -> str:
    """PDF path of the dark modules (version 2, level H), one unit a module, origin bottom left.

    Raises ValueError when the payload is not 1 to 34 digits 0-9.
    """
    modules = _token_modules(digits)
    return " ".join(_RECT[(row, *run.span())] for row, dark in enumerate(modules) for run in _RUN.finditer(bytes(dark)))


def token_path(digits: str) -> tuple[int, str]:
    """The same code for a page: the side in modules with its quiet edge, and the SVG path of the dark modules."""
    return _svg(_token_modules(digits))


def link_path(address: str) -> tuple[int, str]:
    """The code of an address for a page: the side in modules with its quiet edge, and the SVG path of the dark modules.

    Level M in the smallest version that holds it; raises qrcode's DataOverflowError beyond 2,331 bytes.
    """
    return _svg(_link_modules(address, ERROR_CORRECT_M))


def printed_link_path(address: str) -> tuple[int, str]:
    """The code of an address for paper: the side in modules without its quiet edge, and the PDF path, origin bottom left.

    Level Q in the smallest version that holds it: paper is folded. Raises qrcode's DataOverflowError beyond 1,663 bytes.
    """
    modules = _link_modules(address, ERROR_CORRECT_Q)
    top = len(modules) - 1
    runs = ((row, *run.span()) for row, dark in enumerate(modules) for run in _RUN.finditer(bytes(dark)))
    return len(modules), " ".join(f"{start} {top - row} {end - start} 1 re" for row, start, end in runs)


def _token_modules(digits: str) -> _Modules:
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 34):
        raise ValueError("a QR of this size holds 1 to 34 digits")
    code: QRCode = QRCode(version=_VERSION, error_correction=ERROR_CORRECT_H, border=0, mask_pattern=_MASK)
    code.add_data(QRData(digits, mode=MODE_NUMBER))
    code.make(fit=False)
    return list(code.modules)


def _link_modules(address: str, level: int) -> _Modules:
    code: QRCode = QRCode(version=None, error_correction=level, border=0, mask_pattern=_MASK)
    code.add_data(QRData(address.encode(), mode=MODE_8BIT_BYTE))
    code.make(fit=True)
    return list(code.modules)


def _svg(modules: _Modules) -> tuple[int, str]:
    runs = (
        f"M{start + QUIET_MODULES} {row + QUIET_MODULES}h{end - start}v1h{start - end}z"
        for row, dark in enumerate(modules)
        for start, end in (run.span() for run in _RUN.finditer(bytes(dark)))
    )
    return len(modules) + 2 * QUIET_MODULES, "".join(runs)
