"""References as they are spoken, in addresses: /cases/EI-204, /referrals/R-12."""


class Reference:
    prefix = ""

    # Up to 18 digits: what is longer is no id, and must be a 404 rather than a database error.
    def to_python(self, value: str) -> int:
        return int(value.removeprefix(self.prefix))

    def to_url(self, value: int) -> str:
        return f"{self.prefix}{value}"


class Id(Reference):
    regex = "[0-9]{1,18}"


class CaseReference(Reference):
    prefix = "EI-"
    regex = "EI-[0-9]{1,18}"


class ReferralReference(Reference):
    prefix = "R-"
    regex = "R-[0-9]{1,18}"


class ShareReference(Reference):
    prefix = "S-"
    regex = "S-[0-9]{1,18}"
