"""Logarithms and exponentials of whole arrays, to about five digits: several times faster than exact ones.

The loops hold no calls and no branches, so that the compiler turns them into vector instructions.
"""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.types import Values

Levels = NDArray[np.float64]

_MANTISSA, _ONE_BITS, _SHIFT, _BIAS = np.int32(0x7FFFFF), np.int32(0x3F800000), np.int32(23), np.int32(127)
_LN_2 = np.float32(0.69314718)
_PER_LN_2 = np.float32(1.44269504)
_LEAST = np.float32(-80)
_ONE = np.float32(1)

_L1, _L2, _L3, _L4, _L5 = (np.float32(c) for c in (0.99949556, -0.49190896, 0.28947478, -0.13606275, 0.03215845))
_E1, _E2, _E3, _E4 = (np.float32(c) for c in (0.69301853, 0.24144551, 0.05195054, 0.01358125))

_MOST_POWER, _WHOLE_SHIFT = 1_000.0, np.int32(1_000)
_P1, _P2, _P3, _P4 = 0.693147180556, 0.240226507492, 0.0555040975346, 0.00961821746085
_P5, _P6, _P7, _P8 = 0.00133301245273, 0.000154756037211, 1.44236141316e-05, 1.80484814586e-06


@compiled
def take_logarithms(values: Values) -> None:
    r"""Replace each value, above zero, by its natural logarithm; wrong by at most 2e-5 and a rounding.

    A float is :math:`2^e (1 + x)` with :math:`x < 1`; :math:`\ln(1 + x)` by a polynomial.

    References
    ----------
    Abramowitz, M. and Stegun, I. (1964). Handbook of mathematical functions, 4.1.43.

    Examples
    --------
    >>> values = np.array([1.0, 20.0], np.float32)
    >>> take_logarithms(values)
    >>> values.round(3)
    array([0.   , 2.996], dtype=float32)
    """
    bits = values.view(np.int32)
    exponents = np.empty(len(values), np.float32)
    for index in range(len(values)):
        exponents[index] = np.float32((bits[index] >> _SHIFT) - _BIAS)
        bits[index] = (bits[index] & _MANTISSA) | _ONE_BITS
    for index in range(len(values)):
        x = values[index] - _ONE
        values[index] = exponents[index] * _LN_2 + x * (_L1 + x * (_L2 + x * (_L3 + x * (_L4 + x * _L5))))


@compiled
def take_exponentials(values: Values) -> None:
    r"""Replace each value, not above zero, by its exponential; wrong by at most 1 part in 50,000.

    :math:`e^v = 2^n 2^x` with a whole number :math:`n` and :math:`0 \le x < 1`; :math:`2^x` by a polynomial.

    Examples
    --------
    >>> values = np.array([0.0, -1.0, -1e9], np.float32)
    >>> take_exponentials(values)
    >>> values.round(3)
    array([1.   , 0.368, 0.   ], dtype=float32)
    """
    bits = values.view(np.int32)
    wholes = np.empty(len(values), np.int32)
    for index in range(len(values)):
        power = max(values[index], _LEAST) * _PER_LN_2
        # Shifted above zero, where cutting off is rounding down.
        whole = np.int32(power + _BIAS) - _BIAS
        x = power - np.float32(whole)
        wholes[index] = whole
        values[index] = _ONE + x * (_E1 + x * (_E2 + x * (_E3 + x * _E4)))
    for index in range(len(values)):
        bits[index] += wholes[index] << _SHIFT


@compiled
def take_powers_of_two(values: Levels) -> None:
    """Replace each value by two to its power, to eleven digits; what lies beyond 1,000 either way is 1,000.

    Examples
    --------
    >>> values = np.array([3.0, -1.0, 0.5])
    >>> take_powers_of_two(values)
    >>> values.round(10)
    array([8.        , 0.5       , 1.41421356])
    """
    bits = values.view(np.int64)
    wholes = np.empty(len(values), np.int32)
    for index in range(len(values)):
        power = min(max(values[index], -_MOST_POWER), _MOST_POWER)
        # Shifted above zero, where cutting off is rounding down.
        whole = np.int32(power + _MOST_POWER) - _WHOLE_SHIFT
        x = power - np.float64(whole)
        wholes[index] = whole
        high = _P5 + x * (_P6 + x * (_P7 + x * _P8))
        values[index] = 1.0 + x * (_P1 + x * (_P2 + x * (_P3 + x * (_P4 + x * high))))
    for index in range(len(values)):
        bits[index] += np.int64(wholes[index]) << 52
