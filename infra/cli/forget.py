"""``riverfront forget``: erase what is known of a visitor."""

import secrets
import time
from collections.abc import Mapping

import click

from infra.cli.shop_here import ENVIRONMENT, find_shop, read_shop_settings, shop_database
from infra.errors import CannotRun
from infra.stack.servers import DATABASE, KAFKA, kafka_here
from online_models.schema.events import VisitorId
from online_models.schema.own_visitors import InvalidId, is_plain, visitor_of


@click.command(epilog=ENVIRONMENT)
@click.argument("visitor")
def forget(visitor: str) -> None:
    """Erase what is known of VISITOR, but for orders. It takes effect when the learner has read it.

    VISITOR is what the shop calls them, or their id in the product.
    """
    from kafka import KafkaProducer
    from kafka.errors import KafkaError

    from connections.kafka_client import connect
    from infra.kafka.topics import ensure_topics
    from online_models.schema.events import VisitorForgotten, encode, event_id_at
    from online_models.schema.keyspace import INTERACTIONS

    now = time.time()
    event = VisitorForgotten(
        event_id=event_id_at(now, secrets.token_bytes(10)), visitor=_visitor(visitor), occurred_at=now, received_at=now
    )
    here = find_shop(DATABASE, KAFKA)
    _forget_in_database(event.visitor, here)
    kafka = kafka_here(here)
    ensure_topics(kafka)
    producer = connect(KafkaProducer, kafka, acks="all", max_block_ms=10_000)
    try:
        producer.send(INTERACTIONS.name, encode(event), key=event.visitor.encode()).get(timeout=10)
    except KafkaError as error:
        raise CannotRun(f"Kafka did not take the request: {error}") from error
    finally:
        producer.close()
    click.echo(f"{visitor} will be forgotten.")


def _visitor(text: str) -> VisitorId:
    try:
        return VisitorId(text) if is_plain(text) else visitor_of(text)
    except InvalidId as error:
        raise click.BadParameter(f"{text!r} is not the id of a visitor.") from error


def _forget_in_database(visitor: VisitorId, here: Mapping[str, str]) -> None:
    from storefront.reviews.review_store import ReviewStore
    from storefront.visitor_state.applied_events import AppliedEvents
    from storefront.visitor_state.baskets import Baskets
    from storefront.visitor_state.dismissals import Dismissals
    from storefront.visitor_state.wishes import Wishes

    with shop_database(read_shop_settings(here)) as database, database.begin() as connection:
        for table in (Baskets(), ReviewStore(database), Dismissals(database), Wishes(), AppliedEvents()):
            table.forget(connection, visitor)
