"""The triplet pseudo-label loss (MRCMV, eqs. 5–7).

**Conventions.** Sums over pairs, as printed: no mean. Item i of the batch is a pair, its query's
joint embedding and its music's; `labels` are pseudo-labels. A k is a negative of i when its
label is another: windows of one label "have similar semantics" (section 4.2), so they are
not pushed apart, and neither is i from itself (eq. 6 would add a constant for it). Eq. 7 prints
`E_M^i` with `z_k` in its last term; it is read as `E_M^k`, the negative music with its own label.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

MARGIN = 30.0
FIRST_EPOCHS = 80
EPOCHS_A_STEP = 10
MARGIN_STEP = 10.0
BALANCE = 0.1
"""λ of eq. 5."""


def margin(epoch: int) -> float:
    """α of eq. 6 in an epoch, counted from 0: 30 in the first 80, then 10 more every 10."""
    return MARGIN + MARGIN_STEP * max(0, (epoch - FIRST_EPOCHS) // EPOCHS_A_STEP + 1)


def negatives(labels: Tensor) -> Tensor:
    """Which k are negatives of which i. Shape: `(batch,)` → `(batch, batch)` bool."""
    return labels[:, None] != labels[None, :]


def triplet(joint: Tensor, bgm: Tensor, labels: Tensor, margin: float) -> Tensor:
    """L_1: each query nearer to its own music than to any negative's, by a margin (eq. 6).

    Shape: joint, bgm `(batch, d_E)`, labels `(batch,)` → `()`.
    """
    distances = (
        joint.square().sum(1)[:, None] + bgm.square().sum(1)[None, :] - 2 * joint @ bgm.T
    )  # (batch, batch), squared
    hinges = (distances.diagonal()[:, None] - distances + margin).clamp(min=0.0)
    return hinges[negatives(labels)].sum()


def softmax(joint: Tensor, bgm: Tensor, labels: Tensor, temperature: float) -> Tensor:
    """Each query's own music told from the negatives, and each music's own query, by a softmax of
    squared distances (InfoNCE, van den Oord et al. 2018): no paper's L_1, but all negatives have
    a say by how near they are, and no margin has to be met.

    Distances are shares of d_E over the temperature. Shape: joint, bgm `(batch, d_E)`, labels
    `(batch,)` → `()`.
    """
    near = -torch.cdist(joint, bgm).square() / (joint.shape[1] * temperature)  # (batch, batch)
    own = torch.eye(len(near), dtype=torch.bool, device=near.device)
    near = near.masked_fill(~(negatives(labels) | own), -torch.inf)
    told = near.log_softmax(dim=1).diagonal() + near.log_softmax(dim=0).diagonal()
    return -told.sum()


def pseudo_label(joint_logits: Tensor, bgm_logits: Tensor, labels: Tensor) -> Tensor:
    """L_2: cross-entropies of the query's, its music's and each negative's label (eq. 7).

    Every music is a negative as often as it has negatives, so each counts twice.

    Shape: logits `(batch, n_labels)`, labels `(batch,)` → `()`.
    """
    of_joint = functional.cross_entropy(joint_logits, labels, reduction="none")
    of_bgm = functional.cross_entropy(bgm_logits, labels, reduction="none")
    n_negatives = negatives(labels).sum(1)
    return (n_negatives * (of_joint + 2 * of_bgm)).sum()


@dataclass(frozen=True, eq=False)
class Loss:
    """L and its two parts, the second before λ. Shape: `()` each."""

    total: Tensor
    pairs: Tensor
    pseudo_label: Tensor


class TripletPseudoLabelLoss(nn.Module):
    """L = L_1 + λ L_2 (eq. 5), with the matrices W^J and W^M of eq. 7.

    They belong to training: a query needs none of them. `balance` 0 leaves the pseudo-label loss
    out (an ablation of table 1). With a `temperature`, L_1 is `softmax` and not `triplet`; a pair
    then counts once and not once a negative, so L_2 is taken by pair too.
    """

    def __init__(
        self, n_labels: int, d_embedding: int, balance: float = BALANCE,
        temperature: float | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.balance, self.temperature = balance, temperature
        self.joint = nn.Linear(d_embedding, n_labels, bias=False)
        self.bgm = nn.Linear(d_embedding, n_labels, bias=False)

    def forward(self, joint: Tensor, bgm: Tensor, labels: Tensor, margin: float) -> Loss:
        """The loss of a batch of pairs; the margin is the triplet's.

        Shape: joint, bgm `(batch, d_E)`, labels `(batch,)` integers below n_labels.
        """
        first = (
            triplet(joint, bgm, labels, margin)
            if self.temperature is None
            else softmax(joint, bgm, labels, self.temperature)
        )
        if self.balance == 0:
            return Loss(first, first, torch.zeros_like(first))
        second = pseudo_label(self.joint(joint), self.bgm(bgm), labels)
        if self.temperature is not None:
            second = second / len(labels)
        return Loss(first + self.balance * second, first, second)  # eq. 5
