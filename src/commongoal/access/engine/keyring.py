"""Secrets at rest: sealed with the installation's keys, and found again through a blind index.

Sealed bytes are `key id (4) | nonce (12) | AES-256-GCM ciphertext and tag`, the key id being the first four bytes of
the key's SHA-256, so that an old value opens after a new key has come to the head of the ring. The blind index is
HMAC-SHA-256 under a key of its own that never changes: equal texts have equal indexes, and without the key nothing
can be guessed from one. Source: NIST SP 800-38D for the mode and the length of the nonce.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

KEY_LENGTH = 32  # bytes
_ID, _NONCE = 4, 12  # bytes


class CannotOpen(ValueError):  # noqa: N818 - it is a refusal to open
    """The bytes were sealed with a key that is not on the ring, or were changed."""


@dataclass(frozen=True)
class KeyRing:
    """Keys of 32 bytes, the newest first; the newest seals, each opens what it sealed.

    Raises `ValueError` without a key, or for a key of another length.
    """

    keys: tuple[bytes, ...] = field(repr=False)
    blind_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not self.keys or any(len(key) != KEY_LENGTH for key in (*self.keys, self.blind_key)):
            raise ValueError(f"a key ring needs at least one key, and each key has {KEY_LENGTH} bytes")

    @cached_property
    def _by_id(self) -> dict[bytes, bytes]:
        return {_id_of(key): key for key in reversed(self.keys)}

    def seal(self, text: str, *, nonce: bytes | None = None) -> bytes:
        """The text, sealed with the newest key. `nonce` (12 bytes, never used twice) is for tests alone."""
        key = self.keys[0]
        nonce = nonce or AESGCM.generate_key(128)[:_NONCE]  # the library's source of random bytes
        key_id = _id_of(key)
        return key_id + nonce + AESGCM(key).encrypt(nonce, text.encode(), key_id)

    def open(self, data: bytes) -> str:
        """The text that was sealed. Raises `CannotOpen` for a key not on the ring and for changed bytes."""
        data = bytes(data)  # PostgreSQL's driver hands out views of memory
        key_id, nonce, rest = data[:_ID], data[_ID : _ID + _NONCE], data[_ID + _NONCE :]
        key = self._by_id.get(key_id)
        if key is None or len(nonce) != _NONCE:
            raise CannotOpen
        try:
            return AESGCM(key).decrypt(nonce, rest, key_id).decode()
        except InvalidTag:
            raise CannotOpen from None

    def blind(self, text: str) -> str:
        """The blind index of a text: 64 hex digits, the same for the same text."""
        return hmac.digest(self.blind_key, text.encode(), "sha256").hex()

    def blinds(self, texts: Iterable[str]) -> Iterator[str]:
        """The blind index of each text, in a third of the time: the key is taken in once for all of them."""
        keyed = HMAC(self.blind_key, SHA256())
        for text in texts:
            one = keyed.copy()
            one.update(text.encode())
            yield one.finalize().hex()


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:_ID]
