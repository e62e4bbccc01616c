/** The frame of every page: theme, header, main. */
import { MantineProvider } from "@mantine/core";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./page.css";
import classes from "./Page.module.css";
import { cssVariables, theme } from "./theme";

interface PageProps {
  /** What stands at the right of the header. */
  aside?: ReactNode;
  children: ReactNode;
}

export function Page({ aside, children }: PageProps) {
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <a href="/" className={classes.brand}>
          <Mark />
          Convonet
        </a>
        <div className={classes.aside}>{aside}</div>
      </header>
      <main className={classes.main}>{children}</main>
    </div>
  );
}

/** A link to another page, for the header. */
export function HeaderLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <a href={to} className={classes.link}>
      {children}
    </a>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <rect width="32" height="32" rx="9" className={classes.markGround} />
      <g className={classes.markBars}>
        <path d="M8 14v4" />
        <path d="M13.3 10v12" />
        <path d="M18.7 7v18" />
        <path d="M24 13v6" />
      </g>
    </svg>
  );
}

/** Draws a page into `#root`. */
export function mount(page: ReactNode): void {
  const root = document.getElementById("root");
  if (!root) throw new Error("the page has no #root");
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        {page}
      </MantineProvider>
    </StrictMode>,
  );
}
