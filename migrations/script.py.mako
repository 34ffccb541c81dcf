"""${message}

What becomes of the data, and by which rule, in a sentence or two.

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
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
# What upgrade() takes out of the schema on purpose, as in "index ix_runs_title", "table runs COLLATE".
drops: list[str] = []
# Counts of what downgrade() would throw away; it is refused while one is above zero.
loses: dict[str, str] = {}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
