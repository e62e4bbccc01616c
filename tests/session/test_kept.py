from hypothesis import given
from hypothesis import strategies as st

from convonet.media.playout import Playout, Sentence
from convonet.session.kept import dump, load

RATE = 8_000
TEXTS = ["One moment, please.", "It is on your list.", "Anything else that I can do for you today?"]


def playout(lengths_ms: list[int], *, last_is_made: bool) -> Playout:
    """Return a turn whose sentences have so much sound."""
    turn = Playout("t1", 1, RATE)
    for index, (text, ms) in enumerate(zip(TEXTS, lengths_ms, strict=False)):
        sentence = Sentence(0, index, text, pcm=bytearray(turn.size(ms)), made=True)
        turn.add(sentence)
    turn.sentences[-1].made = last_is_made
    return turn


@given(
    lengths_ms=st.lists(st.integers(1, 4_000), min_size=1, max_size=3),
    last_is_made=st.booleans(),
    sent=st.floats(0, 1),
    played=st.floats(0, 1),
    takeovers=st.integers(1, 3),
)
def test_whoever_takes_over_knows_what_was_heard_before_any_sound_is_made_again(
    lengths_ms: list[int], last_is_made: bool, sent: float, played: float, takeovers: int
) -> None:
    before = playout(lengths_ms, last_is_made=last_is_made)
    before.sent_ms = int(before.made_ms * sent)
    played_ms = int(before.sent_ms * played)
    after = before
    for _ in range(takeovers):
        (after,) = load(dump([after]), before.sent_ms, RATE)
    assert after.heard(played_ms) == before.heard(played_ms)
