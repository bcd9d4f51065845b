"""No file reaches another file or address; each is refused in words."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from mrcmv import media
from mrcmv.errors import MediaError
from mrcmv.media import kinds, opening, probing
from mrcmv.settings import Settings


class Listener:
    """A server on this machine that counts who calls."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.calls = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    yield server
    server.socket.close()


REFERENCES = {
    "m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{where}\n#EXT-X-ENDLIST\n",
    "m3u8 after blank lines": "\n\n#EXTM3U\n#EXTINF:10,\n{where}\n",
    "m3u8 with a byte order mark": "\ufeff#EXTM3U\n#EXTINF:10,\n{where}\n",
    "ffconcat": "ffconcat version 1.0\nfile '{where}'\n",
    "concat": "file '{where}'\nfile '{where}'\n",
    "concat with a comment": "# made by a tool\nfile '{where}'\n",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video {port} RTP/AVP 96\n",
    "dash": '<?xml version="1.0"?><MPD><Period><BaseURL>{where}</BaseURL></Period></MPD>',
    "smil": '<smil><body><video src="{where}"/></body></smil>',
    "pls": "[playlist]\nFile1={where}\n",
    "asx": '<ASX version="3.0"><entry><ref href="{where}"/></entry></ASX>',
    "bare address": "{where}\n",
}


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "clip.m3u8", "clip.txt", "clip"])
@pytest.mark.parametrize("what", REFERENCES)
def test_a_reference_under_any_name_is_refused_and_never_followed(
    what, name, listener, film, tmp_path
):
    canary = film("canary.mp4")
    for where in (str(canary), f"http://127.0.0.1:{listener.port}/a.mp4"):
        path = tmp_path / name
        path.write_text(REFERENCES[what].format(where=where, port=listener.port))
        with pytest.raises(MediaError):
            media.probe(path, Settings())
        with pytest.raises(MediaError):
            media.read_sound(path)
    assert listener.calls == 0


def test_a_demuxer_that_follows_references_would_be_stopped_at_the_door(listener, tmp_path):
    path = tmp_path / "list.m3u8"
    address = f"http://127.0.0.1:{listener.port}/a.ts"
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{address}\n#EXT-X-ENDLIST\n")
    with pytest.raises(MediaError), opening.opened(path, kinds.Kind("hls", "hls")):
        pass
    assert listener.calls == 0


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}/a.mp4", "concat:{file}|{file}"])
def test_a_path_that_reads_like_an_address_is_a_missing_file(address, listener, film):
    path = Path(address.format(port=listener.port, file=film("canary.mp4")))
    with pytest.raises(MediaError, match="not there"):
        media.probe(path, Settings())
    assert listener.calls == 0


def with_external_reference(movie: bytes, target: Path) -> bytes:
    """The same movie, its data references pointing to another file."""
    name = target.name.encode()
    place = str(target).encode()
    place += b"\x00" * (len(place) % 2)
    alias = bytes(10) + b"\x01v" + bytes(26) + bytes(12)
    alias += bytes([len(name)]) + name.ljust(63, b"\x00") + bytes(16)
    alias += (1).to_bytes(2, "big") * 2 + bytes(16)
    alias += (2).to_bytes(2, "big") + len(place).to_bytes(2, "big") + place + b"\xff\xff\x00\x00"
    entry = (len(alias) + 12).to_bytes(4, "big") + b"alis" + bytes(4) + alias
    return rebuilt(movie, bytes(4) + (1).to_bytes(4, "big") + entry)


def rebuilt(boxes: bytes, reference: bytes) -> bytes:
    out = b""
    while len(boxes) >= 8:
        length, name = int.from_bytes(boxes[:4], "big"), boxes[4:8]
        body = boxes[8:length]
        if name == b"dref":
            body = reference
        elif name in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
            body = rebuilt(body, reference)
        out += (len(body) + 8).to_bytes(4, "big") + name + body
        boxes = boxes[length:]
    return out


@pytest.mark.parametrize("checked", [True, False], ids=["by structure", "by the demuxer"])
def test_a_mov_whose_media_lie_in_another_file_is_refused_twice_over(
    checked, film, tmp_path, monkeypatch
):
    canary = film("canary.mov")
    path = tmp_path / "reference.mov"
    path.write_bytes(with_external_reference(canary.read_bytes(), canary))
    follow = {"enable_drefs": "1", "use_absolute_path": "1"}
    with av.open(path, format="mov", options=follow) as container:
        assert next(container.decode(video=0))  # the bait is real: libav would take it
    if not checked:
        monkeypatch.setattr(probing, "check_structure", lambda *_: None)
    with pytest.raises(MediaError, match="other files" if checked else "reference.mov"):
        media.probe(path, Settings())


def test_a_self_contained_mov_passes_the_same_rebuilding(film, tmp_path):
    own = b"\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x0curl \x00\x00\x00\x01"
    path = tmp_path / "own.mov"
    path.write_bytes(rebuilt(film("a.mov").read_bytes(), own))
    assert media.probe(path, Settings()).duration_s == pytest.approx(2.0)


def test_an_encrypted_film_is_named_as_such(film, tmp_path):
    path = tmp_path / "protected.mp4"
    path.write_bytes(film("a.mp4").read_bytes().replace(b"avc1\x00", b"encv\x00"))
    with pytest.raises(MediaError, match="protected"):
        media.probe(path, Settings())


def test_boxes_that_never_end_are_given_up(tmp_path):
    path = tmp_path / "bomb.mp4"
    path.write_bytes(b"\x00\x00\x00\x08free" * 600_000)
    with pytest.raises(MediaError, match="boxes"):
        media.probe(path, Settings())
