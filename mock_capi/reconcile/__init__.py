"""The log compared with the truth: which orders arrived, how often, and with what value, currency and time."""
