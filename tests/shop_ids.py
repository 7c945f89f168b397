"""Ids as shops have them: for tests that take any."""

from hypothesis import strategies as st

ODD_IDS = (
    "gid://shopify/Product/1",
    "a/b c?é",
    "1",
    "01",
    "1.0",
    " 1",
    "..",
    "=a=2Fb",
    "50% off & <b>\"more'",
    "e\u0301",
    "é",
    "日本語/茶碗",
    "🫖",
    "a\\b",
    "null",
    "x" * 128,
)
"""Some that went wrong somewhere, no two of them the same."""

TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

shop_ids = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters=TURNS),
    min_size=1,
    max_size=128,
)
"""Any text that is an id."""
