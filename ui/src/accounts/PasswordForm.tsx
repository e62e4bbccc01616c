/** Changing the password. */
import { VisuallyHidden } from "@mantine/core";
import { SecretField } from "../design/Field";
import type { PasswordChange, Profile, TokenAnswer } from "../generated/accounts";
import type { Session } from "../session/session";
import classes from "./Account.module.css";
import {
  currentPassword,
  newPassword,
  SHORTEST_PASSWORD,
  WEAK_PASSWORD,
  WRONG_PASSWORD,
} from "./fields";
import { FormFoot } from "./FormFoot";
import { faultsIn } from "./rules";
import { useForm } from "./useForm";
import { explaining } from "./words";

const EMPTY = { current_password: "", new_password: "" };
type Field = keyof typeof EMPTY;

const RULES = { current_password: currentPassword, new_password: newPassword };
const explain = explaining<Field>(["current_password", "new_password"], {
  wrong_password: ["current_password", WRONG_PASSWORD],
  weak_password: ["new_password", WEAK_PASSWORD],
});

interface PasswordFormProps {
  session: Session;
  user: Profile;
}

export function PasswordForm({ session, user }: PasswordFormProps) {
  const form = useForm<Field>({
    initial: EMPTY,
    check: (values) => faultsIn(values, RULES),
    explain,
    send: async (values) => {
      const change: PasswordChange = values;
      // Every sign-in ends with the old password; this page goes on with a new one.
      session.begin(await session.request<TokenAnswer>("PUT", "/api/auth/password", change));
      form.reset(EMPTY);
    },
  });
  return (
    <form
      id={form.id}
      className={classes.form}
      onSubmit={form.onSubmit}
      aria-label="Password"
      noValidate
    >
      {/* Tells a password keeper whose password this is. */}
      <VisuallyHidden aria-hidden="true">
        <input type="text" autoComplete="username" value={user.email} readOnly tabIndex={-1} />
      </VisuallyHidden>
      <div className={classes.pair} data-long="true">
        <SecretField
          {...form.field("current_password")}
          label="Current password"
          what="current password"
          autoComplete="current-password"
          required
        />
        <SecretField
          {...form.field("new_password")}
          label="New password"
          what="new password"
          description={`At least ${SHORTEST_PASSWORD} characters.`}
          autoComplete="new-password"
          required
        />
      </div>
      <FormFoot
        view={form.view}
        action="Change password"
        acting="Changing"
        done="Password changed"
      />
    </form>
  );
}
