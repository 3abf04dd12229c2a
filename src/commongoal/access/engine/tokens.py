"""The secrets of links."""

import hashlib


def token_digest(token: str) -> str:
    """What is kept of a link's secret: its SHA-256 in hex. The secret itself is told once and kept nowhere."""
    return hashlib.sha256(token.encode()).hexdigest()
