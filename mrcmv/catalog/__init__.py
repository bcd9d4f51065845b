"""The catalog: tracks, what is said of them, what they measure, and the search among vectors.

collection   the catalog in a folder: Catalog
roster       the rows of its table with their files and tracks
table        tracks.csv
adding       from files to rows of the table: AddReport, Problem, read_track
facts        content hash and duration of each file, remembered
index        measured rows by the sound that was heard, in one file
embeddings   where networks put the windows: Space
descriptors  a track's windows and what they measure: measure
spectra, rhythm, tonality, energy   what descriptors are made of
search       nearest vectors (FAISS): VectorIndex
words        descriptors and fit in words: key_name, tempo_words, fit_words
storage      whole files, one writer at a time
"""

from mrcmv.catalog.adding import AddReport, Problem, read_track
from mrcmv.catalog.collection import Catalog, keep_beside
from mrcmv.catalog.descriptors import LONGEST_S, MAKER, measure
from mrcmv.catalog.embeddings import Embeddings, Space, spans_of
from mrcmv.catalog.index import heard_id, unsung_by
from mrcmv.catalog.search import VectorIndex
from mrcmv.catalog.spectra import RATE_HZ
from mrcmv.catalog.table import WHOLE
from mrcmv.catalog.words import fit_words, key_name, tempo_words

__all__ = [
    "LONGEST_S",
    "MAKER",
    "RATE_HZ",
    "WHOLE",
    "AddReport",
    "Catalog",
    "Embeddings",
    "Problem",
    "Space",
    "VectorIndex",
    "fit_words",
    "heard_id",
    "keep_beside",
    "key_name",
    "measure",
    "read_track",
    "spans_of",
    "tempo_words",
    "unsung_by",
]
