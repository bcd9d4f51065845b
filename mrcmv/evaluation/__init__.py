"""How good something is, with counts and intervals.

separation  how near a stem is to the true one; what of a voice there is where nobody speaks
intervals   a mean, and how sure one can be of it
separators  separation backends side by side on the same mixes
costs       how fast a backend is and how much memory it takes, in a process of its own
report      the figures as Markdown
"""
