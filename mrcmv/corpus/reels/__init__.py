"""What somebody who trains on sound needs of a finished corpus: its clean sounds, decoded.

voices   lines of the split's speakers, dry and with all of their band
music    stretches of the split's pieces
effects  stretches of the split's takes, and short sounds of the split's packages
codecs   some of them through AAC, MP3 or Opus and back
run      all of it onto reels, once

Who may be heard in which split is the corpus's own deal: families of speakers, pieces of music,
takes. Nothing here is written into the corpus's tables.
"""
