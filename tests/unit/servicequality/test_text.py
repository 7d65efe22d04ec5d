"""Comments: themes with negation, redaction of every number, near-duplicates, phrases, own classifier."""

import pickle

import numpy as np
import pytest

from servicequality.errors import DataError, ParameterError
from servicequality.text import (
    Phrase,
    check_phrases,
    classifier_from_bytes,
    jaccard,
    lexicon_from,
    near_duplicates,
    redact,
    redact_names,
    service_lexicon,
    shingles,
    tag_themes,
    train_classifier,
)


@pytest.mark.parametrize(
    ("comment", "themes", "label"),
    [
        ("司机态度非常恶劣，骂乘客", {"attitude"}, "negative"),
        ("等了很久，到站不停，过站不停！", {"punctuality", "stop_passing"}, "negative"),
        ("车厢干净整洁，司机热情周到", {"cleanliness", "attitude"}, "positive"),
        ("车厢一点都不干净", {"cleanliness"}, "negative"),
        ("车里没有异味", {"cleanliness"}, "positive"),
        ("老年卡刷不了卡，重复扣费", {"payment", "fare"}, "negative"),
        ("热线打不通，一直占线", {"hotline"}, "negative"),
        ("公交站没有雨棚", {"stops"}, "neutral"),
        ("我落在车上的包找回了，拾金不昧，感谢", {"lost_property"}, "positive"),
    ],
)
def test_comment_is_tagged_with_its_themes_and_its_tone(comment: str, themes: set[str], label: str) -> None:
    found = tag_themes(comment)

    assert set(found.codes) == themes
    assert found.label == label


def test_degree_weighs_and_negation_turns() -> None:
    plain, very, bit = (tag_themes(text).sentiment for text in ("车里脏", "车里非常脏", "车里有点脏"))
    not_clean, not_very_clean, double = (
        tag_themes(text).sentiment for text in ("车里不干净", "车里不太干净", "并不是不满意")
    )

    assert (plain, very, bit) == (-1.0, -1.7, -0.6)
    assert (not_clean, not_very_clean) == (-1.0, -0.5)
    assert double > 0


def test_negation_does_not_cross_the_clause() -> None:
    found = tag_themes("没有座位，态度很好")

    assert [opinion.score for opinion in found.opinions] == [1.0]


def test_word_inside_other_words_is_no_mention() -> None:
    for text in ("好像没看见我", "时差不多", "办公车间", "投诉电话是多少", "特别的爱好"):
        assert tag_themes(text).opinions == (), text


def test_place_of_a_term_is_counted_in_the_original_text() -> None:
    text = "今天４路的　态度真差"

    (hit,) = tag_themes(text).themes

    assert text[hit.start : hit.end] == "态度"


def test_lexicon_grows_by_version_without_editing_the_shipped_one() -> None:
    local = service_lexicon().extended({"routes": ["接驳小巴"]}, version="2026.11+depot4")

    assert tag_themes("接驳小巴停了").codes == ()
    assert tag_themes("接驳小巴停了", lexicon=local).codes == ("routes",)
    assert tag_themes("x", lexicon=local).lexicon == "2026.11+depot4"
    with pytest.raises(ParameterError, match="no such theme"):
        service_lexicon().extended({"weather": ["雨"]}, version="1")


def test_broken_lexicon_is_refused_by_the_word() -> None:
    content = {"version": "1", "themes": [], "negations": [], "degrees": {}, "fixed": []}
    with pytest.raises(DataError, match="快: is both"):
        lexicon_from({**content, "positive": ["快"], "negative": ["快"]})
    with pytest.raises(DataError, match="negative: is missing"):
        lexicon_from({**content, "positive": ["快"]})


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("打13800138000或１３９００１３９０００找我", "打[电话]或[电话]找我"),
        ("138 0013 8000 139-0013-9000", "[电话] [电话]"),
        ("+86 138 0013 8000", "[电话]"),
        ("幺三八零零幺三八零零零", "[电话]"),
        ("1 3 8 0 0 1 3 8 0 0 0", "[电话]"),
        ("（010）62345678，021-87654321，电话：8123 4567", "[电话]，[电话]，电话：[电话]"),
        ("身份证110101199003071234和11010119900307123Ｘ", "身份证[证件号]和[证件号]"),
        ("110101 19900307 1234", "[证件号]"),
        ("卡号6222 0212 3456 7890 123", "卡号[卡号]"),
        ("京A·12345撞了沪ＡＤ１２３４５", "[车牌]撞了[车牌]"),
        ("粤B 1 2 3 4 5，苏a1234学", "[车牌]，[车牌]"),
        ("发到zhang.san@example.com。", "发到[邮箱]。"),
    ],
)
def test_every_personal_number_goes_however_it_is_typed(text: str, clean: str) -> None:
    assert redact(text).text == clean


