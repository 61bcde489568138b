"""The paper's network in Keras, told by lines of JSON what to do; runs where Keras is.

    python keras_peer.py FOLDER

``{"do": "predict", "size": 1024}`` answers with seconds, ``{"do": "train", "size": 64,
"epochs": 5}`` with seconds and the last loss. Spectra, classes and the weights to begin
with are in the folder.
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
from keras import layers


def network(n_pixels, n_classes):
    model = keras.Sequential([keras.Input((n_pixels, 1))])
    for n in (64, 128, 256):
        model.add(layers.Conv1D(n, 3, activation="relu"))
        model.add(layers.Conv1D(n, 3, activation="relu"))
        model.add(layers.MaxPooling1D(2))
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(512, activation="relu"))
        model.add(layers.Dropout(0.5))
    model.add(layers.Dense(n_classes, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


class Peer:
    def __init__(self, folder):
        self.folder = folder
        self.flux = np.load(folder / "flux.npy")[..., None]
        self.kinds = np.load(folder / "kinds.npy")
        self.model = network(self.flux.shape[1], int(self.kinds.max()) + 1)
        stored = np.load(folder / "weights.npz")
        self.weights = [stored[name] for name in stored.files]
        self.model.set_weights(self.weights)
        self.model.optimizer.build(self.model.trainable_variables)
        self.optimiser = [v.numpy() for v in self.model.optimizer.variables]

    def predict(self, size):
        begun = time.perf_counter()
        found = self.model.predict(self.flux, batch_size=size, verbose=0)
        seconds = time.perf_counter() - begun
        np.save(self.folder / "keras.npy", found)
        return {"seconds": seconds}

    def train(self, size, epochs, n):
        X, y = self.flux[:n], self.kinds[:n]
        begun = time.perf_counter()
        kept = self.model.fit(X, y, batch_size=size, epochs=epochs, verbose=0)
        seconds = time.perf_counter() - begun
        self.model.set_weights(self.weights)
        for variable, value in zip(
            self.model.optimizer.variables, self.optimiser, strict=True
        ):
            variable.assign(value)
        return {"seconds": seconds, "loss": kept.history["loss"][-1]}


def main():
    peer = Peer(Path(sys.argv[1]))
    about = {"version": keras.version(), "backend": keras.backend.backend()}
    sys.stdout.write(json.dumps(about) + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        asked = json.loads(line)
        answer = getattr(peer, asked.pop("do"))(**asked)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
