"""The network of `session_gru` in Keras and TensorFlow: one recurrent layer between the same vectors of items.

Beside the state after a step, its item's own vector goes to the answer: transitions are learned sooner that way.

It runs on one thread and in a fixed order, so that the same seed gives the same weights on the same machine.
"""

from contextlib import suppress
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from training.batches import TrainingBatch
from training.packed_visits import ROW

FIRST_DECAY, SECOND_DECAY, EPSILON = 0.9, 0.999, 1e-7
"""Of Adam (Kingma & Ba 2015), for the items' vectors as for the rest."""

IMPOSSIBLE = -1e9
SPREAD = 0.05
"""The standard deviation of an item's vector before it has learned."""


def compute_alike() -> None:
    """Have TensorFlow compute in one thread and in a fixed order. Call it before the first network."""
    with suppress(RuntimeError):  # It has computed something already, and stays as it is.
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.experimental.enable_op_determinism()


class PackedGRU(keras.layers.Layer):  # type: ignore[misc]  # Keras is typed in part only
    """A gated recurrent unit (Cho et al. 2014) over packed visits: its state is forgotten where another visit begins.

    The same as `keras.layers.GRU` with ``reset_after``: its weights, and the order of its gates.
    """

    def __init__(self, units: int) -> None:
        super().__init__(name="gru")
        self.units = units

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        width = 3 * self.units
        self.kernel = self.add_weight(shape=(input_shape[-1], width), name="kernel")
        self.recurrent_kernel = self.add_weight(shape=(self.units, width), name="recurrent_kernel")
        self.bias = self.add_weight(shape=(2, width), initializer="zeros", name="bias")
        self.built = True

    def call(self, vectors: Any, keeps: Any) -> Any:
        """Return the state after each step, shape (rows, steps, units)."""
        inputs = ops.matmul(vectors, self.kernel) + self.bias[0]
        gates_in, new_in = ops.split(inputs, [2 * self.units], axis=-1)
        state = ops.zeros_like(new_in[:, 0])
        states = []
        for keep, gate_in, new_step in zip(
            *(ops.unstack(part, ROW, 1) for part in (keeps, gates_in, new_in)), strict=True
        ):
            state = state * keep[:, None]
            from_state = ops.matmul(state, self.recurrent_kernel) + self.bias[1]
            gate_state, new_state = ops.split(from_state, [2 * self.units], axis=-1)
            update, reset = ops.split(ops.sigmoid(gate_in + gate_state), 2, axis=-1)
            new = ops.tanh(new_step + reset * new_state)
            state = new + update * (state - new)
            states.append(state)
        return ops.stack(states, axis=1)


