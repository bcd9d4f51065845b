"""Studies over HTTP: the rater's page and the results page. No Gradio, no torch.

desk      the store, the bundles and the admin's token: what every route works with
raters    the rater's page and its endpoints
results   the results page, behind the admin's token
serving   both as one application, alone or within the app
"""
