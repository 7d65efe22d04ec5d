"""What needs are measured by, in our own words: three factors with anchors, four research methods, six Kano classes.

An office may write its own text over any of them (`NeedTerm`); else the reader gets these, in the reader's language.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.rectification.enums import Factor, KanoClass, ResearchMethod


@dataclass(frozen=True)
class Yardstick:
    """``anchors`` say what each of the five marks means; only factors have them."""

    text: str | Promise
    anchors: tuple[str | Promise, ...] = ()


FACTORS: dict[str, Yardstick] = {
    Factor.URGENCY.value: Yardstick(
        _("How soon harm is done if nothing happens."),
        (
            _("Nobody is harmed by waiting; look again in a year."),
            _("Can wait for next year's plan."),
            _("Should be met within the year."),
            _("Should be met within the quarter: complaints or losses keep coming."),
            _("At once: safety, the law or a public promise is touched."),
        ),
    ),
    Factor.EFFECT.value: Yardstick(
        _("How much customers' satisfaction would change if the need were met."),
        (
            _("Customers would hardly notice."),
            _("A few customers would notice."),
            _("Many would notice; satisfaction on the whole moves little."),
            _("For one group of customers a main reason to be satisfied or not."),
            _("For most customers a main reason to be satisfied or not."),
        ),
    ),
    Factor.CAPABILITY.value: Yardstick(
        _("How well we are able to meet it."),
        (
            _("Not with what we have: others decide, or it takes a large investment."),
            _("Only with money or rights that must be applied for first."),
            _("With some investment, or with the help of another department."),
            _("With our own staff and budget within months."),
            _("At once, with what is there."),
        ),
    ),
}
METHODS: dict[str, Yardstick] = {
    ResearchMethod.QUESTIONNAIRE.value: Yardstick(
        _("The same questions to many customers. Says how many think so, and how surely; asks only what we know.")
    ),
    ResearchMethod.FOCUS_GROUP.value: Yardstick(
        _("Six to ten customers talk among themselves. Brings up what we did not think of; gives no shares.")
    ),
    ResearchMethod.INTERVIEW.value: Yardstick(
        _("One customer, one interviewer, half an hour. Finds the reason behind an opinion; takes time, few are heard.")
    ),
    ResearchMethod.RECORDS.value: Yardstick(
        _("Complaints, comment books, operating data. Cheap and far back in time; silent customers are not in it.")
    ),
}
KANO: dict[str, Yardstick] = {
    KanoClass.MUST_BE.value: Yardstick(
        _("Taken for granted: there, nobody thanks for it; missing, everybody is angry. Meet it fully first.")
    ),
    KanoClass.ONE_DIMENSIONAL.value: Yardstick(
        _("The more, the more satisfied; the less, the less. Keep up with it and compare with others.")
    ),
    KanoClass.ATTRACTIVE.value: Yardstick(
        _("Not expected: missing, nobody minds; there, customers are delighted. Choose few and do them well.")
    ),
    KanoClass.INDIFFERENT.value: Yardstick(_("Customers do not mind either way. Spend nothing more on it.")),
    KanoClass.REVERSE.value: Yardstick(
        _("Customers would rather not have it. Ask again, then leave it out or let them choose.")
    ),
    KanoClass.QUESTIONABLE.value: Yardstick(
        _("The answers contradict themselves: the question was not understood. Word it anew and ask again.")
    ),
}
SHELVES: dict[str, dict[str, Yardstick]] = {"factor": FACTORS, "method": METHODS, "kano": KANO}
