import pytest
from hypothesis import given
from hypothesis import strategies as st

from convonet.speech.local.spoken_text import spoken


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("at 2 PM.", "at two PM."),
        ("at 2pm or 2:30 p.m. or 14:05", "at two PM or two thirty PM or two oh five PM"),
        ("12:00 PM and 0:30", "twelve PM and twelve thirty AM"),
        ("from 2-3 PM", "from two to three PM"),
        ("2026-11-27", "November twenty-seventh, twenty twenty-six"),
        (
            "2026-11-18T14:00:00Z",
            "November eighteenth, twenty twenty-six at two PM",
        ),
        ("Nov. 3rd, May 3 at 5pm", "November third, May third at five PM"),
        ("the 1st, 22nd and 103rd", "the first, twenty-second and one hundred third"),
        ("$12.50, €3, £0.01, $1,250", "twelve dollars and fifty cents, three euros, one penny,"
         " one thousand two hundred fifty dollars"),
        ("12% of 1,204", "twelve percent of one thousand two hundred four"),
        ("3.14 and -5", "three point one four and minus five"),
        ("in 2026 and 1999", "in twenty twenty-six and nineteen ninety-nine"),
        ("Your PIN is 1234", "Your PIN is one two three four"),
        ("+1 555 123 4567", "one, five five five, one two three, four five six seven"),
        ("order 00412345", "order zero zero four one two three four five"),
        ("Ticket TX-4821", "Ticket T X four eight two one"),
        ("id 3f2b8c1e-1111-4222-8333-0123456789ab", "id ending in eight nine A B"),
        ("Mail jo_x.y@example.com", "Mail jo underscore x dot y at example dot com"),
        ("See https://www.example.com/team?a=1.", "See example dot com slash team."),
        ("**Two** [todos](http://x.y): `a`", "Two to-dos: a"),
        ("- one\n- two 🎉", "one two"),
        ("Dr. No, e.g. QA & ops, high/low", "Doctor No, for example QA and ops, high or low"),
        ("high_priority #5", "high priority number five"),
        ("Todo by Convonet", "To-do by Convo-net"),
    ],
)  # fmt: skip
def test_writing_is_said_as_people_say_it(written: str, said: str) -> None:
    assert spoken(written) == said


@given(st.text(max_size=120))
def test_any_text_can_be_said(text: str) -> None:
    assert not any("0" <= letter <= "9" for letter in spoken(text))
