"""Papers as answers: a PDF opens in the browser, a workbook is saved, both under a plain name."""

import re

from flask import Response

from ..domain.names import fold

_KINDS = {
    "pdf": ("application/pdf", "inline"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "attachment"),
}


def send_paper(data: bytes, kind: str, *words: str) -> Response:
    """A paper of a kind ("pdf", "xlsx"), named by the words without accents: "Phan-Bo-Huyen-Ba-Be.pdf"."""
    mimetype, way = _KINDS[kind]
    name = "-".join(re.findall("[a-z0-9]+", fold(" ".join(words))))[:80].title()
    return Response(data, mimetype=mimetype, headers={"Content-Disposition": f'{way}; filename="{name}.{kind}"'})
