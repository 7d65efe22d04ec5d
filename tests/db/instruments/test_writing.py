"""The pages on which forms are written: acts with and without the script, files, translations, publication."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bihuan.foundation.actor import system_actor
from bihuan.foundation.scope import system_scope
from bihuan.instruments import editing, services
from bihuan.instruments.models import FormDraft, Instrument, InstrumentVersion
from tests.kit import World, make_user

RIGHTS = ["instruments.view", "instruments.edit", "instruments.publish"]


@pytest.fixture
def draft(world: World) -> FormDraft:
    with system_scope("setup"):
        return services.draft_from_template(
            actor=system_actor("setup"), unit=world.north, key="csat", title="窗口满意度"
        )


@pytest.fixture
def writer(world: World) -> Client:
    return signed_in(world.north, "mei", RIGHTS)


def signed_in(unit: Any, name: str, rights: list[str]) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(name, unit=unit, permissions=rights))
    return client


def now(draft: FormDraft) -> FormDraft:
    with system_scope("setup"):
        return FormDraft.objects.get(pk=draft.pk)


def item(draft: FormDraft, code: str) -> dict[str, Any]:
    return editing.item_named(now(draft).body, code).item


def act(client: Client, draft: FormDraft, name: str, *, script: bool = True, **fields: Any) -> Any:
    headers = {"X-Editor": "1"} if script else {}
    data = {"act": name, "revision": now(draft).revision, **fields}
    return client.post(reverse("instruments:act", kwargs={"pk": draft.instrument_id}), data, headers=headers)


def words(draft: FormDraft, code: str, **more: Any) -> dict[str, Any]:
    """The fields of an item's form as the page sends them."""
    return {"item": code, "at_item": code, "label": item(draft, code)["label"], "allows_na": "on", **more}


def test_an_act_answers_with_the_parts_that_changed(writer: Client, draft: FormDraft) -> None:
    answer = act(writer, draft, "item", **words(draft, "comment", label="Tell us", is_long="on")).json()

    assert (answer["revision"], list(answer["parts"]), answer["selection"]) == (2, ["editor-outline"], "?item=comment")
    assert "Tell us" in answer["parts"]["editor-outline"]
    assert item(draft, "comment")["label"] == "Tell us"


def test_an_act_without_the_script_goes_back_to_the_page(writer: Client, draft: FormDraft) -> None:
    answer = act(writer, draft, "item_nudge", script=False, item="comment", at_item="comment", steps="-1")

    assert (answer.status_code, answer["Location"]) == (302, "../?item=comment")
    assert [one["code"] for one in editing.items_in(now(draft).body)][1] == "comment"


def test_what_is_wrong_is_refused_at_its_field_and_changes_nothing(writer: Client, draft: FormDraft) -> None:
    answer = act(writer, draft, "item", **words(draft, "comment", lowest="9", highest="3"))

    assert (answer.status_code, answer.json()["place"]) == (422, "highest")
    assert now(draft).revision == 1


def test_an_act_on_an_older_state_is_refused_as_stale(writer: Client, draft: FormDraft) -> None:
    act(writer, draft, "section_add")

    answer = act(writer, draft, "section_add", revision=1)

    assert (answer.status_code, answer.json()["code"]) == (409, "stale_record")


def test_an_act_sent_twice_under_its_mark_is_done_once(writer: Client, draft: FormDraft) -> None:
    first = act(writer, draft, "section_add", revision=1, mark="m-1").json()
    second = act(writer, draft, "section_add", revision=1, mark="m-1").json()

    assert (first["revision"], second["revision"], len(now(draft).body["sections"])) == (2, 2, 2)


def test_choices_are_added_moved_pasted_and_dropped(writer: Client, draft: FormDraft) -> None:
    def rows() -> dict[str, Any]:
        choices = item(draft, "dissatisfied_with")["choices"]
        labels = [one["label"] for one in choices]
        alone = [one["code"] for one in choices if one.get("is_exclusive")]
        return {
            "item": "dissatisfied_with",
            "choice_code": [one["code"] for one in choices],
            "choice_label": labels,
            "choice_exclusive": alone,
        }

    act(writer, draft, "choices", **rows(), do="drop:price")
    act(writer, draft, "choices", **rows(), do="up:manner")
    act(writer, draft, "choices", **rows(), do="paste", lines="排队\n噪声\n")

    found = item(draft, "dissatisfied_with")["choices"]
    assert [one["code"] for one in found][:2] == ["manner", "waiting"]
    assert [one["label"] for one in found][-2:] == ["排队", "噪声"]
    assert "price" not in [one["code"] for one in found]
    assert [one["code"] for one in found if one.get("is_exclusive")] == ["none"]


