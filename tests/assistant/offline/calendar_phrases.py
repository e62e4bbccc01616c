"""What people say about their calendar, written down before any template.

Every third is held out: no template was changed for it. The outcome is the tool that is called
(an expected value is the beginning of the argument), `ask` with a word of the question, or
`confirm` with the name of the event to be cancelled.
"""

from tests.assistant.offline.phrases import Phrase, phrase

CREATE = "create_calendar_event"
GET = "get_calendar_events"
MOVE = "update_calendar_event"
CANCEL = "delete_calendar_event"
FREE = "find_free_slot"

CALENDAR: tuple[Phrase, ...] = (
    # making events
    phrase("Schedule a meeting for next Friday from 2 to 3 PM", CREATE,
           title="Meeting", event_from="2026-11-27T14:00", event_to="2026-11-27T15:00"),
    phrase("schedule a budget meeting tomorrow at 3", CREATE,
           title="Budget meeting", event_from="2026-11-19T15:00"),
    phrase("Book an appointment with Dr. Brown on Tuesday at three", CREATE,
           title="Appointment with Dr. Brown", event_from="2026-11-24T15:00"),
    phrase("put a lunch with Sara on my calendar for tomorrow at noon", CREATE,
           title="Lunch with Sara", event_from="2026-11-19T12:00"),
    phrase("Can you set up a call with the design people on Monday from 10 to 10:30?", CREATE,
           title="Call with the design people", event_from="2026-11-23T10:00",
           event_to="2026-11-23T10:30"),
    phrase("add an event called project kickoff on December 1st at 9 AM", CREATE,
           title="Project kickoff", event_from="2026-12-01T09:00"),
    phrase("create a calendar event for the team offsite on Friday", CREATE,
           title="Team offsite", event_from="2026-11-20"),
    phrase("I have a dentist appointment on Thursday at 4", CREATE,
           title="Dentist appointment", event_from="2026-11-19T16:00"),
    phrase("Please make an appointment for a haircut on Saturday at eleven", CREATE,
           title="Appointment for a haircut", event_from="2026-11-21T11:00"),
    phrase("block tomorrow from two to four for focus time", CREATE,
           title="Focus time", event_from="2026-11-19T14:00", event_to="2026-11-19T16:00"),
    phrase("schedule a stand-up tomorrow at 9 for 15 minutes", CREATE,
           title="Stand-up", event_from="2026-11-19T09:00", event_to="2026-11-19T09:15"),
    phrase("plan a retrospective next Wednesday at half past one", CREATE,
           title="Retrospective", event_from="2026-11-25T13:30"),
    phrase("put the board meeting in my calendar on the 30th of November at 8 AM", CREATE,
           title="Board meeting", event_from="2026-11-30T08:00"),
    phrase("arrange an interview with Peter for Friday afternoon", CREATE,
           title="Interview with Peter", event_from="2026-11-20T15:00"),
    phrase("new appointment tomorrow at 5 PM with the landlord", CREATE,
           title="Appointment with the landlord", event_from="2026-11-19T17:00"),
    phrase("schedule a meeting", "ask", question="when"),
    phrase("book a table at Luigi's on Friday at seven in the evening", CREATE,
           title="Table at Luigi's", event_from="2026-11-20T19:00"),
    phrase("schedule a meeting with Anna tomorrow", "ask", question="time"),
    # what there is
    phrase("What's on my calendar tomorrow?", GET,
           date_from="2026-11-19", date_before="2026-11-20"),
    phrase("what do I have on Friday", GET, date_from="2026-11-20"),
    phrase("show me my calendar", GET),
    phrase("what meetings do I have today", GET, date_from="2026-11-18", date_before="2026-11-19"),
    phrase("do I have any appointments on Monday", GET, date_from="2026-11-23"),
    phrase("When is my next meeting?", GET, limit="1"),
    phrase("when is my dentist appointment", GET, title="dentist appointment"),
    phrase("what's on my schedule this week", GET, date_before="2026-11-23"),
    phrase("what does my day look like tomorrow", GET, date_from="2026-11-19"),
    phrase("What time is the board meeting?", GET, title="board meeting"),
    phrase("tell me what's on my agenda for next week", GET, date_from="2026-11-23",
           date_before="2026-11-30"),
    phrase("is there anything on my calendar tomorrow afternoon", GET,
           date_from="2026-11-19T12:00", date_before="2026-11-19T18:00"),
    phrase("read me my appointments for Thursday", GET, date_from="2026-11-19"),
    phrase("do I have anything planned on Saturday", GET, date_from="2026-11-21"),
    phrase("how many meetings do I have tomorrow", GET, date_from="2026-11-19"),
    phrase("what events are coming up", GET),
    # moving
    phrase("Move my dentist appointment to Thursday at 4", MOVE,
           title="dentist appointment", event_from="2026-11-19T16:00"),
    phrase("reschedule the budget meeting to Monday at ten", MOVE,
           title="budget meeting", event_from="2026-11-23T10:00"),
    phrase("push the stand-up to Friday", MOVE, title="stand-up", event_from="2026-11-20"),
    phrase("move my meeting with Anna to 3 PM", MOVE,
           title="meeting with Anna", event_from="15:00"),
    phrase("can you postpone the interview to next Tuesday at 2 PM", MOVE,
           title="interview", event_from="2026-11-24T14:00"),
    phrase("change my haircut appointment to Saturday at noon", MOVE,
           title="haircut appointment", event_from="2026-11-21T12:00"),
    phrase("shift the project kickoff to 11 o'clock", MOVE,
           title="project kickoff", event_from="11:00"),
    phrase("rename the budget meeting to finance review", MOVE,
           title="budget meeting", new_title="Finance review"),
    phrase("move the board meeting from Monday to Tuesday", "ask", question="day"),
    # cancelling
    phrase("Cancel the stand-up", "confirm", name="stand-up"),
    phrase("cancel my dentist appointment", "confirm", name="dentist appointment"),
    phrase("please cancel my meeting with Anna on Friday", "confirm", name="meeting with Anna"),
    phrase("delete the event project kickoff", "confirm", name="project kickoff"),
    phrase("remove lunch with Sara from my calendar", "confirm", name="lunch with Sara"),
    phrase("call off the board meeting", "confirm", name="board meeting"),
    phrase("cancel tomorrow's stand-up", "confirm", name="stand-up"),
    phrase("take the haircut off my calendar", "confirm", name="haircut"),
    # free time
    phrase("When am I free tomorrow afternoon?", FREE,
           date_from="2026-11-19T12:00", date_before="2026-11-19T18:00"),
    phrase("am I free on Friday at 3", FREE,
           date_from="2026-11-20T15:00", date_before="2026-11-20T16:00"),
    phrase("find me a free slot tomorrow", FREE, date_from="2026-11-19"),
    phrase("Find a free hour next week", FREE, duration_minutes="60", date_from="2026-11-23"),
    phrase("do I have time on Thursday between two and four", FREE,
           date_from="2026-11-19T14:00", date_before="2026-11-19T16:00"),
    phrase("when do I have half an hour today", FREE, duration_minutes="30"),
    phrase("am I available tomorrow morning", FREE, date_from="2026-11-19T08:00"),
    phrase("is there an open slot on Monday for two hours", FREE,
           duration_minutes="120", date_from="2026-11-23"),
    phrase("when could I fit in a meeting tomorrow", FREE, date_from="2026-11-19"),
    # Google
    phrase("sync my Google calendar", "sync_google_calendar_events"),
    phrase("is my Google calendar connected", "test_google_calendar"),
    phrase("who can see my calendar", "check_calendar_visibility"),
)  # fmt: skip

