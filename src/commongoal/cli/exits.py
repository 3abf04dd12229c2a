"""What the number that a command ends with means. Plain integers, so that reading them costs nothing."""

DONE = 0
REFUSED = 1
USAGE = 2
PARTLY = 3
FAULT = 70
INTERRUPTED = 130
UNREAD = 141

MEANINGS: dict[int, str] = {
    DONE: "done",
    REFUSED: "refused: the input has faults, or a rule forbids it; nothing was written",
    USAGE: "the command was not understood",
    PARTLY: "done, with warnings or with rows left out",
    FAULT: "a fault of the program itself; --traceback shows where",
    INTERRUPTED: "interrupted",
    UNREAD: "whoever was reading the output stopped before its end",
}


def exit_lines() -> str:
    """The meanings as indented lines, for help."""
    return "\n".join(f"  {code:>3}  {meaning}" for code, meaning in MEANINGS.items())
