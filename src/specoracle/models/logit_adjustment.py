r"""Train as if the rare class were less rare, and undo it exactly when predicting.

With priors :math:`\pi_c` of the training set and :math:`0 \le \tau`, a network with logits
:math:`f_c` is trained with the cross-entropy of
:math:`\mathrm{softmax}(f_c + \tau \ln \pi_c)`, so that the rare class has to win by a
margin that grows with its rarity. Whatever :math:`\tau`, what was fitted to the labels is
that softmax: it is returned as the probability under the mix of the training set.
Weighted classes are undone alike: with weights :math:`w_c`, the minimum of the weighted
cross-entropy is :math:`q_c \propto w_c\,p_c`, so :math:`\ln p_c = \ln q_c - \ln w_c` but
for a constant.

References
----------
Menon et al. (2021), Long-tail learning via logit adjustment, ICLR, eq. 10; Elkan (2001),
The foundations of cost-sensitive learning, IJCAI, theorem 2, for the weights.
"""

import numpy as np
import numpy.typing as npt
import torch


def log_prior(y: npt.NDArray[np.intp], n_classes: int) -> npt.NDArray[np.float32]:
    """Logarithm of each class's share, shape ``(n_classes,)``; every class must occur.

    Examples
    --------
    >>> np.exp(log_prior(np.array([0, 0, 0, 1]), 2))
    array([0.75, 0.25], dtype=float32)
    """
    counts = np.bincount(y, minlength=n_classes)
    return np.log(counts / counts.sum()).astype(np.float32)


def class_weights(
    y: npt.NDArray[np.intp], n_classes: int, *, power: float
) -> npt.NDArray[np.float32]:
    """Weights that fall with a class's share to a power, of mean 1 over the spectra.

    Parameters
    ----------
    y
        Class numbers, shape ``(n_spectra,)``.
    n_classes
        How many classes there are; every one must occur.
    power
        0 weighs spectra alike, 1 weighs classes alike.

    Examples
    --------
    >>> class_weights(np.array([0, 0, 0, 1]), 2, power=1.0)
    array([0.6666667, 2.       ], dtype=float32)
    """
    weights = np.exp(-power * log_prior(y, n_classes))
    return (weights / weights[y].mean()).astype(np.float32)


def unweighted(logits: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Log-probabilities of a network that was trained with weighted classes.

    Parameters
    ----------
    logits
        Shape ``(n_spectra, n_classes)``.
    weights
        Shape ``(n_classes,)``.

    Examples
    --------
    >>> q = torch.tensor([[0.5, 0.5]])
    >>> unweighted(q.log(), torch.tensor([1.0, 3.0])).exp()
    tensor([[0.7500, 0.2500]])
    """
    return (logits - weights.log()).log_softmax(dim=1)
