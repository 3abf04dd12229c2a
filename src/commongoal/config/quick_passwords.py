"""Passwords that are quick to check, for the demonstration, which shows the one that everybody has."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """The usual hash with too few rounds to protect anything."""

    algorithm = "pbkdf2_sha256_demonstration"
    iterations = 10_000