LATER: tuple[Phrase, ...] = (
    # not understood when they were tried after the first list
    phrase("book me a haircut on Friday at 5", CREATE,
           title="Haircut", event_from="2026-11-20T17:00"),
    phrase("schedule a two hour workshop on Monday at 9", CREATE,
           title="Workshop", duration_minutes="120"),
    phrase("schedule a 30 minute call with Bob tomorrow at 4", CREATE,
           title="Call with Bob", duration_minutes="30"),
    phrase("schedule a half hour review tomorrow at 4", CREATE,
           title="Review", duration_minutes="30"),
    phrase("block my calendar tomorrow from 1 to 3", "ask", question="called"),
    phrase("what's on tomorrow", GET, date_from="2026-11-19"),
    phrase("how does my week look", GET, date_from="2026-11-18", date_before="2026-11-23"),
    phrase("what does next week look like", GET, date_from="2026-11-23"),
    phrase("what's on my calendar for the rest of the week", GET, date_before="2026-11-23"),
    phrase("what's on my calendar in December", GET,
           date_from="2026-12-01", date_before="2027-01-01"),
    phrase("do I have a meeting with Anna tomorrow", GET,
           title="meeting with Anna", date_from="2026-11-19"),
    phrase("is there a meeting at 3", GET, title="meeting", date_from="15:00"),
    phrase("when do I meet Anna", GET, title="Anna"),
    phrase("when's lunch", GET, title="lunch"),
    phrase("push the meeting back by half an hour", MOVE, title="meeting", shift_minutes="30"),
    phrase("postpone the stand-up by an hour", MOVE, title="stand-up", shift_minutes="60"),
    phrase("bring forward the interview by 15 minutes", MOVE,
           title="interview", shift_minutes="-15"),
    phrase("make the meeting two hours long", MOVE, title="meeting", duration_minutes="120"),
    phrase("cancel my next meeting", "confirm", name="next meeting"),
    phrase("do I have time for lunch tomorrow", FREE, date_from="2026-11-19"),
    phrase("find time for a one hour meeting with Anna next week", FREE,
           duration_minutes="60", date_from="2026-11-23"),
    phrase("connect my calendar", "test_google_calendar"),
)  # fmt: skip

HELD_OUT = CALENDAR[2::3]
TUNED = tuple(item for item in CALENDAR if item not in HELD_OUT)
