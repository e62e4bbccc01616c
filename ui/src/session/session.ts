/**
 * Who is signed in on this page, and requests in their name.
 *
 * The access token is in memory alone. When it is missing or refused it is renewed by the kept
 * refresh token: by one request, however many wait for it, and by one tab at a time, because a
 * refresh token can be used once.
 */
import type { KeptToken } from "./keptToken";
import { Problem, problemOf, UNREACHABLE } from "./problem";
import { Store } from "./store";
import type {
  LoginRequest,
  LogoutRequest,
  Profile,
  RefreshRequest,
  RegisterRequest,
  TokenAnswer,
} from "../generated/accounts";

/** Longer than the slowest answer that still helps. */
const PATIENCE_MS = 30_000;
const UNAUTHORIZED = 401;

export const SIGNED_OUT = "signed_out";
export const SOMEBODY_ELSE = "somebody_else";

export type SessionView =
  /** `problem`: why it could not be found out. */
  | { kind: "unknown"; problem: Problem | null }
  | { kind: "signed_in"; user: Profile }
  /** `expired`: they were signed in and did not sign out. */
  | { kind: "signed_out"; expired: boolean };

export interface SessionWorld {
  fetch: typeof fetch;
  kept: KeptToken;
  /** Runs one piece of work at a time in all tabs. */
  alone: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

type Method = "GET" | "POST" | "PUT";

export class Session extends Store<SessionView> {
  private access: string | null = null;
  private refreshing: Promise<void> | null = null;

  constructor(private readonly world: SessionWorld) {
    super({ kind: "unknown", problem: null });
  }

  /** Finds out whether somebody is signed in. */
  async restore(): Promise<void> {
    if (!this.world.kept.get()) {
      this.end(false);
      return;
    }
    this.set({ kind: "unknown", problem: null });
    try {
      await this.refresh();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (problem.code !== SIGNED_OUT) this.set({ kind: "unknown", problem });
    }
  }

  async signIn(credentials: LoginRequest): Promise<void> {
    this.begin(await this.ask<TokenAnswer>("POST", "/api/auth/login", credentials));
  }

  /** Makes an account and signs in to it. */
  async register(registration: RegisterRequest): Promise<void> {
    this.begin(await this.ask<TokenAnswer>("POST", "/api/auth/register", registration));
  }

  /** Signed out here whatever the server says: then its refresh token ends by itself. */
  async signOut(): Promise<void> {
    const token = this.world.kept.get();
    this.end(false);
    if (!token) return;
    try {
      await this.ask("POST", "/api/auth/logout", logout(token, false));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }

  /** Signed out only when everywhere: nobody must believe so who is not. */
  async signOutEverywhere(): Promise<void> {
    await this.world.alone(async () => {
      const token = this.world.kept.get();
      if (token) await this.ask("POST", "/api/auth/logout", logout(token, true));
    });
    this.end(false);
  }

  /** Another tab signed in, renewed its token, or signed out. */
  keptTokenChanged(): void {
    if (!this.world.kept.get() && this.snapshot().kind === "signed_in") this.end(false);
  }

  /** Asks the API as the person who is signed in; throws a `Problem`. */
  async request<Answer>(method: Method, path: string, body?: unknown): Promise<Answer> {
    const before = this.snapshot();
    if (!this.access) await this.refresh();
    const access = this.access;
    try {
      return await this.ask<Answer>(method, path, body, access);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== UNAUTHORIZED) throw error;
    }
    if (this.access === access) await this.refresh();
    this.mustStillBe(before);
    return await this.ask<Answer>(method, path, body, this.access);
  }

  /** Takes tokens the API gave in place of those there were. */
  begin(tokens: TokenAnswer): void {
    this.world.kept.set(tokens.refresh_token);
    this.access = tokens.access_token;
    this.set({ kind: "signed_in", user: tokens.user });
  }

  /** The person has changed something about themselves. */
  changed(user: Profile): void {
    if (this.access) this.set({ kind: "signed_in", user });
  }

  private refresh(): Promise<void> {
    this.refreshing ??= this.world
      .alone(() => this.refreshAlone())
      .finally(() => {
        this.refreshing = null;
      });
    return this.refreshing;
  }

  private async refreshAlone(): Promise<void> {
    const token = this.world.kept.get();
    if (!token) return this.expire();
    const tokens = await this.renewed(token);
    // Meanwhile somebody may have signed out, or in anew: then that holds.
    if (this.world.kept.get() !== token) return this.refreshAlone();
    if (!tokens) return this.expire();
    this.begin(tokens);
  }

  /** Null when the sign-in is over. */
  private async renewed(token: string): Promise<TokenAnswer | null> {
    const request: RefreshRequest = { refresh_token: token };
    try {
      return await this.ask<TokenAnswer>("POST", "/api/auth/refresh", request);
    } catch (error) {
      if (error instanceof Problem && error.status === UNAUTHORIZED) return null;
      throw error;
    }
  }

  private expire(): never {
    if (this.snapshot().kind !== "signed_out") this.end(true);
    throw new Problem(UNAUTHORIZED, SIGNED_OUT);
  }

  private end(expired: boolean): void {
    this.world.kept.drop();
    this.access = null;
    this.set({ kind: "signed_out", expired });
  }

  /** Another tab may have signed in as somebody else: what was meant for one must not reach the other. */
  private mustStillBe(before: SessionView): void {
    const now = this.snapshot();
    if (before.kind !== "signed_in" || now.kind !== "signed_in") return;
    if (before.user.id !== now.user.id) throw new Problem(0, SOMEBODY_ELSE);
  }

  private async ask<Answer>(
    method: Method,
    path: string,
    body?: unknown,
    access: string | null = null,
  ): Promise<Answer> {
    const headers = new Headers({ Accept: "application/json" });
    if (access) headers.set("Authorization", `Bearer ${access}`);
    if (body !== undefined) headers.set("Content-Type", "application/json");
    const response = await this.answer(path, {
      method,
      headers,
      cache: "no-store",
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!response.ok) throw await problemOf(response);
    // The server is of the same release as this page: what it sends is what the types say.
    return (response.status === 204 ? undefined : await response.json()) as Answer;
  }

  private async answer(path: string, request: RequestInit): Promise<Response> {
    try {
      return await this.world.fetch(path, request);
    } catch (error) {
      // What `fetch` throws when nobody answers, or not in time.
      if (error instanceof TypeError || error instanceof DOMException) {
        throw new Problem(0, UNREACHABLE);
      }
      throw error;
    }
  }
}

function logout(token: string, everywhere: boolean): LogoutRequest {
  return { refresh_token: token, everywhere };
}
