"""Downloading a soundfont: what arrives is what the catalogue says, or nothing does."""

from __future__ import annotations

import hashlib
import http.client
import os
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from melodymuse.audio.archives import extract
from melodymuse.audio.catalogue import Entry
from melodymuse.audio.soundfont_file import read_soundfont
from melodymuse.errors import OutputError, SoundfontError
from melodymuse.files import LEFTOVER, whole_file
from melodymuse.version import __version__

Progress = Callable[[int, int | None], None]
"""Told again and again how many bytes have come, and how many there are if that is known."""

# Without a word from the server, and for the whole of one address's download.
TIMEOUT_SECONDS, LONGEST_SECONDS = 30.0, 3600.0
# No soundfont of the catalogue is as large: without a size, a download may not fill the disk.
LARGEST_BYTES = 2 * 2**30
_BLOCK_BYTES = 1 << 18
_GIVEN_UP = "soundfont not installed"


def install(entry: Entry, folder: Path, progress: Progress = lambda done, total: None) -> Path:
    """Download a soundfont into a folder, verify it, and unpack it if need be.

    The addresses are tried in turn.  Whatever goes wrong, nothing is left behind.

    Args:
        entry: what to download.
        folder: where the soundfont goes; made if need be.
        progress: told how far the download is.

    Returns:
        The soundfont's path.

    Raises:
        SoundfontError: the entry cannot be verified, no address gave the file, its size or hash is
            another one, there is no soundfont in it, or it is installed already.
        OutputError: the folder cannot be written.
        MissingExtraError: a ``7z`` archive, and py7zr is not installed.
    """
    if not entry.installable:
        raise SoundfontError(
            f"'{entry.id}' cannot be downloaded and verified here: {entry.by_hand}, then put "
            f"{entry.file} into '{folder}' ({entry.source})"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make the folder '{folder}': {error.strerror}") from error
    place = folder / entry.file
    if place.exists():
        raise SoundfontError(f"'{place}' is there already: delete it to download it again")
    with (
        whole_file(place) as target,
        TemporaryDirectory(dir=folder, prefix=LEFTOVER) as scratch,
    ):
        download = Path(scratch, "download") if entry.archive else target
        _fetch(entry, download, progress)
        if entry.archive:
            extract(download, entry.archive, entry.member, target)
            _check_font(entry, target)
        try:
            read_soundfont(target)
        except SoundfontError as error:
            reason = str(error).replace(str(target), entry.file)
            raise SoundfontError(f"what was downloaded is of no use: {reason}") from error
    return place


def _fetch(entry: Entry, path: Path, progress: Progress) -> None:
    """Get the download from the first address that gives it whole.

    A wrong hash ends the search: it is no passing fault, and nobody should look for a server that
    happens to agree.
    """
    troubles = []
    for address in entry.addresses:
        try:
            digest = _receive(address, path, entry.size, progress)
        except _TransferError as trouble:
            troubles.append(f"{address}: {trouble}")
            continue
        if digest != entry.sha256.lower():
            raise SoundfontError(
                f"{_GIVEN_UP}: what {address} gave has the SHA-256 {digest}, not {entry.sha256}; "
                f"it is not what the catalogue means, so get it by hand: {entry.by_hand}"
            )
        return
    raise SoundfontError(
        f"{_GIVEN_UP}: {'; '.join(troubles)}; try again later, or get it by hand: {entry.by_hand}"
    )


class _TransferError(Exception):
    """An address did not give the file; the next one may."""


def _receive(address: str, path: Path, size: int | None, progress: Progress) -> str:
    """Download to a file and give the SHA-256 of what came."""
    request = urllib.request.Request(
        address, headers={"User-Agent": f"melodymuse/{__version__}", "Accept-Encoding": "identity"}
    )
    try:
        with _opener().open(request, timeout=TIMEOUT_SECONDS) as response:
            return _copy(response, path, size, progress)
    except urllib.error.HTTPError as error:
        error.close()
        reason = " ".join(str(error.reason).split())
        raise _TransferError(f"the server answers {error.code} {reason}") from error
    except urllib.error.URLError as error:
        raise _TransferError(f"no connection: {error.reason}") from error
    except (http.client.HTTPException, ConnectionError, TimeoutError, ssl.SSLError) as error:
        reason = str(error) or type(error).__name__
        raise _TransferError(f"the connection was cut: {reason}") from error


def _opener() -> urllib.request.OpenerDirector:
    """What asks servers, by HTTP and HTTPS alone: a redirect to anything else is refused."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        _WebRedirects,
        urllib.request.HTTPErrorProcessor,
        urllib.request.UnknownHandler,
    ):
        opener.add_handler(handler())
    return opener


class _WebRedirects(urllib.request.HTTPRedirectHandler):
    """Redirects from the web to the web."""

    def redirect_request(self, *about: Any) -> urllib.request.Request | None:
        """The request that follows; None, so that the answer is an error, where it leads away."""
        *_, target = about
        web = urllib.parse.urlsplit(target).scheme in ("http", "https")
        return super().redirect_request(*about) if web else None


def _copy(
    response: http.client.HTTPResponse, path: Path, size: int | None, progress: Progress
) -> str:
    stated = response.headers.get("Content-Length")
    announced = int(stated) if stated is not None and stated.isdigit() else None
    if size is not None and announced is not None and announced != size:
        raise _TransferError(f"the file there has {announced} bytes, not {size}")
    total = size if size is not None else announced
    limit = LARGEST_BYTES if total is None else min(total, LARGEST_BYTES)
    digest = hashlib.sha256()
    done, end = 0, time.monotonic() + LONGEST_SECONDS
    with path.open("wb") as out:
        # What has come is taken at once: a block of a slow server may take for ever to be full.
        while block := response.read1(_BLOCK_BYTES):
            if time.monotonic() > end:
                raise _TransferError(f"it was not done after {LONGEST_SECONDS:g} s")
            done += len(block)
            if done > limit:
                raise _TransferError(f"more than {limit} bytes came")
            out.write(block)
            digest.update(block)
            progress(done, total)
        out.flush()
        os.fsync(out.fileno())
    if total is not None and done < total:
        raise _TransferError(f"the connection was cut after {done} of {total} bytes")
    return digest.hexdigest()


def _check_font(entry: Entry, path: Path) -> None:
    """See that what was unpacked is the soundfont that the catalogue means."""
    size = path.stat().st_size
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if (entry.font_size is not None and size != entry.font_size) or (
        entry.font_sha256 and digest != entry.font_sha256.lower()
    ):
        raise SoundfontError(
            f"{_GIVEN_UP}: the {entry.file} in the archive has {size} bytes and the SHA-256 "
            f"{digest}: it is not what the catalogue means"
        )
