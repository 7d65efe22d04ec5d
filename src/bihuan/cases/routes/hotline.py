"""Addresses: services, city centres, the desk's roster, accountability."""

from django.urls import URLPattern, URLResolver, path

from bihuan.cases.views.hotline import accountability, centres, desk, offered

urlpatterns: list[URLPattern | URLResolver] = [
    path("services/", offered.ServiceList.as_view(), name="services"),
    path("services/add/", offered.ServiceAdd.as_view(), name="service-add"),
    path("services/<int:pk>/", offered.ServiceEdit.as_view(), name="service"),
    path("centres/", centres.CentreList.as_view(), name="centres"),
    path("centres/add/", centres.CentreForm.as_view(), name="centre-add"),
    path("centres/<int:pk>/", centres.CentrePage.as_view(), name="centre"),
    path("centres/<int:pk>/edit/", centres.CentreEdit.as_view(), name="centre-edit"),
    path("centres/<int:pk>/checks/", centres.CheckList.as_view(), name="checks"),
    path("centres/<int:pk>/checks/ask/", centres.CheckAsk.as_view(), name="check-ask"),
    path("centres/checks/<int:pk>/", centres.CheckPage.as_view(), name="check"),
    path("centres/pushes/<int:pk>/", centres.PushPage.as_view(), name="push"),
    path("centres/pushes/<int:pk>/retry/", centres.PushRetry.as_view(), name="push-retry"),
    path("desk/", desk.RosterWeek.as_view(), name="desk-roster"),
    path("desk/print/", desk.RosterPrint.as_view(), name="desk-print"),
    path("desk/shifts/", desk.ShiftList.as_view(), name="shifts"),
    path("desk/shifts/add/", desk.ShiftAdd.as_view(), name="shift-add"),
    path("desk/shifts/pattern/", desk.PatternAdd.as_view(), name="shift-pattern"),
    path("desk/shifts/<int:pk>/", desk.ShiftPage.as_view(), name="shift"),
    path("desk/shifts/<int:pk>/hand-over/", desk.HandOver.as_view(), name="hand-over"),
    path("desk/shifts/<int:pk>/take-over/", desk.TakeOver.as_view(), name="take-over"),
    path("desk/shifts/<int:pk>/drop/", desk.ShiftDrop.as_view(), name="shift-drop"),
    path("accountability/", accountability.Accountability.as_view(), name="accountability"),
    path("<int:pk>/publish/", offered.Publish.as_view(), name="publish"),
    path("<int:pk>/exemption/", accountability.ExemptionAsk.as_view(), name="exemption-ask"),
    path("accountability/<int:pk>/decide/", accountability.ExemptionDecide.as_view(), name="exemption-decide"),
    path("accountability/<int:pk>/take-back/", accountability.ExemptionTakeBack.as_view(), name="exemption-take-back"),
]