def test_service_numbers_amounts_and_routes_stay() -> None:
    text = "打12345或96166，4路车K103次，等了30分钟，2026-11-21 08:30，共1500.50元"

    assert redact(text).text == text
    assert redact(text).spans == ()


def test_spans_point_into_the_original() -> None:
    text = "a１３９ ００１３ ９０００b"

    (span,) = redact(text).spans

    assert text[span.start : span.end] == "１３９ ００１３ ９０００"
    assert span.kind == "phone"


def test_only_asked_kinds_go() -> None:
    assert redact("京A12345 13800138000", kinds={"plate"}).text == "[车牌] 13800138000"
    with pytest.raises(ParameterError, match="there are"):
        redact("x", kinds={"name"})  # type: ignore[arg-type]


def test_jaccard_of_shingles() -> None:
    # abc bcd | bcd cde -> 1 of 3
    assert jaccard("abcd", "bcde") == pytest.approx(1 / 3)
    assert jaccard("司机 态度，恶劣", "司机态度恶劣！") == 1
    assert jaccard("", "！！") == 0
    assert len(shingles("ab")) == 1


def test_near_duplicates_are_grouped_and_checked_exactly() -> None:
    base = "今天早上八点在中山路口等四路公交车，司机看见乘客招手却没有停车直接开走了，希望贵公司严肃处理"
    texts = [
        base,
        base.replace("八点", "九点"),
        "空调太冷了，请调高一点",
        base + "！",
        "表扬七路司机拾金不昧",
        "",
        "？",
    ]

    found = near_duplicates(texts, threshold=0.8)

    assert found.groups == ((0, 1, 3),)
    assert found.empty == (5, 6)
    for pair in found.pairs:
        assert pair.similarity == pytest.approx(jaccard(texts[pair.first], texts[pair.second]))


def test_no_similar_pair_is_missed() -> None:
    random = np.random.default_rng(3)
    letters = "车站司机乘客投诉表扬准点晚点空调座位卫生态度票价换乘"
    texts = ["".join(random.choice(list(letters), 60)) for _ in range(40)]
    texts += [text[:55] + "天气晴朗啊" for text in texts[:20]]

    found = {(pair.first, pair.second) for pair in near_duplicates(texts, threshold=0.7).pairs}

    wanted = {(i, j) for i in range(len(texts)) for j in range(i + 1, len(texts)) if jaccard(texts[i], texts[j]) >= 0.7}
    assert found == wanted
    assert len(wanted) >= 15


GREETING = Phrase("greeting", ("您好，很高兴为您服务", "您好请讲"))
CLOSING = Phrase("closing", ("请对我的服务做出评价",))
BLAME = Phrase("blame", ("不归我管", "你自己看"))


def test_script_check_finds_missing_and_forbidden_phrases() -> None:
    call = "坐席：您好 ,很高兴,为您服务。……这个不归我管，真的不 归我 管。"

    found = check_phrases(call, required=[GREETING, CLOSING], forbidden=[BLAME])

    assert not found.passed
    assert found.missing == ("closing",)
    assert [call[item.start : item.end] for item in found.forbidden] == ["不归我管", "不 归我 管"]
    assert [item.code for item in found.said] == ["greeting"]


