"""What a child inherits of our environment."""

from infra.programs.environment import inherited


def test_what_any_program_needs_is_inherited() -> None:
    ours = {"PATH": "/bin", "HOME": "/root", "TZ": "UTC", "LC_ALL": "C", "PYTHONPATH": "/x", "NUMBA_NUM_THREADS": "1"}
    assert inherited(ours) == ours


def test_nothing_else_is_whatever_it_is_called() -> None:
    assert inherited({"AWS_SECRET_ACCESS_KEY": "hush", "RIVERFRONT_SECRET": "hush", "PGPASSWORD": "hush"}) == {}


def test_further_variables_are_inherited_by_name_or_by_how_they_begin() -> None:
    ours = {"RIVERFRONT_REDIS": "redis://r", "RIVERFRONT_SECRET": "hush", "PGSSLROOTCERT": "/ca.pem"}
    assert inherited(ours, {"RIVERFRONT_REDIS"}, ("PG",)) == {
        "RIVERFRONT_REDIS": "redis://r",
        "PGSSLROOTCERT": "/ca.pem",
    }
