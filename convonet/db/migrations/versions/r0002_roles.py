"""What a user may do everywhere: the global roles."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | Sequence[str] | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "users_convonet",
        sa.Column("roles", sa.ARRAY(sa.Text()), nullable=False, server_default="{user}"),
    )
    op.create_check_constraint(
        "roles",
        "users_convonet",
        "'user' = ANY (roles) AND roles <@ ARRAY['user', 'admin', 'agent']",
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("users_convonet", "roles")
