"""Programs that measure; each reports ratios to a floor taken in the same run."""
