# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""When the register knows more than before: whom nobody could name so far is asked for once more. No network."""

from __future__ import annotations

from datetime import datetime

from registry.storage.store import Store

_PAGE = 200


def reattribute(store: Store, now: datetime, limit: int | None = None) -> int:
    """Attribute solutions without a publisher, or with operators that nobody knew, anew; how many changed.

    For after an import, a merge or a new account. ``limit`` is the most solutions to look at; a page of them is a
    transaction. The search index learns of it by the outbox. Raises StorageError.
    """
    after, changed, left = "", 0, limit
    while left is None or left > 0:
        page = store.attributing.again(after, _PAGE if left is None else min(_PAGE, left), now)
        changed += page.changed
        if page.last is None:
            break
        after = page.last
        left = None if left is None else left - page.looked_at
    return changed
