import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storefront.accounts.two_factor import secret_box
from storefront.accounts.two_factor.secret_box import SecretBox

OLD, NEW = "an old key of the tests, long enough", "a new key of the tests, long enough"


def test_what_is_sealed_is_read_with_its_key_alone() -> None:
    box = SecretBox([OLD])
    sealed = box.seal("JBSWY3DP")
    assert "JBSWY3DP" not in sealed
    assert box.seal("JBSWY3DP") != sealed
    assert box.open(sealed, box.key) == "JBSWY3DP"
    assert SecretBox([NEW]).open(sealed, box.key) is None


def test_a_former_key_still_opens_and_the_new_one_seals() -> None:
    old, both = SecretBox([OLD]), SecretBox([OLD, NEW])
    assert both.open(old.seal("x"), old.key) == "x"
    assert both.key == SecretBox([NEW]).key != old.key


@pytest.mark.parametrize("damage", ["", "x", "gAAAAA"])
def test_what_is_damaged_is_not_opened(damage: str) -> None:
    box = SecretBox([OLD])
    assert box.open(damage, box.key) is None
    assert box.open(box.seal("x")[:-4] + "AAAA", box.key) is None


def test_the_key_is_derived_as_the_standard_says() -> None:
    standard = HKDF(SHA256(), 32, salt=None, info=secret_box._PURPOSE).derive(OLD.encode())
    assert secret_box._derive(OLD) == standard
