# SPDX-License-Identifier: GPL-2.0-only
"""Speech quality from packet loss and delay: the E-model of ITU-T G.107, reduced as in G.108.

Left out: echo, side tone, room noise (their defaults make R = 93.2 with nothing in the way), and
codecs for which ITU-T G.113 Appendix I gives no narrowband constants.
"""

from __future__ import annotations

BEST = 93.2  # G.107 table 3: R with all parameters at their defaults

# G.113 Appendix I: equipment impairment Ie, robustness to random loss Bpl, with loss concealment.
IMPAIRMENT = {"g711": (0.0, 25.1)}
PLAYOUT_MS = 40.0  # a receiver's jitter buffer, two packets of 20 ms


def mean_opinion_score(codec: str, loss: float, delay_ms: float) -> float | None:
    """Return the MOS, 1 (bad) to 4.5, or None for a codec without constants.

    loss     -- share of packets lost, 0 to 1
    delay_ms -- one way in the network; the receiver's buffer is added here
    """
    if codec not in IMPAIRMENT:
        return None
    rating = BEST - _delay_impairment(delay_ms + PLAYOUT_MS) - _loss_impairment(codec, loss)
    return _opinion(rating)


def _loss_impairment(codec: str, loss: float) -> float:
    # G.107 7.5: Ie,eff = Ie + (95 - Ie) * Ppl / (Ppl / BurstR + Bpl), BurstR = 1 for random loss
    base, robustness = IMPAIRMENT[codec]
    percent = 100 * loss
    return base + (95 - base) * percent / (percent + robustness)


def _delay_impairment(delay_ms: float) -> float:
    # R. G. Cole, J. H. Rosenbluth (2001): G.107's Idd, linearised on both sides of 177.3 ms
    return 0.024 * delay_ms + 0.11 * max(0.0, delay_ms - 177.3)


def _opinion(rating: float) -> float:
    # G.107 Annex B
    if rating <= 0:
        return 1.0
    if rating >= 100:
        return 4.5
    return 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6
