"""The peers: what they are called, where they are installed, and which adapter runs them."""

from dataclasses import dataclass

from benchmarks.peers.environments import GO_MODULE, LOCKS, PeerEnvironment

IMPLICIT = PeerEnvironment("implicit", LOCKS / "implicit.lock")
RECBOLE = PeerEnvironment("recbole", LOCKS / "recbole.lock")
RTREC = PeerEnvironment("rtrec", LOCKS / "rtrec.lock")
GORSE = PeerEnvironment("gorse", GO_MODULE)


@dataclass(frozen=True, slots=True)
class Peer:
    """A recommender that is compared.

    Attributes
    ----------
    name
        On the command line.
    title
        In tables and charts.
    environment
        Where it is installed; the project's own if None.
    adapter
        The module of `benchmarks.peers.adapters` that runs it.
    model
        What the adapter calls it.
    """

    name: str
    title: str
    environment: PeerEnvironment | None
    adapter: str
    model: str


OWN = Peer("riverfront", "Riverfront, hybrid", None, "riverfront_hybrid", "hybrid")
PEERS = (
    OWN,
    Peer("stan", "STAN", None, "session_knn", "stan"),
    Peer("vstan", "VSTAN", None, "session_knn", "vstan"),
    Peer("implicit-als", "implicit, ALS", IMPLICIT, "implicit_models", "als"),
    Peer("implicit-bm25", "implicit, BM25", IMPLICIT, "implicit_models", "bm25"),
    Peer("recbole-gru4rec", "RecBole, GRU4Rec", RECBOLE, "recbole_models", "gru4rec"),
    Peer("recbole-sasrec", "RecBole, SASRec", RECBOLE, "recbole_models", "sasrec"),
    Peer("recbole-narm", "RecBole, NARM", RECBOLE, "recbole_models", "narm"),
    Peer("rtrec-slim", "rtrec, SLIM", RTREC, "rtrec_models", "slim"),
    Peer("gorse", "Gorse, session route", GORSE, "gorse_server", "session"),
)
