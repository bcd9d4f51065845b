"""A finished corpus, checked by what can be measured of its files: is it what it says it is?

material    a finished corpus, read back: pairs, music, galleries
voice       numbers of a voice's sound
picture     numbers of a clip's pictures, and their hashes
music       numbers of a window of music
measuring   all of these, over all files, once
facts       what files are besides what they hold: bytes, levels, lengths, tags
ridge       ridge regression, its penalty chosen on validation; rank correlation
retrieval   galleries ranked by what a ridge predicts
probes      can each axis be heard or seen on unseen sources?
baseline    how far hand-made numbers and a ridge get
shortcuts   what must tell nothing, and whether it does
residue     does music leak through a separated voice?
duplicates  the same thing in two splits
ambiguity   how little the picture alone says
report      the figures as JSON and as Markdown
run         all of it in order
"""
