"""What people say about their teams, written down before any template.

Every third is held out: no template was changed for it. The outcome is the tool that is called,
`ask` with a word of the question, `confirm` with a word of what is to be confirmed, or `say`.
"""

from tests.assistant.offline.phrases import Phrase, phrase

CREATE = "create_team"
LIST = "get_teams"
MEMBERS = "get_team_members"
ADD = "add_team_member"
REMOVE = "remove_team_member"
ROLE = "change_member_role"
SEARCH = "search_users"
TODO = "create_team_todo"

TEAMS: tuple[Phrase, ...] = (
    # the spoken examples
    phrase("Create a hackathon team", CREATE, name="hackathon"),
    phrase("What teams are available?", LIST),
    phrase("Who are the members of the development team?", MEMBERS, team="development"),
    phrase("Create a high priority todo for the dev team", "ask", question="development"),
    phrase("Add admin@convonet.com to the hackathon team as owner", ADD,
           person="admin@convonet.com", team="hackathon", role="owner"),
    phrase("Assign a code review task to John in the dev team", TODO,
           title="Code review", assignee="John", team="development"),
    phrase("Change john@example.com to admin role in the dev team", ROLE,
           person="john@example.com", team="development", role="admin"),
    # making teams
    phrase("make a new team called marketing", CREATE, name="marketing"),
    phrase("I'd like to create a team named blue sky", CREATE, name="blue sky"),
    phrase("Can you set up a sales team for me?", CREATE, name="sales"),
    phrase("create a new team for the spring conference", CREATE, name="spring conference"),
    phrase("please start a team, call it rocket", CREATE, name="rocket"),
    phrase("new team: finance", CREATE, name="finance"),
    phrase("we need a design team", CREATE, name="design"),
    phrase("create a team", "ask", question="called"),
    phrase("add a team called customer success", CREATE, name="customer success"),
    # listing teams
    phrase("which teams am I in", LIST),
    phrase("show me my teams", LIST),
    phrase("List all teams please", LIST),
    phrase("what teams do I have", LIST),
    phrase("which teams are there", LIST),
    phrase("tell me which teams I belong to", LIST),
    phrase("do I have any teams", LIST),
    phrase("how many teams am I in", LIST),
    phrase("what are my teams", LIST),
    # who is in a team
    phrase("who is in the hackathon team", MEMBERS, team="hackathon"),
    phrase("show me the members of the deaf team", MEMBERS, team="development"),
    phrase("List everybody in the dev team", MEMBERS, team="development"),
    phrase("who's on the development team?", MEMBERS, team="development"),
    phrase("Who belongs to hackathon?", MEMBERS, team="hackathon"),
    phrase("tell me who is part of the hackathon team", MEMBERS, team="hackathon"),
    phrase("how many people are in the development team", MEMBERS, team="development"),
    phrase("members of the hackathon team", MEMBERS, team="hackathon"),
    phrase("who are the members", "ask", question="which team"),
    phrase("show the hackathon team members", MEMBERS, team="hackathon"),
    phrase("who is on my team", "ask", question="which team"),
    # adding people
    phrase("Add admin at convonet dot com to the hackathon team as owner", ADD,
           person="admin@convonet.com", team="hackathon", role="owner"),
    phrase("invite Anna to the hackathon team", ADD, person="Anna", team="hackathon"),
    phrase("please add ben dot miller at example dot org to the dev team as a viewer", ADD,
           person="ben.miller@example.org", team="development", role="viewer"),
    phrase("put Maya on the development team", ADD, person="Maya", team="development"),
    phrase("add Daniel as an admin to the hackathon team", ADD,
           person="Daniel", team="hackathon", role="admin"),
    phrase("can you add Sara to hackathon", ADD, person="Sara", team="hackathon"),
    phrase("Add agent 2001 at convonet.com to the hackathon team", ADD,
           person="agent2001@convonet.com", team="hackathon"),
    phrase("I want Leo to join the development team", ADD, person="Leo", team="development"),
    phrase("add Kim to my team", "ask", question="which team"),
    phrase("make Nora a member of the hackathon team", ROLE,
           person="Nora", team="hackathon", role="member"),
    phrase("invite somebody to the dev team", "ask", question="who"),
    phrase("bring Tom into the hackathon team as a member", ADD,
           person="Tom", team="hackathon", role="member"),
    # removing people and leaving
    phrase("Remove John from the dev team", "confirm", text="John"),
    phrase("kick Eve out of the hackathon team", "confirm", text="Eve"),
    phrase("take Paul off the development team", "confirm", text="Paul"),
    phrase("delete anna at example dot com from hackathon", "confirm", text="anna@example.com"),
    phrase("leave the hackathon team", "confirm", text="leave"),
    phrase("I want to leave the development team", "confirm", text="leave"),
    phrase("remove me from the hackathon team", "confirm", text="leave"),
    phrase("remove Ben from the team", "ask", question="which team"),
    # roles
    phrase("make John an admin of the dev team", ROLE,
           person="John", team="development", role="admin"),
    phrase("Promote Maya to owner in the hackathon team", ROLE,
           person="Maya", team="hackathon", role="owner"),
    phrase("demote Daniel to viewer in the development team", ROLE,
           person="Daniel", team="development", role="viewer"),
    phrase("change the role of Anna to member in the hackathon team", ROLE,
           person="Anna", team="hackathon", role="member"),
    phrase("set Leo's role in the dev team to admin", ROLE,
           person="Leo", team="development", role="admin"),
    phrase("give Sara the owner role in hackathon", ROLE,
           person="Sara", team="hackathon", role="owner"),
    phrase("make me a viewer in the hackathon team", ROLE,
           person="me", team="hackathon", role="viewer"),
    phrase("change john at example dot com to admin in the dev team", ROLE,
           person="john@example.com", team="development", role="admin"),
    phrase("Tom should be an administrator of the hackathon team", ROLE,
           person="Tom", team="hackathon", role="admin"),
    phrase("make Kim an owner", "ask", question="which team"),
    # todos of a team
    phrase("add a todo for the hackathon team to book a room", TODO,
           title="Book a room", team="hackathon"),
    phrase("Give John in the dev team a task to update the docs", TODO,
           assignee="John", team="development"),
    phrase("create an urgent task for the development team to fix the build", TODO,
           title="Fix the build", team="development", priority="urgent"),
    phrase("assign the todo review the budget to Anna in the hackathon team", TODO,
           title="Review the budget", assignee="Anna", team="hackathon"),
    phrase("show the todos of the hackathon team", "get_todos", team="hackathon"),
    # people, and the teams themselves
    phrase("find Maya Torres", SEARCH, query="Maya Torres"),
    phrase("search for a user called Daniel", SEARCH, query="Daniel"),
    phrase("look up anna at example dot com", SEARCH, query="anna@example.com"),
    phrase("is there a user named Paul", SEARCH, query="Paul"),
    phrase("rename the hackathon team to summer hackathon", "rename_team",
           team="hackathon", new_name="summer hackathon"),
    phrase("delete the hackathon team", "confirm", text="delete the team"),
)  # fmt: skip

HELD_OUT = TEAMS[7 + 2 :: 3]
TUNED = tuple(phrase for phrase in TEAMS if phrase not in HELD_OUT)
