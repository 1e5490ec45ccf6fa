"""The charts of the site: plain values in, a static picture, its words and its table out."""

from __future__ import annotations

from .attribution import Passing, attribution
from .chart import Chart
from .coverage import StripPassage, StripUnit, coverage_strip
from .drift import READING, Chain, Voiced, drift
from .entities import entities
from .figures import Amount, figures
from .paths import paths
from .related import Link, related
from .tallies import certainties, tally
from .timeline import Moment, timeline

__all__ = [
    "READING",
    "Amount",
    "Chain",
    "Chart",
    "Link",
    "Moment",
    "Passing",
    "StripPassage",
    "StripUnit",
    "Voiced",
    "attribution",
    "certainties",
    "coverage_strip",
    "drift",
    "entities",
    "figures",
    "paths",
    "related",
    "tally",
    "timeline",
]
