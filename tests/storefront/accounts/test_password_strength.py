import pytest

from storefront.accounts.password_strength import Weakness, weakness_of
from tests.storefront.accounts.people import ANN, ANOTHER, PASSWORD


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("password12", Weakness.COMMON),
        ("1q2w3e4r5t", Weakness.COMMON),
        ("iloveyou2024", Weakness.COMMON),
        ("P@ssw0rd!!", Weakness.COMMON),
        ("poiujhgf", Weakness.KEYS),
        ("abababababab", Weakness.REPEATED),
        ("aaaaaaaaaaaaaaaaaaaa", Weakness.REPEATED),
        ("ghijklmnopq", Weakness.SEQUENCE),
        ("14.07.1989", Weakness.DATE),
        ("strawberries", Weakness.WORD),
    ],
)
def test_what_is_guessed_soon_is_weak_and_the_reason_is_told(password: str, weakness: Weakness) -> None:
    assert weakness_of(password) is weakness


@pytest.mark.parametrize(
    "password", ["annmiller2024!", "Ann.Miller.1", "M1ll3r-Ann", "ann@example.com", "Riverfront2024", "r1v3rfr0nt!!!!"]
)
def test_what_is_little_more_than_a_known_name_is_weak(password: str) -> None:
    assert weakness_of(password, "Riverfront", "Ann Miller", ANN) is Weakness.PERSONAL


@pytest.mark.parametrize("password", [PASSWORD, ANOTHER, "correct-mule-lamp-9", "Tr0ub4dor&3x!", "mgFb3-xUw92-KqLp"])
def test_what_nobody_guesses_is_fine(password: str) -> None:
    assert weakness_of(password, "Riverfront", "Ann Miller", ANN) is None


def test_a_long_password_is_judged_by_its_beginning() -> None:
    assert weakness_of("password" * 32) is not None
    assert weakness_of("a lantern on the quay, " * 11) is None
