"""Which of several findings of one cause is shown."""

from contracts.vocabulary.causes import weight


def test_text_that_lost_its_space_tells_more_than_space() -> None:
    """Of two findings of one cause the smaller is shown, unless there is nothing in it to see."""
    blank = weight('a = "  "', 'a = ""', 10)
    assert weight('note = " amber"', 'note = "amber"', 90) < blank < weight('a = "\\n "', 'a = ""', 11)
    for telling in (('a = " b"', 'a = ""'), ('a = ""', "no a"), ('a = "  "', "a = null"), ("200", '400 "…"')):
        assert weight(*telling, 10) == (False, 10)
