"""citewell as a Space: the demo papers, open to everybody who comes by, framed by the page of the Space."""

import os

from index import demo_index
from rag import Assistant
from ui.conversation.workspace import Workspace
from ui.web.app import create_app, launch
from ui.web.security import LOOPBACK_NAMES, Guard

hosts = frozenset((*LOOPBACK_NAMES, os.environ.get("SPACE_HOST", "localhost").lower()))
workspace = Workspace(lambda told: Assistant(demo_index(told)), local=False)  # nobody's conversations are kept together
app = create_app(workspace, guard=Guard(hosts=hosts, any_address=True, embed=True), days=1)

if __name__ == "__main__":
    port = int(os.environ.get("GRADIO_SERVER_PORT", "7860"))
    launch(app, host="0.0.0.0", port=port, browser=False, proxied="SPACE_HOST" in os.environ)
