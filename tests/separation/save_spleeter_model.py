"""Runs inside Spleeter's own environment, as a script: models of random weights for a test.

    python save_spleeter_model.py FOLDER

Writes folders for MODEL_PATH, each with `2stems/` as Spleeter's own archive of weights holds it:
`one` and `other`, whose masks are chance, and `all-vocals`, which leaves nothing to the
accompaniment.
"""

import sys
from pathlib import Path

import numpy as np
import tensorflow as tf
from spleeter.model import EstimatorSpecBuilder, InputProviderFactory
from spleeter.utils.configuration import load_configuration

LAST = {"conv2d_6/bias": 1.0, "conv2d_13/bias": -1.0}
"""The last layers' biases: of the vocals' network, then of the accompaniment's."""
LEAN = 1e4
"""So much of that bias outweighs whatever the random layers say."""


def save(folder: Path, seed: int, lean: float) -> None:
    settings = load_configuration("spleeter:2stems")
    rng = np.random.default_rng(seed)
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.compat.v1.train.create_global_step()
        inputs = InputProviderFactory.get(settings).get_input_dict_placeholders()
        assert set(EstimatorSpecBuilder(inputs, settings).outputs) >= {"vocals", "accompaniment"}
        session.run(tf.compat.v1.global_variables_initializer())
        for variable in tf.compat.v1.trainable_variables():
            name, shape = variable.op.name, variable.shape.as_list()
            value = rng.normal(0.0, np.sqrt(2.0 / np.prod(shape[:-1] or [200])), shape)
            if name.endswith("gamma"):
                value += 1.0  # a batch normalisation's scale
            value += lean * LAST.get(name, 0.0)
            variable.load(value.astype(np.float32), session)
        folder.mkdir(parents=True)
        tf.compat.v1.train.Saver().save(session, str(folder / "model"))


if __name__ == "__main__":
    for place, (model, lean) in enumerate((("one", 0.0), ("other", 0.0), ("all-vocals", LEAN))):
        save(Path(sys.argv[1]) / model / "2stems", place, lean)
