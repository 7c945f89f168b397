from storefront.accounts.two_factor.recovery_codes import ALPHABET, COUNT, new_codes, parse_code


def test_codes_are_many_unlike_and_found_by_their_first_group() -> None:
    codes = new_codes()
    assert len({code.text for code in codes}) == len({code.lookup for code in codes}) == COUNT
    assert all(len(code.secret) == 12 for code in codes), "59 bits stay secret"
    assert not {"0", "1", "i", "l", "o"} & set(ALPHABET)


def test_a_code_is_read_however_it_is_typed() -> None:
    code = new_codes()[0]
    for typed in (code.text, code.text.upper(), code.text.replace("-", ""), f"  {code.text.replace('-', ' ')} "):
        assert parse_code(typed) == code


def test_what_is_no_code_is_none() -> None:
    for typed in (
        "",
        "123456",
        "abcd-efgh-jkmn",
        "abcd-efgh-jkmn-pqr1",
        "abcd-efgh-jkmn-pqrs-t",
        "\u0430bcd-efgh-jkmn-pqrs",
    ):
        assert parse_code(typed) is None
