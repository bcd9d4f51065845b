"""A private dataset on the Hugging Face Hub as the place that votes are shipped to."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huggingface_hub import CommitScheduler, HfApi
from huggingface_hub.errors import RepositoryNotFoundError

from mrcmv.errors import StudyError
from mrcmv.study.store import Store
from mrcmv.web.shipping import SUFFIX, Scheduler, Shipping, contents, said

EVERY_MIN = 2
"""Minutes between two pushes: what a killed process on a lost disk loses at most."""
KIND = "dataset"


class Dataset:
    """A private dataset. The token is that of HF_TOKEN, or the one that `hf auth login` keeps."""

    def __init__(self, name: str, api: HfApi | None = None) -> None:
        self.name = name
        self._api = api or HfApi(library_name="mrcmv")

    def check(self) -> None:
        """Make the dataset if there is none.

        Raises:
            StudyError: it is public, cannot be written or the Hub cannot be reached.
        """
        try:
            try:
                info = self._api.repo_info(self.name, repo_type=KIND)
            except RepositoryNotFoundError:
                self._api.create_repo(self.name, repo_type=KIND, private=True)
                info = self._api.repo_info(self.name, repo_type=KIND)
            self._api.auth_check(self.name, repo_type=KIND, write=True)
        except Exception as error:  # whatever the library raises: there is no going on
            raise StudyError(
                f"The dataset {self.name} on the Hub cannot be written ({said(error)}): set "
                "HF_TOKEN to a token that may write it, or unset MRCMV_HUB_DATASET."
            ) from error
        if info.private is not True:
            raise StudyError(
                f"The dataset {self.name} on the Hub is public, and votes are not: make it "
                "private, or name another one in MRCMV_HUB_DATASET."
            )

    def fetch(self) -> list[tuple[str, bytes]]:
        """All segments there. Raises StudyError where the Hub does not give them."""
        with tempfile.TemporaryDirectory(prefix="mrcmv-segments-") as folder:
            try:
                self._api.snapshot_download(
                    self.name, repo_type=KIND, allow_patterns=f"*{SUFFIX}", local_dir=folder
                )
            except Exception as error:  # as above
                raise StudyError(
                    f"The votes in {self.name} on the Hub cannot be fetched ({said(error)}): "
                    "start again when the Hub can be reached."
                ) from error
            return contents(Path(folder))

    def names(self) -> set[str]:
        files = self._api.list_repo_files(self.name, repo_type=KIND)
        return {Path(file).stem for file in files if file.endswith(SUFFIX)}

    def schedule(self, folder: Path, around: Callable[[Callable[[], Any]], Any]) -> Scheduler:
        class Pushing(CommitScheduler):
            """The Hub's scheduler, whose errors would otherwise only be logged."""

            def push_to_hub(self) -> Any:
                return around(super().push_to_hub)

        return Pushing(
            repo_id=self.name,
            repo_type=KIND,
            folder_path=folder,
            every=EVERY_MIN,
            private=True,  # what the library makes otherwise is public
            allow_patterns=[f"*{SUFFIX}"],
            hf_api=self._api,
        )


def ship_to(dataset: str, store: Store, data_dir: Path) -> Shipping:
    """A store's shipping to a dataset of the Hub. Nothing touches the network yet."""
    return Shipping(store, Dataset(dataset), data_dir / "segments" / dataset)
