<% first = down_revision is None and "'document'" not in (upgrades or "") %>\
"""${message}

Describe in a sentence or two how the data is converted, and by which rule.

Revision ID: ${up_revision}
Revises:${" " if down_revision else ""}${down_revision | comma,n}
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision).replace("'", '"')}
down_revision = ${repr(down_revision).replace("'", '"')}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}

# Pairs of queries whose rows must be equal before and after upgrade().
keeps: dict[str, tuple[str, str]] = {}
# Parts of the schema that upgrade() drops on purpose, as in "index ix_runs_title", "table runs COLLATE".
drops: list[str] = []
# Queries that count the information downgrade() would throw away; it is refused while one is above zero.
loses: dict[str, str] = {}


def upgrade() -> None:
% if first:
    # in every document: the programs that made it and last wrote it (`Record` in myapp/document/format.py)
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.CheckConstraint("id = 1", name="ck_document_single"),
    )
% endif
% if upgrades or not first:
    ${upgrades if upgrades else "pass"}
% endif


def downgrade() -> None:
% if downgrades or not first:
    ${downgrades if downgrades else "pass"}
% endif
% if first:
    op.drop_table("document")
% endif
