/** The icons of all pages: 24 units, drawn with the text's colour. */
import type { ReactNode } from "react";

interface IconProps {
  size?: number;
}

function icon(drawing: ReactNode) {
  return function Icon({ size = 20 }: IconProps) {
    return (
      <svg
        viewBox="0 0 24 24"
        width={size}
        height={size}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.8}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        {drawing}
      </svg>
    );
  };
}

const microphone = (
  <>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />
  </>
);

export const MicrophoneIcon = icon(microphone);
export const MutedIcon = icon(
  <>
    {microphone}
    <path d="M4 4l16 16" />
  </>,
);
export const HangUpIcon = icon(
  <path d="M3.6 14.9c-.8-.9-.9-2.300-.1-3.200C5.500 9.500 8.600 8.300 12 8.300s6.500 1.200 8.500 3.400c.8.9.7 2.300-.1 3.200l-.6.600c-.6.600-1.500.7-2.200.3l-2.100-1.300a1.600 1.600 0 0 1-.7-1.700l.2-.8a10 10 0 0 0-6 0l.2.8c.2.700-.1 1.400-.7 1.700l-2.100 1.300c-.7.4-1.600.3-2.200-.3z" />,
);
export const HumanIcon = icon(
  <>
    <circle cx="12" cy="8" r="3.700" />
    <path d="M4.800 20c.8-3.800 3.600-5.800 7.200-5.800s6.400 2 7.200 5.800" />
  </>,
);
export const SendIcon = icon(<path d="M12 19V5.500M6 11l6-6 6 6" />);
export const CheckIcon = icon(<path d="M5 12.500l4.500 4.500L19 7.500" />);
export const CrossIcon = icon(<path d="M6 6l12 12M18 6L6 18" />);
export const BackspaceIcon = icon(
  <path d="M9 5.500h10a1.500 1.500 0 0 1 1.500 1.500v10a1.500 1.500 0 0 1-1.500 1.500H9L3.500 12zM11 9.500l5 5M16 9.500l-5 5" />,
);
export const OutsideIcon = icon(<path d="M8 16L17 7M9.500 7H17v7.500" />);
export const BellIcon = icon(
  <path d="M6.500 10a5.500 5.500 0 0 1 11 0c0 5 2 6 2 6.500h-15c0-.5 2-1.500 2-6.500zM10 19.500a2 2 0 0 0 4 0" />,
);
export const GaugeIcon = icon(<path d="M4 7h9M4 12h14M4 17h6" />);
export const SoundIcon = icon(
  <path d="M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM15.500 9a4 4 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11" />,
);
export const WarningIcon = icon(<path d="M12 4l9 16H3zM12 10v4.500M12 17.300v.2" />);
export const EyeIcon = icon(
  <>
    <path d="M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12z" />
    <circle cx="12" cy="12" r="3" />
  </>,
);
export const EyeOffIcon = icon(
  <path d="M9.900 5.700A9 9 0 0 1 12 5.500c6 0 9.500 6.500 9.500 6.500a16 16 0 0 1-2.700 3.400M6.300 7.400A16 16 0 0 0 2.500 12s3.500 6.500 9.500 6.500a9 9 0 0 0 4.400-1.200M10 10a3 3 0 0 0 4 4M4 4l16 16" />,
);
export const ClockIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.500" />
    <path d="M12 7.500V12l3 2" />
  </>,
);
