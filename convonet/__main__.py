"""`python -m convonet`: the same as the `convonet` command."""

from convonet.cli import main

if __name__ == "__main__":
    main()
