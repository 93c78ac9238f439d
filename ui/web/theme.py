"""The looks: a theme of Gradio's in calm colours and the system's own fonts, light and dark, and a little CSS."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

CSS = Path(__file__).parent / "style.css"
SYSTEM = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Liberation Sans", "Arial", "sans-serif")
FIXED = ("ui-monospace", "Menlo", "Consolas", "Liberation Mono", "monospace")


def theme() -> gr.themes.Base:
    """The theme. Fonts are named as plain text: a ``gr.themes.GoogleFont`` would be fetched from elsewhere."""
    made = gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        secondary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.stone,
        text_size=gr.themes.sizes.text_md,
        radius_size=gr.themes.sizes.radius_sm,
        font=SYSTEM,
        font_mono=FIXED,
    )
    return made.set(
        body_background_fill="#fdfcfa",
        body_background_fill_dark="#171614",
        body_text_color_subdued="#5b564f",
        body_text_color_subdued_dark="#b5afa6",
        link_text_color="#0b6b62",
        link_text_color_dark="#5fd0c2",
        link_text_color_hover="#084f49",
        link_text_color_hover_dark="#8be3d8",
        link_text_color_visited="#0b6b62",
        link_text_color_visited_dark="#5fd0c2",
        button_primary_background_fill="#0b6b62",
        button_primary_background_fill_dark="#0b6b62",
        button_primary_background_fill_hover="#084f49",
        button_primary_background_fill_hover_dark="#0d7d72",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#ffffff",
        block_border_width="1px",
        block_shadow="none",
    )
