"""The few expressions that DuckDB and Spark spell differently; everything else in the scan is the same text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one engine writes whole-number division, days since 1970 and the group of a person.

    Each is a template; `{0}` and `{1}` are the arguments.
    """

    name: str
    division: str
    epoch_day: str
    group_of: str
    quote: str

    def named(self, column: str) -> str:
        """A column's name, quoted: it may be a word of the language."""
        return f"{self.quote}{column}{self.quote}"

    def div(self, number: str, by: int | str) -> str:
        """`number // by` for a number that is not negative."""
        return self.division.format(number, by)

    def day(self, date: str) -> str:
        """Days since 1 January 1970 of a date."""
        return self.epoch_day.format(date)

    def group(self, person: str) -> str:
        """The group 0..49 of a pseudonymous id: first 15 hexadecimal digits of its MD5, modulo 50."""
        return self.group_of.format(person)


DUCKDB = Dialect(
    name="duckdb",
    division="(({0}) // {1})",
    epoch_day="(({0}) - DATE '1970-01-01')",
    group_of="(('0x' || substr(md5({0}), 1, 15))::BIGINT % 50)",
    quote='"',
)
SPARK = Dialect(
    name="spark",
    division="(({0}) div {1})",
    epoch_day="datediff({0}, DATE '1970-01-01')",
    group_of="(CAST(conv(substr(md5({0}), 1, 15), 16, 10) AS BIGINT) % 50)",
    quote="`",
)
