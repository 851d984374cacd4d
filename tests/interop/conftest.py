# SPDX-License-Identifier: GPL-2.0-only
"""Every suite of this folder runs on a loopback interface of its own."""

from __future__ import annotations

import loopback

loopback.enter()
