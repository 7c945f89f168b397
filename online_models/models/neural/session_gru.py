"""What comes next in a visit, by a recurrent network that is trained aside and taken up between two events."""

from typing import NamedTuple

import numpy as np

from online_models.arrays.compiled import packed
from online_models.arrays.state import InvalidState, State, read_array, read_number, read_part
from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.models.neural.gru import Cell, follow, project, score
from online_models.models.neural.item_vectors import NO_CONTENT, POOL, ItemContent, ItemVectors
from online_models.models.neural.visits import LENGTH, VISITS, FollowedVisits
from online_models.models.neural.weights import MAX_ITEMS, BrokenWeights, Weights, build_weights, tensors_of
from online_models.models.recommender import Model
from online_models.schema.feedback import Feedback
from online_models.visitors.context import Context


class ReadyWeights(NamedTuple):
    """Weights with all that `SessionGru` needs to answer by them.

    Attributes
    ----------
    indices
        By item of the weights its index, -1 where it was not known, shape (n,).
    later
        The items that had a vector without being of the training when this was made.
    """

    weights: Weights
    indices: Indices
    cell: Cell
    vectors: ItemVectors
    content: ItemContent
    later: tuple[int, ...]


class SessionGru(Model):
    r"""A gated recurrent unit over the visit's items, with the same item vectors as input and as output.

    Each item that the visitor chooses advances the state of the visit, :math:`h_t = GRU(v_{i_t}, h_{t-1})`, and

    .. math:: score(j) = softmax_j(b_j + \langle V h_t + U v_{i_t}, v_j \rangle)

    over the items of the pool (`ItemVectors`): the last item counts as part of the state, and once more by itself.
    Items that other models propose are scored alike, in the pool or not (`score_items`).

    Nothing is trained here: without weights it has no answer. They come from a training that has read the log up to
    some offset, are made ready on another thread (`prepare`) and taken up between two events (`take_up`). States of
    visits are then worked out anew when they are next needed, from the last items of the visit. A new item gets its
    vector from content. Visitors whose visit is not followed any more get an answer from their interaction history.

    Weights are part of the state: it is complete without their file.

    Parameters
    ----------
    pool
        So many items are scored at most.
    visits
        So many visits are followed.

    References
    ----------
    Hidasi, B. et al. (2016). Session-based recommendations with recurrent neural networks. ICLR.

    Li, J. et al. (2017). Neural attentive session-based recommendation. CIKM. (A visit as a whole, and its last item.)

    Press, O. and Wolf, L. (2017). Using the output embedding to improve language models. EACL. (The same vectors for
    input and output.)

    Examples
    --------
    >>> from online_models.models.recommender import retrieve
    >>> from online_models.schema.events import ItemId
    >>> from online_models.visitors.context import nothing_known
    >>> model = SessionGru()
    >>> viewed = nothing_known(1.0)._replace(items=np.array([1], np.int32), session_length=1)
    >>> retrieve(model, viewed, limit=1).items
    array([[-1]], dtype=int32)
    >>> one, zeros = np.ones((1, 1), np.float32), np.zeros((2, 3), np.float32)
    >>> ids, vectors = (ItemId("cup"), ItemId("saucer")), np.array([[-1], [1]], np.float32)
    >>> kernel = np.array([[0, 0, 1]], np.float32)
    >>> weights = Weights(ids, vectors, 0 * vectors[:, 0], kernel, 0 * kernel, zeros, one, 0 * one, {}, 1.0, seed=7)
    >>> model.take_up(model.prepare(weights, indices=np.array([0, 1], np.int32)))
    >>> retrieve(model, viewed, limit=1).items
    array([[1]], dtype=int32)
    """

    names = ("session_gru",)

    def __init__(self, pool: int = POOL, visits: int = VISITS) -> None:
        self._pool = pool
        self._limit = visits
        self._content = NO_CONTENT
        self._taken: ReadyWeights | None = None

    @property
    def weights(self) -> Weights | None:
        """The weights that were taken up last."""
        return self._taken.weights if self._taken else None

    def prepare(self, weights: Weights, indices: Indices) -> ReadyWeights:
        """Make weights ready. Changes nothing, and may run beside the thread that learns.

        ``indices`` tells of each item of the weights its index, -1 where it has none, shape (n,).
        """
        content, later = self._content, self._taken.vectors.later if self._taken else ()
        cell = packed(Cell(weights.kernel, weights.recurrent_kernel, weights.bias, weights.output, weights.shortcut))
        vectors = ItemVectors(weights, indices, content, later, self._pool)
        return ReadyWeights(weights, indices, cell, vectors, content, later)

    def take_up(self, ready: ReadyWeights) -> None:
        """Answer by these weights from now on. What was learned since they were made ready is made good, quickly."""
        later, known = self._taken.vectors.later if self._taken else (), len(ready.later)
        if later[:known] != ready.later:
            ready, known = self.prepare(ready.weights, ready.indices), len(later)
        if ready.content is not self._content:
            ready.vectors.use_content(self._content)
        for index in later[known:]:
            ready.vectors.keep(index)
        units = len(ready.weights.recurrent_kernel)
        if self._taken is None:
            self._visits = FollowedVisits(units, self._limit)
        self._visits.expire(units)
        self._use(ready)

    def use_content(self, content: ItemContent) -> None:
        """Replace what is known of items without interactions."""
        self._content = content
        if self._taken:
            self._taken.vectors.use_content(content)

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Advance the visit by the item, where the visitor chose it."""
        if self._taken and feedback.chosen:
            self._taken.vectors.add(item)
            self._advance(self._taken, item, context)

    def walk(self, item: int, feedback: Feedback, context: Context) -> None:
        """Advance the visit, and learn of no new item."""
        if self._taken and feedback.chosen:
            self._advance(self._taken, item, context)

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write the most probable items of the pool; nothing where no item of the visit has a vector."""
        if self._taken and self._asks(self._taken, context):
            self._taken.vectors.pool.retrieve_shares(self._query, context.excluded, items[0], scores[0])

    def score_items(self, context: Context, items: Indices, logits: Values) -> bool:
        """Write the exponents of the probabilities; False where no item of the visit has a vector."""
        if not self._taken or not self._asks(self._taken, context):
            return False
        factors = self._taken.vectors.factors
        score(factors.latents, factors.biases, self._query, items, logits)
        return True

    def merge_visitor(self, source: int, context: Context) -> None:
        """Join two visits in order of time."""
        if not self._taken or self._visits.slot(source) < 0:
            return
        target = context.visitor
        if self._visits.slot(target) < 0:
            self._visits.rename(source, target)
        else:
            self._visits.remove(source)
            self._visits.remove(target)
            if len(context.recent_items):
                self._visits.begin(target, context.recent_items)

    def forget_item(self, visitor: int, item: int) -> None:
        """Take an item out of the visitor's visit."""
        if self._taken:
            self._visits.forget_item(visitor, item)

    def forget_visitor(self, visitor: int) -> None:
        """Forget the visitor's visit."""
        if self._taken:
            self._visits.remove(visitor)

    def dump(self) -> State:
        """Return a copy of the whole state, with the weights, which are never written."""
        if not self._taken:
            return {"version": ""}
        weights, indices, _, vectors, _, _ = self._taken
        return {
            "version": weights.version,
            "weights": {**tensors_of(weights)},
            "partitions": list(weights.position),
            "offsets": np.array(list(weights.position.values()), np.int64),
            "trained_at": weights.trained_at,
            "seed": weights.seed,
            "indices": indices.copy(),
            "vectors": vectors.dump(),
            "visits": self._visits.dump(),
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        self._taken = None
        if state.get("version") == "":
            return
        weights = _read_weights(state)
        indices = read_array(state, "indices", np.int32, len(weights.item_ids))
        known = indices[indices >= 0]
        if (indices < NO_INDEX).any() or (indices >= MAX_ITEMS).any() or len(np.unique(known)) != len(known):
            raise InvalidState("items of weights that have no index of their own")
        ready = self.prepare(weights, indices)
        ready.vectors.load(read_part(state, "vectors"))
        visits = FollowedVisits(len(weights.recurrent_kernel), self._limit)
        visits.load(read_part(state, "visits"))
        self._visits = visits
        self._use(ready)

    def _use(self, ready: ReadyWeights) -> None:
        units, width = ready.weights.output.shape
        self._state: Values = np.zeros(units, np.float32)
        self._query: Values = np.zeros(width, np.float32)
        self._taken = ready

    def _asks(self, taken: ReadyWeights, context: Context) -> bool:
        """Write the query of a visit; False where none of its items has a vector."""
        slot = NO_INDEX if context.is_asked else self._visits.slot(context.visitor)
        visit = self._visits.items(slot) if slot >= 0 else context.recent_items[-LENGTH:]
        if slot >= 0 and self._visits.steps.item(slot) >= 0:
            state, steps = self._visits.states[slot], self._visits.steps.item(slot)
        else:
            state = self._state
            state[:] = 0
            steps = _follow(taken, visit, state)
        if steps:
            factors = taken.vectors.factors
            project(taken.cell, factors.latents, factors.biases, visit, state, self._query)
        return steps > 0

    def _advance(self, taken: ReadyWeights, item: int, context: Context) -> None:
        visits, visitor = self._visits, context.visitor
        slot = visits.use(visitor) if context.session_length else NO_INDEX
        if slot < 0:
            earlier = context.session_items[1 - LENGTH :]
            slot = visits.begin(visitor, np.append(earlier[earlier != item], np.int32(item)))
        elif not visits.append(slot, item):
            return
        items, state, steps = visits.items(slot), visits.states[slot], visits.steps.item(slot)
        if steps < 0:
            state[:] = 0
            visits.steps[slot] = _follow(taken, items, state)
        else:
            visits.steps[slot] = min(steps + _follow(taken, items[-1:], state), LENGTH)


def _follow(taken: ReadyWeights, items: Indices, state: Values) -> int:
    """Advance a state by some items, and return how many of them have a vector."""
    factors = taken.vectors.factors
    return follow(taken.cell, factors.latents, factors.biases, items, state)


def _read_weights(state: State) -> Weights:
    partitions = state.get("partitions")
    offsets = read_array(state, "offsets", np.int64, None).tolist()
    tensors = {name: tensor for name, tensor in read_part(state, "weights").items() if isinstance(tensor, np.ndarray)}
    if not isinstance(partitions, list) or len(partitions) != len(offsets):
        raise InvalidState("weights without the position of their training")
    position = dict(zip(partitions, offsets, strict=True))
    try:
        weights = build_weights(tensors, position, read_number(state, "trained_at"), int(read_number(state, "seed")))
    except BrokenWeights as error:
        raise InvalidState(f"broken weights: {error}") from error
    if weights.version != state.get("version"):
        raise InvalidState("weights of another version than the state's")
    return weights
