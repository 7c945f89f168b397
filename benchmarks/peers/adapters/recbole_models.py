"""Sequential models of RecBole (GRU4Rec, SASRec, NARM), trained on sessions with the library's own settings."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from recbole.config import Config
from recbole.utils import get_model, init_seed

from benchmarks.peers.adapters.driver import PeerEvent, PeerModel, PeerQuery, main

LONGEST = 50
HELD_OUT = 0.05
SHARE_OF_TIME = 0.35
PATIENCE = 10
"""Epochs without a gain after which training stops, as in RecBole."""

JUDGED = 20
MOST_EPOCHS = 100
BATCHES_SORTED_TOGETHER = 16
SEED = 2020
SETTINGS = {
    "USER_ID_FIELD": "session_id",
    "ITEM_ID_FIELD": "item_id",
    "MAX_ITEM_LIST_LENGTH": LONGEST,
    "loss_type": "CE",
    "train_neg_sample_args": None,
    "use_gpu": False,
    "seed": SEED,
    "state": "ERROR",
}


class ItemCount:
    """Stands for RecBole's data set, of which its models ask only how many items there are, the padding included."""

    def __init__(self, items: int) -> None:
        self._items = items

    def num(self, _field: str) -> int:
        """Return how many values a field has."""
        return self._items


class Examples:
    """Sessions so far, and the item that came next, as arrays padded with zeros on the right; items count from 1."""

    def __init__(self, sessions: Sequence[Sequence[int]]) -> None:
        pairs = [
            (session[max(0, end - LONGEST) : end], session[end])
            for session in sessions
            for end in range(1, len(session))
        ]
        self.prefixes = np.zeros((len(pairs), LONGEST), np.int64)
        for row, (prefix, _) in enumerate(pairs):
            self.prefixes[row, : len(prefix)] = prefix
        self.lengths = np.array([len(prefix) for prefix, _ in pairs], np.int64)
        self.targets = np.array([target for _, target in pairs], np.int64)

    def batches(self, size: int, random: np.random.Generator | None = None) -> Iterator[Any]:
        """Yield the indices of batches, at random or in order. Prefixes of like length share a batch."""
        order = random.permutation(len(self.targets)) if random else np.arange(len(self.targets))
        batches = []
        for start in range(0, len(order), size * BATCHES_SORTED_TOGETHER):
            part = order[start : start + size * BATCHES_SORTED_TOGETHER]
            part = part[np.argsort(self.lengths[part], kind="stable")]
            batches += [part[first : first + size] for first in range(0, len(part), size)]
        yield from (batches[number] for number in (random.permutation(len(batches)) if random else range(len(batches))))