class SessionNetwork:
    """The weights, and how a step moves them.

    Items' vectors, of which there are many and a step sees few, have an Adam of their own that moves those few alone.

    Parameters
    ----------
    capacity
        How many items there may be.
    units
        Width of the state and of the items' vectors.
    dropout
        The share of an input's and of an answer's numbers that each step leaves out.
    """

    def __init__(self, capacity: int, units: int, dropout: float) -> None:
        self.capacity = capacity
        self.units = units
        self._dropout = dropout
        self.vectors, self.biases = _rows(capacity, units), _rows(capacity, 1)
        self._moments = [(_rows(capacity, width), _rows(capacity, width)) for width in (units, 1)]
        self.gru = PackedGRU(units)
        self.gru.build((None, ROW, units))
        self.output = keras.layers.Dense(units, use_bias=False, name="output")
        self.output.build((None, 2 * units))
        self._shared = [*self.gru.trainable_weights, *self.output.trainable_weights]
        self._optimizer = keras.optimizers.Adam(1.0, FIRST_DECAY, SECOND_DECAY, EPSILON)
        self._optimizer.build(self._shared)
        self._steps = 0
        # With shapes that are open, it is compiled once for batches of all sizes.
        self._move = tf.function(self._step, input_signature=_SIGNATURE)

    def start(self, random: np.random.Generator) -> None:
        """Forget all that was learned, and draw the weights anew."""
        units = self.units
        self.vectors.assign(random.normal(0, SPREAD, (self.capacity, units)).astype(np.float32))
        self.biases.assign(np.zeros((self.capacity, 1), np.float32))
        for moment in (moment for pair in self._moments for moment in pair):
            moment.assign(tf.zeros_like(moment))
        for variable in self._optimizer.variables:
            variable.assign(ops.zeros_like(variable))
        limit = np.sqrt(6 / (2 * units))
        kernel = random.uniform(-limit, limit, (units, 3 * units)) / np.sqrt(2)
        recurrent = np.concatenate([np.linalg.qr(random.normal(size=(units, units)))[0] for _ in range(3)], axis=1)
        output = np.concatenate([np.linalg.qr(random.normal(size=(units, units)))[0] for _ in range(2)])
        self.gru.kernel.assign(kernel.astype(np.float32))
        self.gru.recurrent_kernel.assign(recurrent.astype(np.float32))
        self.gru.bias.assign(np.zeros((2, 3 * units), np.float32))
        self.output.kernel.assign(output.astype(np.float32))
        self._steps = 0

    def step(self, batch: TrainingBatch, rate: float, seed: int) -> float:
        """Move the weights by one batch, and return its loss: the mean negative log-likelihood of the targets."""
        self._steps += 1
        self._optimizer.learning_rate = rate
        loss = self._move(
            tf.constant(batch.rows),
            (tf.constant(batch.inputs), tf.constant(batch.keeps)),
            (tf.constant(batch.targets), tf.constant(batch.weights), tf.constant(batch.target_log_counts)),
            (tf.constant(batch.negatives), tf.constant(batch.negative_log_counts)),
            tf.constant(_rate_at(self._steps, rate), tf.float32),
            tf.constant([seed, self._steps], tf.int32),
        )
        return float(loss)

    def _step(self, rows: Any, visits: Any, targets: Any, negatives: Any, rate: Any, seed: Any) -> Any:
        vectors, biases = tf.gather(self.vectors, rows), tf.gather(self.biases, rows)[:, 0]
        with tf.GradientTape() as tape:
            tape.watch((vectors, biases))
            loss = self._loss(vectors, biases, visits, targets, negatives, seed)
        of_vectors, of_biases, *of_shared = tape.gradient(loss, [vectors, biases, *self._shared])
        self._optimizer.apply(of_shared, self._shared)
        count = tf.size(rows)
        self._move_rows(self.vectors, self._moments[0], rows, _summed(of_vectors, count), rate)
        self._move_rows(self.biases, self._moments[1], rows, _summed(of_biases, count)[:, None], rate)
        return loss

    def _loss(self, vectors: Any, biases: Any, visits: Any, targets: Any, negatives: Any, seed: Any) -> Any:
        """Return the loss of a batch: softmax over each target and the negatives (Jean et al. 2015)."""
        (items, keeps), (target, weights, target_log_counts), (negative, negative_log_counts) = (
            visits,
            targets,
            negatives,
        )
        inputs = tf.gather(vectors, items)
        states = tf.concat((self.gru(self._thin(inputs, seed), keeps), inputs), -1)
        answers = self.output(self._thin(tf.reshape(states, (-1, 2 * self.units)), seed + 1))
        right = tf.reduce_sum(answers * tf.gather(vectors, target), -1) + tf.gather(biases, target) - target_log_counts
        others = tf.matmul(answers, tf.gather(vectors, negative), transpose_b=True)
        others += tf.gather(biases, negative) - negative_log_counts
        others = tf.reduce_logsumexp(tf.where(target[:, None] == negative[None], IMPOSSIBLE, others), 1)
        return tf.reduce_sum(weights * tf.nn.softplus(others - right)) / tf.reduce_sum(weights)

    def _thin(self, values: Any, seed: Any) -> Any:
        """Leave out a share of the numbers, and make up for it by the rest (Srivastava et al. 2014)."""
        kept = tf.random.stateless_uniform(tf.shape(values), seed) >= self._dropout
        return tf.where(kept, values / (1 - self._dropout), 0.0)

    @staticmethod
    def _move_rows(variable: Any, moments: tuple[Any, Any], rows: Any, gradient: Any, rate: Any) -> None:
        first = FIRST_DECAY * tf.gather(moments[0], rows) + (1 - FIRST_DECAY) * gradient
        second = SECOND_DECAY * tf.gather(moments[1], rows) + (1 - SECOND_DECAY) * gradient**2
        moments[0].scatter_update(tf.IndexedSlices(first, rows))
        moments[1].scatter_update(tf.IndexedSlices(second, rows))
        variable.scatter_sub(tf.IndexedSlices(rate * first / (tf.sqrt(second) + EPSILON), rows))


_WHOLE, _REAL = tf.TensorSpec([None], tf.int32), tf.TensorSpec([None], tf.float32)
_SIGNATURE = (
    _WHOLE,
    (tf.TensorSpec([None, ROW], tf.int32), tf.TensorSpec([None, ROW], tf.float32)),
    (_WHOLE, _REAL, _REAL),
    (_WHOLE, _REAL),
    tf.TensorSpec([], tf.float32),
    tf.TensorSpec([2], tf.int32),
)


def _rows(capacity: int, width: int) -> Any:
    return tf.Variable(tf.zeros((capacity, width)), trainable=False)


def _summed(slices: Any, count: Any) -> Any:
    """Return the gradient of each row, of which its parts are given one by one."""
    return tf.math.unsorted_segment_sum(slices.values, slices.indices, count)


def _rate_at(step: int, rate: float) -> float:
    """Return the rate that makes up for moments that began at zero."""
    return float(rate * np.sqrt(1 - SECOND_DECAY**step) / (1 - FIRST_DECAY**step))
