/** Changing names, addresses and the time zone. */
import { SecretField, TextField } from "../design/Field";
import { ClockIcon } from "../design/icons";
import { Note } from "../design/Note";
import type { Profile, ProfileChanges } from "../generated/accounts";
import { Draft } from "../session/drafts";
import type { Session } from "../session/session";
import classes from "./Account.module.css";
import { currentPassword, NAME_TAKEN, person, WRONG_PASSWORD } from "./fields";
import { FormFoot } from "./FormFoot";
import { faultsIn } from "./rules";
import { TimeZoneField } from "./TimeZoneField";
import { useForm } from "./useForm";
import { explaining } from "./words";

const KEPT = ["first_name", "last_name", "email", "username", "time_zone"] as const;
type Field = (typeof KEPT)[number] | "current_password";

const draft = new Draft<Field>(sessionStorage, "profile", KEPT);
const explain = explaining<Field>([...KEPT, "current_password"], {
  name_taken: ["email", NAME_TAKEN],
  wrong_password: ["current_password", WRONG_PASSWORD],
});

interface DetailsFormProps {
  session: Session;
  user: Profile;
}

export function DetailsForm({ session, user }: DetailsFormProps) {
  const moved = (email: string) => email.trim() !== user.email;
  const form = useForm<Field>({
    initial: detailsOf(user),
    draft,
    owner: user.id,
    check: (values) =>
      faultsIn(
        values,
        moved(values.email) ? { ...person, current_password: currentPassword } : person,
      ),
    explain,
    send: async (values) => {
      const { current_password, ...details } = values;
      const changes: ProfileChanges = moved(values.email)
        ? { ...details, current_password }
        : details;
      const changed = await session.request<Profile>("PUT", "/api/auth/profile", changes);
      session.changed(changed);
      form.reset(detailsOf(changed));
    },
  });

  return (
    <form
      id={form.id}
      className={classes.form}
      onSubmit={form.onSubmit}
      aria-label="About you"
      noValidate
    >
      {form.restored && form.view.phase !== "done" && (
        <Note
          tone="plain"
          icon={<ClockIcon />}
          text="What you had typed is still here. It is not saved yet."
        />
      )}
      <div className={classes.pair}>
        <TextField {...form.field("first_name")} label="First name" autoComplete="given-name" />
        <TextField {...form.field("last_name")} label="Last name" autoComplete="family-name" />
      </div>
      <div className={classes.pair} data-long="true">
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
          autoComplete="username"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          required
        />
      </div>
      {moved(form.values.email) && (
        <SecretField
          {...form.field("current_password")}
          label="Current password"
          what="current password"
          description="Needed to change the email address."
          autoComplete="current-password"
          required
        />
      )}
      <TimeZoneField {...form.field("time_zone")} />
      <FormFoot view={form.view} action="Save" acting="Saving" done="Saved" />
    </form>
  );
}

function detailsOf({ first_name, last_name, email, username, time_zone }: Profile) {
  return { first_name, last_name, email, username, time_zone, current_password: "" };
}
