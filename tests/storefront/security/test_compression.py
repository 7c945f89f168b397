import gzip

from flask.testing import FlaskClient


def test_pages_are_compressed_for_those_who_can_read_it(client: FlaskClient) -> None:
    plain = client.get("/")
    packed = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert b"Red Heart Mug" in gzip.decompress(packed.data)
    assert "Content-Encoding" not in plain.headers


def test_the_size_of_a_packed_page_does_not_say_what_is_in_it(client: FlaskClient) -> None:
    def size() -> int:
        return len(client.get("/products/mug", headers={"Accept-Encoding": "gzip"}).data)

    assert len({size() for _ in range(20)}) > 1
