"""From labelled statements to a model folder. Needs the extra ``train``."""