def test_a_condition_is_clicked_together(writer: Client, draft: FormDraft) -> None:
    place = {"of": "item", "item": "reply", "at_item": "reply", "choice": ""}
    act(writer, draft, "condition", **place, do="clear")
    act(writer, draft, "condition", **place, do="add", path="")
    act(writer, draft, "condition", **place, do="set", path="0", test_item="dissatisfied_with", op="has")
    act(writer, draft, "condition", **place, do="set", path="0", test_item="dissatisfied_with", op="has_any")
    test = {"test_item": "dissatisfied_with", "op": "has_any", "value": ["manner", "result"]}
    act(writer, draft, "condition", **place, do="set", path="0", **test)
    act(writer, draft, "condition", **place, do="add", path="")
    for _step in ("the question", "then its answer"):
        act(writer, draft, "condition", **place, do="set", path="1", test_item="overall", op="<=", value="2")
    act(writer, draft, "condition", **place, do="turn", path="1")
    answer = act(writer, draft, "condition", **place, do="join", path="", joint="some")

    assert item(draft, "reply")["visible_if"] == {
        "some": [
            {"item": "dissatisfied_with", "op": "has_any", "value": ["manner", "result"]},
            {"no": {"item": "overall", "op": "<=", "value": 2}},
        ]
    }
    assert "Shown if" in answer.json()["parts"]["editor-panel"]


def test_the_scale_of_an_item_is_taken_from_the_library_or_made_of_numbers(
    writer: Client, draft: FormDraft, world: World
) -> None:
    with system_scope("setup"):
        services.scales_ship(actor=system_actor("setup"), unit=world.company)
    act(writer, draft, "item_add", kind="rating", at_item="overall")
    act(writer, draft, "scale", item="q1", scale="entry:quality_5")
    first = item(draft, "q1")
    act(writer, draft, "scale", item="q1", scale="custom", low="0", high="4")

    assert (first["scale_code"], first["scale"]) == ("quality_5", [1, 5, 1])
    assert item(draft, "q1")["scale"] == [0, 4, 1]
    assert "quality_5" not in [scale["code"] for scale in now(draft).body["scales"]]


def test_a_block_of_statements_gets_its_dimension(writer: Client, draft: FormDraft) -> None:
    given = {"block": "pairs", "statements": "准点\n\n干净", "dimension": "reliability", "at_item": "overall"}
    answer = act(writer, draft, "block_add", **given).json()

    assert answer["selection"] == "?item=E01"
    assert [item(draft, code)["dimension"] for code in ("E01", "E02", "P01", "P02")] == ["reliability"] * 4


@pytest.mark.parametrize(
    "query", ["", "?section=satisfaction", "?item=overall", "?item=dissatisfied_with&choice=price"]
)
def test_every_part_of_the_editor_is_drawn(writer: Client, draft: FormDraft, query: str) -> None:
    answer = writer.get(reverse("instruments:edit", kwargs={"pk": draft.instrument_id}) + query)

    assert answer.status_code == 200


def test_the_preview_may_stand_in_a_frame_of_this_house_only(writer: Client, draft: FormDraft) -> None:
    answer = writer.get(reverse("instruments:preview", kwargs={"pk": draft.instrument_id}))

    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_a_reader_is_not_shown_the_draft(world: World, draft: FormDraft) -> None:
    reader = signed_in(world.north, "reader", ["instruments.view"])

    assert reader.get(reverse("instruments:preview", kwargs={"pk": draft.instrument_id})).status_code == 302


class TestFiles:
    def test_a_form_goes_out_and_comes_in_unchanged(self, writer: Client, draft: FormDraft, world: World) -> None:
        content = writer.get(reverse("instruments:export", kwargs={"pk": draft.instrument_id})).content
        file = SimpleUploadedFile("form.json", content)
        given = {"file": file, "title": "Again", "unit": world.north.pk, "kind": "questionnaire"}

        answer = writer.post(reverse("instruments:new-file"), given)

        with system_scope("setup"):
            again = FormDraft.objects.get(instrument__title="Again")
        assert answer.status_code == 302
        assert again.body == now(draft).body

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (b"{", "not JSON: line 1"),
            (b"\xff\xfe", "not UTF-8"),
            (b"[]", "holds no form"),
            (b'{"sections": [{"code": "s"}]}', "needs its “items”"),
            (b'{"sections": [{"code": "s", "items": [{"type": "text"}]}]}', "shape of a form"),
            (b'{"sections": [{"code": "s", "items": [{"code": "a", "type": "riddle"}]}]}', "sections.0.items.0.type"),
        ],
    )
    def test_a_file_that_is_no_form_is_refused_with_its_place(
        self, writer: Client, world: World, content: bytes, told: str
    ) -> None:
        file = SimpleUploadedFile("form.json", content)
        given = {"file": file, "title": "x", "unit": world.north.pk, "kind": "questionnaire"}

        answer = writer.post(reverse("instruments:new-file"), given)

        assert answer.status_code == 422
        assert told in answer.content.decode()


