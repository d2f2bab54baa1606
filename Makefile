# Two commands set everything up by themselves: `make demo` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: demo test check docs sbom clean

demo: $(VENV)/base.stamp  ## set up, classify the sample, print the evidence
	$(BIN)/citeclass demo

test: $(VENV)/dev.stamp  ## set up, run the tests
	$(BIN)/python -m pytest

check: $(VENV)/dev.stamp  ## lint, types, layers, dependencies, docs
	$(BIN)/ruff check citeclass tests data benchmarks docs train.py
	$(BIN)/ruff format --check citeclass tests data benchmarks docs train.py
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry citeclass
	$(BIN)/python -m cogapp --check docs/commands.md

docs: $(VENV)/dev.stamp  ## write the command reference anew from the commands' own help
	$(BIN)/python -m cogapp -r docs/commands.md
	$(BIN)/python -c "import json; from citeclass.corpora import Corpus; print(json.dumps(Corpus.model_json_schema(), indent=1))" > docs/corpus-definition.schema.json

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/base.stamp: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install -q -c constraints.txt -e .
	touch $@

$(VENV)/dev.stamp: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install -q -c constraints.txt -e '.[train,spacy,dev]'
	touch $@ $(VENV)/base.stamp

sbom: $(VENV)/dev.stamp  ## what is installed, with licences, as a CycloneDX bill of materials
	mkdir -p dist
	$(BIN)/cyclonedx-py environment --output-reproducible -o dist/sbom.json

clean:
	rm -rf $(VENV) build dist *.egg-info
