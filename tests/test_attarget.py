"""The last layer read at the target alone gives there what the whole layer gives."""

import copy
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

import torch
from tokenizers import Tokenizer, models
from transformers import BertConfig, BertModel, MPNetConfig, MPNetModel, PreTrainedTokenizerFast

from citeclass.errors import UsageError
from citeclass.training.attarget import take_last
from citeclass.training.config import TrainingConfig
from citeclass.training.export import export
from citeclass.training.network import StanceNetwork
from citeclass.training.tasks import Task, key_of

TARGET = 7
SHAPE = {"vocab_size": 50, "hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 32}
TEXTS = [  # ids, 0 is padding
    [2, 9, TARGET, 11, 3, 0, 0, 0],
    [2, 12, 13, 14, 15, 16, TARGET, 3],
    [2, TARGET, 3, 0, 0, 0, 0, 0],
]


@pytest.fixture
def encoder():
    torch.manual_seed(3)
    return BertModel(BertConfig(num_hidden_layers=3, **SHAPE), add_pooling_layer=False).train(mode=False)


def network_of(encoder):
    torch.manual_seed(5)
    return StanceNetwork(encoder, target_id=TARGET, dropout=0.1, last=take_last(encoder)).train(mode=False)


def test_it_gives_what_the_whole_layer_gives(encoder):
    ids = torch.tensor(TEXTS)
    given = {"input_ids": ids, "attention_mask": (ids != 0).long()}
    places = (ids == TARGET).int().argmax(dim=1)
    shorter = copy.deepcopy(encoder)
    last = take_last(shorter)
    with torch.no_grad():
        whole = encoder(**given).last_hidden_state[range(3), places]
        below = shorter(**given).last_hidden_state
        there = last(below[range(3), places], below, given["attention_mask"])
    assert len(shorter.encoder.layer) == 2
    assert torch.allclose(there, whole, atol=1e-6)


def test_a_text_without_target_is_read_as_a_whole_and_padding_changes_nothing(encoder):
    network = network_of(encoder)
    alone = torch.tensor([[2, 12, 13, 3]])
    padded = torch.tensor([[2, 12, 13, 3, 0, 0]])
    with torch.no_grad():
        one, _ = network(alone, torch.ones_like(alone))
        two, _ = network(padded, (padded != 0).long())
        text = encoder(input_ids=alone).last_hidden_state.mean(dim=1)
        want = network.stance(torch.cat([text, text], dim=1))
    assert torch.allclose(one, two, atol=1e-6)
    assert torch.allclose(one, want, atol=1e-6)


@pytest.mark.filterwarnings("ignore")
def test_what_is_exported_answers_alike(encoder, tmp_path):
    import onnxruntime

    network = network_of(encoder)
    words = {f"w{i}": i for i in range(50)}
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.WordLevel(words, unk_token="w0")),
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )
    export(network, tokenizer, tmp_path, quantise="none")
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"), providers=["CPUExecutionProvider"])
    for row in ([2, 9, TARGET, 11, 3], [2, 12, 13, 3], [2, 9, 10, 11, 12, 13, 14, TARGET, 16, 17, 3]):
        ids = torch.tensor([row])
        with torch.no_grad():
            want = torch.cat(network(ids, None), dim=1).numpy()
        feed = {"input_ids": ids.numpy(), "token_type_ids": np.zeros_like(ids.numpy())}
        assert np.concatenate(session.run(None, feed), axis=1) == pytest.approx(want, abs=1e-5)


@pytest.mark.parametrize(
    "other",
    [
        MPNetModel(MPNetConfig(num_hidden_layers=2, **SHAPE), add_pooling_layer=False),  # names its parts otherwise
        BertModel(BertConfig(num_hidden_layers=1, **SHAPE), add_pooling_layer=False),  # nothing would be left
    ],
)
def test_encoders_that_it_does_not_fit_are_refused(other):
    layers = len(other.encoder.layer)
    with pytest.raises(UsageError, match="at the target alone") as error:
        take_last(other)
    assert "--last-at-target" in error.value.fix
    assert len(other.encoder.layer) == layers


def test_a_run_with_it_is_another_run():
    task, config = Task("all", ()), TrainingConfig(backbone="x")
    assert key_of(task, replace(config, last_at_target=True)) != key_of(task, config)
