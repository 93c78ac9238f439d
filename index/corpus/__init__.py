"""The bundled demo corpus: 126 paper cards written for this project."""