def test_empty_transcript_misses_everything_and_codes_must_differ() -> None:
    assert check_phrases("", required=[GREETING]).missing == ("greeting",)
    with pytest.raises(ParameterError, match="differ"):
        check_phrases("x", required=[GREETING], forbidden=[GREETING])
    with pytest.raises(ParameterError, match="letters"):
        Phrase("dots", ("……",))


def corpus() -> tuple[list[str], list[str]]:
    random = np.random.default_rng(9)
    topics = {
        "attitude": ["司机骂人", "态度恶劣", "不耐烦", "大声呵斥乘客", "翻白眼"],
        "waiting": ["等了半小时", "车一直不来", "又晚点了", "间隔太长", "末班车提前走"],
        "cleanliness": ["车厢很脏", "座位有垃圾", "异味严重", "地面油污", "扶手黏糊糊"],
    }
    texts, labels = [], []
    for label, parts in topics.items():
        for i in range(40):
            chosen = random.choice(parts, 2, replace=False)
            texts.append(f"{i}路{chosen[0]}，{chosen[1]}，请处理{random.integers(1000)}")
            labels.append(label)
    return texts, labels


def test_classifier_learns_own_labels_and_reports_held_out_quality() -> None:
    texts, labels = corpus()

    model = train_classifier(texts, labels)

    assert [p.label for p in model.predict(["这司机态度恶劣还骂人", "等了好久车不来", "车厢脏，有异味"])] == [
        "attitude",
        "waiting",
        "cleanliness",
    ]
    assert model.quality is not None
    assert model.quality.n == 120
    assert int(model.quality.confusion.sum()) == 120
    for row in model.quality.labels:
        assert (row.recall.value or 0) > 0.9
        assert row.support == 40
        assert (row.precision.low or 0) < (row.precision.value or 0)


def test_classifier_says_unsure_below_the_threshold() -> None:
    texts, labels = corpus()
    model = train_classifier(texts, labels)

    (unknown,) = model.predict(["㐀㐁㐂"], threshold=0.9)

    assert unknown.label is None
    assert sum(unknown.probabilities.values()) == pytest.approx(1)


def test_classifier_survives_storage_as_plain_numbers() -> None:
    texts, labels = corpus()
    model = train_classifier(texts, labels)

    again = classifier_from_bytes(model.to_bytes())

    assert np.array_equal(again.probabilities(texts[:5]), model.probabilities(texts[:5]))
    for bad in (b"not a model", model.to_bytes()[:200], pickle.dumps({"a": 1})):
        with pytest.raises(DataError, match="not a stored classifier"):
            classifier_from_bytes(bad)


def test_training_solves_the_penalised_likelihood() -> None:
    texts, labels = corpus()
    model = train_classifier(texts, labels, C=2.0)
    truth = np.array([model.labels.index(label) for label in labels])
    # At the optimum the intercepts' gradient is 0: mean probability of a label = its share.
    table = model.probabilities(texts)

    assert table.mean(axis=0) == pytest.approx(np.bincount(truth) / 120, abs=1e-3)


def test_equal_texts_never_stand_on_both_sides_of_a_fold() -> None:
    texts = [f"投诉第{i % 6}件" for i in range(60)]
    labels = ["a" if i % 6 < 3 else "b" for i in range(60)]

    with pytest.raises(DataError, match="a: has 3 different texts"):
        train_classifier(texts, labels, folds=5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张师傅服务热情", "[姓名]师傅服务热情"),
        ("李晓明主任没有来", "[姓名]主任没有来"),
        ("那个叫王伟的司机骂人", "那个叫[姓名]的司机骂人"),
        ("姓赵的售票员很凶", "姓[姓名]的售票员很凶"),
        ("Mr Smith was rude", "Mr [姓名] was rude"),
        ("尉迟敬德开得稳，尉迟敬德好", "[姓名]开得稳，[姓名]好"),
        ("司机师傅很好，车厢干净", "司机师傅很好，车厢干净"),
        ("等车太久", "等车太久"),
    ],
)
def test_names_leave_a_text_where_they_are_listed_or_given_away(text: str, expected: str) -> None:
    assert redact_names(text, names=["尉迟敬德"]).text == expected
