"""What Convonet takes and gives, in figures, beside pipecat-ai on the same machine."""
