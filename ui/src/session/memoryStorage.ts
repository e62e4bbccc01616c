/** Tests' place of a browser's storage. */
import type { Storing } from "./keptToken";

export class MemoryStorage implements Storing {
  readonly items = new Map<string, string>();

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }
}
