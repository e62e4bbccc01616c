from tests.calls.conftest import Providers
from tests.providers.anthropic_replies import Call, Reply


async def test_the_same_call_runs_on_claude_and_deepgram(providers: Providers) -> None:
    todo = Call("create_todo", {"title": "Review the quarterly report", "priority": "high"})
    providers.claude.replies += [
        Reply("Sure.", [todo]),
        Reply("I have added it. Anything else?"),
        Reply("You have one new todo."),
    ]
    providers.deepgram.script.hear("create a high priority todo to review the quarterly report")
    providers.deepgram.script.hear("show me all my pending todos")
    async with providers.ground.call() as call:
        await call.say("Create a high priority todo")
        await call.heard_out("t1")
        await call.say("Show me all my pending todos")
        await call.heard_out("t2")
    assert call.replies("t1") == ["Sure.", "I have added it.", "Anything else?"]
    assert call.replies("t2") == ["You have one new todo."]
    assert providers.claude.refused == []
    started = call.seen("call_started")[0]["providers"]
    assert "flux" in started["stt"]
    assert "aura" in started["tts"]
    rows = await providers.ground.rows(
        "select count(*) as n from tool_effects where call_id = :id", id=call.line.call_id
    )
    assert rows[0].n == 1


async def test_what_was_interrupted_is_all_that_claude_is_told_of(providers: Providers) -> None:
    long = "First, open the door. Then walk along the corridor to the very end. " * 3
    providers.claude.replies += [Reply(long), Reply("Fine.")]
    providers.deepgram.script.hear("how do I get there")
    providers.deepgram.script.hear("stop I know now")
    async with providers.ground.call() as call:
        await call.say("How do I get there?")
        await call.heard("t1", 1_000)
        await call.say("Stop, I know now.")
        await call.heard_out("t2")
    told = str(providers.claude.requests[-1])
    assert "First, open the door." in told
    assert told.count("to the very end") < 3
    assert providers.claude.refused == []


async def test_an_overloaded_claude_is_asked_again_and_the_caller_gets_the_answer(
    providers: Providers,
) -> None:
    providers.claude.replies += [Reply(status=529), Reply(status=429), Reply("Here I am.")]
    async with providers.ground.call() as call:
        await call.type("are you there")
        await call.heard_out("t1")
    assert call.replies("t1") == ["Here I am."]


async def test_an_answer_that_breaks_off_is_finished_without_a_word_twice(
    providers: Providers,
) -> None:
    providers.claude.replies += [
        Reply("The first part is this. The second part comes now.", then="cut", after=8),
        Reply("The first part is this. The second part comes now."),
    ]
    async with providers.ground.call() as call:
        await call.type("tell me both parts")
        await call.heard_out("t1")
    assert call.replies("t1") == ["The first part is this.", "The second part comes now."]


async def test_a_claude_that_stays_away_gets_an_apology_and_the_call_goes_on(
    providers: Providers,
) -> None:
    providers.claude.replies += [Reply(status=400, error="invalid_request_error")]
    async with providers.ground.call() as call:
        await call.type("hello")
        await call.heard_out("t1")
        providers.claude.replies.append(Reply("Back again."))
        await call.type("and now")
        await call.heard_out("t2")
    assert "try again" in " ".join(call.replies("t1"))
    assert call.replies("t2") == ["Back again."]
