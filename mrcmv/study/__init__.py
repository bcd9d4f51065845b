"""A preference study that a reviewer believes. It knows no page and no network.

design, parts   what a study's file may say
reading         the file read, its canonical form and its hash
stimulus        what has to be rendered
bundle          a folder of rendered stimuli that a study can be run with
orders          Latin squares of slots (Williams)
assignment      who sees what: cells, places, a session's plan
session         a rater's way from consent to completion code, as a state machine
tokens          one-time tokens, receipt codes, salted hashes
watching        the watch gate
ballots         what may be answered
rules           what a vote must satisfy, and when a study is over
refusals        reason codes and their sentences
store           all of it in one database: append-only, hash-chained, exactly once
rows            a vote as the statistics read it
exporting       CSV, Parquet, JSONL and the codebook
results         the report as it stands now, after the stop rule or early
statistics, report, simulation   from votes to tables, and what the tables can be trusted for
"""

from mrcmv.study.design import Study
from mrcmv.study.reading import parse_study, read_study
from mrcmv.study.rows import Row

__all__ = ["Row", "Study", "parse_study", "read_study"]
