"""From votes to the papers' tables 2 and 3 and figure 3, each with n, chance and interval.

arrays     rows as arrays
choices    tables 2 and 3: votes that chose a method
opinions   figure 3: mean opinion scores
verdicts   hypotheses and what became of them
checks     habits, agreement, repeats, influence, flags
warnings   what a reader has to know first: above all, votes that are not independent
building   all of it from rows: report_of
layout     tables as text; words, rendering: Markdown, LaTeX, CSV
writing    the files of a report, figures (../plots) included: write_report

What leads is over other raters and other clips; votes taken for independent stand beside it.
"""

from mrcmv.study.report.building import Plan, Report, report_of
from mrcmv.study.report.rendering import latex, markdown, sheet
from mrcmv.study.report.writing import write_report

__all__ = ["Plan", "Report", "latex", "markdown", "report_of", "sheet", "write_report"]
