"""How often Python looks for reference cycles while the bot serves."""

import gc

# Objects that are made and not freed when Python looks for garbage among them. A question makes thousands, which end
# with it. At Python's own 700, the collector ran during each question; at every 170th it went through all objects of
# the process, which held the event loop for 0.16 s.
_OBJECTS = 10_000


def collect_rarely() -> None:
    """Let the collector run when so many objects are left over, instead of during every question."""
    gc.set_threshold(_OBJECTS)
