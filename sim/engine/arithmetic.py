"""Numbers: logarithm, exponential, cosine and the normal distribution as polynomials in float32."""

from __future__ import annotations

import numpy as np

from sim.engine.compiler import Real, compiled

F32, I32, U64 = np.float32, np.int32, np.uint64

ZERO, HALF, ONE = F32(0), F32(0.5), F32(1)
_LOG2_E, _LN2_HIGH, _LN2_LOW = F32(1.44269504088896341), F32(0.693359375), F32(-2.12194440e-4)


@compiled
def log(x: Real) -> np.float32:
    """Natural logarithm of a positive number: x = m 2^e with m in [0.71, 1.41), then Cephes' polynomial in m - 1."""
    bits = F32(x).view(np.int32) - I32(0x3F3504F3)
    e = F32(bits >> I32(23))
    y = I32((bits & I32(0x007FFFFF)) + I32(0x3F3504F3)).view(np.float32) - ONE
    z = y * y
    p = F32(7.0376836292e-2)
    p = p * y + F32(-1.1514610310e-1)
    p = p * y + F32(1.1676998740e-1)
    p = p * y + F32(-1.2420140846e-1)
    p = p * y + F32(1.4249322787e-1)
    p = p * y + F32(-1.6668057665e-1)
    p = p * y + F32(2.0000714765e-1)
    p = p * y + F32(-2.4999993993e-1)
    p = p * y + F32(3.3333331174e-1)
    return ((p * y * z + e * _LN2_LOW) - HALF * z + y) + e * _LN2_HIGH


@compiled
def exp(x: Real) -> np.float32:
    """Exponential of a number between -87 and 88 (what lies outside is taken as the bound): Cephes' polynomial."""
    within: np.float32 = min(max(F32(x), F32(-87)), F32(88))
    n = np.floor(within * _LOG2_E + HALF)
    r = within - n * _LN2_HIGH - n * _LN2_LOW
    p = F32(1.9875691500e-4)
    p = p * r + F32(1.3981999507e-3)
    p = p * r + F32(8.3334519073e-3)
    p = p * r + F32(4.1665795894e-2)
    p = p * r + F32(1.6666665459e-1)
    p = p * r + F32(5.0000001201e-1)
    power: np.float32 = (p * (r * r) + r + ONE) * I32((I32(n) + I32(127)) << I32(23)).view(np.float32)
    return power


@compiled
def cos_turn(u: Real) -> np.float32:
    """Cosine of u turns, u in (0, 1): the sine of an angle between -pi/2 and pi/2, by its Taylor polynomial."""
    x = (abs(F32(u) - HALF) - F32(0.25)) * F32(2 * np.pi)
    z = x * x
    p = F32(-2.5052108385e-8)
    p = p * z + F32(2.7557319224e-6)
    p = p * z + F32(-1.9841269841e-4)
    p = p * z + F32(8.3333333333e-3)
    p = p * z + F32(-1.6666666667e-1)
    cosine: np.float32 = p * z * x + x
    return cosine


@compiled
def normal_below(x: Real) -> np.float32:
    """Standard normal distribution function to 1e-7 (Abramowitz & Stegun 1964, formula 26.2.17)."""
    z = F32(x)
    t = ONE / (ONE + F32(0.2316419) * abs(z))
    p = F32(1.330274429)
    p = p * t + F32(-1.821255978)
    p = p * t + F32(1.781477937)
    p = p * t + F32(-0.356563782)
    p = p * t + F32(0.319381530)
    tail = F32(0.3989422804) * exp(-HALF * z * z) * p * t
    return ONE - tail if z > ZERO else tail
