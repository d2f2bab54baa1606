"""The public surface: what may be imported, and that it is documented."""

import importlib
import inspect
import pkgutil

import pytest

import citeclass
from citeclass import errors, records

PACKAGES = [
    "records",
    "text",
    "callouts",
    "reading",
    "linking",
    "statements",
    "classifying",
    "resolving",
    "store",
    "evidence",
    "extraction",
    "pipeline",
]


def test_the_top_level_names():
    assert sorted(citeclass.__all__) == ["Library", "__version__", "classify", "load_classifier", "open", "read"]
    for name in citeclass.__all__:
        assert getattr(citeclass, name) is not None
    with pytest.raises(AttributeError):
        _ = citeclass.nothing


@pytest.mark.parametrize("name", PACKAGES)
def test_what_a_package_exports_exists_and_is_documented(name):
    module = importlib.import_module(f"citeclass.{name}")
    assert module.__doc__
    assert (
        list(module.__all__) == sorted(module.__all__, key=lambda n: (not n.isupper(), not n[:1].isupper(), n))
        or module.__all__
    )
    for exported in module.__all__:
        thing = getattr(module, exported)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            assert thing.__doc__, exported


def test_every_module_says_what_it_is():
    for module in pkgutil.walk_packages(citeclass.__path__, "citeclass."):
        if not module.name.startswith(("citeclass.training.", "citeclass.statements.spacy")):
            assert importlib.import_module(module.name).__doc__, module.name


def test_the_error_tree_is_drawn_whole():
    drawn = errors.__doc__ or ""
    classes = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, errors.CiteclassError)]
    assert all(c.__name__ in drawn for c in classes)
    assert all(issubclass(c, errors.CiteclassError) for c in classes)


def test_values_are_frozen():
    with pytest.raises(AttributeError):
        records.Author("Lee").family = "Roy"


@pytest.mark.parametrize(
    ("word", "stance"), [("contradicting", "contrasting"), ("Supporting ", "supporting"), ("mentioning", "mentioning")]
)
def test_scites_word_is_understood(word, stance):
    assert records.Stance.parse(word) == stance


def test_type_confidence_is_that_types_probability():
    made = records.Prediction("s", "m", records.Stance.CONTRASTING, 0.2, 0.3, 0.5)
    assert made.type_confidence == 0.3
    assert records.Prediction("s", "m", records.Stance.UNCLASSIFIED, None, None, None).type_confidence is None
