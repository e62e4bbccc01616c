/** Which of the pages of accounts is shown: the address bar, without loading anything anew. */
import { Store } from "../session/store";

export class AddressBar extends Store<string> {
  constructor(private readonly window: Window) {
    super(window.location.pathname + window.location.search);
    window.addEventListener("popstate", () => {
      this.read();
    });
  }

  go(place: string): void {
    this.window.history.pushState(null, "", place);
    this.read();
  }

  /** As `go`, but "back" does not lead here again. */
  replace(place: string): void {
    this.window.history.replaceState(null, "", place);
    this.read();
  }

  /** Loads a page that is not one of these. */
  leave(place: string): void {
    this.window.location.assign(place);
  }

  private read(): void {
    this.set(this.window.location.pathname + this.window.location.search);
  }
}
