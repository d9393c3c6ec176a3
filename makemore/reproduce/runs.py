"""Long runs that survive an interruption: every ten seconds the state goes to a file, and the same
command goes on from there to the same digits.

The state is weights, generator and step, in one safetensors file whose name is made from all that
decides the digits: recipe, words, PyTorch, and the code that does the arithmetic. A change
of any of them starts the run over.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from makemore import initialisation, layers, lecture_norms, models, training
from makemore.corpora.download import write_atomically
from makemore.evaluation import split_losses
from makemore.recipes import Recipe
from makemore.training import Progress, Run, start_run, train

SAVE_EVERY = 10.0  # seconds


@dataclass(frozen=True)
class Kept:
    """What the state file says of a run. final: losses in nats by split, once the run is over."""

    step: int
    seconds: float
    day: str
    final: dict[str, float] | None


@dataclass(frozen=True)
class LongRun:
    """A recipe, its words, and where its state is kept.

    code: what `arithmetic` said when the program began; save_every: seconds
    """

    recipe: Recipe
    words: tuple[str, ...]
    folder: Path
    code: str
    save_every: float = SAVE_EVERY

    @cached_property
    def file(self) -> Path:
        """The state file; its name changes with all that decides the digits."""
        decides = [
            {**self.recipe.to_dict(), "name": "", "title": ""},
            torch.__version__,
            hashlib.sha256("\n".join(self.words).encode()).hexdigest(),
            self.code,
        ]
        digest = hashlib.sha256(json.dumps(decides).encode()).hexdigest()
        return self.folder / f"{self.recipe.name}-{digest[:12]}.safetensors"

    def kept(self) -> Kept | None:
        """How far the run has come; None if there is no state, or none that can be read."""
        try:
            with safe_open(self.file, framework="pt") as file:
                return Kept(**json.loads(file.metadata()["kept"]))
        except (OSError, SafetensorError, KeyError, TypeError, ValueError):
            return None

    def forget(self) -> None:
        """Begin at step 0 next time."""
        self.file.unlink(missing_ok=True)

    def go_on(self, *, slice_seconds: float = 0.2) -> Iterator[Progress]:
        """Train to the end from wherever the run was left, then measure the losses.

        Raises ValueError if the loss blows up.
        """
        run = start_run(self.recipe, self.words)
        self._take_back(run)
        saved = time.monotonic()
        for progress in train(run, slice_seconds=slice_seconds):
            if progress.diverged:
                raise ValueError(f"{self.recipe.name}: the loss blew up at step {run.step:,}")
            if progress.done or time.monotonic() - saved >= self.save_every:
                self._keep(run, None)
                saved = time.monotonic()
            yield progress
        self._keep(
            run,
            split_losses(
                run.model, run.split, run.vocabulary, block_size=self.recipe.model.block_size
            ),
        )

    def _take_back(self, run: Run) -> None:
        """The state of the file, if there is one, into a run at step 0."""
        kept = self.kept()
        if kept is None:
            return
        with safe_open(self.file, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        run.generator.set_state(tensors.pop("generator"))
        run.net.load_state(tensors)
        run.step = run.reached = kept.step
        run.seconds = kept.seconds

    def _keep(self, run: Run, final: dict[str, float] | None) -> None:
        kept = {
            "step": run.step,
            "seconds": run.seconds,
            "day": time.strftime("%Y-%m-%d"),
            "final": final,
        }
        tensors = {name: tensor.detach().contiguous() for name, tensor in run.model.state().items()}
        tensors["generator"] = run.generator.get_state()
        write_atomically(self.file, save(tensors, metadata={"kept": json.dumps(kept)}))


def arithmetic() -> str:
    """A digest of the code that decides the digits."""
    modules = (initialisation, layers, lecture_norms, models, training)
    return digest_of([inspect.getsource(module) for module in modules])


def digest_of(sources: Sequence[str]) -> str:
    """A sha256 of the syntax trees of some modules.

    Comments, docstrings, annotations, imports and the names that the modules define may change: a
    rename throws no long run away. An operator, a constant, an order or a foreign name may not.
    """
    trees = [ast.parse(source) for source in sources]
    anonymous = _Anonymous({name for tree in trees for name in _defined(tree)})
    return hashlib.sha256(
        "".join(ast.dump(anonymous.visit(tree)) for tree in trees).encode()
    ).hexdigest()


def _defined(tree: ast.AST) -> Iterator[str]:
    """Functions, classes, arguments, variables and attributes that a module itself defines."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


class _Anonymous(ast.NodeTransformer):
    """Replaces each of these names by its number in the order of first appearance."""

    def __init__(self, names: set[str]) -> None:
        self.names = names
        self.numbers: dict[str, int] = {}

    def visit(self, node: ast.AST) -> ast.AST | None:
        if isinstance(node, (ast.Import, ast.ImportFrom)) or _is_text(node):
            return None
        for field_ in ("name", "arg", "id", "attr"):
            name = getattr(node, field_, None)
            if isinstance(name, str) and name in self.names:
                setattr(node, field_, str(self.numbers.setdefault(name, len(self.numbers))))
        for annotation in ("annotation", "returns"):
            if getattr(node, annotation, None) is not None:
                setattr(node, annotation, None if annotation == "returns" else ast.Constant(None))
        return self.generic_visit(node)


def _is_text(node: ast.AST) -> bool:
    """A docstring: an expression that is nothing but a string."""
    return isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str)
