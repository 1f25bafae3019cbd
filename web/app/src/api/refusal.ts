// Why something did not work, as the server says it, or `unreachable` where nobody answered.

export class Refusal extends Error {
  /** A code of the contract, or `unreachable`. */
  readonly code: string;
  readonly retryAfterMs: number | undefined;

  constructor(code: string, message: string, retryAfterMs?: number) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}
