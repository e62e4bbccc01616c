/** For tests: the page's end of `/voice`, whose server is a scripted socket. */
import { vi } from "vitest";
import type { Link, LinkProblem } from "./link";
import { ScriptedSocket } from "./scriptedSocket";
import { VoiceSocket } from "./voiceSocket";
import type { ServerMessage } from "./wire";

const USER = { id: "u1", name: "Grace", teams: [] };
export const CALL_STARTED = {
  type: "call_started",
  call_id: "c1",
  workflow_id: "w1",
  workflow_url: "http://localhost/w1",
  providers: { stt: "a", llm: "b", tts: "c" },
} as const;

export type World = ReturnType<typeof newVoice>;

export function newVoice() {
  const sockets: ScriptedSocket[] = [];
  const links: Link[] = [];
  const problems: LinkProblem[] = [];
  const messages: ServerMessage[] = [];
  const sounds: number[] = [];
  const voice = new VoiceSocket(
    {
      link: (link) => links.push(link),
      message: (message) => messages.push(message),
      audio: (seq) => sounds.push(seq),
      problem: (problem) => problems.push(problem),
    },
    {
      url: "ws://localhost/voice",
      timeZone: "Europe/Berlin",
      random: () => 1,
      createSocket: () => {
        const socket = new ScriptedSocket();
        sockets.push(socket);
        return socket as unknown as WebSocket;
      },
    },
  );
  const last = () => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error("nothing has connected");
    return socket;
  };
  return { voice, sockets, links, problems, messages, sounds, last };
}

export function inCall() {
  const world = newVoice();
  world.voice.signIn("1234");
  world.last().open();
  world.last().say({ type: "authentication_required", attempts_left: 3, seq: 1 });
  world.last().say({ type: "authenticated", session_id: "s1", user: USER, seq: 2 });
  world.voice.start();
  world.last().say({ ...CALL_STARTED, seq: 3 });
  return world;
}

export function reconnected(world: World): ScriptedSocket {
  vi.advanceTimersByTime(2_000);
  const socket = world.last();
  socket.open();
  socket.say({ type: "authentication_required", attempts_left: 3, seq: 1 });
  socket.say({ ...CALL_STARTED, seq: 3 });
  return socket;
}
