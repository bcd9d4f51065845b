"""What the data sheet shows of a finished corpus: pictures of its distributions, and whole clips
that somebody watches.

levels    how loud a sound is at each moment, and stretches of it
wholes    whole clips opened: stems, mix, pictures, what the manifest says of them
measures  a whole clip by numbers
rules     which of the numbers are wrong
contact   a whole clip on one picture
watching  clips drawn at random, measured, ruled and pictured
canvas    the one place that knows matplotlib
tables    a corpus's tables as columns to draw from
panels    one panel of a figure each
plots     the figures of the data sheet
"""
