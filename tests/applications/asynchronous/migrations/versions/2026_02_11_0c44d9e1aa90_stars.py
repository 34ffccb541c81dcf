"""stars"""

import sqlalchemy as sa
from alembic import op

revision = "0c44d9e1aa90"
down_revision = "3f1c9a7be012"


def upgrade() -> None:
    with op.batch_alter_table("books") as batch:
        batch.add_column(sa.Column("stars", sa.Integer()))


def downgrade() -> None:
    with op.batch_alter_table("books") as batch:
        batch.drop_column("stars")
