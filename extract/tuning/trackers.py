"""Trackers of training by name, as transformers knows them."""

from __future__ import annotations

from typing import Final

from penchant.errors import SettingError

NONE: Final = "none"
DEFAULT: Final = "tensorboard"
#: What pip calls them, where it isn't their name.
_PACKAGES: Final = {"azure_ml": "azureml-sdk", "comet_ml": "comet-ml", "flyte": "flytekit", "kubeflow": "kubeflow"}


def trackers() -> list[str]:
    """Names of all trackers, installed or not."""
    from transformers.integrations.integration_utils import INTEGRATION_TO_CALLBACK

    return sorted(INTEGRATION_TO_CALLBACK)


def installed() -> list[str]:
    """Names of the trackers whose package is here."""
    from transformers.integrations.integration_utils import get_available_reporting_integrations

    return sorted(get_available_reporting_integrations())


def chosen(name: str | None) -> list[str]:
    """What Trainer reports to: the tracker of this name; TensorBoard, if it is here, where none is named.

    Raises:
        SettingError: there is no such tracker, or its package is missing.
    """
    if name == NONE:
        return []
    if name is None:
        return [DEFAULT] if DEFAULT in installed() else []
    if name not in trackers():
        raise SettingError(f"no tracker is called {name!r}", expected=", ".join([NONE, *trackers()]), where="tracker")
    if name not in installed():
        raise SettingError(
            f"the package of the tracker {name} is not installed",
            where="tracker",
            remedy=f"Run `pip install {_PACKAGES.get(name, name)}`",
        )
    return [name]
