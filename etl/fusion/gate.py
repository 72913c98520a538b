"""Where a host's name leads, and whether this system goes there: outside unless the ministry allowed inside for that very host."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address

from etl.fusion.interface import NoAddress
from warehouse.errors import FusionRefused
from warehouse.fusion_hosts import Site

Address = IPv4Address | IPv6Address
SHARED = ipaddress.ip_network("100.64.0.0/10")  # of carriers: neither public nor called private
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # an IPv4 address in the last four bytes


def address_of(site: Site, turn: int, *, is_internal: bool) -> str:
    """The address to connect to; of several another at each turn. One that is not outside refuses them all, whichever would be taken."""
    found = resolved(site)
    for one in found:
        if not is_open(one, is_internal=is_internal):
            raise FusionRefused(
                f"{site.name} 指向内部地址 {one}，许可中没有允许内部地址，未作拉取；请核对域名解析，确属内网的请教育部审核人员重新许可。",
                f"{site.name} leads to {one}, which is no public address, and its permission does not allow inside: nothing was asked there. Check the name; if it is meant so, ask the ministry's reviewer to allow it anew.",
            )
    return str(found[turn % len(found)])


def resolved(site: Site) -> Sequence[Address]:
    """Every address of a host, each once."""
    try:
        found = socket.getaddrinfo(site.host, site.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise NoAddress(site.host) from problem
    texts = dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found)
    return [ipaddress.ip_address(text) for text in texts]


def is_open(address: Address, *, is_internal: bool) -> bool:
    """Public, or private or this very machine where the ministry said so. Link-local is never: clouds hand out their keys there."""
    one = inner(address)
    if one.is_multicast or one.is_link_local or one.is_unspecified or (one.is_reserved and not one.is_loopback):  # fmt: skip
        return False
    return one.is_global or (is_internal and (one.is_private or one in SHARED))


def inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address  # fmt: skip
