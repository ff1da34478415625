"""One training run: its network, its epochs, its checkpoints."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from penchant.errors import TrainingError
from penchant.recommend.batches import FactGroups, Targets
from penchant.recommend.embedding import EmbeddingModel
from penchant.recommend.interest_graph import FloatArray, IntArray, InterestGraph
from penchant.recommend.training_settings import Progress, TrainingSettings

if TYPE_CHECKING:
    import torch

    from penchant.recommend.network import InterestNetwork

log = logging.getLogger(__name__)
_CHECKPOINT = "checkpoint.pt"
#: Steps in an epoch, at least: with few people, one step would be all of them, and sixty epochs sixty steps.
_FEWEST_STEPS = 4


class Run:
    """State of one training run; torch is imported when it is made."""

    def __init__(
        self, graph: InterestGraph, settings: TrainingSettings, progress: Callable[[Progress], None] | None
    ) -> None:
        import torch

        from penchant.recommend.network import InterestNetwork

        self.graph, self.settings, self.progress = graph, settings, progress
        self.checkpoint: Path | None = None
        self.checkpoint_seconds = 0.0
        torch.manual_seed(settings.seed)
        self.network: InterestNetwork = InterestNetwork(
            len(graph.things),
            graph.n_items,
            len(graph.relations),
            dimension=settings.dimension,
            query_dropout=settings.query_dropout,
            seed=settings.seed,
        )
        # Bias starts at log popularity: the softmax then only has to learn what differs between people.
        counts = torch.from_numpy(graph.popularity())
        with torch.no_grad():
            self.network.bias.copy_((counts + 1.0).log() - (counts + 1.0).sum().log())
        self.optimizer = torch.optim.Adam(
            self.network.parameters(), lr=settings.learning_rate, weight_decay=settings.decay
        )
        self.targets = Targets(graph, settings.dislike)
        self.facts = FactGroups(graph)
        self.losses: list[float] = []

    def keep(self, folder: Path, seconds: float) -> None:
        """Go on from the state in ``folder``, if there is one, and keep it there every ``seconds``."""
        self.checkpoint, self.checkpoint_seconds = folder, seconds
        self._resume()

    def train(
        self,
        phase: str,
        epochs: int,
        look: Callable[[Run], bool] | None = None,
        curve: list[float] | None = None,
    ) -> None:
        """Train up to ``epochs``, or until ``look``, asked after each epoch, says stop."""
        started = saved = time.monotonic()
        for epoch in range(len(self.losses), epochs):
            loss = self._epoch(epoch)
            if not np.isfinite(loss):
                raise TrainingError(
                    f"the loss is {loss} after epoch {epoch + 1}", remedy="Lower the learning rate and train again"
                )
            self.losses.append(loss)
            stop = look(self) if look else False
            now = time.monotonic()
            if self.progress:
                seen = curve[-1] if curve else None
                self.progress(Progress(phase, epoch + 1, epochs, loss, seen, now - started))
            if self.checkpoint and now - saved >= self.checkpoint_seconds:
                self._save()
                saved = now
            if stop:
                break
        if self.checkpoint:
            (self.checkpoint / _CHECKPOINT).unlink(missing_ok=True)
        log.info("%s: %d epochs in %.1f s", phase, len(self.losses), time.monotonic() - started)

    def _epoch(self, epoch: int) -> float:
        import torch

        # Random numbers start anew in each epoch, so that a resumed run equals an unbroken one.
        random = np.random.default_rng([self.settings.seed, epoch])
        torch.manual_seed(self.settings.seed * 1_000_003 + epoch)
        self.network.train()
        order = random.permutation(len(self.targets))
        steps = max(min(_FEWEST_STEPS, len(order)), -(-len(order) // self.settings.batch))
        batches = np.array_split(order, steps)
        share = self.settings.fact_share if self.settings.fact_weight else 0.0
        chosen = random.permutation(len(self.facts))[: int(np.ceil(share * len(self.facts)))]
        fact_batches = np.array_split(chosen, len(batches))
        total = 0.0
        for people, facts in zip(batches, fact_batches, strict=True):
            loss = self._person_loss(people, random)
            if len(facts):
                loss = loss + self.settings.fact_weight * self._fact_loss(facts)
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
            total += float(loss.detach())
        return total / len(batches)

    def _person_loss(self, people: IntArray, random: np.random.Generator) -> torch.Tensor:
        import torch

        things, weights, offsets = self.targets.inputs(people, self.settings.set_dropout, random)
        rows, items, shares = self.targets.outputs(people)
        heads = self.network.encode(torch.from_numpy(things), torch.from_numpy(weights), torch.from_numpy(offsets))
        log_p = self.network.item_logits(heads).log_softmax(dim=1)
        return -(log_p[torch.from_numpy(rows), torch.from_numpy(items)] * torch.from_numpy(shares)).sum() / len(people)

    def _fact_loss(self, groups: IntArray) -> torch.Tensor:
        import torch

        heads, relations, rows, tails, shares = self.facts.batch(groups)
        log_p = self.network.fact_logits(torch.from_numpy(heads), torch.from_numpy(relations)).log_softmax(dim=1)
        return -(log_p[torch.from_numpy(rows), torch.from_numpy(tails)] * torch.from_numpy(shares)).sum() / len(groups)

    def _key(self) -> str:
        return json.dumps([self.graph.fingerprint(), asdict(self.settings)], sort_keys=True)

    def _save(self) -> None:
        import torch

        assert self.checkpoint is not None
        self.checkpoint.mkdir(parents=True, exist_ok=True)
        state = {
            "key": self._key(),
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "losses": self.losses,
        }
        new = self.checkpoint / f"{_CHECKPOINT}.new"
        torch.save(state, new)
        new.replace(self.checkpoint / _CHECKPOINT)

    def _resume(self) -> None:
        import torch

        path = self.checkpoint / _CHECKPOINT if self.checkpoint else None
        if path is None or not path.is_file():
            return
        state: dict[str, Any] = torch.load(path, weights_only=True)
        if state["key"] != self._key():
            log.info("the graph or the settings changed since %s was written; training starts anew", path)
            return
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.losses = list(state["losses"])

    def model(self, facts: dict[str, Any]) -> EmbeddingModel:
        """The model as it is now; ``facts`` go into its config."""
        graph, settings = self.graph, self.settings
        config = {
            "method": "PyKEEN DistMult, item softmax, set encoder",
            "settings": asdict(settings),
            "counts": {
                "people": len(graph.persons),
                "items": graph.n_items,
                "things": len(graph.things),
                "interests": len(graph.edge_weight),
                "relations": len(graph.relations),
                "facts": len(graph.triples),
            },
            "loss": round(self.losses[-1], 6) if self.losses else None,
            **facts,
        }
        self.network.eval()
        return EmbeddingModel(
            things=graph.things,
            n_items=graph.n_items,
            vectors=_numpy(self.network.things),
            relation=_numpy(self.network.relations[0]),
            bias=_numpy(self.network.bias),
            popularity=graph.popularity(),
            dislike=settings.dislike,
            config=config,
        )


def _numpy(tensor: torch.Tensor) -> FloatArray:
    return np.array(tensor.detach().numpy(), dtype=np.float32)
