"""Survey files into an archive: in parallel, resumable, nothing lost."""
