"""What every route works with: the store, the bundles, the admin's token, the shipping."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from mrcmv.errors import SettingsError
from mrcmv.settings import Settings
from mrcmv.study.bundle import Bundle, check_hashes, read_bundle
from mrcmv.study.store import Store, sqlite_url
from mrcmv.web.shipping import Shipping

SHORTEST_TOKEN = 16
"""Letters of an admin token that nobody guesses."""


@dataclass(frozen=True)
class Desk:
    """`bundles`: by study id. `admin_token`: None where there is no results page.

    `shipping`: None where votes stay in the database alone.
    """

    store: Store
    bundles: dict[str, Bundle] = field(default_factory=dict)
    admin_token: str | None = None
    shipping: Shipping | None = None

    def close(self) -> None:
        """Ship the last votes and close the store. StudyError where they did not arrive."""
        try:
            if self.shipping is not None:
                self.shipping.close()
        finally:
            self.store.close()


def open_store(settings: Settings) -> Store:
    """The store that the settings name. Raises StudyError where it cannot be had."""
    with suppress(OSError):  # where nothing can be written, the database says so
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Store(settings.database or sqlite_url(settings.data_dir / "studies.sqlite"))


def open_desk(settings: Settings, folders: Iterable[Path]) -> Desk:
    """Read bundles, check their files and lock their studies in the store.

    An empty store is first filled from the dataset that votes are shipped to, if one is set.

    Raises:
        SettingsError: the admin's token is too short to keep anybody out.
        StudyError: the store, a bundle or that dataset cannot be used, or a study that has begun
            has changed.
    """
    token = settings.admin_token
    secret = token.get_secret_value() if token else None
    if secret is not None and len(secret) < SHORTEST_TOKEN:
        raise SettingsError(
            f"MRCMV_ADMIN_TOKEN is too short: {SHORTEST_TOKEN} letters at least, "
            "for instance from `openssl rand -hex 16`."
        )
    store = open_store(settings)
    shipping = _replayed(settings, store)
    bundles: dict[str, Bundle] = {}
    for folder in folders:
        bundle = read_bundle(folder)
        check_hashes(bundle)
        store.lock(bundle.study, bundle.stimuli)
        bundles[bundle.study.id] = bundle
    if shipping is not None:
        shipping.start()
    return Desk(store, bundles, secret, shipping)


def _replayed(settings: Settings, store: Store) -> Shipping | None:
    """The shipping that the settings ask for, once the store has what was shipped before."""
    if settings.hub_dataset is None:
        return None
    from mrcmv.web.hub import ship_to

    shipping = ship_to(settings.hub_dataset, store, settings.data_dir)
    shipping.replay()
    return shipping


def built_bundles(settings: Settings) -> tuple[Path, ...]:
    """The folders that `mrcmv study build` has filled, in order of their names."""
    return tuple(sorted(path.parent for path in settings.studies.glob("*/stimuli.json")))
