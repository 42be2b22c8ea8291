"""The register of advanced models, delegates pointing to it, and what a plan that demands it refuses."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.domain.names import fold, sort_key
from congress.domain.refusals import Refused
from congress.models import AuditEntry, Delegate, Exemplar, Unit, db
from congress.operations.admission import change_component, set_states
from congress.operations.exemplars import (
    ExemplarValues,
    add_exemplar,
    count_linked,
    edit_exemplar,
    exemplars_for,
    find_exemplar,
    link_by_name,
    link_exemplar,
    match_list,
    search_register,
    suggest_exemplars,
    unlinked_people,
)
from tests.world import NOW, World, actor_for, make_delegate, make_exemplar


class Register(World):
    """The province, with a register at every unit."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.sealer = app.extensions["sealer"]
        self.organiser = actor_for("organiser", unit=self.district)

    def person(self, name: str = "Nông Thị Ánh", group: str = "exemplar", state: str = "proposed", **more: Any) -> Delegate:
        delegate = make_delegate(self.congress, name, group, state, **more)
        delegate.folded, delegate.sort_key = fold(name), sort_key(name)
        return delegate

    def approve(self, *people: Delegate) -> int:
        ids = [person.id for person in people]
        return set_states(self.congress.id, ids, "approved", actor=self.organiser, sealer=self.sealer, now=NOW)

    def add(self, name: str, unit: Unit | None = None, kind: str = "individual", **more: str) -> Exemplar:
        values = {"field": "", "summary": "", "decision": "", **more}
        return add_exemplar(unit or self.district, ExemplarValues(kind, name, **values), actor=self.organiser, now=NOW)


@pytest.fixture
def register(session: Any, app: Flask) -> Register:
    return Register(app)


def entries() -> list[tuple[str, dict[str, Any]]]:
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(entry.action, entry.difference) for entry in rows]


# ---- the register ----------------------------------------------------------------------------------------------------


def test_an_entry_is_written_changed_and_both_are_noted(register: Register) -> None:
    entry = register.add(" Nông  Thị Ánh ", field="Nông nghiệp")
    assert (entry.name, entry.folded, entry.unit_id) == ("Nông Thị Ánh", "nong thi anh", register.district.id)
    changed = ExemplarValues("household", "Hộ bà Ánh", "Nông nghiệp", "Trồng 2 ha hồi", "QĐ 12/QĐ-UBND")
    edit_exemplar(entry, changed, actor=register.organiser, now=NOW)
    edit_exemplar(entry, changed, actor=register.organiser, now=NOW)  # nothing changes: nothing is noted
    assert entries() == [
        ("exemplars.add", {"unit": "Huyện Một", "kind": "individual"}),
        (
            "exemplars.edit",
            {
                "kind": ["individual", "household"], "name": ["Nông Thị Ánh", "Hộ bà Ánh"], "summary": ["", "Trồng 2 ha hồi"],
                "decision": ["", "QĐ 12/QĐ-UBND"],
            },
        ),
    ]  # fmt: skip


def test_namesakes_are_two_entries_and_the_same_words_one(register: Register) -> None:
    register.add("Nông Thị Ánh", field="Y tế")
    with pytest.raises(Refused) as refused:
        register.add("Nông Thị Ánh", field="Y tế")
    assert (refused.value.code, refused.value.field) == ("exemplar_twice", "name")
    register.add("Nông Thị Ánh", field="Giáo dục")
    register.add("Nông Thị Ánh", register.commune, field="Y tế")
    assert db.session.query(Exemplar).count() == 3


