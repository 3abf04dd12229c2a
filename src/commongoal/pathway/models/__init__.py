"""What a programme does with people: referrals, assessments, plans, help, moves along the pathway, work and costs."""

from commongoal.pathway.models.assessing import Assessment, AssessmentLevel
from commongoal.pathway.models.correcting import SaidBefore
from commongoal.pathway.models.helping import Appointment, Attendance, Group, GroupMember, GroupSession, Support
from commongoal.pathway.models.moving import Journey, Move, PathwayFile, Snapshot
from commongoal.pathway.models.planning import Goal, Plan, PlanReview, PlanSending, PlanVersion, Task
from commongoal.pathway.models.referring import EligibilityAnswers, Participation, Referral, ReferralEvent
from commongoal.pathway.models.spending import Cost
from commongoal.pathway.models.working import Checkpoint, Job

__all__ = [
    "Appointment",
    "Assessment",
    "AssessmentLevel",
    "Attendance",
    "Checkpoint",
    "Cost",
    "EligibilityAnswers",
    "Goal",
    "Group",
    "GroupMember",
    "GroupSession",
    "Job",
    "Journey",
    "Move",
    "Participation",
    "PathwayFile",
    "Plan",
    "PlanReview",
    "PlanSending",
    "PlanVersion",
    "Referral",
    "ReferralEvent",
    "SaidBefore",
    "Snapshot",
    "Support",
    "Task",
]
