/** What went wrong with a request, in the API's own terms (`application/problem+json`). */

export interface Fault {
  /** Where in the request, such as `body.email`. */
  at: string;
  what: string;
}

/** The request never got an answer: no network, a server that is away, or one that takes too long. */
export const UNREACHABLE = "unreachable";

export class Problem extends Error {
  constructor(
    /** HTTP status; 0 when there was no answer. */
    readonly status: number,
    /** Stable; what to decide by. */
    readonly code: string,
    detail = "",
    readonly faults: readonly Fault[] = [],
    /** How long to wait before another try can succeed. */
    readonly retryAfterS = 0,
  ) {
    super(detail);
  }
}

interface ProblemBody {
  code?: unknown;
  detail?: unknown;
  faults?: unknown;
}

/** Reads an answer that is not a success; what stands before the API may not speak its language. */
export async function problemOf(response: Response): Promise<Problem> {
  const body = parsed(await response.text());
  return new Problem(
    response.status,
    typeof body.code === "string" ? body.code : "",
    typeof body.detail === "string" ? body.detail : "",
    Array.isArray(body.faults) ? body.faults.filter(isFault) : [],
    secondsOf(response.headers.get("Retry-After")),
  );
}

function parsed(text: string): ProblemBody {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? body : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function isFault(fault: unknown): fault is Fault {
  const { at, what } = (fault ?? {}) as Partial<Fault>;
  return typeof at === "string" && typeof what === "string";
}

function secondsOf(retryAfter: string | null): number {
  const seconds = Number(retryAfter ?? 0);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : 0;
}
