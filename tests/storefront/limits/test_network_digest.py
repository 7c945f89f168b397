import re

from online_models.schema.keyspace import DAY
from storefront.limits.network_digest import NetworkDigest
from storefront.limits.network_keys import NetworkKeys

MIDNIGHT = 20_000.0 * DAY


def test_a_network_has_one_digest_from_midnight_to_midnight_and_another_the_next_day() -> None:
    digest = NetworkDigest("a secret", NetworkKeys())
    today = {digest.of("192.0.2.7", MIDNIGHT + seconds) for seconds in (0, 1, DAY - 1)}
    assert len(today) == 1
    assert digest.of("192.0.2.7", MIDNIGHT + DAY) not in today


def test_it_takes_both_the_shops_secret_and_the_key_of_the_day() -> None:
    keys = NetworkKeys()
    one, other = NetworkDigest("a secret", keys), NetworkDigest("a secret", keys)
    assert one.of("2001:db8::/64", MIDNIGHT) == other.of("2001:db8::/64", MIDNIGHT)
    assert one.of("2001:db8::/64", MIDNIGHT) != NetworkDigest("another", keys).of("2001:db8::/64", MIDNIGHT)
    assert one.of("2001:db8::/64", MIDNIGHT) != NetworkDigest("a secret", NetworkKeys()).of("2001:db8::/64", MIDNIGHT)


def test_networks_are_told_apart_and_cannot_be_read() -> None:
    digest = NetworkDigest("a secret", NetworkKeys())
    found = {digest.of(f"192.0.2.{number}", MIDNIGHT) for number in range(256)}
    assert len(found) == 256
    assert all(re.fullmatch("[0-9a-f]{12}", text) for text in found)
