"""What to do about sentences on teams."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from pydantic import JsonValue

from convonet.assistant.offline.names import closest
from convonet.assistant.offline.reply import Reply, Scene, ask
from convonet.assistant.offline.saying import say_list
from convonet.assistant.offline.todos import unavailable
from convonet.assistant.offline.toolbox import Wanted
from convonet.assistant.offline.understanding import Meaning
from convonet.spoken_names import with_addresses

_AROUND: Final = re.compile(
    r"\A(?:the|my|our|a|an|it's|it is|to|in|of|for|from|called|named)\s+(?=\S)|\s+team\Z", re.I
)
_NOBODY: Final = ("", "a", "somebody", "someone", "a person", "people", "a member", "new member")
_MYSELF: Final = ("me", "myself")
_ROLES: Final = re.compile(r"\b(owner|admin|member|viewer)", re.I)


def create_team(meaning: Meaning, scene: Scene) -> Reply:
    """Make a team, asking what it is called."""
    if not scene.tools.has("create_team"):
        return unavailable("make teams")
    slots = meaning.slots
    name = _bare(slots.get("name", "") or slots.get("title", ""))
    if not name:
        return ask(meaning, "name", "What shall the team be called?")
    return Reply(calls=(Wanted("create_team", {"name": name}),))


def get_teams(_meaning: Meaning, scene: Scene) -> Reply:
    """Tell which teams the caller is in."""
    if scene.tools.has("get_teams"):
        return Reply(calls=(Wanted("get_teams"),))
    teams = scene.record.teams
    return Reply(f"You're in {say_list(teams)}." if teams else "You're not in any team.")


def get_team_members(meaning: Meaning, scene: Scene) -> Reply:
    """Tell who is in a team."""
    return _in_team(meaning, scene, "get_team_members", {})


def add_team_member(meaning: Meaning, scene: Scene) -> Reply:
    """Add somebody to a team."""
    person, role = _person(meaning), _role(meaning)
    if not person:
        return ask(_without(meaning, "person"), "person", "Who is to join? Say a name or address.")
    more = {"person": person, "role": role} if role else {"person": person}
    return _in_team(meaning, scene, "add_team_member", more)


def remove_team_member(meaning: Meaning, scene: Scene) -> Reply:
    """Remove somebody from a team, once the caller has said yes."""
    person = _person(meaning)
    if person in _MYSELF:
        return leave_team(meaning, scene)
    if not person:
        return ask(_without(meaning, "person"), "person", "Who shall I remove?")
    question = f"Shall I remove {person} from the {{team}} team?"
    return _in_team(meaning, scene, "remove_team_member", {"person": person}, question)


def leave_team(meaning: Meaning, scene: Scene) -> Reply:
    """Let the caller leave a team, once they have said yes."""
    question = "Do you really want to leave the {team} team?"
    return _in_team(meaning, scene, "remove_team_member", {"person": "me"}, question)


def change_member_role(meaning: Meaning, scene: Scene) -> Reply:
    """Make a member owner, admin, member or viewer."""
    person, role = _person(meaning), _role(meaning)
    if not person:
        return ask(_without(meaning, "person"), "person", "Whose role shall I change?")
    if not role:
        question = f"What shall {person} be: owner, admin, member or viewer?"
        return ask(_without(meaning, "role"), "role", question)
    more = {"person": person, "role": role}
    return _in_team(meaning, scene, "change_member_role", more)


def rename_team(meaning: Meaning, scene: Scene) -> Reply:
    """Give a team another name."""
    new_name = _bare(meaning.slots.get("new_name", ""))
    return _in_team(meaning, scene, "rename_team", {"new_name": new_name})


def delete_team(meaning: Meaning, scene: Scene) -> Reply:
    """Delete a team, once the caller has said yes."""
    question = "Shall I delete the team {team} with all its todos, for everybody?"
    return _in_team(meaning, scene, "delete_team", {}, question)


def search_users(meaning: Meaning, scene: Scene) -> Reply:
    """Find somebody."""
    if not scene.tools.has("search_users"):
        return unavailable("look for people")
    query = meaning.slots.get("query", "") or meaning.slots.get("person", "")
    return Reply(calls=(Wanted("search_users", {"query": query}),))


def _in_team(
    meaning: Meaning,
    scene: Scene,
    tool: str,
    arguments: Mapping[str, JsonValue],
    confirm: str = "",
) -> Reply:
    """Call the tool for a team, asking which one, and for a yes where one is needed."""
    if not scene.tools.has(tool):
        return unavailable("look after teams")
    team = _team(meaning, scene)
    if not team:
        known = f" You're in {say_list(scene.record.teams)}." if scene.record.teams else ""
        return ask(_without(meaning, "team", "name"), "team", f"Which team?{known}")
    if confirm and not scene.confirmed:
        return ask(meaning, "confirm", confirm.format(team=team))
    return Reply(calls=(Wanted(tool, {"team": team, **arguments}),))


def _team(meaning: Meaning, scene: Scene) -> str:
    """Return the team that was named, or the only one the caller has."""
    teams = scene.record.teams
    said = _bare(meaning.slots.get("team", "") or meaning.slots.get("name", "") or meaning.team)
    if said:
        return closest(said, teams) or said
    return teams[0] if len(teams) == 1 else ""


def _person(meaning: Meaning) -> str:
    said = with_addresses(meaning.slots.get("person", "").strip(" ,.;:!?\"'"))
    said = re.sub(r"'s\Z", "", said)
    return "" if said.lower() in _NOBODY else said


def _role(meaning: Meaning) -> str:
    match = _ROLES.search(meaning.slots.get("role", ""))
    return match[1].lower() if match else ""


def _bare(said: str) -> str:
    """Return a team's name without what is said around it."""
    said = said.strip(" ,.;:!?\"'")
    while (shorter := _AROUND.sub("", said)) != said:
        said = shorter
    return "" if said.lower() in ("the", "my", "our", "this", "a", "an", "team") else said


def _without(meaning: Meaning, *slots: str) -> Meaning:
    kept = {name: value for name, value in meaning.slots.items() if name not in slots}
    return replace(meaning, slots=kept)


HANDLERS: Final = {
    "create_team": create_team,
    "get_teams": get_teams,
    "get_team_members": get_team_members,
    "add_team_member": add_team_member,
    "remove_team_member": remove_team_member,
    "leave_team": leave_team,
    "change_member_role": change_member_role,
    "rename_team": rename_team,
    "delete_team": delete_team,
    "search_users": search_users,
}
