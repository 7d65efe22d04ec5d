"""Who belongs where: units, people, posts, groups, and the things a service is given with."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.models import ScopedModel


class OrgUnit(ScopedModel):
    """A node of the tree. ``org_path`` is its own path: numeric ids, slashes on both ends."""

    class Kind(models.TextChoices):
        GROUP = "group", _("corporate group")
        COMPANY = "company", _("company or centre")
        DEPARTMENT = "department", _("department")
        STATION = "station", _("station")
        TEAM = "team", _("team")
        PANEL = "panel", _("outside panel")

    name = models.CharField(_("name"), max_length=100)
    code = models.CharField(_("code"), max_length=30, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent unit"),
    )
    time_zone = models.CharField(_("time zone"), max_length=50, default="Asia/Shanghai")
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["org_path"]
        verbose_name = _("org unit")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation:unit", kwargs={"pk": self.pk})

    @property
    def depth(self) -> int:
        return self.org_path.count("/") - 2


class Person(ScopedModel):
    """A member of staff or an outside supervisor; signing in is another matter (accounts.User)."""

    class Kind(models.TextChoices):
        STAFF = "staff", _("staff")
        SOCIAL_SUPERVISOR = "social_supervisor", _("social supervisor")

    name = models.CharField(_("name"), max_length=60)
    staff_number = models.CharField(_("staff number"), max_length=30, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.STAFF)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="people", verbose_name=_("unit"))
    qualification = models.CharField(_("qualification"), max_length=200, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["staff_number"]
        verbose_name = _("person")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation:person", kwargs={"pk": self.pk})


class Post(ScopedModel):
    """A post in a unit, with its written duties."""

    name = models.CharField(_("name"), max_length=60)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="posts", verbose_name=_("unit"))
    duties = models.TextField(_("written duties"), blank=True)
    is_head = models.BooleanField(_("heads the unit"), default=False)

    class Meta:
        ordering = ["unit__org_path", "name"]
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="post_name_once_per_unit")]
        verbose_name = _("post")

    def __str__(self) -> str:
        return f"{self.unit.name} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("organisation:unit", kwargs={"pk": self.unit_id})


class PostHolding(ScopedModel):
    """Who held a post from when to when; responsibility goes by the day."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings", verbose_name=_("post"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="holdings", verbose_name=_("person"))
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["-since"]
        verbose_name = _("post holding")

    def __str__(self) -> str:
        return f"{self.person} · {self.post}"


class WorkingGroup(ScopedModel):
    """Leading group, office, standard-wording group and the like, with written duties."""

    name = models.CharField(_("name"), max_length=100)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="groups", verbose_name=_("unit"))
    duties = models.TextField(_("written duties"), blank=True)
    members: ClassVar[Any] = models.ManyToManyField(Person, through="GroupMember", related_name="groups")

    class Meta:
        ordering = ["name"]
        verbose_name = _("working group")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation:group", kwargs={"pk": self.pk})


class GroupMember(ScopedModel):
    class Role(models.TextChoices):
        CHAIR = "chair", _("chair")
        DEPUTY = "deputy", _("deputy")
        MEMBER = "member", _("member")

    group = models.ForeignKey(WorkingGroup, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.MEMBER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "person"], name="member_once_per_group")]
        ordering = ["group", "role"]

    def __str__(self) -> str:
        return f"{self.group} · {self.person}"


class Asset(ScopedModel):
    """A vehicle, line, counter or site; surveys, cases and inspections point at it."""

    class Kind(models.TextChoices):
        LINE = "line", _("line")
        VEHICLE = "vehicle", _("vehicle")
        COUNTER = "counter", _("counter")
        SITE = "site", _("site")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="assets", verbose_name=_("unit"))
    line = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="vehicles",
        verbose_name=_("line"),
    )
    in_service_since = models.DateField(_("in service since"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["kind", "code"]
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="asset_code_once_per_kind")]
        verbose_name = _("asset")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation:asset", kwargs={"pk": self.pk})
