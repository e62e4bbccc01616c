/** Make an account. */
import { SecretField, TextField } from "../design/Field";
import { Draft } from "../session/drafts";
import { LOGIN, withNext } from "../session/places";
import type { Session } from "../session/session";
import { browserTimeZone } from "../session/timeZones";
import classes from "./Account.module.css";
import type { AddressBar } from "./addressBar";
import { Card } from "./Card";
import { NAME_TAKEN, newPassword, person, SHORTEST_PASSWORD, WEAK_PASSWORD } from "./fields";
import { FormFoot } from "./FormFoot";
import { PlaceLink } from "./PlaceLink";
import { faultsIn } from "./rules";
import { TimeZoneField } from "./TimeZoneField";
import { useForm } from "./useForm";
import { explaining } from "./words";

const EMPTY = {
  first_name: "",
  last_name: "",
  email: "",
  username: "",
  password: "",
  time_zone: "",
};
type Field = keyof typeof EMPTY;

const RULES = { ...person, password: newPassword };
const draft = new Draft<Field>(sessionStorage, "register", [
  "first_name",
  "last_name",
  "email",
  "username",
  "time_zone",
]);
const explain = explaining<Field>(Object.keys(EMPTY) as Field[], {
  name_taken: ["email", NAME_TAKEN],
  weak_password: ["password", WEAK_PASSWORD],
});

interface RegisterProps {
  session: Session;
  bar: AddressBar;
  next: string;
}

export function Register({ session, bar, next }: RegisterProps) {
  const form = useForm<Field>({
    initial: { ...EMPTY, time_zone: browserTimeZone() },
    draft,
    check: (values) => faultsIn(values, RULES),
    explain,
    focused: true,
    send: (values) => session.register(values),
  });

  return (
    <Card title="Create an account" lead="For you, your teams and everything you ask for.">
      <form
        id={form.id}
        className={classes.form}
        onSubmit={form.onSubmit}
        aria-label="Create an account"
        noValidate
      >
        <div className={classes.pair}>
          <TextField {...form.field("first_name")} label="First name" autoComplete="given-name" />
          <TextField {...form.field("last_name")} label="Last name" autoComplete="family-name" />
        </div>
        <TextField
          {...form.field("email")}
          label="Email"
          type="email"
          autoComplete="email"
          required
        />
        <TextField
          {...form.field("username")}
          label="Username"
          description="What your teammates see."
          autoComplete="username"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          required
        />
        <SecretField
          {...form.field("password")}
          label="Password"
          what="password"
          description={`At least ${SHORTEST_PASSWORD} characters; a few words are best.`}
          autoComplete="new-password"
          required
        />
        <TimeZoneField {...form.field("time_zone")} />
        <FormFoot view={form.view} action="Create account" acting="Creating your account" wide />
      </form>
      <p className={classes.other}>
        Have an account?{" "}
        <PlaceLink bar={bar} to={withNext(LOGIN, next)}>
          Sign in
        </PlaceLink>
      </p>
    </Card>
  );
}
