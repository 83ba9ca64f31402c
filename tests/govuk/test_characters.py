from hypothesis import given
from hypothesis import strategies as st

from govuk.characters import keepable, showable, with_plain_line_breaks


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_shown_can_always_be_sent_to_a_browser(text):
    showable(text).encode()
    assert keepable(showable(text))


def test_ordinary_writing_is_keepable():
    assert keepable("Zoë said “I’m fine”\n\t– 👩‍👧 Łódź")


def test_line_breaks():
    assert with_plain_line_breaks("a\r\nb\rc\u2028d\x0be\nf") == "a\nb\nc\nd\ne\nf"
