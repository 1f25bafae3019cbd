// Numbers as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace atrium::console {

/// `850ms`, `45s`, `12m`, `3h 20m`, `5d 4h`: at most two units, rounded down. Negative ones are 0.
[[nodiscard]] std::string duration_text(std::int64_t ms);
/// How long ago `at_ms` was: as above, whole seconds; `-` for 0, which says never.
[[nodiscard]] std::string age_text(std::int64_t at_ms, std::int64_t now_ms);
/// Seconds that something has still to live; `-` if it has no end (negative).
[[nodiscard]] std::string ttl_text(std::int64_t seconds);
/// `999 B`, `1.2 kB`, `34 MB`: powers of 1,000.
[[nodiscard]] std::string bytes_text(double bytes);
/// `1,234,567`
[[nodiscard]] std::string count_text(std::int64_t count);
/// A figure a second or a mean: `0`, `0.35`, `3.5`, `120`, `12.3k`.
[[nodiscard]] std::string rate_text(double value);
/// Microseconds: `180 µs`, `1.2 ms`, `3.4 s`.
[[nodiscard]] std::string latency_text(double us);
/// The time of day in UTC: `12:34:56`.
[[nodiscard]] std::string clock_text(std::int64_t at_ms);

} // namespace atrium::console
