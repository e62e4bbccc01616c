"""What Convonet is about: the domain that its processes share."""
