import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const api = process.env.CONVONET_API ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  build: {
    // The first browsers with light-dark(), so that it is not rewritten into something longer.
    target: ["chrome123", "edge123", "firefox121", "safari17.5"],
    assetsInlineLimit: 0,
    // Keeps React and Mantine cached when only our own code has changed.
    rolldownOptions: {
      input: ["index.html", "account.html"],
      output: {
        codeSplitting: { groups: [{ name: "vendor", test: /node_modules/ }] },
      },
    },
  },
  server: {
    proxy: {
      "/voice": { target: api, ws: true },
      "/api/": { target: api },
      // As the API serves them.
      "^/(login|register|profile)$": { target: api, bypass: () => "/account.html" },
    },
  },
  test: { include: ["src/**/*.test.ts"], testTimeout: 60_000 },
});
