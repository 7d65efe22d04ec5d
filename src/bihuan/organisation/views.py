"""Pages of the organisation."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.views import ActionView, FormView, ListPage, ReasonForm, RecordPage
from bihuan.organisation import forms, selectors, services, tables
from bihuan.organisation.models import Asset, GroupMember, OrgUnit, Person, PostHolding, WorkingGroup
from bihuan.organisation.permissions import MANAGE, VIEW

R = TypeVar("R", OrgUnit, Person, Asset)


class UnitList(ListPage[OrgUnit]):
    required_permission = VIEW
    model = OrgUnit
    table_class = tables.UnitTable
    filterset_class = tables.UnitFilter
    title = _("Org units")
    empty_hint = _("Add the first unit; stations and teams go below it.")
    create_url_name, create_label, create_permission = "organisation:unit-create", _("Add a unit"), MANAGE

    def rows(self) -> QuerySet[OrgUnit]:
        return selectors.units_for(self.actor, VIEW)


class UnitPage(RecordPage[OrgUnit]):
    required_permission = VIEW
    model = OrgUnit
    template_name = "organisation/unit.html"

    def context(self) -> dict[str, Any]:
        unit = self.record
        return {
            "title": unit.name,
            "children": OrgUnit.objects.filter(parent=unit),
            "posts": unit.posts.prefetch_related("holdings__person"),
            "people": unit.people.filter(is_active=True)[:50],
            "assets": unit.assets.filter(is_active=True)[:50],
            "may_manage": self.actor.can(MANAGE, unit.org_path),
        }


class UnitCreate(FormView):
    required_permission = MANAGE
    form_class = forms.UnitForm
    title, submit_label = _("Add a unit"), _("Add")

    def submit(self, form: Any) -> str:
        return services.unit_create(actor=self.actor, **form.cleaned_data).get_absolute_url()


class UnitEdit(ActionView[OrgUnit]):
    required_permission = MANAGE
    model = OrgUnit
    form_class = forms.UnitEditForm
    title, submit_label = _("Change the unit"), _("Save")

    def initial(self) -> dict[str, Any]:
        return {"name": self.record.name, "code": self.record.code, "kind": self.record.kind}

    def act(self, record: OrgUnit, form: Any) -> None:
        services.unit_edit(unit=record, actor=self.actor, **form.cleaned_data)


class UnitMove(ActionView[OrgUnit]):
    required_permission = MANAGE
    model = OrgUnit
    form_class = forms.UnitMoveForm
    title, submit_label = _("Put the unit elsewhere"), _("Move")

    def act(self, record: OrgUnit, form: Any) -> None:
        services.unit_move(unit=record, actor=self.actor, **form.cleaned_data)


class Toggle(ActionView[R]):
    """Retire a record with a reason, or bring it back with one."""

    required_permission = MANAGE
    form_class = ReasonForm

    def context(self) -> dict[str, Any]:
        label = _("Take out of use") if self.record.is_active else _("Bring back into use")
        return {"record": self.record, "title": label, "submit_label": label}


class UnitToggle(Toggle[OrgUnit]):
    model = OrgUnit

    def act(self, record: OrgUnit, form: Any) -> None:
        services.unit_set_active(
            unit=record, actor=self.actor, is_active=not record.is_active, reason=form.cleaned_data["reason"]
        )


class PersonList(ListPage[Person]):
    required_permission = VIEW
    model = Person
    table_class = tables.PersonTable
    filterset_class = tables.PersonFilter
    title = _("People and posts")
    empty_hint = _("Add people one by one, or by the API from the staff list.")
    create_url_name, create_label, create_permission = "organisation:person-create", _("Add a person"), MANAGE

    def rows(self) -> QuerySet[Person]:
        return super().rows().select_related("unit")


class PersonPage(RecordPage[Person]):
    required_permission = VIEW
    model = Person
    template_name = "organisation/person.html"

    def context(self) -> dict[str, Any]:
        person = self.record
        return {
            "title": person.name,
            "holdings": person.holdings.select_related("post__unit"),
            "memberships": person.memberships.select_related("group"),
            "may_manage": self.actor.can(MANAGE, person.org_path),
        }


class PersonCreate(FormView):
    required_permission = MANAGE
    form_class = forms.PersonForm
    title, submit_label = _("Add a person"), _("Add")

    def submit(self, form: Any) -> str:
        return services.person_create(actor=self.actor, **form.cleaned_data).get_absolute_url()


class PersonEdit(ActionView[Person]):
    required_permission = MANAGE
    model = Person
    form_class = forms.PersonEditForm
    title, submit_label = _("Change the person"), _("Save")

    def initial(self) -> dict[str, Any]:
        person = self.record
        return {
            "name": person.name,
            "unit": person.unit_id,
            "kind": person.kind,
            "qualification": person.qualification,
        }

    def act(self, record: Person, form: Any) -> None:
        services.person_edit(person=record, actor=self.actor, **form.cleaned_data)


class PersonToggle(Toggle[Person]):
    model = Person

    def act(self, record: Person, form: Any) -> None:
        services.person_set_active(
            person=record, actor=self.actor, is_active=not record.is_active, reason=form.cleaned_data["reason"]
        )


class PostCreate(FormView):
    required_permission = MANAGE
    form_class = forms.PostForm
    title, submit_label = _("Add a post"), _("Add")

    def submit(self, form: Any) -> str:
        return services.post_create(actor=self.actor, **form.cleaned_data).get_absolute_url()


class PostAssign(ActionView[Person]):
    required_permission = MANAGE
    model = Person
    form_class = forms.AssignForm
    title, submit_label = _("Give a post"), _("Give the post")

    def initial(self) -> dict[str, Any]:
        return {"since": timezone.localdate()}

    def act(self, record: Person, form: Any) -> None:
        services.post_assign(person=record, actor=self.actor, **form.cleaned_data)


class PostRelease(ActionView[PostHolding]):
    required_permission = MANAGE
    model = PostHolding
    form_class = forms.ReleaseForm
    title, submit_label = _("End the post"), _("End")

    def initial(self) -> dict[str, Any]:
        return {"until": timezone.localdate()}

    def act(self, record: PostHolding, form: Any) -> Person:
        services.post_release(holding=record, actor=self.actor, **form.cleaned_data)
        return record.person


class GroupList(ListPage[WorkingGroup]):
    required_permission = VIEW
    model = WorkingGroup
    table_class = tables.GroupTable
    title = _("Working groups")
    empty_hint = _("The leading group and the office come first.")
    create_url_name, create_label, create_permission = "organisation:group-create", _("Add a group"), MANAGE

    def rows(self) -> QuerySet[WorkingGroup]:
        return super().rows().select_related("unit").annotate(member_count=Count("memberships"))


class GroupPage(RecordPage[WorkingGroup]):
    required_permission = VIEW
    model = WorkingGroup
    template_name = "organisation/group.html"

    def context(self) -> dict[str, Any]:
        return {
            "title": self.record.name,
            "members": self.record.memberships.select_related("person__unit"),
            "may_manage": self.actor.can(MANAGE, self.record.org_path),
        }


class GroupCreate(FormView):
    required_permission = MANAGE
    form_class = forms.GroupForm
    title, submit_label = _("Add a group"), _("Add")

    def submit(self, form: Any) -> str:
        return services.group_create(actor=self.actor, **form.cleaned_data).get_absolute_url()


class MemberAdd(ActionView[WorkingGroup]):
    required_permission = MANAGE
    model = WorkingGroup
    form_class = forms.MemberForm
    title, submit_label = _("Add a member"), _("Add")

    def act(self, record: WorkingGroup, form: Any) -> None:
        services.group_member_add(group=record, actor=self.actor, **form.cleaned_data)


class MemberRemove(ActionView[GroupMember]):
    required_permission = MANAGE
    model = GroupMember
    form_class = ReasonForm
    title, submit_label = _("Remove from the group"), _("Remove")

    def act(self, record: GroupMember, form: Any) -> WorkingGroup:
        group = record.group
        services.group_member_remove(member=record, actor=self.actor, reason=form.cleaned_data["reason"])
        return group


class AssetList(ListPage[Asset]):
    required_permission = VIEW
    model = Asset
    table_class = tables.AssetTable
    filterset_class = tables.AssetFilter
    title = _("Lines, vehicles, counters")
    empty_hint = _("Add the lines first, then the vehicles that run on them.")
    create_url_name, create_label, create_permission = "organisation:asset-create", _("Add"), MANAGE

    def rows(self) -> QuerySet[Asset]:
        return super().rows().select_related("unit", "line")


class AssetPage(RecordPage[Asset]):
    required_permission = VIEW
    model = Asset
    template_name = "organisation/asset.html"

    def context(self) -> dict[str, Any]:
        return {
            "title": self.record.name,
            "vehicles": self.record.vehicles.filter(is_active=True),
            "may_manage": self.actor.can(MANAGE, self.record.org_path),
        }


class AssetCreate(FormView):
    required_permission = MANAGE
    form_class = forms.AssetForm
    title, submit_label = _("Add a line, vehicle or counter"), _("Add")

    def submit(self, form: Any) -> str:
        return services.asset_create(actor=self.actor, **form.cleaned_data).get_absolute_url()


class AssetEdit(ActionView[Asset]):
    required_permission = MANAGE
    model = Asset
    form_class = forms.AssetEditForm
    title, submit_label = _("Change"), _("Save")

    def initial(self) -> dict[str, Any]:
        asset = self.record
        return {
            "name": asset.name,
            "unit": asset.unit_id,
            "line": asset.line_id,
            "in_service_since": asset.in_service_since,
        }

    def act(self, record: Asset, form: Any) -> None:
        services.asset_edit(asset=record, actor=self.actor, values=form.cleaned_data)


class AssetToggle(Toggle[Asset]):
    model = Asset

    def act(self, record: Asset, form: Any) -> None:
        services.asset_set_active(
            asset=record, actor=self.actor, is_active=not record.is_active, reason=form.cleaned_data["reason"]
        )
