"""Nearest neighbours, exactly, by FAISS. The only module that imports it.

Conventions: vectors `(n, d)`, query `(d,)`; distances are Euclidean (FAISS's own are squared).
"""

import numpy as np
from numpy.typing import NDArray

from mrcmv.types import Floats

Rows = NDArray[np.int64]


class VectorIndex:
    """A flat L2 index over vectors of any origin: descriptors or a network's embeddings."""

    def __init__(self, vectors: Floats) -> None:
        import faiss

        if vectors.ndim != 2:
            raise ValueError(f"vectors have shape (n, d), not {vectors.shape}")
        if not np.isfinite(vectors).all():
            raise ValueError("vectors must be finite")
        self._index = faiss.IndexFlatL2(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, query: Floats, k: int) -> tuple[Floats, Rows]:
        """The `k` nearest vectors, or all of them when there are fewer, nearest first.

        Equal distances come in order of row: who wants chance among them shuffles.
        Shape: distances `(min(k, n),)`, rows `(min(k, n),)`.
        """
        if not np.isfinite(query).all():
            raise ValueError("the query must be finite")
        k = min(k, len(self))
        if k <= 0:
            return np.zeros(0, np.float32), np.zeros(0, np.int64)
        wanted = np.ascontiguousarray(query, dtype=np.float32)[np.newaxis]
        squared, rows = self._index.search(wanted, k)
        order = np.lexsort((rows[0], squared[0]))
        distances: Floats = np.sqrt(np.maximum(squared[0][order], 0.0))
        return distances, rows[0][order].astype(np.int64)
