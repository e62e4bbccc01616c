/** The fields of these pages: what the server takes, and what to say otherwise. */
import { LIMITS } from "../generated/accounts";

const { RegisterRequest, LoginRequest, PasswordChange, PinChange } = LIMITS;

export const SHORTEST_PASSWORD = RegisterRequest.password.shortest;

const wrongPassword = `Use at least ${SHORTEST_PASSWORD} characters.`;
const wrongName = `Use at most ${RegisterRequest.first_name.longest} characters.`;

export const login = {
  email: { limit: LoginRequest.email, name: "your email address or username", wrong: "Too long." },
  password: { limit: LoginRequest.password, name: "your password", wrong: "Too long." },
};

export const person = {
  email: {
    limit: RegisterRequest.email,
    name: "an email address",
    wrong: "This is not an email address, such as ada@example.com.",
  },
  username: {
    limit: RegisterRequest.username,
    name: "a username",
    wrong: "Use 2 to 50 letters, digits, dots, hyphens or underscores.",
  },
  first_name: { limit: RegisterRequest.first_name, wrong: wrongName },
  last_name: { limit: RegisterRequest.last_name, wrong: wrongName },
};

export const newPassword = {
  limit: PasswordChange.new_password,
  name: "a password",
  wrong: wrongPassword,
};

export const currentPassword = {
  limit: PasswordChange.current_password,
  name: "your current password",
  wrong: "Too long.",
};

export const pin = {
  limit: { ...PinChange.pin, pattern: "^[0-9]*$" },
  name: "a PIN",
  wrong: `Use ${PinChange.pin.shortest} to ${PinChange.pin.longest} digits.`,
};

/** What the API's codes mean, whichever form they answer. */
export const WEAK_PASSWORD =
  "Too easy to guess. Choose one that is longer, less common and not your name.";
export const NAME_TAKEN = "Somebody already has this email address or username.";
export const TRIVIAL_PIN = "Too easy to guess, like a year or digits in a row. Choose another one.";
export const PIN_NOT_AVAILABLE = "This PIN is not available. Choose another one.";
export const WRONG_PASSWORD = "This is not your current password.";
