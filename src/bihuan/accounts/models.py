"""Sign-in, roles and grants. A grant is a row: this person, this role, this unit and all below it."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.models import ScopedModel
from bihuan.organisation.models import OrgUnit, Person


class User(AbstractUser):
    """Somebody who can sign in. Grants alone say what they may do; staff and superuser flags stay unused."""

    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="user", verbose_name=_("person")
    )
    last_seen_today_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("user")

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.person.name if self.person else self.username

    def get_absolute_url(self) -> str:
        return reverse("accounts:user", kwargs={"pk": self.pk})


class Role(models.Model):
    """A named set of permissions, the same in every unit."""

    key = models.SlugField(_("key"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=60)
    description = models.CharField(_("description"), max_length=200, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("role")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("accounts:role", kwargs={"pk": self.pk})


class RolePermission(models.Model):
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="permissions")
    permission = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "permission"], name="permission_once_per_role")]
        ordering = ["permission"]

    def __str__(self) -> str:
        return self.permission


class Grant(ScopedModel):
    """``org_path`` is the unit's path: the fence reads it without a join."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants", verbose_name=_("user"))
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="grants", verbose_name=_("role"))
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="grants", verbose_name=_("unit"))
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["user", "unit"]
        constraints = [models.UniqueConstraint(fields=["user", "role", "unit", "since"], name="grant_once")]
        verbose_name = _("grant")

    def __str__(self) -> str:
        return f"{self.user} · {self.role} · {self.unit}"


class ApiToken(models.Model):
    """A program's key: shown once, stored hashed; it acts with its user's grants."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=8, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_on = models.DateField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("API token")

    def __str__(self) -> str:
        return f"{self.name} …{self.hint}"