class TestTranslations:
    def post(self, client: Client, draft: FormDraft, **fields: Any) -> Any:
        given = {"act": "text", "language": "en", **fields}
        return client.post(
            reverse("instruments:translate", kwargs={"pk": draft.instrument_id}), given, headers={"HX-Request": "true"}
        )

    def test_a_row_is_saved_by_itself(self, writer: Client, draft: FormDraft) -> None:
        own, was = "您对本次服务满意吗？", "How satisfied are you with this service?"
        row = {"key": "item.overall.label", "own": own, "was": was, "text": "Were you satisfied?"}

        answer = self.post(writer, draft, **row)

        assert answer.status_code == 200
        assert now(draft).body["translations"]["en"]["item.overall.label"] == "Were you satisfied?"

    def test_a_translation_somebody_else_changed_is_not_overwritten(self, writer: Client, draft: FormDraft) -> None:
        row = {"key": "item.overall.label", "own": "您对本次服务满意吗？", "was": "", "text": "Were you satisfied?"}

        answer = self.post(writer, draft, **row)

        assert answer.status_code == 409
        assert "How satisfied are you with this service?" in answer.content.decode()
        assert "Were you satisfied?" in answer.content.decode()

    def test_what_is_missing_is_counted_and_filtered(self, writer: Client, draft: FormDraft) -> None:
        with system_scope("setup"):
            services.draft_merge(
                draft=now(draft),
                actor=system_actor("setup"),
                change=lambda body: editing.translate(body, "en", "thanks", ""),
            )

        page = writer.get(reverse("instruments:translate", kwargs={"pk": draft.instrument_id}) + "?missing=1")

        assert [row["key"] for row in page.context["rows"]] == ["thanks"]


class TestPublication:
    def test_a_form_with_something_to_mend_cannot_be_published(self, writer: Client, draft: FormDraft) -> None:
        act(writer, draft, "item", **words(draft, "comment", label=""))
        address = reverse("instruments:publish", kwargs={"pk": draft.instrument_id})

        answer = writer.post(address, {"note": "x", "revision": now(draft).revision})

        assert answer.status_code == 409
        with system_scope("setup"):
            assert InstrumentVersion.objects.count() == 0

    def test_publishing_leads_to_the_form(self, writer: Client, draft: FormDraft) -> None:
        address = reverse("instruments:publish", kwargs={"pk": draft.instrument_id})

        answer = writer.post(address, {"note": "first", "revision": 1})

        assert answer["Location"] == draft.instrument.get_absolute_url()
        with system_scope("setup"):
            assert InstrumentVersion.objects.get().note == "first"

    def test_writing_alone_is_not_publishing(self, world: World, draft: FormDraft) -> None:
        scribe = signed_in(world.north, "scribe", ["instruments.view", "instruments.edit"])

        answer = scribe.post(
            reverse("instruments:publish", kwargs={"pk": draft.instrument_id}), {"note": "x", "revision": 1}
        )

        assert answer.status_code == 403

    def test_a_discarded_form_that_was_never_published_is_gone(self, writer: Client, draft: FormDraft) -> None:
        answer = writer.post(
            reverse("instruments:discard", kwargs={"pk": draft.instrument_id}), {"reason": "made by mistake"}
        )

        assert answer["Location"] == reverse("instruments:instruments")
        with system_scope("setup"):
            assert Instrument.objects.count() == 0


def test_retired_forms_leave_the_list_and_are_found_by_the_filter(writer: Client, draft: FormDraft) -> None:
    writer.post(reverse("instruments:retire", kwargs={"pk": draft.instrument_id}), {"reason": "replaced"})
    address = reverse("instruments:instruments")

    assert len(writer.get(address).context["table"].rows) == 0
    assert len(writer.get(address + "?state=retired").context["table"].rows) == 1


def test_the_list_is_narrowed_to_drafts_or_to_published_forms(writer: Client, draft: FormDraft) -> None:
    address = reverse("instruments:instruments")

    def count(state: str) -> int:
        return len(writer.get(f"{address}?state={state}").context["table"].rows)

    before = (count("draft"), count("published"))
    with system_scope("setup"):
        services.draft_publish(draft=draft, actor=system_actor("setup"), revision=1, note="first")

    assert (before, (count("draft"), count("published"))) == ((1, 0), (0, 1))


def test_the_list_exports_what_it_shows(writer: Client, draft: FormDraft) -> None:
    answer = writer.get(reverse("instruments:instruments") + "?export=csv")

    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert "窗口满意度" in lines[1]
