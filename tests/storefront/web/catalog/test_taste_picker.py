"""The taste picker: for newcomers, sent as declared preferences, with and without scripts."""

from online_models.schema.events import PreferencesChanged
from tests.storefront.browser_client import BrowserClient
from tests.storefront.in_memory import MemoryEventPublisher

JSON = {"Accept": "application/json"}


def declared(publisher: MemoryEventPublisher) -> list[tuple[str, ...]]:
    return [event.categories for event in publisher.events if isinstance(event, PreferencesChanged)]


def test_a_newcomer_picks_categories_and_who_has_viewed_something_does_not(client: BrowserClient) -> None:
    page = client.get("/").get_data(as_text=True)
    picker = page.partition("data-picker")[2].partition("</form>")[0]
    assert "Mugs &amp; Cups" in picker
    assert 'value="bags"' in picker
    client.post("/interactions", json={"kind": "item_viewed", "item": "mug"})
    assert "data-picker" not in client.get("/").get_data(as_text=True)


def test_what_is_picked_is_declared_whole_each_time(client: BrowserClient, publisher: MemoryEventPublisher) -> None:
    token = client.token_on("/")
    for picked in (["mugs"], ["mugs", "bags", "mugs", "none such"], []):
        answer = client.post("/taste", data={"token": token, "categories": picked}, headers=JSON)
        (newest,) = [event for event in publisher.events if isinstance(event, PreferencesChanged)][-1:]
        assert answer.get_json() == {"event_id": newest.event_id}
    assert declared(publisher) == [("mugs",), ("mugs", "bags"), ()]


def test_without_scripts_it_leads_back_to_the_home_page(client: BrowserClient, publisher: MemoryEventPublisher) -> None:
    answer = client.submit("/", {"categories": "bags"}, to="/taste")
    assert (answer.status_code, answer.location) == (303, "/")
    assert declared(publisher) == [("bags",)]


def test_what_was_picked_is_ticked_when_the_page_is_loaded_again(client: BrowserClient) -> None:
    client.submit("/", {"categories": "bags"}, to="/taste")
    picker = client.get("/").get_data(as_text=True).partition("data-picker")[2].partition("</form>")[0]
    assert 'value="bags" checked' in picker
    assert picker.count("checked") == 1
    client.submit("/", {}, to="/taste")
    assert " checked" not in client.get("/").get_data(as_text=True).partition("data-picker")[2].partition("</form>")[0]


def test_a_form_of_another_site_declares_nothing(client: BrowserClient, publisher: MemoryEventPublisher) -> None:
    assert client.post("/taste", data={"categories": "bags"}).status_code == 400
    assert declared(publisher) == []