class RecboleModel(PeerModel):
    """One of RecBole's models.

    The newest twentieth of the sessions says after how many epochs to stop; then the model is trained anew on all
    sessions for as many, as far as time allows.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._config = Config(model=name, dataset="split", config_dict=dict(SETTINGS))
        self._model: Any = None
        self._trained: Any = None

    def fit(self, events: Sequence[PeerEvent], items: int, deadline: float) -> str:
        """Train by Adam on the cross entropy over all items."""
        started_at = time.perf_counter()
        seconds = deadline - started_at
        sessions = sessions_of(events)
        held_out = max(1, int(len(sessions) * HELD_OUT))
        known = torch.zeros(items + 1, dtype=torch.bool)
        known[[event.item + 1 for event in events]] = True
        self._trained = known
        stops_at = started_at + SHARE_OF_TIME * seconds
        epochs = self._choose_epochs(Examples(sessions[:-held_out]), Examples(sessions[-held_out:]), items, stops_at)
        chosen_in_time = time.perf_counter() <= stops_at
        done = self._train(Examples(sessions), items, epochs, started_at + 2 * SHARE_OF_TIME * seconds)
        self._model.eval()
        return f"{done} epochs" + ("" if chosen_in_time and done == epochs else ", ended by the time limit")

    def recommend(self, query: PeerQuery, n: int) -> list[int]:
        """Return the items with the highest scores after the present session."""
        session = [item + 1 for item in query.session_items if self._trained[item + 1]][-LONGEST:]
        if not session:
            return []
        with torch.no_grad():
            batch = self._batch(torch.tensor([session]), torch.tensor([len(session)]))
            scores = self._model.full_sort_predict(batch)[0].masked_fill(~self._trained, -torch.inf)
            best = torch.topk(scores, min(n, len(scores)))
        return [
            item - 1
            for item, score in zip(best.indices.tolist(), best.values.tolist(), strict=True)
            if score > -torch.inf
        ]

    def _choose_epochs(self, train: Examples, held_out: Examples, items: int, stops_at: float) -> int:
        optimizer, random = self._start(items)
        best, best_epoch = -1.0, 1
        for epoch in range(1, MOST_EPOCHS + 1):
            self._train_epoch(train, optimizer, random)
            reached = self._mrr(held_out)
            if reached > best:
                best, best_epoch = reached, epoch
            if epoch - best_epoch >= PATIENCE or time.perf_counter() > stops_at:
                break
        return best_epoch

    def _train(self, examples: Examples, items: int, epochs: int, stops_at: float) -> int:
        optimizer, random = self._start(items)
        for epoch in range(1, epochs + 1):
            self._train_epoch(examples, optimizer, random)
            if time.perf_counter() > stops_at:
                return epoch
        return epochs

    def _start(self, items: int) -> tuple[Any, np.random.Generator]:
        init_seed(SEED, True)
        self._model = get_model(self._name)(self._config, ItemCount(items + 1))
        optimizer = torch.optim.Adam(self._model.parameters(), lr=self._config["learning_rate"])
        return optimizer, np.random.default_rng(SEED)

    def _train_epoch(self, examples: Examples, optimizer: Any, random: np.random.Generator) -> None:
        self._model.train()
        for rows in examples.batches(self._config["train_batch_size"], random):
            optimizer.zero_grad()
            loss = self._model.calculate_loss(self._batch_of(examples, rows))
            loss.backward()
            optimizer.step()

    def _mrr(self, examples: Examples) -> float:
        """Return the mean reciprocal rank among the first 20 of all items."""
        self._model.eval()
        total = 0.0
        with torch.no_grad():
            for rows in examples.batches(self._config["train_batch_size"]):
                scores = self._model.full_sort_predict(self._batch_of(examples, rows))
                targets = torch.from_numpy(examples.targets[rows]).unsqueeze(1)
                ranks = (scores > scores.gather(1, targets)).sum(dim=1) + 1
                total += float((1 / ranks[ranks <= JUDGED]).sum())
        return total / max(1, len(examples.targets))

    def _batch_of(self, examples: Examples, rows: Any) -> dict[str, Any]:
        lengths = examples.lengths[rows]
        prefixes = torch.from_numpy(examples.prefixes[rows][:, : lengths.max()])
        return self._batch(prefixes, torch.from_numpy(lengths), torch.from_numpy(examples.targets[rows]))

    def _batch(self, prefixes: Any, lengths: Any, targets: Any = None) -> dict[str, Any]:
        model = self._model
        return {model.ITEM_SEQ: prefixes, model.ITEM_SEQ_LEN: lengths, model.POS_ITEM_ID: targets}


def sessions_of(events: Sequence[PeerEvent]) -> list[list[int]]:
    """Return the items of each session of two or more, counted from 1, the session that ended first first."""
    sessions: defaultdict[int, list[PeerEvent]] = defaultdict(list)
    for event in events:
        sessions[event.session].append(event)
    longer = [session for session in sessions.values() if len(session) > 1]
    return [[event.item + 1 for event in session] for session in sorted(longer, key=lambda session: session[-1].at)]


if __name__ == "__main__":
    main({name.lower(): partial(RecboleModel, name) for name in ("GRU4Rec", "SASRec", "NARM")})
