"""The networks' parts: torch only, no files but checkpoints, no faces.

grid        where the 72 tokens of a window lie in time
slowfast    SlowFast: fast and slow frames → a feature of each
vggish      VGGish: sound at 16 kHz → log-mel patches → a feature of each
attention   χ, self- and cross-modal attention (MRCMV, eqs. 1–2)
gate        the fusion gate (eqs. 3–4)
branches    features → the query's and the music's embeddings
losses      the triplet pseudo-label loss (eqs. 5–7)
network     backbones and branches as one, in the sizes `paper` and `compact`
retriever   what all compared networks share: features, batches, the loss's and distance's form
heads       branches and loss on kept features: MRCMV, by voice only, by picture only
cmmr        a comparison after CMMR: tags of emotion first, then the match
cbvmr       a comparison after CBVMR: ranking, and soft intra-modal structure
emotion     classes of emotion out of what is measured
comparisons all of these by name, made and kept alike
published   published weights of the backbones, under our names
separator   a mix → masks of voice, music and effects, on `spectra` in `bands`
streaming   the separator over sound of any length
checkpoint  weights on disk, with what they are and how they came
"""
