/** The one card in the middle of the pages for those who are not signed in. */
import { type ReactNode, useEffect } from "react";
import classes from "./Account.module.css";

interface CardProps {
  title: string;
  lead: ReactNode;
  children: ReactNode;
  below?: ReactNode;
}

export function Card({ title, lead, children, below }: CardProps) {
  useTitle(title);
  return (
    <div className={classes.screen}>
      <div className={classes.card}>
        <div className={classes.head}>
          <h1 className={classes.title}>{title}</h1>
          <p className={classes.lead}>{lead}</p>
        </div>
        {children}
      </div>
      {below && <p className={classes.other}>{below}</p>}
    </div>
  );
}

/** What the browser's tab says. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Convonet`;
  }, [title]);
}
