/** Setting and changing the voice PIN. */
import { SecretField } from "../design/Field";
import type { PinChange, Profile } from "../generated/accounts";
import type { Session } from "../session/session";
import classes from "./Account.module.css";
import { pin, PIN_NOT_AVAILABLE, TRIVIAL_PIN } from "./fields";
import { FormFoot } from "./FormFoot";
import { faultsIn } from "./rules";
import { useForm } from "./useForm";
import { explaining } from "./words";

const EMPTY = { pin: "" };
type Field = keyof typeof EMPTY;

const explain = explaining<Field>(["pin"], {
  trivial_pin: ["pin", TRIVIAL_PIN],
  pin_not_available: ["pin", PIN_NOT_AVAILABLE],
});

interface PinFormProps {
  session: Session;
  user: Profile;
}

export function PinForm({ session, user }: PinFormProps) {
  const form = useForm<Field>({
    initial: EMPTY,
    check: (values) => faultsIn(values, { pin }),
    explain,
    send: async (values) => {
      const change: PinChange = values;
      session.changed(await session.request<Profile>("PUT", "/api/auth/pin", change));
      form.reset(EMPTY);
    },
  });
  return (
    <form
      id={form.id}
      className={classes.form}
      onSubmit={form.onSubmit}
      aria-label="Voice PIN"
      noValidate
    >
      <p className={classes.state} data-set={user.voice_pin_set}>
        {user.voice_pin_set
          ? "A PIN is set. You sign in to calls with it."
          : "No PIN is set. Set one to sign in to calls."}
      </p>
      <div className={classes.narrow}>
        {/* Not a password to a password keeper, which would put it in the real one's place. */}
        <SecretField
          {...form.field("pin")}
          label={user.voice_pin_set ? "New PIN" : "PIN"}
          what="PIN"
          description={`${pin.limit.shortest} to ${pin.limit.longest} digits.`}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={pin.limit.longest}
          required
        />
      </div>
      <FormFoot
        view={form.view}
        action={user.voice_pin_set ? "Change PIN" : "Set PIN"}
        acting="Saving"
        done="PIN saved"
      />
    </form>
  );
}