@pytest.mark.parametrize(("kind", "name", "field"), [("individual", " ", "name"), ("other", "A", "kind")])
def test_an_entry_wants_a_name_and_a_kind(register: Register, kind: str, name: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        register.add(name, kind=kind)
    assert refused.value.field == field


def test_one_reads_the_registers_below_and_edits_ones_own(register: Register) -> None:
    own, below, beside = (make_exemplar(u, u.name) for u in (register.district, register.commune, register.other_district))
    actor = register.organiser
    assert {e.name for e in db.session.scalars(exemplars_for(actor))} == {"Huyện Một", "Xã Một"}
    assert [find_exemplar(actor, "exemplars.read", e.id) is not None for e in (own, below, beside)] == [True, True, False]
    assert [find_exemplar(actor, "exemplars.edit", e.id) is not None for e in (own, below, beside)] == [True, False, False]
    assert db.session.scalars(exemplars_for(actor_for("viewer", unit=register.district))).all() == []


def test_entries_stand_in_vietnamese_order_and_are_found_without_accents(register: Register) -> None:
    for name, kind in (("Lò Văn Đức", "individual"), ("HTX Đức Thịnh", "collective"), ("Bàn Thị An", "individual")):
        make_exemplar(register.district, name, kind)
    names = [e.name for e in db.session.scalars(exemplars_for(register.organiser))]
    assert names == ["Bàn Thị An", "Lò Văn Đức", "HTX Đức Thịnh"]
    for asked, found in (({"text": "duc"}, names[1:]), ({"text": "đức", "kind": "collective"}, names[2:]), ({"text": "%"}, [])):
        assert [e.name for e in db.session.scalars(exemplars_for(register.organiser, **asked))] == found


# ---- delegates -------------------------------------------------------------------------------------------------------


def test_a_person_is_offered_the_entries_under_the_name_they_come_for(register: Register) -> None:
    own = make_exemplar(register.district, "Nông Thị Ánh")
    below = make_exemplar(register.commune, "NÔNG THỊ ÁNH")
    make_exemplar(register.other_district, "Nông Thị Ánh")
    collective = make_exemplar(register.commune, "HTX Một", "collective")
    person = register.person()
    assert [e.id for e in suggest_exemplars(person)] == [own.id, below.id]
    person.capacity, person.represents = "collective", "htx một"
    assert [e.id for e in suggest_exemplars(person)] == [collective.id]
    person.represents = ""
    assert suggest_exemplars(person) == []


def test_the_register_of_a_congress_is_searched(register: Register) -> None:
    make_exemplar(register.commune, "HTX Đức Thịnh", "collective")
    make_exemplar(register.other_district, "HTX Đức Long", "collective")
    assert [e.name for e in search_register(register.congress, "thinh htx")] == ["HTX Đức Thịnh"]
    assert search_register(register.congress, "htx long") == search_register(register.congress, " ") == []


def test_a_delegate_points_to_an_entry_of_the_place_or_to_none(register: Register) -> None:
    person, entry = register.person(), make_exemplar(register.commune, "Nông Thị Ánh")
    link_exemplar(person, entry.id, actor=register.organiser, now=NOW)
    assert (person.exemplar, count_linked(register.congress)) == (entry, 1)
    with pytest.raises(Refused) as refused:
        stranger = make_exemplar(register.other_district, "Nông Thị Ánh")
        link_exemplar(person, stranger.id, actor=register.organiser, now=NOW)
    assert refused.value.code == "no_exemplar"
    link_exemplar(person, None, actor=register.organiser, now=NOW)
    assert entries() == [
        ("delegates.link_exemplar", {"exemplar_id": [None, entry.id]}),
        ("delegates.link_exemplar", {"exemplar_id": [entry.id, None]}),
    ]


def test_a_whole_list_is_linked_by_name(register: Register) -> None:
    one = make_exemplar(register.district, "Nông Thị Ánh")
    group = make_exemplar(register.commune, "HTX Một", "collective")
    for unit in (register.district, register.commune):
        make_exemplar(unit, "Lò Văn Đức")
    linked = make_exemplar(register.district, "Hoàng Văn Xong")
    people = {
        "Nông Thị Ánh": register.person("Nông Thị Ánh", state="approved"),
        "Lý Văn Đại": register.person("Lý Văn Đại", capacity="collective", represents="HTX một"),
        "Lò Văn Đức": register.person("Lò Văn Đức"),
        "Bế Văn Lạ": register.person("Bế Văn Lạ"),
    }
    register.person("Hoàng Văn Xong", exemplar_id=linked.id)
    register.person("Nông Thị Ánh", "guest")  # guests are not looked for, nor the withdrawn
    register.person("Nông Thị Ánh", state="withdrawn")
    found = link_by_name(register.congress.id, actor=register.organiser, now=NOW)
    assert found.links == {people["Nông Thị Ánh"].id: one.id, people["Lý Văn Đại"].id: group.id}
    assert (found.doubtful, found.missing) == ((people["Lò Văn Đức"].id,), (people["Bế Văn Lạ"].id,))
    assert [person.exemplar_id for person in people.values()] == [one.id, group.id, None, None]
    assert [d.name for d in unlinked_people(register.congress)] == ["Lò Văn Đức", "Bế Văn Lạ"]
    assert (match_list(register.congress).links, count_linked(register.congress), len(entries())) == ({}, 3, 2)


# ---- a plan that demands the register --------------------------------------------------------------------------------


def test_nobody_outside_the_register_is_approved_all_or_none(register: Register) -> None:
    register.plan.register_required = True
    known = register.person(exemplar_id=make_exemplar(register.district, "Nông Thị Ánh").id)
    strangers = [register.person("Bế Văn Lạ"), register.person("Lò Văn Đức")]
    guest = register.person("Khách", "guest")
    with pytest.raises(Refused) as refused:
        register.approve(known, guest, *strangers)
    assert (refused.value.code, refused.value.message) == (
        "not_in_register",
        "Chưa có trong sổ điển hình: Bế Văn Lạ, Lò Văn Đức. Thêm vào sổ, rồi nối ở mục Sổ điển hình của danh sách.",
    )
    assert {person.state for person in (known, guest, *strangers)} == {"proposed"}
    assert register.approve(known, guest) == 2


def test_no_override_passes_over_the_register(register: Register) -> None:
    register.plan.register_required = True
    stranger, owner = register.person(), actor_for("plan_owner", unit=register.province)
    with pytest.raises(Refused) as refused:
        more: dict[str, Any] = {"sealer": register.sealer, "now": NOW, "reason": "x", "override": True}
        set_states(register.congress.id, [stranger.id], "approved", actor=owner, **more)
    assert refused.value.code == "not_in_register"


def test_an_approved_guest_does_not_become_honoured_outside_the_register(register: Register) -> None:
    register.plan.register_required = True
    guest = register.person("Khách", "guest", "approved")
    honoured = next(c for c in register.plan.components if c.code == "exemplar")
    with pytest.raises(Refused) as refused:
        change_component(guest, honoured, actor=register.organiser, now=NOW)
    assert refused.value.code == "not_in_register"
    guest.exemplar_id = make_exemplar(register.district, "Khách").id
    change_component(guest, honoured, actor=register.organiser, now=NOW)
    assert guest.component is honoured


def test_an_approved_person_stays_in_the_register(register: Register) -> None:
    register.plan.register_required = True
    person = register.person(state="approved", exemplar_id=make_exemplar(register.district, "Nông Thị Ánh").id)
    with pytest.raises(Refused) as refused:
        link_exemplar(person, None, actor=register.organiser, now=NOW)
    assert refused.value.code == "not_in_register"
