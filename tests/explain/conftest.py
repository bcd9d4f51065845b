"""What tests of explanations share: one thread, as tiny networks want it."""

from collections.abc import Iterator

import pytest
import torch

from mrcmv.explain import Explanation
from tests.explain import scenes


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Tiny networks on one thread: threads that wait for a busy core make them 50 times slower."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(n_threads)


@pytest.fixture(scope="module")
def told() -> Explanation:
    """A tiny network's explanation of a clip with voice, with music's map for the first match."""
    return scenes.told()
