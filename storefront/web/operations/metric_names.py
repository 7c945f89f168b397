"""What Prometheus calls the storefront's figures. Counters end in ``_total`` where they are read."""

from enum import StrEnum


class MetricName(StrEnum):
    """A figure of `/metrics`; `docs/security.md` says what each is."""

    REQUEST_SECONDS = "riverfront_request_seconds"
    EVENTS_ACCEPTED = "riverfront_events_accepted"
    EVENTS_REFUSED = "riverfront_events_refused"
    SIGN_INS = "riverfront_sign_ins"
    UP = "riverfront_up"
    SHOP_EVENTS_PER_SECOND = "riverfront_shop_events_per_second"
    SPOOL_BYTES = "riverfront_spool_bytes"
    OUTBOX_ROWS = "riverfront_outbox_rows"
    SOCKETS = "riverfront_sockets"
    SOCKETS_REFUSED = "riverfront_sockets_refused"
    CATALOG_PRODUCTS = "riverfront_catalogue_products"
    CATALOG_AGE_SECONDS = "riverfront_catalogue_age_seconds"
    MONITOR_AGE_SECONDS = "riverfront_monitor_age_seconds"
    LEARNER_LAG_EVENTS = "riverfront_learner_lag_events"
    DEAD_LETTERS = "riverfront_dead_letters"
    EXPIRED_EVENTS = "riverfront_expired_events"
    CLICK_TO_DRAWN_SECONDS = "riverfront_click_to_drawn_seconds"
    LEARN_SECONDS = "riverfront_learn_seconds"
    RANK_SECONDS = "riverfront_rank_seconds"
    MADE_LIST_SECONDS = "riverfront_made_list_seconds"
    LEARNER_BEHIND_EVENTS = "riverfront_learner_behind_events"
    LEARNER_MEMORY_BYTES = "riverfront_learner_memory_bytes"
    HIT_RATE = "riverfront_hit_rate"
