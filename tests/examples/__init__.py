"""The sample senders of examples/, run as users run them."""
