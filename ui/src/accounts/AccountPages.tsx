/** Which of the pages of accounts is shown, by the address and by who is signed in. */
import { Button, Loader, VisuallyHidden } from "@mantine/core";
import { useEffect, useSyncExternalStore } from "react";
import { WarningIcon } from "../design/icons";
import { Note } from "../design/Note";
import { HeaderLink, Page } from "../design/Page";
import { LOGIN, nextOf, PROFILE, REGISTER, withNext } from "../session/places";
import type { Session, SessionView } from "../session/session";
import classes from "./Account.module.css";
import type { AddressBar } from "./addressBar";
import { useTitle } from "./Card";
import { Login } from "./Login";
import { Profile } from "./Profile";
import { Register } from "./Register";
import { problemWords } from "./words";

interface AccountPagesProps {
  session: Session;
  bar: AddressBar;
}

export function AccountPages({ session, bar }: AccountPagesProps) {
  const view = useSyncExternalStore(session.subscribe, session.snapshot);
  const place = useSyncExternalStore(bar.subscribe, bar.snapshot);
  const { pathname, search } = new URL(place, window.location.origin);
  const next = nextOf(search);

  useEffect(() => {
    void session.restore();
  }, [session]);

  useEffect(() => {
    if (view.kind === "signed_in" && pathname !== PROFILE) arrive(bar, next);
    if (view.kind === "signed_out" && pathname === PROFILE) bar.replace(withNext(LOGIN, place));
  }, [view, pathname, place, next, bar]);

  return (
    <Page aside={<HeaderLink to="/">Talk to Convonet</HeaderLink>}>
      <Shown {...{ session, bar, view, pathname, next }} />
    </Page>
  );
}

function arrive(bar: AddressBar, next: string): void {
  if (next.split(/[?#]/)[0] === PROFILE) bar.replace(next);
  else bar.leave(next);
}

interface ShownProps extends AccountPagesProps {
  view: SessionView;
  pathname: string;
  next: string;
}

function Shown({ session, bar, view, pathname, next }: ShownProps) {
  if (view.kind === "signed_in") {
    // Somebody else's page is another page.
    return pathname === PROFILE ? (
      <Profile key={view.user.id} session={session} user={view.user} />
    ) : (
      <Waiting session={session} view={{ kind: "unknown", problem: null }} />
    );
  }
  if (view.kind === "unknown") return <Waiting session={session} view={view} />;
  if (pathname === REGISTER) return <Register session={session} bar={bar} next={next} />;
  return <Login session={session} bar={bar} next={next} expired={view.expired} />;
}

interface WaitingProps {
  session: Session;
  view: Extract<SessionView, { kind: "unknown" }>;
}

function Waiting({ session, view: { problem } }: WaitingProps) {
  useTitle("Account");
  return (
    <div className={classes.screen}>
      <VisuallyHidden component="h1">Account</VisuallyHidden>
      {problem ? (
        <Note tone="bad" icon={<WarningIcon />} text={problemWords(problem)} urgent>
          <Button size="xs" variant="default" onClick={() => void session.restore()}>
            Try again
          </Button>
        </Note>
      ) : (
        <p className={classes.waiting} role="status">
          <Loader size={22} aria-hidden="true" />
          One moment…
        </p>
      )}
    </div>
  );
}
