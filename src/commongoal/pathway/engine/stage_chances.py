"""The chance of coming to each stage from a start, within the horizon.

For each stage the same Kolmogorov equation as for sustained work (method.md section 3, step 2), with that stage made
absorbing: the chance is of ever standing there, whichever way somebody came and wherever they went later. Somebody who
leaves counts as not coming, as in the chance of sustained work under `relative`.
"""

import numpy as np

from commongoal.pathway.engine.chances import Floats, Rates, chance_at_start, month_matrix


def chances_of_stages(rates: Rates, bands: tuple[int, ...], horizon: int) -> Floats:
    """Chances (..., g, S + 1) of coming to stages 0..S within `horizon` months of a start; stage 0 is 1.

    `rates` are (..., b, g, S, S + 3) per month; `bands` are the months at which time bands begin.
    """
    generator = rates.generator()
    size = generator.shape[-1]
    found = [np.ones((*generator.shape[:-4], generator.shape[-3]))]
    for stage in range(1, size):
        order = [*(s for s in range(size) if s != stage), stage]  # `chance_at_start` asks for the last state
        turned = generator[..., order, :][..., :, order].copy()
        turned[..., -1, :] = 0.0
        found.append(chance_at_start(month_matrix(turned), bands, horizon))
    return np.stack(found, axis=-1)
