"""Why one machine does not start, said so that the person at the keyboard can mend it."""


class CannotStart(Exception):
    """The stack cannot start as asked. Nothing was changed that a second try would stumble over.

    `zh` and `en` each say what is wrong and then the cure.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")
        self.zh = zh
        self.en = en
