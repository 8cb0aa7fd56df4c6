# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables, the store and schema migrations (SQLAlchemy 2)."""
