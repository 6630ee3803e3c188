"""The commands, each as people type it."""
