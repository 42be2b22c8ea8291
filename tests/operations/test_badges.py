"""Badge tokens and what is printed: from the first approval, one live token each, old ones kept and dead."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.domain.refusals import Refused
from congress.domain.tokens import TokenKind, is_well_formed
from congress.models import AuditEntry, Badge, Delegate, Delegation, Photo, PrintBatch, db
from congress.operations.admission import set_states
from congress.operations.badges import PrintedFace, hash_token, read_faces, replace_badge, start_print, tokens_of
from tests.world import NOW, World, actor_for, make_delegate


class Office(World):
    """The first district's congress with three approved people in two delegations."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.sealer = app.extensions["sealer"]
        self.organiser = actor_for("organiser", unit=self.district)
        self.delegations = [
            Delegation(congress_id=self.congress.id, name=f"Xã {n}", folded=f"xa {n}", position=n) for n in (1, 2)
        ]
        db.session.add_all(self.delegations)
        db.session.flush()
        first, second = (delegation.id for delegation in self.delegations)
        self.binh = make_delegate(self.congress, "Bình", "guest", delegation_id=second, title="Chủ tịch", unit_text="Xã Hai")
        self.chi = make_delegate(self.congress, "Chi", "exemplar", delegation_id=first)
        self.an = make_delegate(self.congress, "An", "staff", delegation_id=second)
        self.approve(self.binh, self.chi, self.an)

    def approve(self, *people: Delegate) -> None:
        ids = [person.id for person in people]
        set_states(self.congress.id, ids, "approved", actor=self.organiser, sealer=self.sealer, now=NOW)

    def faces(self) -> list[PrintedFace]:
        return read_faces(self.congress, sealer=self.sealer)

    def print(self, what: str = "all", **more: Any) -> list[str]:
        later = NOW + timedelta(hours=1)
        return [f.name for f in start_print(self.congress, what, actor=self.organiser, sealer=self.sealer, now=later, **more)]


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


def test_a_token_is_a_badges_and_is_kept_unreadable(office: Office) -> None:
    tokens = tokens_of(office.congress, office.sealer)
    assert set(tokens) == {office.an.id, office.binh.id, office.chi.id}
    assert len(set(tokens.values())) == 3
    for token in tokens.values():
        assert (is_well_formed(token), int(token[0])) == (True, TokenKind.BADGE)
    rows = db.session.scalars(select(Badge)).all()
    assert {row.token_hash for row in rows} == {hash_token(token, office.sealer) for token in tokens.values()}
    stored = " ".join(f"{row.token_hash} {row.token_sealed} {row.printed_face}" for row in rows)
    written = " ".join(str(entry.difference) for entry in db.session.scalars(select(AuditEntry)))
    assert [token for token in tokens.values() if token in stored + written] == []


def test_a_face_says_who_comes_from_where(office: Office) -> None:
    face = next(face for face in office.faces() if face.name == "Bình")
    assert face.printed_values() == {
        "number": office.binh.number, "name": "Bình", "title": "Chủ tịch", "unit": "Xã Hai", "delegation": "Xã 2",
        "group_label": "KHÁCH MỜI", "colour": "#b45309", "token": tokens_of(office.congress, office.sealer)[office.binh.id],
        "photo": None,
    }  # fmt: skip
    assert (face.printed, face.changed) == (False, False)


def test_badges_come_by_delegation_then_name_and_only_of_the_approved(office: Office) -> None:
    make_delegate(office.congress, "Dũng", "exemplar", "proposed")
    theirs = make_delegate(office.other_congress, "Ở nơi khác")
    set_states(
        office.other_congress.id,
        [theirs.id],
        "approved",
        actor=actor_for("plan_owner", unit=office.province),
        sealer=office.sealer,
        now=NOW,
    )
    assert [face.name for face in office.faces()] == ["Chi", "An", "Bình"]
    set_states(office.congress.id, [office.an.id], "withdrawn", actor=office.organiser, sealer=office.sealer, now=NOW)
    assert [face.name for face in office.faces()] == ["Chi", "Bình"]


