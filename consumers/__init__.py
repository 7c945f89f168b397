"""The processes that read Kafka: the learner, which updates models and pushes lists, and the monitor.

Verbs mean one thing each, in all modules:

- ``poll``, ``seek`` and ``commit`` are Kafka's own.
- ``read_…`` fetches from another process or from disk; ``check`` looks there for something new; ``take_…`` returns
  what has come since the last call.
- ``follow`` takes over what other processes have worked out; ``prepare`` makes trained weights ready in another thread.
- ``apply`` has what Redis serves follow the topic of the catalog; ``change`` takes what has changed in the catalog.
- ``learn`` updates models; ``count`` and ``watch`` update figures; ``use`` takes another catalog.
- ``add`` queues work or keeps a sample, ``discard`` removes work undone, ``pop`` takes it to do; ``request`` asks for
  work of a kind from now on.
- ``run`` does queued or periodic work, within a budget of time; ``is_due`` says whether there is any to do now.
- ``answer`` makes what another process has asked for; ``take`` waits for one's turn to use the model, and ``give`` ends
  it.
- ``rewrite`` queues everything to be written again.
- ``write_…``, ``forget_…`` and ``push_…`` put a write, an erasure, or a message for browsers, into the outbox; a
  snapshot is written to disk.
- ``guard`` returns a command that Redis leaves out where another learner has written something newer.
- ``publish`` parks a record that cannot be learned.
- ``put`` queues commands there; ``send`` sends without waiting for replies; ``flush`` waits for them.
- ``save`` and ``restore`` are for snapshots; ``wait`` returns when one is on disk; ``replace`` has all that are kept
  made anew.
- ``start``, ``step`` and ``finish`` are the parts of a process' ``run``; ``close`` disconnects.
- ``beat`` sends a heartbeat and hears the others'; ``exchange`` does so in one round trip; ``remove`` deletes what is
  left of a learner that is gone; ``owns`` says whether a visitor is this learner's; ``note_…`` tells what has happened.
- ``stand…`` by leaves work to another learner; ``take…`` over does what one that is gone has left undone; ``stop``
  leaves.
- ``append``, ``rename`` and ``sync`` are the file system's, and so is ``remove`` there.
- ``freeze`` and ``collect`` are the garbage collector's.
"""
