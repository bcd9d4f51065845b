"""The numbers of a preference study: pure functions on arrays, each with chance and interval.

clusters    the error when raters and clips are what was drawn: crossed_spread
shares      how often a method was chosen: share, wilson, binomial_p, chi_square_p
strengths   Bradley and Terry with ties: strengths_of, difference_of
opinions    mean opinion scores: opinion
ranks       Mann and Whitney's U, naive and clustered; Holm: mann_whitney, holm
agreement   between raters and of raters with themselves: krippendorff_alpha, retest
biases      slots, order, fatigue, one rater's influence: slot_bias, trend
power       how many raters: share_power, rating_power, raters_for
flags       suspect raters, from rows: flags

**Conventions.** One entry a vote: values (n,), names of raters and of clips n each. Every figure
comes naive (votes counted as if each stood alone), because readers will compare, and over other
raters and other clips. The second leads: docs/study-statistics.md shows where the first fails.
Wrong input raises ValueError; what can't be known is NaN.
"""
