/** One's own account: who one is, the voice PIN, the password, signing out. */
import { Button } from "@mantine/core";
import { type ReactNode, useEffect, useId, useRef, useState, useSyncExternalStore } from "react";
import type { Profile as ProfileView } from "../generated/accounts";
import type { Session } from "../session/session";
import { Submission } from "../session/submission";
import { useTitle } from "./Card";
import { DetailsForm } from "./DetailsForm";
import { PasswordForm } from "./PasswordForm";
import { PinForm } from "./PinForm";
import classes from "./Profile.module.css";
import { explaining } from "./words";

interface ProfileProps {
  session: Session;
  user: ProfileView;
}

export function Profile({ session, user }: ProfileProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle("Your account");
  useEffect(() => {
    heading.current?.focus();
  }, []);
  return (
    <div className={classes.screen}>
      <h1 ref={heading} tabIndex={-1} className={classes.heading}>
        Your account
      </h1>
      <div className={classes.columns}>
        <aside className={classes.aside} aria-label="You and your teams">
          <Person user={user} />
          <Teams teams={user.teams} />
          <SignOut session={session} />
        </aside>
        <div className={classes.sections}>
          <Section title="About you">
            <DetailsForm session={session} user={user} />
          </Section>
          <Section title="Voice PIN">
            <PinForm session={session} user={user} />
          </Section>
          <Section title="Password">
            <PasswordForm session={session} user={user} />
          </Section>
        </div>
      </div>
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <h2 id={id} className={classes.title}>
        {title}
      </h2>
      {children}
    </section>
  );
}

const DAY = { dateStyle: "long" } as const;

function Person({ user }: { user: ProfileView }) {
  const since = new Intl.DateTimeFormat(undefined, DAY).format(new Date(user.created_at));
  return (
    <div>
      <div className={classes.person}>
        <span className={classes.initials} aria-hidden="true">
          {user.name.charAt(0).toUpperCase()}
        </span>
        <p className={classes.name}>{user.name}</p>
      </div>
      <p className={classes.faint}>{user.email}</p>
      <p className={classes.faint}>Here since {since}</p>
    </div>
  );
}

function Teams({ teams }: { teams: ProfileView["teams"] }) {
  return (
    <div>
      <h2 className={classes.title}>Teams</h2>
      {teams.length === 0 ? (
        <p className={classes.faint}>
          You are in no team yet. Ask somebody to add you, or say “create a team” in a call.
        </p>
      ) : (
        <ul className={classes.teams}>
          {teams.map(({ id, name, role }) => (
            <li key={id} className={classes.team}>
              <span className={classes.teamName}>{name}</span>
              <span className={classes.role}>{role}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const explain = explaining<never>([], {});

function SignOut({ session }: { session: Session }) {
  const [leaving] = useState(() => new Submission(explain));
  const view = useSyncExternalStore(leaving.subscribe, leaving.snapshot);
  const busy = view.phase === "sending";
  return (
    <div className={classes.leave}>
      <Button
        variant="default"
        radius="xl"
        aria-disabled={busy}
        onClick={() => void leaving.send({}, () => session.signOut())}
      >
        Sign out
      </Button>
      <Button
        variant="subtle"
        radius="xl"
        className={classes.everywhere}
        aria-disabled={busy}
        onClick={() => void leaving.send({}, () => session.signOutEverywhere())}
      >
        {busy ? "Signing out…" : "Sign out everywhere"}
      </Button>
      <p className={classes.problem} role="alert">
        {view.message}
      </p>
    </div>
  );
}
