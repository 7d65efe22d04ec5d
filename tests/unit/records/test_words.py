"""Cutting text for search."""

from bihuan.records.words import query_terms, search_text


def test_every_pair_of_neighbouring_characters_is_a_token() -> None:
    tokens = search_text("态度恶劣").split()

    assert {"态度", "度恶", "恶劣", "态度恶劣"} <= set(tokens)


def test_full_width_and_capital_letters_are_one_with_their_plain_form() -> None:
    assert search_text("Ｋ１２路") == search_text("k12路")


def test_question_asks_for_the_words_as_pairs_not_across_words() -> None:
    terms = query_terms("票价贵")

    assert terms == [("票价", False), ("贵", True)]


def test_very_long_text_is_cut_at_the_limit_not_refused() -> None:
    tokens = search_text("票价 " * 100_000)

    assert tokens == "票价 价"
