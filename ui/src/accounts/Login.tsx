/** Sign in with e-mail address and password. */
import { SecretField, TextField } from "../design/Field";
import { ClockIcon } from "../design/icons";
import { Note } from "../design/Note";
import { Draft } from "../session/drafts";
import { REGISTER, withNext } from "../session/places";
import type { Session } from "../session/session";
import type { AddressBar } from "./addressBar";
import classes from "./Account.module.css";
import { Card } from "./Card";
import { FormFoot } from "./FormFoot";
import { PlaceLink } from "./PlaceLink";
import { useForm } from "./useForm";
import { login } from "./fields";
import { faultsIn } from "./rules";
import { explaining } from "./words";

const EMPTY = { email: "", password: "" };
const draft = new Draft<keyof typeof EMPTY>(sessionStorage, "login", ["email"]);

const explain = explaining<keyof typeof EMPTY>(["email", "password"], {
  wrong_credentials: ["password", "The email address or the password is not right."],
});

interface LoginProps {
  session: Session;
  bar: AddressBar;
  next: string;
  expired: boolean;
}

export function Login({ session, bar, next, expired }: LoginProps) {
  const form = useForm({
    initial: EMPTY,
    draft,
    check: (values) => faultsIn(values, login),
    explain,
    focused: true,
    send: (values) => session.signIn({ ...values, email: values.email.trim() }),
  });

  return (
    <Card
      title="Sign in"
      lead="To your account, teams and todos."
      below={
        <>
          Want to talk instead?{" "}
          <a className={classes.link} href="/">
            Call with your voice PIN
          </a>
        </>
      }
    >
      {expired && (
        <Note
          tone="warn"
          icon={<ClockIcon />}
          text="You were signed out after a while. Sign in to go on where you were."
        />
      )}
      <form
        id={form.id}
        className={classes.form}
        onSubmit={form.onSubmit}
        aria-label="Sign in"
        noValidate
      >
        <TextField
          {...form.field("email")}
          label="Email or username"
          autoComplete="username"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          maxLength={login.email.limit.longest}
          required
        />
        <SecretField
          {...form.field("password")}
          label="Password"
          what="password"
          autoComplete="current-password"
          required
        />
        <FormFoot view={form.view} action="Sign in" acting="Signing in" wide />
      </form>
      <p className={classes.other}>
        New here?{" "}
        <PlaceLink bar={bar} to={withNext(REGISTER, next)}>
          Create an account
        </PlaceLink>
      </p>
    </Card>
  );
}
