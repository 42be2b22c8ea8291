"""delegate lists"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "column_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("headers", sa.String(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_column_mapping_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_mapping")),
        sa.UniqueConstraint("unit_id", "headers", name=op.f("uq_column_mapping_unit_id_headers")),
    )
    op.create_table(
        "exemplar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_exemplar_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemplar")),
    )
    with op.batch_alter_table("exemplar", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exemplar_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "allocation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("component_id", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.CheckConstraint("seats >= 0", name=op.f("ck_allocation_seats")),
        sa.ForeignKeyConstraint(["component_id"], ["component.id"], name=op.f("fk_allocation_component_id_component")),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_allocation_congress_id_congress")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_allocation_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
        sa.UniqueConstraint(
            "congress_id", "unit_id", "component_id", name=op.f("uq_allocation_congress_id_unit_id_component_id")
        ),
    )
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocation_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "allocation_issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("seats", sa.JSON(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_allocation_issue_congress_id_congress")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_issue")),
        sa.UniqueConstraint("congress_id", "number", name=op.f("uq_allocation_issue_congress_id_number")),
    )
    op.create_table(
        "bulk_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_bulk_change_congress_id_congress")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_change")),
    )
    with op.batch_alter_table("bulk_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bulk_change_congress_id"), ["congress_id"], unique=False)

    op.create_table(
        "delegate_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_delegate_report_congress_id_congress")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegate_report")),
        sa.UniqueConstraint("congress_id", "number", name=op.f("uq_delegate_report_congress_id_number")),
    )
    op.create_table(
        "list_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_list_version_congress_id_congress")),
        sa.ForeignKeyConstraint(["replaces_id"], ["list_version.id"], name=op.f("fk_list_version_replaces_id_list_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_version")),
    )
    with op.batch_alter_table("list_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_version_congress_id"), ["congress_id"], unique=False)

    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_saved_filter_congress_id_congress")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_saved_filter_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("congress_id", "user_id", "name", name=op.f("uq_saved_filter_congress_id_user_id_name")),
    )
    with op.batch_alter_table("saved_filter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_filter_user_id"), ["user_id"], unique=False)

    op.create_table(
        "suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("applied_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_suggestion_congress_id_congress")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
    )
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suggestion_congress_id"), ["congress_id"], unique=False)

    op.create_table(
        "upward_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("upper_congress_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=True),
        sa.Column("votes_for", sa.Integer(), nullable=True),
        sa.Column("votes_against", sa.Integer(), nullable=True),
        sa.Column("votes_other", sa.Integer(), nullable=True),
        sa.Column("voted_on", sa.Date(), nullable=True),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_upward_list_congress_id_congress")),
        sa.ForeignKeyConstraint(["upper_congress_id"], ["congress.id"], name=op.f("fk_upward_list_upper_congress_id_congress")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upward_list")),
        sa.UniqueConstraint("congress_id", "upper_congress_id", name=op.f("uq_upward_list_congress_id_upper_congress_id")),
    )
    with op.batch_alter_table("upward_list", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upward_list_upper_congress_id"), ["upper_congress_id"], unique=False)

    op.create_table(
        "delegation_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["delegation_id"], ["delegation.id"], name=op.f("fk_delegation_link_delegation_id_delegation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_delegation_link_secret_hash")),
    )
    with op.batch_alter_table("delegation_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegation_link_delegation_id"), ["delegation_id"], unique=False)

    op.create_table(
        "duplicate_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("low_id", sa.Integer(), nullable=False),
        sa.Column("high_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["high_id"], ["delegate.id"], name=op.f("fk_duplicate_decision_high_id_delegate")),
        sa.ForeignKeyConstraint(["low_id"], ["delegate.id"], name=op.f("fk_duplicate_decision_low_id_delegate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_decision")),
        sa.UniqueConstraint("low_id", "high_id", name=op.f("uq_duplicate_decision_low_id_high_id")),
    )
    with op.batch_alter_table("duplicate_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duplicate_decision_high_id"), ["high_id"], unique=False)

    op.create_table(
        "photo",
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"], name=op.f("fk_photo_delegate_id_delegate")),
        sa.PrimaryKeyConstraint("delegate_id", name=op.f("pk_photo")),
    )
    op.create_table(
        "substitution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("old_id", sa.Integer(), nullable=False),
        sa.Column("new_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_substitution_congress_id_congress")),
        sa.ForeignKeyConstraint(["new_id"], ["delegate.id"], name=op.f("fk_substitution_new_id_delegate")),
        sa.ForeignKeyConstraint(["old_id"], ["delegate.id"], name=op.f("fk_substitution_old_id_delegate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution")),
    )
    with op.batch_alter_table("substitution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_substitution_congress_id"), ["congress_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_substitution_new_id"), ["new_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_substitution_old_id"), ["old_id"], unique=False)

    op.create_table(
        "upward_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upward_list_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("component_id", sa.Integer(), nullable=False),
        sa.Column("reserve", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("upper_delegate_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["component_id"], ["component.id"], name=op.f("fk_upward_person_component_id_component")),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"], name=op.f("fk_upward_person_delegate_id_delegate")),
        sa.ForeignKeyConstraint(["upper_delegate_id"], ["delegate.id"], name=op.f("fk_upward_person_upper_delegate_id_delegate")),
        sa.ForeignKeyConstraint(["upward_list_id"], ["upward_list.id"], name=op.f("fk_upward_person_upward_list_id_upward_list")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upward_person")),
        sa.UniqueConstraint("upward_list_id", "delegate_id", name=op.f("uq_upward_person_upward_list_id_delegate_id")),
    )
    with op.batch_alter_table("upward_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upward_person_upper_delegate_id"), ["upper_delegate_id"], unique=False)

    with op.batch_alter_table("congress", schema=None) as batch_op:
        batch_op.add_column(sa.Column("declared_peoples", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("declared_religions", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("congress", schema=None) as batch_op:  # only the rows of before need them
        batch_op.alter_column("declared_peoples", server_default=None)
        batch_op.alter_column("declared_religions", server_default=None)

    with op.batch_alter_table("delegate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("degree", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("represents", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("economic_sector", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("new_model", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("schooling", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("political_theory", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("wants_speech", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("seat", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("rank", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("absence_reason", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("exemplar_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("list_version_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_delegate_exemplar_id"), ["exemplar_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delegate_list_version_id"), ["list_version_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_delegate_exemplar_id_exemplar"), "exemplar", ["exemplar_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_delegate_list_version_id_list_version"), "list_version", ["list_version_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_delegate_merged_into_id_delegate"), "delegate", ["merged_into_id"], ["id"])
    with op.batch_alter_table("delegate", schema=None) as batch_op:  # only the rows of before need them
        batch_op.alter_column("degree", server_default=None)
        batch_op.alter_column("represents", server_default=None)
        batch_op.alter_column("schooling", server_default=None)
        batch_op.alter_column("seat", server_default=None)
        batch_op.alter_column("absence_reason", server_default=None)

    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("head_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("deputy_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("contact_name", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("contact_phone", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("contact_email", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("arrives_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("arrival_note", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("sent_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("returned_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("return_comment", sa.String(), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_delegation_unit_id"), ["unit_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_delegation_head_id_delegate"), "delegate", ["head_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_delegation_deputy_id_delegate"), "delegate", ["deputy_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_delegation_unit_id_unit"), "unit", ["unit_id"], ["id"])
    with op.batch_alter_table("delegation", schema=None) as batch_op:  # only the rows of before need them
        batch_op.alter_column("contact_name", server_default=None)
        batch_op.alter_column("arrival_note", server_default=None)
        batch_op.alter_column("return_comment", server_default=None)

    with op.batch_alter_table("grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("delegation_id", sa.Integer(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_grant_user_id_role_unit_id_congress_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_grant_user_id_role_unit_id_congress_id_delegation_id"),
            ["user_id", "role", "unit_id", "congress_id", "delegation_id"],
        )
        batch_op.create_foreign_key(batch_op.f("fk_grant_delegation_id_delegation"), "delegation", ["delegation_id"], ["id"])

    with op.batch_alter_table("import_draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("choices", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("file_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("finished_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("result", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("import_draft", schema=None) as batch_op:  # only the rows of before need them
        batch_op.alter_column("choices", server_default=None)
        batch_op.alter_column("result", server_default=None)

    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.add_column(sa.Column("young_until", sa.Integer(), nullable=False, server_default="35"))
        batch_op.add_column(sa.Column("register_required", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("plan", schema=None) as batch_op:  # only the rows of before need them
        batch_op.alter_column("young_until", server_default=None)
        batch_op.alter_column("register_required", server_default=None)

    with op.batch_alter_table("plan_tier", schema=None) as batch_op:
        batch_op.add_column(sa.Column("uncounted_cap", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("targets", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("plan_tier", schema=None) as batch_op:  # only the rows of before need them
        batch_op.alter_column("targets", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("plan_tier", schema=None) as batch_op:
        batch_op.drop_column("targets")
        batch_op.drop_column("uncounted_cap")

    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_column("register_required")
        batch_op.drop_column("young_until")

    with op.batch_alter_table("import_draft", schema=None) as batch_op:
        batch_op.drop_column("result")
        batch_op.drop_column("finished_at")
        batch_op.drop_column("file_sealed")
        batch_op.drop_column("choices")

    with op.batch_alter_table("grant", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_grant_delegation_id_delegation"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_grant_user_id_role_unit_id_congress_id_delegation_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_grant_user_id_role_unit_id_congress_id"), ["user_id", "role", "unit_id", "congress_id"]
        )
        batch_op.drop_column("delegation_id")

    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_delegation_unit_id_unit"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_delegation_deputy_id_delegate"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_delegation_head_id_delegate"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_delegation_unit_id"))
        batch_op.drop_column("return_comment")
        batch_op.drop_column("returned_at")
        batch_op.drop_column("sent_at")
        batch_op.drop_column("arrival_note")
        batch_op.drop_column("arrives_at")
        batch_op.drop_column("contact_email")
        batch_op.drop_column("contact_phone")
        batch_op.drop_column("contact_name")
        batch_op.drop_column("deputy_id")
        batch_op.drop_column("head_id")
        batch_op.drop_column("unit_id")

    with op.batch_alter_table("delegate", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_delegate_merged_into_id_delegate"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_delegate_list_version_id_list_version"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_delegate_exemplar_id_exemplar"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_delegate_list_version_id"))
        batch_op.drop_index(batch_op.f("ix_delegate_exemplar_id"))
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("list_version_id")
        batch_op.drop_column("exemplar_id")
        batch_op.drop_column("absence_reason")
        batch_op.drop_column("rank")
        batch_op.drop_column("seat")
        batch_op.drop_column("wants_speech")
        batch_op.drop_column("political_theory")
        batch_op.drop_column("schooling")
        batch_op.drop_column("new_model")
        batch_op.drop_column("economic_sector")
        batch_op.drop_column("represents")
        batch_op.drop_column("degree")

    with op.batch_alter_table("congress", schema=None) as batch_op:
        batch_op.drop_column("declared_religions")
        batch_op.drop_column("declared_peoples")

    with op.batch_alter_table("upward_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_upward_person_upper_delegate_id"))

    op.drop_table("upward_person")
    with op.batch_alter_table("substitution", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_substitution_old_id"))
        batch_op.drop_index(batch_op.f("ix_substitution_new_id"))
        batch_op.drop_index(batch_op.f("ix_substitution_congress_id"))

    op.drop_table("substitution")
    op.drop_table("photo")
    with op.batch_alter_table("duplicate_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duplicate_decision_high_id"))

    op.drop_table("duplicate_decision")
    with op.batch_alter_table("delegation_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegation_link_delegation_id"))

    op.drop_table("delegation_link")
    with op.batch_alter_table("upward_list", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_upward_list_upper_congress_id"))

    op.drop_table("upward_list")
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suggestion_congress_id"))

    op.drop_table("suggestion")
    with op.batch_alter_table("saved_filter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_filter_user_id"))

    op.drop_table("saved_filter")
    with op.batch_alter_table("list_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_list_version_congress_id"))

    op.drop_table("list_version")
    op.drop_table("delegate_report")
    with op.batch_alter_table("bulk_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bulk_change_congress_id"))

    op.drop_table("bulk_change")
    op.drop_table("allocation_issue")
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allocation_unit_id"))

    op.drop_table("allocation")
    with op.batch_alter_table("exemplar", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exemplar_unit_id"))

    op.drop_table("exemplar")
    op.drop_table("column_mapping")
