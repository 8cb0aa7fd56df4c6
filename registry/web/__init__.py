# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The Flask front end: pages, JSON API and health. It calls the use cases and nothing below them."""
