"""How good a model is: figures with their uncertainty, baselines to hold it against, and pictures."""

from citeclass.training.measure.baselines import Cues, Linear, Majority
from citeclass.training.measure.report import compare, evaluate

__all__ = ["Cues", "Linear", "Majority", "compare", "evaluate"]
