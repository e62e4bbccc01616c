/** For tests: the server's end of a WebSocket, played by a script. */
import type { ClientMessage, ServerMessage } from "./wire";

export class ScriptedSocket {
  readyState = 0;
  binaryType = "";
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string | ArrayBuffer }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: ClientMessage[] = [];
  readonly sentAudio: Int16Array[] = [];

  send(data: string | Int16Array): void {
    if (typeof data === "string") this.sent.push(JSON.parse(data) as ClientMessage);
    else this.sentAudio.push(data);
  }

  close(): void {
    this.readyState = 3;
  }

  // --- what the script does ---

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  say(message: ServerMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  sound(seq: number, turnId: string, samples = 4): void {
    this.say({ type: "audio", turn_id: turnId, ms: 40, seq });
    this.onmessage?.({ data: new Int16Array(samples).buffer });
  }

  cut(): void {
    this.readyState = 3;
    this.onclose?.();
  }

  sentTypes(): string[] {
    return this.sent.map(({ type }) => type);
  }
}
