import {
  type ChangeEvent,
  type SubmitEvent,
  useEffect,
  useId,
  useState,
  useSyncExternalStore,
} from "react";
import type { Draft } from "../session/drafts";
import type { Problem } from "../session/problem";
import {
  type Explained,
  type Faults,
  Submission,
  type SubmissionView,
} from "../session/submission";

type Values<Field extends string> = Readonly<Record<Field, string>>;

interface FormPlan<Field extends string> {
  initial: Values<Field>;
  /** Where to keep what is typed, and for whom. */
  draft?: Draft<Field>;
  owner?: string;
  check: (values: Values<Field>) => Faults<Field>;
  explain: (problem: Problem) => Explained<Field>;
  send: (values: Values<Field>) => Promise<void>;
  /** Begin with the first field that is empty: the form is what one came for. */
  focused?: boolean;
}

export interface Form<Field extends string> {
  id: string;
  values: Values<Field>;
  view: SubmissionView<Field>;
  /** Some of it was typed before the page was left. */
  restored: boolean;
  field: (name: Field) => {
    name: Field;
    value: string;
    error: string | undefined;
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) => void;
  };
  reset: (values: Values<Field>) => void;
  onSubmit: (event: SubmitEvent) => void;
}

/** A form's fields, its draft, and sending it; what is wrong first gets the focus. */
export function useForm<Field extends string>(plan: FormPlan<Field>): Form<Field> {
  const { draft, owner, focused } = plan;
  const [kept] = useState(() => draft?.restored(owner) ?? null);
  const [values, setValues] = useState<Values<Field>>(() => ({ ...plan.initial, ...kept }));
  const [submission] = useState(() => new Submission<Field>(plan.explain));
  const view = useSyncExternalStore(submission.subscribe, submission.snapshot);
  const id = useId();

  useEffect(() => {
    fields(id)
      .find(({ ariaInvalid }) => ariaInvalid === "true")
      ?.focus();
  }, [id, view.refusals]);

  useEffect(() => {
    if (!focused) return;
    const inputs = fields(id);
    (inputs.find(({ value }) => !value) ?? inputs[0])?.focus();
  }, [id, focused]);

  return {
    id,
    values,
    view,
    restored: Object.entries(kept ?? {}).some(
      ([name, value]) => value !== plan.initial[name as Field],
    ),
    field: (name) => ({
      name,
      value: values[name],
      error: view.faults[name],
      onChange: (event) => {
        const changed = { ...values, [name]: event.currentTarget.value };
        setValues(changed);
        submission.edited(name);
        draft?.keep(changed, owner);
      },
    }),
    reset: setValues,
    onSubmit: (event) => {
      event.preventDefault();
      void submission.send(plan.check(values), async () => {
        await plan.send(values);
        draft?.drop();
      });
    },
  };
}

function fields(formId: string): HTMLInputElement[] {
  const form = document.getElementById(formId);
  return [...(form?.querySelectorAll("input") ?? [])].filter(({ tabIndex }) => tabIndex >= 0);
}
