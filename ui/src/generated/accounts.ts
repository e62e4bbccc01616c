// Generated from api/accounts/models.py by `npm run types`. Do not edit.

/**
 * What the routes of accounts take and answer.
 */
export interface Accounts {
  LoginRequest: LoginRequest;
  LogoutRequest: LogoutRequest;
  PasswordChange: PasswordChange;
  PinChange: PinChange;
  Profile: Profile;
  ProfileChanges: ProfileChanges;
  RefreshRequest: RefreshRequest;
  RegisterRequest: RegisterRequest;
  TokenAnswer: TokenAnswer;
}
/**
 * What somebody signs in with.
 */
export interface LoginRequest {
  /**
   * The e-mail address, or the username.
   */
  email: string;
  password: string;
}
/**
 * The sign-in to end.
 */
export interface LogoutRequest {
  /**
   * End every sign-in of this person.
   */
  everywhere?: boolean;
  refresh_token: string;
}
/**
 * A new password.
 */
export interface PasswordChange {
  current_password: string;
  /**
   * Any characters. Not one of the commonest, not one's own name or address.
   */
  new_password: string;
}
/**
 * A new voice PIN.
 */
export interface PinChange {
  /**
   * 4 to 6 digits, not too easy to guess; null takes the PIN away.
   */
  pin: string | null;
}
/**
 * What somebody may see of their own account.
 */
export interface Profile {
  created_at: string;
  email: string;
  first_name: string;
  id: string;
  last_login_at: string | null;
  last_name: string;
  /**
   * What the assistant calls them.
   */
  name: string;
  roles: ("user" | "admin" | "agent")[];
  teams: ProfileTeam[];
  time_zone: string;
  username: string;
  voice_pin_set: boolean;
}
/**
 * A team somebody is in.
 */
export interface ProfileTeam {
  id: string;
  name: string;
  role: "owner" | "admin" | "member" | "viewer";
}
/**
 * What is to change; what is absent or null stays.
 */
export interface ProfileChanges {
  /**
   * Needed to change the e-mail address.
   */
  current_password?: string | null;
  email?: string | null;
  first_name?: string | null;
  last_name?: string | null;
  time_zone?: string | null;
  username?: string | null;
}
/**
 * The newest refresh token of a sign-in. Each works once.
 */
export interface RefreshRequest {
  refresh_token: string;
}
/**
 * A new account.
 */
export interface RegisterRequest {
  email: string;
  first_name?: string;
  last_name?: string;
  /**
   * Any characters. Not one of the commonest, not one's own name or address.
   */
  password: string;
  /**
   * IANA name.
   */
  time_zone?: string;
  /**
   * 2 to 50 letters, digits, dots, hyphens and underscores.
   */
  username: string;
}
/**
 * A sign-in.
 */
export interface TokenAnswer {
  /**
   * For `Authorization: Bearer`.
   */
  access_token: string;
  /**
   * Seconds the access token holds.
   */
  expires_in: number;
  /**
   * Seconds the refresh token holds.
   */
  refresh_expires_in: number;
  /**
   * Works once, at `/api/auth/refresh`; used twice, it ends the sign-in.
   */
  refresh_token: string;
  token_type: "bearer";
  user: Profile;
}

/** What texts the server takes, by model and field; lengths in characters. */
export const LIMITS = {
  LoginRequest: {
    email: { shortest: 1, longest: 254, pattern: "^[^\\x00-\\x1f\\x7f]+$" },
    password: { shortest: 1, longest: 256 },
  },
  LogoutRequest: { refresh_token: { shortest: 1, longest: 4096 } },
  PasswordChange: {
    current_password: { shortest: 1, longest: 256 },
    new_password: { shortest: 8, longest: 256 },
  },
  PinChange: { pin: { shortest: 4, longest: 6 } },
  ProfileChanges: {
    current_password: { shortest: 1, longest: 256 },
    email: {
      longest: 254,
      pattern:
        "^[^@\\s\\x00-\\x1f\\x7f]{1,64}@[^@\\s.\\x00-\\x1f\\x7f]+(\\.[^@\\s.\\x00-\\x1f\\x7f]+)+$",
    },
    first_name: { longest: 100, pattern: "^[^\\x00-\\x1f\\x7f]*$" },
    last_name: { longest: 100, pattern: "^[^\\x00-\\x1f\\x7f]*$" },
    time_zone: { longest: 64, pattern: "^[^\\x00-\\x1f\\x7f]*$" },
    username: { pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,48}[A-Za-z0-9]$" },
  },
  RefreshRequest: { refresh_token: { shortest: 1, longest: 4096 } },
  RegisterRequest: {
    email: {
      longest: 254,
      pattern:
        "^[^@\\s\\x00-\\x1f\\x7f]{1,64}@[^@\\s.\\x00-\\x1f\\x7f]+(\\.[^@\\s.\\x00-\\x1f\\x7f]+)+$",
    },
    first_name: { longest: 100, pattern: "^[^\\x00-\\x1f\\x7f]*$" },
    last_name: { longest: 100, pattern: "^[^\\x00-\\x1f\\x7f]*$" },
    password: { shortest: 8, longest: 256 },
    time_zone: { longest: 64, pattern: "^[^\\x00-\\x1f\\x7f]*$" },
    username: { pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,48}[A-Za-z0-9]$" },
  },
} as const;
