"""authors

Revision ID: a0b4d1e95c66
Revises: 3f1c9a20b7d4
Create Date: 2023-09-20 08:00:00.000001

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'a0b4d1e95c66'
down_revision: Union[str, Sequence[str], None] = '3f1c9a20b7d4'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table('authors',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('books', schema=None) as batch_op:
        batch_op.add_column(sa.Column('author_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key('fk_books_author', 'authors', ['author_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('books', schema=None) as batch_op:
        batch_op.drop_constraint('fk_books_author', type_='foreignkey')
        batch_op.drop_column('author_id')
    op.drop_table('authors')
