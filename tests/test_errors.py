from symbiosis import errors
from symbiosis.errors import DataError, Message, Problem, Problems, say


def test_a_problem_keeps_where_what_and_cure():
    problems = Problems()
    problems.add(say("no"), say("yes"), file="a.csv", row=3, column="quantity", value="x" * 200)
    row = problems.table().iloc[0]
    assert row[["file", "row", "column", "problem", "cure"]].tolist() == [
        "a.csv", 3, "quantity", "no", "yes",
    ]  # fmt: skip
    assert len(row["value"]) == 80


def test_the_table_of_no_problem_has_its_columns():
    assert tuple(Problems().table().columns) == errors.PROBLEM_COLUMNS


def test_a_message_is_translated_before_its_values_are_filled_in():
    french = {"unknown unit {unit}": "unité inconnue : {unit}"}
    message = say("unknown unit {unit}", unit="foo")
    assert message.render(lambda text: french[text]) == "unité inconnue : foo"
    assert str(message) == "unknown unit foo"


def test_data_error_says_how_many_and_the_first():
    error = DataError([Problem(Message("bad"), Message("good")), Problem(say("c"), say("d"))])
    assert str(error) == "2 problem(s); the first: bad"


def test_every_error_the_tree_draws_exists_and_hangs_there():
    drawn = [word for word in (errors.__doc__ or "").split() if word[:1].isupper()]
    tree = {word for word in drawn if isinstance(getattr(errors, word, None), type)}
    assert len(tree) == 8
    assert all(issubclass(getattr(errors, name), errors.SymbiosisError) for name in tree)
