"""The words of organisations and of data protection, as choices."""

from enum import StrEnum


class OrganisationKind(StrEnum):
    """What kind of body an organisation is."""

    COUNCIL = "council"
    JOBCENTRE = "jobcentre"
    NHS = "nhs"
    HOUSING = "housing"
    COLLEGE = "college"
    PROVIDER = "provider"
    EMPLOYER = "employer"
    VOLUNTARY = "voluntary"

    @property
    def words(self) -> str:
        """As a table or a form says it."""
        return "NHS" if self is OrganisationKind.NHS else self.value.capitalize()


class Article6(StrEnum):
    """The lawful bases of UK GDPR article 6(1)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal obligation"
    VITAL_INTERESTS = "vital interests"
    PUBLIC_TASK = "public task"
    LEGITIMATE_INTERESTS = "legitimate interests"


class Article9(StrEnum):
    """The conditions of UK GDPR article 9(2) that programmes of support rely on."""

    EXPLICIT_CONSENT = "explicit consent"
    EMPLOYMENT_LAW = "employment and social security law"
    HEALTH_OR_SOCIAL_CARE = "health or social care"
    PUBLIC_INTEREST = "substantial public interest"
    RESEARCH = "archiving, research or statistics"


class ControllerKind(StrEnum):
    """What an organisation is for one basis."""

    CONTROLLER = "controller"
    JOINT_CONTROLLER = "joint controller"
    PROCESSOR = "processor"