def test_all_new_changed_and_picked(office: Office) -> None:
    assert office.print() == ["Chi", "An", "Bình"]
    with pytest.raises(Refused, match="Không có thẻ nào để in"):
        office.print("new")
    office.chi.title = "Nông dân"
    office.chi.phone = "0912345678"
    office.binh.note = "đi xe riêng"  # not on the paper
    dung = make_delegate(office.congress, "Dũng", "exemplar")
    office.approve(dung)
    assert [(face.name, face.printed, face.changed) for face in office.faces()] == [
        ("Dũng", False, False), ("Chi", True, True), ("An", True, False), ("Bình", True, False),
    ]  # fmt: skip
    assert [office.print("changed"), office.print("new")] == [["Chi"], ["Dũng"]]
    assert office.print("picked", numbers=[office.an.number, 999]) == ["An"]
    batches = db.session.scalars(select(PrintBatch).order_by(PrintBatch.id)).all()
    assert [(batch.what, batch.count, batch.actor_name, batch.at) for batch in batches] == [
        (what, count, "organiser thử", NOW + timedelta(hours=1))
        for what, count in (("all", 3), ("changed", 1), ("new", 1), ("picked", 1))
    ]


@pytest.mark.parametrize("change", ["name", "title", "unit_text", "component", "delegation"])
def test_whatever_stands_on_the_paper_makes_it_out_of_date(office: Office, change: str) -> None:
    office.print()
    if change == "component":
        office.chi.component = office.binh.component
    elif change == "delegation":
        office.chi.delegation = office.delegations[1]
    else:
        setattr(office.chi, change, "khác")
    assert [face.changed for face in office.faces() if face.number == office.chi.number] == [True]
    assert office.print("changed") == [office.chi.name]
    assert [face.name for face in office.faces() if face.changed] == []


def test_a_photo_is_printed_and_another_one_makes_the_badge_out_of_date(office: Office) -> None:
    office.print()
    db.session.add(Photo(delegate_id=office.chi.id, jpeg=b"one", digest="1", at=NOW))
    db.session.flush()
    assert [face.name for face in office.faces() if face.changed] == ["Chi"]
    faces = start_print(office.congress, "all", actor=office.organiser, sealer=office.sealer, now=NOW)
    assert [(face.name, face.printed_values()["photo"]) for face in faces] == [("Chi", b"one"), ("An", None), ("Bình", None)]
    assert [face.name for face in office.faces() if face.changed] == []
    photo = db.session.get_one(Photo, office.chi.id)
    photo.jpeg, photo.digest = b"two", "2"
    db.session.flush()
    assert office.print("changed") == ["Chi"]
    db.session.delete(photo)
    db.session.flush()
    assert office.print("changed") == ["Chi"]


def test_nothing_is_printed_once_cancelled_or_before_anybody_is_approved(office: Office) -> None:
    with pytest.raises(Refused, match="Không có thẻ nào để in"):
        start_print(office.lower_congress, "all", actor=office.organiser, sealer=office.sealer, now=NOW)
    office.congress.stage = "cancelled"
    with pytest.raises(Refused) as refused:
        office.print()
    assert refused.value.code == "stage"


def test_a_lost_badge_is_dead_and_the_next_one_is_new(office: Office) -> None:
    office.print()
    before = tokens_of(office.congress, office.sealer)
    replace_badge(office.chi, actor=office.organiser, sealer=office.sealer, now=NOW)
    after = tokens_of(office.congress, office.sealer)
    assert {person for person in before if before[person] != after[person]} == {office.chi.id}
    rows = db.session.scalars(select(Badge).filter_by(delegate_id=office.chi.id).order_by(Badge.id)).all()
    assert [(row.token_hash, row.revoked_at) for row in rows] == [
        (hash_token(before[office.chi.id], office.sealer), NOW), (hash_token(after[office.chi.id], office.sealer), None),
    ]  # fmt: skip
    assert office.print("new") == ["Chi"]
    assert db.session.scalars(select(AuditEntry.difference).filter_by(action="badges.replace")).all() == [{}]


def test_who_has_no_badge_has_none_to_replace(office: Office) -> None:
    person = make_delegate(office.congress, "Dũng", "exemplar")
    with pytest.raises(Refused, match="Đại biểu này chưa có thẻ"):
        replace_badge(person, actor=office.organiser, sealer=office.sealer, now=NOW)
    assert person.id not in tokens_of(office.congress, office.sealer)
