import { mount } from "../design/Page";
import { KeptToken } from "../session/keptToken";
import { Session, type SessionWorld } from "../session/session";
import { AccountPages } from "./AccountPages";
import { AddressBar } from "./addressBar";

const LOCK = "convonet.session";

// Only a page that nobody can listen to has locks; tabs of another one have to be lucky.
const alone: SessionWorld["alone"] = async (work) =>
  "locks" in navigator ? await navigator.locks.request(LOCK, work) : await work();

const session = new Session({
  fetch: window.fetch.bind(window),
  kept: new KeptToken(localStorage),
  alone,
});
window.addEventListener("storage", () => {
  session.keptTokenChanged();
});

mount(<AccountPages session={session} bar={new AddressBar(window)} />);
