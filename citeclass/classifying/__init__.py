"""From statements to stances: ``load_classifier().predict(statements)``."""

from citeclass.classifying.classifier import Classifier, OnnxClassifier, load_classifier
from citeclass.classifying.folder import DEFAULT_MODEL, ModelFolder, available, find_model
from citeclass.classifying.rows import predict_rows
from citeclass.classifying.why import Explanation, Word, explain

__all__ = [
    "DEFAULT_MODEL",
    "Classifier",
    "Explanation",
    "ModelFolder",
    "OnnxClassifier",
    "Word",
    "available",
    "explain",
    "find_model",
    "load_classifier",
    "predict_rows",
]
