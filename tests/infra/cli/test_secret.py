"""``riverfront secret``."""

import re

from click.testing import CliRunner

from infra.cli.secret import secret


def test_each_key_is_new_and_long_enough() -> None:
    keys = {CliRunner().invoke(secret).stdout.strip() for _ in range(5)}
    assert len(keys) == 5
    assert all(re.fullmatch(r"[0-9a-f]{64}", key) for key in keys)
