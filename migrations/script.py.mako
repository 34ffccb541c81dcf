"""${message}

Describe in a sentence or two how the data is converted, and by which rule.

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
# Parts of the schema that upgrade() drops on purpose, as in "index ix_runs_title", "table runs COLLATE".
drops: list[str] = []
# Queries that count the information downgrade() would throw away; it is refused while one is above zero.
loses: dict[str, str] = {}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
