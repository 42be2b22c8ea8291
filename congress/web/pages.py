"""A list that is already in memory, by pages."""

from collections.abc import Sequence
from typing import Any


class PageOf:
    """What the pager macro and a table ask: the rows of one page, and where it stands among the others."""

    def __init__(self, rows: Sequence[Any], page: int, per_page: int) -> None:
        self.total = len(rows)
        self.pages = -(-len(rows) // per_page) or 1
        self.page = min(max(page, 1), self.pages)
        self.items = rows[(self.page - 1) * per_page : self.page * per_page]
        self.has_prev, self.has_next = self.page > 1, self.page < self.pages
