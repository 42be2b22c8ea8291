"""The codes of a person's columns in words, the same on pages and on paper."""

SEXES = {"male": "Nam", "female": "Nữ"}
CAPACITIES = {
    "individual": "Cá nhân",
    "collective": "Đại diện tập thể",
    "household": "Đại diện hộ gia đình",
}


def show_born(value: str | None) -> str:
    """ "1968-06-13" → "13/06/1968", as precise as it is known."""
    return "/".join(reversed(value.split("-"))) if value else ""


def show_yes_no(value: bool | None) -> str:
    """Có, Không, or nothing where it is not known."""
    return {True: "Có", False: "Không", None: ""}[value]
