"""How good something is, with counts and intervals.

intervals   a mean, and how sure one can be of it

separation  how near a stem is to the true one; what of a voice there is where nobody speaks
separators  separation backends side by side on the same mixes
costs       how fast a backend is and how much memory it takes, in a process of its own
report      their figures as Markdown

ranking     where the true music comes in a gallery; chance; the first match beside the truth
moments     whether the right stretch of the right track is found
protocol    what a method of retrieval is asked, and `judge`
swaps       what is lost on the clip's side and on the music's
results     what a method found, by query, in files that can be joined
paired      intervals over queries and seeds, paired differences, several at once
figures     the columns of the paper's table 1 and ours; rows compared
tables      Markdown, LaTeX, CSV
plots       rows with intervals, beside chance
"""
