"""What a policy can move: instruments, each with its levers, and how policies compose them.

`INSTRUMENTS` is the registry. Without one of them its levers are gone, and a year without a policy is as before.
"""

from sim.instruments.benefits import BENEFITS
from sim.instruments.clock import CLOCK
from sim.instruments.contacts import CONTACTS
from sim.instruments.family import FAMILY
from sim.instruments.gate import GATE
from sim.instruments.hiring import HIRING
from sim.instruments.host_support import HOST_SUPPORT
from sim.instruments.industry import INDUSTRY
from sim.instruments.information import INFORMATION
from sim.instruments.language import LANGUAGE
from sim.instruments.leave import LEAVE
from sim.instruments.lever import Instrument
from sim.instruments.pay import PAY
from sim.instruments.posts import POSTS
from sim.instruments.programmes import PROGRAMMES
from sim.instruments.reputation import REPUTATION
from sim.instruments.return_posts import RETURN_POSTS
from sim.instruments.visas import VISAS

INSTRUMENTS: tuple[Instrument, ...] = (
    PROGRAMMES,
    POSTS,
    PAY,
    BENEFITS,
    RETURN_POSTS,
    HOST_SUPPORT,
    HIRING,
    LEAVE,
    FAMILY,
    INFORMATION,
    VISAS,
    INDUSTRY,
    GATE,
    CLOCK,
    REPUTATION,
    CONTACTS,
    LANGUAGE,
)
"""Every instrument; costs are booked in this order."""
