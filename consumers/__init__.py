"""The processes that read Kafka: the learner, which updates models and pushes lists, and the monitor.

Verbs mean one thing each, in all modules:

- ``poll``, ``seek`` and ``commit`` are Kafka's own.
- ``read_…`` fetches from another process; it raises an error of `consumers.errors` while that one is down.
- ``learn`` updates models; ``rank`` and ``explain`` ask them.
- ``add`` queues work, ``discard`` removes it undone, ``pop`` takes it to do; ``pending`` counts what is queued.
- ``run`` does queued or periodic work, within a budget of time; ``is_due`` says whether there is any to do now.
- ``write_…`` and ``push_…`` put a write, or a message for browsers, into the outbox.
- ``put`` queues commands there; ``send`` sends without waiting for replies; ``flush`` waits for them.
- ``save`` and ``restore`` are for snapshots.
"""
