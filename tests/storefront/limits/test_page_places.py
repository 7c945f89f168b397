"""Who gets a place, and who gives way."""

from contextlib import ExitStack

from storefront.limits.page_places import PagePlaces, Place


class Client:
    """A client with a connection, which remembers that it had to give way."""

    def __init__(self, network: str = "net") -> None:
        self.has_given_way = False
        self.place = Place(network, self._give_way)

    def _give_way(self) -> None:
        self.has_given_way = True


def taken(places: PagePlaces, *networks: str) -> list[Client]:
    clients = [Client(network) for network in networks]
    for client in clients:
        assert places.take(client.place)
    return clients


def test_there_are_so_many_places() -> None:
    places = PagePlaces(most=2, most_of_a_network=2)
    first, _ = taken(places, "a", "b")
    assert not places.take(Client().place)
    places.leave(first.place)
    places.leave(first.place)
    assert len(places) == 1
    assert places.take(Client().place)
    assert not places.take(Client().place)


def test_who_waits_gives_way_the_longest_of_the_network_that_has_most() -> None:
    places = PagePlaces(most=4, most_of_a_network=4)
    alone, first, second, busy = taken(places, "one", "many", "many", "one")
    with ExitStack() as waiting:
        for client in (alone, first, second):
            waiting.enter_context(places.waiting(client.place))
        taken(places, "another")
        assert [client.has_given_way for client in (alone, first, second, busy)] == [False, True, False, False]
        assert len(places) == 4


def test_who_has_its_request_does_not_give_way() -> None:
    places = PagePlaces(most=1, most_of_a_network=1)
    (client,) = taken(places, "net")
    with places.waiting(client.place):
        pass
    assert not places.take(Client("another").place)
    assert not client.has_given_way


def test_a_network_has_a_part_of_the_places_and_makes_way_for_itself() -> None:
    places = PagePlaces(most=4, most_of_a_network=2)
    waiting, _ = taken(places, "greedy", "greedy")
    assert not places.take(Client("greedy").place)
    with places.waiting(waiting.place):
        assert places.take(Client("greedy").place)
    assert waiting.has_given_way
    taken(places, "a", "b")


def test_a_connection_that_serves_a_socket_takes_no_place_and_comes_back() -> None:
    places = PagePlaces(most=1, most_of_a_network=1)
    (page,) = taken(places, "net")
    with places.away(page.place):
        assert len(places) == 0
        (other,) = taken(places, "net")
    assert len(places) == 2
    for client in (page, other):
        places.leave(client.place)
    assert len(places) == 0


def test_one_that_gave_way_while_away_does_not_come_back() -> None:
    places = PagePlaces(most=1, most_of_a_network=1)
    (page,) = taken(places, "net")
    places.leave(page.place)
    with places.away(page.place), places.waiting(page.place):
        assert len(places) == 0
    assert len(places) == 0


def test_where_all_are_at_work_the_next_is_given_a_moment() -> None:
    places = PagePlaces(most=1, most_of_a_network=1)
    (busy,) = taken(places, "net")
    slept: list[float] = []

    def work(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            places.leave(busy.place)

    assert places.take_soon(Client().place, work)
    assert len(slept) == 3


def test_where_all_stay_at_work_the_next_is_refused_after_about_a_second() -> None:
    places = PagePlaces(most=1, most_of_a_network=1)
    taken(places, "net")
    slept: list[float] = []
    assert not places.take_soon(Client().place, slept.append)
    assert 1 <= sum(slept) <= 2


def test_who_waits_for_a_place_takes_that_of_one_which_begins_to_wait() -> None:
    places = PagePlaces(most=1, most_of_a_network=1)
    (half,) = taken(places, "net")
    with ExitStack() as waiting:
        assert places.take_soon(Client().place, lambda _: waiting.enter_context(places.waiting(half.place)))
    assert half.has_given_way
