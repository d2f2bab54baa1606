"""From statements to stances: ``load_classifier().predict(statements)``."""

from citeclass.classifying.classifier import Classifier, OnnxClassifier, load_classifier
from citeclass.classifying.folder import DEFAULT_MODEL, ModelFolder, available, find_model
from citeclass.classifying.rows import predict_rows

__all__ = [
    "DEFAULT_MODEL",
    "Classifier",
    "ModelFolder",
    "OnnxClassifier",
    "available",
    "find_model",
    "load_classifier",
    "predict_rows",
]
