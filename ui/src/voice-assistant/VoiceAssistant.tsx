/** The voice assistant's page: sign in, then talk. */
import { useSyncExternalStore } from "react";
import { HeaderLink, Page } from "../design/Page";
import type { VoiceCall } from "../voice/voiceCall";
import { Announcer } from "./Announcer";
import { CallScreen } from "./CallScreen";
import { LinkBadge } from "./LinkBadge";
import { SignIn } from "./SignIn";

interface VoiceAssistantProps {
  call: VoiceCall;
}

export function VoiceAssistant({ call }: VoiceAssistantProps) {
  const snapshot = useSyncExternalStore(call.subscribe, call.snapshot);
  const signedOut = snapshot.link === "signed_out" || snapshot.link === "signing_in";
  return (
    <Page
      aside={
        signedOut ? (
          <HeaderLink to="/profile">Account</HeaderLink>
        ) : (
          <LinkBadge snapshot={snapshot} />
        )
      }
    >
      {signedOut ? (
        <SignIn call={call} snapshot={snapshot} />
      ) : (
        <CallScreen call={call} snapshot={snapshot} />
      )}
      <Announcer snapshot={snapshot} />
    </Page>
  );
}
