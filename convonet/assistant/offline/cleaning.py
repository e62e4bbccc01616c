"""Takes off a sentence what only politeness or the speech recognizer put there."""

import re
import unicodedata

MAX_CHARACTERS = 500
MAX_WORDS = 80
"""More than anybody says in one command; templates are not tried on more."""

_I = re.IGNORECASE
_FILLERS = re.compile(
    r"\b(?:u+m+|u+h+|e+r+m?|h+m+|please|kindly|if you (?:can|could|would|don't mind))\b,?", _I
)
_GREETING = re.compile(
    r"\A(?:hey|hi|hello|ok|okay|so|well|alright|and|now|then|also|oh|good (?:morning|evening)"
    r"|yes|yeah|listen|actually|maybe|convonet|just)\b[,.!]?\s+(?=\S+\s+\S+)",
    _I,
)
_OOPS = re.compile(r"\A(?:oops|whoops|sorry|oh no|oh)\b[,.!]?\s+(?=\S)", _I)
# Said to silence the assistant; what comes behind it is what the caller wants now.
_HALT = re.compile(r"\A(?:no,? )?(?:stop|wait|hold on|hang on|enough)[,.!]+\s+(?=\S+\s+\S)", _I)
_POLITE = re.compile(
    r"\A(?:(?:can|could|would|will) you(?! hear)|i(?:'d| would)? (?:want|like|need|love) you to"
    r"|i(?:'d| would)? (?:want|like|love|prefer|rather) to|i(?:'d| would) rather(?= \w)|i wanna"
    r"|(?:can|could|may) (?:i|we)"
    r"|(?:you|we) (?:can|could|should|may)|let's|let us|let me|go ahead and|would you mind"
    r"|i (?:need|have) to(?= (?:talk|speak|chat) (?:to|with))"
    r"|i was wondering if you could|do me a favou?r and)\s+(?=\S)",
    _I,
)
_WISH = re.compile(r"\Ai(?:'d| would) (?:like|love)\b", _I)
_TRAILING = re.compile(
    r"(?<=\S)[\s,.]+(?:thanks|thank you|thanks a lot|for me|right now|will you|would you"
    r"|could you|okay|convonet|right away|asap)[.!?\s]*\Z",
    _I,
)
_FOR_ME = re.compile(r"\b(todo|task|reminder|note|item) for me\b", _I)
_TIMER = re.compile(
    r"\b(timer|alarm|reminder) for (?=\S+(?: and a half)? (?:seconds?|minutes?|hours?)\b)", _I
)
_HOURS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_HEARD_WRONG = (
    (re.compile(r"\b(no|stop|yes|wait|a|an|the|to|i|my|add|create|remind)(?:,? \1\b)+", _I), r"\1"),
    (re.compile(r"\bcreat(?:e|ed|ive) it (?=todo|to do\b)", _I), "create a "),
    (re.compile(r"\b(?:to|two|too)-do's\b|\b(?:to|two|too)-dos\b|\bto do'?s\b", _I), "todos"),
    (re.compile(r"\b(?:to|two|too)-do\b|\btodo's\b", _I), "todo"),
    (re.compile(r"\b(?:to|two|too) do(?= (?:lists?|items?|is|as|called|named)\b)", _I), "todo"),
    (re.compile(r"\b(a|an|my|the|new|another|priority|any) (?:to|two|too) do\b", _I), r"\1 todo"),
    (
        re.compile(
            r"\A(?:ad|had|at|and) (?=(?:a|an|another|my) (?:\w+ )?(?:todo|task|reminder)\b)", _I
        ),
        "add ",
    ),
    (re.compile(r"\A(?:and|on|an) do (?=that[.!?]?\Z)", _I), "undo "),
    (_FOR_ME, r"\1"),
    (_TIMER, r"\1 in "),
    (re.compile(rf"\balarm for (?=(?:\d|half|quarter|{_HOURS})\b)", _I), "alarm at "),
)
_VERB = (
    r"(?:remind me|add|create|make|set|mark|complete|delete|remove|show|list|read|tell me|undo"
    r"|check off|cross off|tick off|schedule|put|change|move|rename|cancel|what"
    r"|my (?:todos|reminders|tasks))"
)
_JOINT = re.compile(
    rf"(?:[,.;]\s*|\s+)(?:(?:and|then|also|plus)\s+)+(?={_VERB}\b)|[.;]\s+(?={_VERB}\b)", _I
)


def clean(text: str) -> str:
    """Return the bare command in the caller's words; never more than `MAX_CHARACTERS`."""
    text = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).replace("\u2019", "'")
    text = " ".join(text.split())
    bare = " ".join(_FILLERS.sub(" ", text).split()).strip(" ,;-")
    if not bare.strip(" .!?"):
        return text
    for pattern, right in _HEARD_WRONG:
        bare = pattern.sub(right, bare)
    return _unwrap(bare)


def _unwrap(text: str) -> str:
    for _ in range(4):
        before = text
        text = _HALT.sub("", text)
        text = _OOPS.sub("", text)
        text = _GREETING.sub("", text)
        text = _POLITE.sub("", text)
        text = _WISH.sub("i want", text)
        if len(text.split()) > 3:  # noqa: PLR2004
            text = _TRAILING.sub("", text)
        if text == before:
            break
    return text


def split_commands(text: str) -> list[str]:
    """Return the parts of a sentence that may be commands of their own."""
    return [part for part in (part.strip(" ,.;") for part in _JOINT.split(text)) if part]
