"""Check characters of Chinese identifiers: GB 11643 (people), GB 11714 and GB 32100 (organisations)."""
import datetime

USCI_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCI_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def id_check(head: str) -> str:
    """Check character for the 17 digits of a resident ID number (ISO 7064 MOD 11-2)."""
    total = 0
    for digit in head:
        total = (total + int(digit)) * 2 % 11
    return "0123456789X"[(12 - total) % 11]


def organisation_check(head: str) -> str:
    """Check character for the 8 signs of an organisation code."""
    rest = sum((int(sign, 36)) * weight for sign, weight in zip(head, ORGANISATION_WEIGHTS, strict=True)) % 11
    return "0X987654321"[rest]


def usci_check(head: str) -> str:
    """Check character for the 17 signs of a unified social credit code."""
    total = sum(USCI_SIGNS.index(sign) * weight for sign, weight in zip(head, USCI_WEIGHTS, strict=True))
    return USCI_SIGNS[-total % 31]


def id_problem(number: str) -> str | None:
    """What is wrong with a resident ID number of Liaoning, or None."""
    if len(number) != 18 or not number[:17].isdigit() or not number.startswith("21"):
        return "form"
    try:
        born = datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "birth date"
    if not datetime.date(1950, 1, 1) <= born <= datetime.date(2010, 12, 31):
        return "age"
    return None if id_check(number[:17]) == number[17] else "check character"


def usci_problem(code: str) -> str | None:
    """What is wrong with a unified social credit code of Liaoning, or None."""
    if len(code) != 18 or any(sign not in USCI_SIGNS for sign in code) or code[2:4] != "21":
        return "form"
    if organisation_check(code[8:16]) != code[16]:
        return "check character of the organisation code"
    return None if usci_check(code[:17]) == code[17] else "check character"
