"""Secrets at rest: what is sealed opens again, with the right key alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongoal.access.engine.keyring import CannotOpen, KeyRing

OLD, NEW, BLIND = b"o" * 32, b"n" * 32, b"b" * 32


@given(st.text())
def test_what_is_sealed_opens(text: str) -> None:
    ring = KeyRing((NEW, OLD), BLIND)
    sealed = ring.seal(text)
    assert ring.open(sealed) == ring.open(memoryview(sealed)) == text  # type: ignore[arg-type]
    assert len(sealed) == 4 + 12 + len(text.encode()) + 16


def test_an_old_key_opens_what_it_sealed_and_the_newest_seals() -> None:
    before = KeyRing((OLD,), BLIND)
    after = KeyRing((NEW, OLD), BLIND)
    assert after.open(before.seal("AB123456C")) == "AB123456C"
    with pytest.raises(CannotOpen):
        before.open(after.seal("AB123456C"))


@pytest.mark.parametrize("place", range(4 + 12 + 3 + 16))
def test_one_changed_bit_is_found(place: int) -> None:
    ring = KeyRing((NEW,), BLIND)
    sealed = bytearray(ring.seal("abc"))
    sealed[place] ^= 1
    with pytest.raises(CannotOpen):
        ring.open(bytes(sealed))


@pytest.mark.parametrize("data", [b"", b"abc", b"x" * 15])
def test_what_is_no_sealed_text_is_refused(data: bytes) -> None:
    with pytest.raises(CannotOpen):
        KeyRing((NEW,), BLIND).open(data)


def test_nothing_repeats_and_nothing_shows() -> None:
    ring = KeyRing((NEW,), BLIND)
    assert ring.seal("same") != ring.seal("same")
    assert ring.seal("same", nonce=b"1" * 12) == ring.seal("same", nonce=b"1" * 12)
    assert "nnnn" not in repr(ring)
    assert "bbbb" not in repr(ring)


def test_the_blind_index_finds_equals_and_changes_with_its_key() -> None:
    one, other = KeyRing((NEW,), BLIND), KeyRing((NEW,), OLD)
    assert one.blind("AB123456C") == KeyRing((OLD,), BLIND).blind("AB123456C")
    assert one.blind("AB123456C") != other.blind("AB123456C")
    assert one.blind("AB123456C") != one.blind("AB123456D")
    assert [*one.blinds(("AB123456C", ""))] == [one.blind("AB123456C"), one.blind("")]


@pytest.mark.parametrize("keys", [(), (b"short",), (NEW, b"short")])
def test_keys_have_their_length(keys: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        KeyRing(keys, BLIND)
