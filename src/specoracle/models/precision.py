"""How many bits the arithmetic of a network has, and that it always has the same order.

Weights, sums and logits are kept in float32 throughout; only what is multiplied is
rounded, where the device does that faster.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from specoracle.errors import CampaignError

PRECISIONS = ("auto", "float32", "tf32", "bfloat16")
"""Significant bits of a factor: 24, 11 (CUDA only) and 8."""


def chosen_precision(precision: str, device: torch.device) -> str:
    """Return the fastest precision that a device computes in, or the one asked for.

    That is TF32 on CUDA, bfloat16 on a processor with instructions for it, else float32.

    Parameters
    ----------
    precision
        One of `PRECISIONS`.
    device
        Where to compute.

    Raises
    ------
    CampaignError
        If it is none of them.
    """
    if precision not in PRECISIONS:
        raise CampaignError(
            f"Precision: expected one of {', '.join(PRECISIONS)}, got {precision!r}. "
            "Leave it out to have the fastest."
        )
    if precision != "auto":
        return precision
    if device.type == "cuda":
        return "tf32"
    return "bfloat16" if device.type == "cpu" and _multiplies_bfloat16() else "float32"


def rounding(precision: str, device: torch.device) -> torch.autocast:
    """Context in which factors are rounded, if to bfloat16: around a forward pass only."""
    kind = chosen_precision(precision, device)
    return torch.autocast(device.type, torch.bfloat16, enabled=kind == "bfloat16")


@contextmanager
def one_order(precision: str, device: torch.device) -> Iterator[None]:
    """Compute on CUDA in the same order every time, in TF32 if asked for.

    Sums over a mini-batch otherwise come in the order in which their parts are ready. A
    processor keeps to one order by itself.

    Parameters
    ----------
    precision
        One of `PRECISIONS`.
    device
        Where to compute.
    """
    if device.type != "cuda":
        yield
        return
    tf32 = chosen_precision(precision, device) == "tf32"
    flags = torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=tf32)
    with flags, _products("high" if tf32 else "highest"):
        yield


@contextmanager
def _products(precision: str) -> Iterator[None]:
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(precision)
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


def _multiplies_bfloat16() -> bool:
    # Older versions of torch do not tell, and then compute in float32.
    known: dict[str, bool] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(known.get("avx512_bf16") or known.get("amx_bf16"))
