"""Contacts with people abroad: alumni tracking, science fellows, communities, and a window for those who look home."""

from __future__ import annotations

from sim.instruments.lever import REGION, ArrayLever, Instrument

_BY_PRICE = "the price that a policy states, of a year for one or of a person abroad"

TIES = ArrayLever(
    "contacts.ties",
    "share of the yearly loss of ties between home and a region that tracking and follow-up prevent",
    "アルムナイの追跡・フォローにより維持される人的ネットワークの割合（年間の減少分に対する比）",
    "share",
    0.0,
    1.0,
    0.0,
    _BY_PRICE,
    keys=(REGION,),
)
COMMUNITY = ArrayLever(
    "contacts.community",
    "share of the isolation of people of home origin in a region that communities there take away",
    "現地のコミュニティにより軽減される孤立感の割合",
    "share",
    0.0,
    1.0,
    0.0,
    _BY_PRICE,
    keys=(REGION,),
)
REACH = ArrayLever(
    "contacts.reach",
    "chance that an application reaches a host in a region, over the usual",
    "国・地域の受入れ先に応募が届く確率（通常に対する比）",
    "ratio",
    0.0,
    3.0,
    1.0,
    _BY_PRICE,
    keys=(REGION,),
)
WINDOW = ArrayLever(
    "contacts.window",
    "odds that people of home origin in a region look for a post at home, over the usual",
    "海外在住の自国出身研究者が国内のポストを探すオッズ（通常に対する比）",
    "ratio",
    1.0,
    5.0,
    1.0,
    _BY_PRICE,
    keys=(REGION,),
)

CONTACTS = Instrument("contacts", (TIES, COMMUNITY, REACH, WINDOW))
