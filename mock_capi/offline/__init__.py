"""Events in files, judged and converted without a server."""
