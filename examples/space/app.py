"""The studio as an app of a hosted space: open to all, nothing kept but in memory.

    python app.py       serves it at port 7860, as spaces expect

What each visitor may ask stands in the environment: see docs/studio.md.
"""

from __future__ import annotations

import uvicorn

from melodymuse.studio.app import create_app
from melodymuse.studio.settings import Settings

PORT = 7860
# Pages of these sites may show the studio within themselves.
FRAMES = ("https://huggingface.co",)

app = create_app(Settings(hosts=(), frames=FRAMES))

if __name__ == "__main__":
    # Visitors come through the space's own server, which says who they are.
    uvicorn.run(app, host="0.0.0.0", port=PORT, forwarded_allow_ips="*", server_header=False)
