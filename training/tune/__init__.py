"""The tune network: what sings in public songs, and how it is learned."""
