"""What an annotator has said, kept the plain way: a list of all that was done.

Written without the package's own folding and histories, to compare these with it.
"""

NOTHING = {
    "value": None,
    "skipped": False,
    "sure": None,
    "quality": None,
    "flagged": False,
    "comment": "",
}

ANSWERS = ("label", "skip", "bad")


class Said:
    """One annotator's actions, undone ones apart."""

    def __init__(self):
        self.done, self.undone = [], []

    def hear(self, message):
        """Take in a message that was acknowledged; says whether it did anything."""
        if message["action"] == "undo":
            return self._move(self.done, self.undone)
        if message["action"] == "redo":
            return self._move(self.undone, self.done)
        self.done.append(message)
        self.undone.clear()
        return True

    def states(self):
        """What is said now, by identifier; nothing where nothing is said."""
        states = {}
        for message in self.done:
            state = states.setdefault(message["identifier"], dict(NOTHING))
            state.update(changes(message))
        return {name: state for name, state in states.items() if state != NOTHING}

    def after(self, message):
        """The same with one more message."""
        later = Said()
        later.done, later.undone = [*self.done], [*self.undone]
        later.hear(message)
        return later

    @staticmethod
    def _move(source, goal):
        if source:
            goal.append(source.pop())
            return True
        return False


def changes(message):
    """What a message changes of what is said of its spectrum."""
    value = message.get("value")
    taken_away = {"value": None, "sure": None, "quality": None}
    changed = {
        "label": {"value": value, "skipped": False},
        "skip": taken_away | {"skipped": True},
        "unlabel": taken_away | {"skipped": False},
        "bad": {"quality": value},
        "good": {"quality": None},
        "unsure": {"sure": not value},
        "flag": {"flagged": value},
        "comment": {"comment": message.get("text")},
    }[message["action"]]
    if message["action"] == "label" and message.get("sure") is not None:
        changed["sure"] = message["sure"]
    return changed
