"""Items' ids of up to 128 characters."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_CHECKS = {
    "order_lines": (),
    "reviews": (("stars", "stars BETWEEN 1 AND 5"),),
    "basket_lines": (("quantity", "quantity > 0"),),
    "dismissals": (),
    "wishes": (),
}
"""Tables with items, and the checks that SQLite, which copies a table to change it, would lose."""


def upgrade() -> None:
    """Apply the change."""
    _resize(64, 128)


def downgrade() -> None:
    """Undo it."""
    _resize(128, 64)


def _resize(before: int, after: int) -> None:
    for table, checks in _CHECKS.items():
        kept = tuple(sa.CheckConstraint(check, name=op.f(f"ck_{table}_{name}")) for name, check in checks)
        is_copied = op.get_bind().dialect.name == "sqlite"
        with op.batch_alter_table(table, table_args=kept if is_copied else ()) as columns:
            columns.alter_column(
                "item", existing_type=sa.String(before), type_=sa.String(after), existing_nullable=False
            )
