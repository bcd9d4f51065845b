"""The page.

app            builds the page: the frame, the tabs, the theme; launches it
text           every word that people read
theme          the looks that Gradio needs to know (the rest is `assets/style.css`)
parts          custom components: stage, time line, matches
player         what the player is given: a picture and its soundtracks
lanes          what the time line is given: film strip, waveforms, speech, ducking
cards          what a match card is given: fit, tempo, key, mood, licence
uploads        which files and values a browser may name
working        runs work in a thread and tells how far it is
audition       the tab: layout and wiring
audition_find  a clip → its time line and its matches
audition_mix   a match → the mix, or the track alone
why            the tab: what tipped a match, and where the network looked
why_figures    which figures there are, with their captions
why_save       figures and numbers as files
api            the endpoints /separate, /find and /mix
"""
