"""check-in: devices, gates, conflicts, snapshots, personal pages"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("token_sealed", sa.String(), nullable=False),
        sa.Column("lookup", sa.String(), nullable=False),
        sa.Column("opener_sealed", sa.String(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_desk_card_congress_id_congress")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_card")),
    )
    with op.batch_alter_table("desk_card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_desk_card_congress_id"), ["congress_id"], unique=False)

    op.create_table(
        "gate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_gate_congress_id_congress")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate")),
        sa.UniqueConstraint("congress_id", "folded", name=op.f("uq_gate_congress_id_folded")),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("gate_id", sa.Integer(), nullable=True),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("paired_by", sa.String(), nullable=False),
        sa.Column("paired_at", sa.DateTime(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(), nullable=True),
        sa.Column("queue_length", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("snapshot_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("wiped_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("(congress_id IS NULL) <> (unit_id IS NULL)", name=op.f("ck_device_one_place")),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_device_congress_id_congress")),
        sa.ForeignKeyConstraint(["gate_id"], ["gate.id"], name=op.f("fk_device_gate_id_gate")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_device_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_device_key_hash")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_congress_id"), ["congress_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_device_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "door_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("component_id", sa.Integer(), nullable=True),
        sa.Column("delegation_id", sa.Integer(), nullable=True),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["component_id"], ["component.id"], name=op.f("fk_door_notice_component_id_component")),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_door_notice_congress_id_congress")),
        sa.ForeignKeyConstraint(["delegation_id"], ["delegation.id"], name=op.f("fk_door_notice_delegation_id_delegation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_notice")),
    )
    with op.batch_alter_table("door_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_door_notice_congress_id"), ["congress_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_door_notice_delegation_id"), ["delegation_id"], unique=False)

    op.create_table(
        "delegate_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("secret_sealed", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"], name=op.f("fk_delegate_link_delegate_id_delegate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegate_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_delegate_link_secret_hash")),
    )
    with op.batch_alter_table("delegate_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegate_link_delegate_id"), ["delegate_id"], unique=False)

    op.create_table(
        "pairing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("code_sealed", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("gate_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_pairing_congress_id_congress")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_pairing_device_id_device")),
        sa.ForeignKeyConstraint(["gate_id"], ["gate.id"], name=op.f("fk_pairing_gate_id_gate")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_pairing_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_pairing_code_hash")),
    )
    with op.batch_alter_table("pairing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pairing_congress_id"), ["congress_id"], unique=False)

    op.create_table(
        "badge_key",
        sa.Column("badge_id", sa.Integer(), nullable=False),
        sa.Column("lookup", sa.String(), nullable=False),
        sa.Column("opener_sealed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["badge_id"], ["badge.id"], name=op.f("fk_badge_key_badge_id_badge")),
        sa.PrimaryKeyConstraint("badge_id", name=op.f("pk_badge_key")),
        sa.UniqueConstraint("lookup", name=op.f("uq_badge_key_lookup")),
    )
    op.create_table(
        "scan_conflict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress_id", sa.Integer(), nullable=False),
        sa.Column("scan_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_scan_conflict_congress_id_congress")),
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"], name=op.f("fk_scan_conflict_scan_id_scan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_conflict")),
        sa.UniqueConstraint("scan_id", name=op.f("uq_scan_conflict_scan_id")),
    )
    with op.batch_alter_table("scan_conflict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scan_conflict_congress_id"), ["congress_id"], unique=False)

    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.add_column(sa.Column("device_name", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("left_at", sa.DateTime(), nullable=True))

    with op.batch_alter_table("congress", schema=None) as batch_op:
        batch_op.add_column(sa.Column("snapshot_salt", sa.String(), nullable=False, server_default=""))

    with op.batch_alter_table("delegate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("coming", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("answered_at", sa.DateTime(), nullable=True))

    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.add_column(sa.Column("device_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="entry"))
        batch_op.add_column(sa.Column("offline", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("forced", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.alter_column("at", new_column_name="happened_at")
        batch_op.add_column(sa.Column("received_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("annul_reason", sa.String(), nullable=False, server_default=""))
        batch_op.drop_index(batch_op.f("ix_scan_delegate_id"))
        batch_op.drop_index(batch_op.f("ix_scan_sitting_id"))
        batch_op.create_index("ix_scan_delegate_id_sitting_id", ["delegate_id", "sitting_id"], unique=False)
        batch_op.create_index("ix_scan_sitting_id_received_at", ["sitting_id", "received_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_scan_device_id"), ["device_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_scan_device_id_device"), "device", ["device_id"], ["id"])

    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opened_by_hand_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("reentry", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("auto_exit_at", sa.DateTime(), nullable=True))

    # What was there is filled in; from now on the models say these values.
    op.execute("UPDATE scan SET received_at = happened_at")
    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.alter_column("received_at", existing_type=sa.DateTime(), nullable=False)
        for column in ("kind", "offline", "forced", "annul_reason"):
            batch_op.alter_column(column, server_default=None)
    for table, column in (("attendance", "device_name"), ("congress", "snapshot_salt"), ("sitting", "reentry")):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.drop_column("auto_exit_at")
        batch_op.drop_column("reentry")
        batch_op.drop_column("opened_by_hand_at")

    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.alter_column("happened_at", new_column_name="at")
        batch_op.drop_constraint(batch_op.f("fk_scan_device_id_device"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_scan_device_id"))
        batch_op.drop_index("ix_scan_delegate_id_sitting_id")
        batch_op.drop_index("ix_scan_sitting_id_received_at")
        batch_op.create_index(batch_op.f("ix_scan_sitting_id"), ["sitting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_scan_delegate_id"), ["delegate_id"], unique=False)
        batch_op.drop_column("annul_reason")
        batch_op.drop_column("received_at")
        batch_op.drop_column("forced")
        batch_op.drop_column("offline")
        batch_op.drop_column("kind")
        batch_op.drop_column("device_id")

    with op.batch_alter_table("delegate", schema=None) as batch_op:
        batch_op.drop_column("answered_at")
        batch_op.drop_column("coming")

    with op.batch_alter_table("congress", schema=None) as batch_op:
        batch_op.drop_column("snapshot_salt")

    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_column("left_at")
        batch_op.drop_column("device_name")

    with op.batch_alter_table("scan_conflict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scan_conflict_congress_id"))

    op.drop_table("scan_conflict")
    op.drop_table("badge_key")
    with op.batch_alter_table("pairing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pairing_congress_id"))

    op.drop_table("pairing")
    with op.batch_alter_table("delegate_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegate_link_delegate_id"))

    op.drop_table("delegate_link")
    with op.batch_alter_table("door_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_door_notice_delegation_id"))
        batch_op.drop_index(batch_op.f("ix_door_notice_congress_id"))

    op.drop_table("door_notice")
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_device_unit_id"))
        batch_op.drop_index(batch_op.f("ix_device_congress_id"))

    op.drop_table("device")
    op.drop_table("gate")
    with op.batch_alter_table("desk_card", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_desk_card_congress_id"))

    op.drop_table("desk_card")
