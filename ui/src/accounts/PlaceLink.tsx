/** A link to another of these pages: nothing is loaded anew, and it is a link all the same. */
import type { MouseEvent, ReactNode } from "react";
import classes from "./Account.module.css";
import type { AddressBar } from "./addressBar";

interface PlaceLinkProps {
  bar: AddressBar;
  to: string;
  children: ReactNode;
}

export function PlaceLink({ bar, to, children }: PlaceLinkProps) {
  const follow = (event: MouseEvent) => {
    // Whoever wants it in another tab gets it there.
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    bar.go(to);
  };
  return (
    <a href={to} className={classes.link} onClick={follow}>
      {children}
    </a>
  );
}
