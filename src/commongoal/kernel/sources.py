"""Where a number comes from: no figure reaches a result without one of these."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """Origin of a number: citation, price year where it is money, and whether somebody checked it at its origin."""

    citation: str
    price_year: str = ""
    verified: bool = False

    @property
    def mark(self) -> str:
        """What stands beside a number that nobody has checked at its origin."""
        return "" if self.verified else "unverified"
