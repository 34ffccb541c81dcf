"""pages

Revision ID: 17e8c2f0a9b5
Revises: a0b4d1e95c66
Create Date: 2024-01-15 21:30:00.500000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '17e8c2f0a9b5'
down_revision: Union[str, Sequence[str], None] = 'a0b4d1e95c66'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column('books', sa.Column('pages', sa.Integer(), server_default='0', nullable=False))
    op.create_index(op.f('ix_books_title'), 'books', ['title'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_books_title'), table_name='books')
    op.drop_column('books', 'pages')
