"""What a question asks for: kind, topic, follow-up."""
