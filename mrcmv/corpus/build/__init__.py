"""One command builds the corpus: footage dubbed, music chosen, a manifest of all of it.

sizes      how much is built, by name
gathering  what comes from outside, fetched once
plan       shots, dubs and splits, decided before anything is made
takes      shots recorded: frames, game sound, truth
dubs       takes spoken over: clean voice, transcript, reading
hearing    music heard on the editor's axes
galleries  who competes with whom in the test
pairs      the editing: music for each pair
whole      some pairs as whole clips with stems
manifest   Parquet tables and stamps of what was done
tables     a row for each pair, take, piece and window
figures    oracles and distributions, for the data sheet
freeze     what may not change under one version
workers    the same work on all cores
run        all of it in order, resumable
"""
