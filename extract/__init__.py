"""Understanding: texts, events, language models, linking."""
