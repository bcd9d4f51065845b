"""One table of settings, read from the environment (prefix `MRCMV_`)."""

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from mrcmv.errors import SettingsError

REPOSITORY = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What a user or host may set. Each field's description stands in `docs/settings.md`."""

    model_config = SettingsConfigDict(env_prefix="MRCMV_", frozen=True, extra="ignore")

    data_dir: Path = Field(
        REPOSITORY / "data", description="Folder for what the app makes: catalog, cache, weights."
    )
    catalog_dir: Path | None = Field(
        None, description="Folder of the catalog in use; default `catalog` in the data folder."
    )
    separation: str = Field(
        "compact", description="How the voice-over is found (a separation backend)."
    )
    method: str | None = Field(
        None,
        description="How the catalog is ranked; default `mrcmv` where its weights are, else "
        "`descriptors`.",
    )
    network: Path | None = Field(
        None,
        description="Weights of your own for the method `mrcmv`: a file, or the folder that "
        "`mrcmv train retrieval` wrote; default the weights of the repository.",
    )
    max_upload_mb: int = Field(500, gt=0, description="Largest clip, in MB.")
    max_duration_s: float = Field(600.0, gt=0, description="Longest clip, in seconds.")
    min_duration_s: float = Field(1.0, gt=0, description="Shortest clip, in seconds.")
    max_long_side_px: int = Field(4096, gt=0, description="Longest side of the picture, in pixels.")
    max_audio_streams: int = Field(8, gt=0, description="Most audio streams in a clip.")
    cache_mb: int = Field(4000, gt=0, description="Most disk space for cached results, in MB.")
    database: str | None = Field(
        None,
        description="Where votes go: a URL (`postgresql://…`); default `studies.sqlite` in the "
        "data folder.",
    )
    hub_dataset: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$",
        description="A private dataset (`owner/name`) on the Hugging Face Hub where votes are "
        "shipped to, and come back from when the database is empty.",
    )
    admin_token: SecretStr | None = Field(
        None, description="Opens the results page; without one there is none."
    )
    audition_votes: bool = Field(
        True, description="Whether Audition asks which of the shown matches would be used."
    )

    @property
    def catalog(self) -> Path:
        return self.catalog_dir or self.data_dir / "catalog"

    @property
    def starter(self) -> Path:
        """The read-only starter set in the repository."""
        return REPOSITORY / "catalog"

    @property
    def cache(self) -> Path:
        return self.data_dir / "cache"

    @property
    def studies(self) -> Path:
        """Studies that were built, a bundle each."""
        return self.data_dir / "studies"

    @property
    def weights(self) -> Path:
        """Weights that the user fetched by name."""
        return self.data_dir / "weights"


def load_settings() -> Settings:
    """Read the environment.

    Raises:
        SettingsError: a variable holds a value that its setting does not take.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "MRCMV_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(
            f"{name}={first['input']!r} cannot be used: {first['msg']}. Change or unset it."
        ) from None
