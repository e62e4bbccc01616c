/** Mantine speaks the language of tokens.css. */
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const accent: MantineColorsTuple = [
  "#e9eeff",
  "#d0dbff",
  "#a5b9fc",
  "#7d9bff",
  "#5879f5",
  "#3f67ef",
  "#2f5bea",
  "#2449c7",
  "#1d3aa0",
  "#152a75",
];

const FONT =
  'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';

export const theme = createTheme({
  colors: { accent },
  primaryColor: "accent",
  primaryShade: { light: 6, dark: 6 },
  fontFamily: FONT,
  defaultRadius: "md",
  radius: { sm: "8px", md: "12px", lg: "20px" },
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.9375rem", lg: "1.0625rem", xl: "1.375rem" },
  focusRing: "auto",
  cursorType: "pointer",
  respectReducedMotion: true,
});

const fromTokens = {
  "--mantine-color-body": "var(--ground)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--ink-soft)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-hover": "var(--surface-sunk)",
  "--mantine-color-default-color": "var(--ink)",
  "--mantine-color-default-border": "var(--line)",
  "--mantine-color-placeholder": "var(--ink-faint)",
  "--mantine-color-error": "var(--bad)",
};

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: fromTokens,
  dark: fromTokens,
});
