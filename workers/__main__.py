"""`python -m workers KIND`: one worker process."""

import asyncio
import sys

from workers import run

if __name__ == "__main__":
    asyncio.run(run(sys.argv[1] if len(sys.argv) > 1 else ""))
