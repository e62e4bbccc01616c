/** Plays the API of accounts for tests of the session: tokens that expire, rotate and end. */
import { KeptToken } from "./keptToken";
import type { MemoryStorage } from "./memoryStorage";
import { Session } from "./session";

interface Asked {
  email?: string;
  password?: string;
  refresh_token?: string;
}

const json = (status: number, body: unknown) => Response.json(body, { status });
const refused = (code: string) => json(401, { code });

export class PlayedApi {
  readonly asked: string[] = [];
  /** The access tokens that hold, each with whom it speaks for. */
  readonly access = new Map<string, string>();
  /** The refresh token that holds. */
  refresh = "";
  /** Somebody used a refresh token twice. */
  reused = false;
  /** The status every answer has instead; 0: there is none. */
  trouble: number | null = null;
  /** What happens between a request and its answer. */
  meanwhile: (path: string) => Promise<void> = () => Promise.resolve();
  private user = "";
  private issued = 0;
  private readonly used = new Set<string>();

  readonly fetch = async (
    path: RequestInfo | URL,
    request: RequestInit = {},
  ): Promise<Response> => {
    const url = path as string;
    this.asked.push(url);
    await this.meanwhile(url);
    if (this.trouble === 0) throw new TypeError("Failed to fetch");
    return this.trouble === null ? this.answer(url, request) : json(this.trouble, {});
  };

  count(what: string): number {
    return this.asked.filter((asked) => asked === what).length;
  }

  expireAccess(): void {
    this.access.clear();
  }

  revoke(): void {
    this.refresh = "";
  }

  private answer(url: string, { body, headers, method = "" }: RequestInit): Response {
    const asked = JSON.parse((body as string | null) ?? "{}") as Asked;
    if (url === "/api/auth/login") return this.logIn(asked);
    if (url === "/api/auth/refresh") return this.renew(asked.refresh_token ?? "");
    if (url === "/api/auth/logout") return new Response(null, { status: 204 });
    const bearer = new Headers(headers).get("Authorization") ?? "";
    const name = this.access.get(bearer.replace("Bearer ", ""));
    if (!name) return refused("token_expired");
    this.asked.push(`${method} ${url} accepted`);
    return json(200, { name });
  }

  private logIn({ email = "", password }: Asked): Response {
    if (password !== "correct") return refused("wrong_credentials");
    this.user = email.split("@")[0] ?? "";
    return this.tokens();
  }

  private renew(token: string): Response {
    if (this.used.has(token)) this.reused = true;
    if (!token || token !== this.refresh) return refused("sign_in_ended");
    this.used.add(token);
    return this.tokens();
  }

  private tokens(): Response {
    this.issued += 1;
    const access = `access-${this.issued}`;
    this.access.set(access, this.user);
    this.refresh = `refresh-${this.issued}`;
    const user = { id: this.user };
    return json(200, { access_token: access, refresh_token: this.refresh, user });
  }
}

export interface Tab {
  session: Session;
}

let line: Promise<unknown> = Promise.resolve();

/** A page in a browser whose tabs share `storage`, and take turns. */
export function tab(api: PlayedApi, storage: MemoryStorage): Tab {
  const alone = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const turn = line.then(work, work);
    line = turn.catch(() => undefined);
    return turn;
  };
  return { session: new Session({ fetch: api.fetch, kept: new KeptToken(storage), alone }) };
}
