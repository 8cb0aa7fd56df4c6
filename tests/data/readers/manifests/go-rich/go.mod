// Deprecated: nehmen Sie github.com/musterstadt/melder/v4.
module github.com/musterstadt/melder/server/v3 // Dienst

go 1.22.1

toolchain go1.23.0

require (
	github.com/lib/pq v1.12.3
)
