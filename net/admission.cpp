// Counts and token buckets per address. Nothing here blocks longer than a table look-up; a place is
// given back exactly once, by the slot that holds it.
#include "net/admission.hpp"

#include "log/log.hpp"

#include <algorithm>

namespace atrium::net {
namespace {

constexpr std::size_t max_bucket_count = 65'536;
/// Several consoles that each ask for five things every two seconds, and for a room now and then.
constexpr double least_operator_rate = 20;
constexpr double least_operator_burst = 100;

} // namespace

connection_slot::~connection_slot() {
  if (owner_ != nullptr) owner_->leave(ip_);
}

admission::admission(const limit_settings& limits, const std::vector<std::string>& trusted_proxies)
    : limits_{limits} {
  for (const auto& text : trusted_proxies) {
    if (auto n = parse_network(text))
      trusted_.push_back(*n);
    else
      log::warn("trusted_proxy_ignored", {{"address", text}});
  }
}

std::string admission::address_of(const std::string& peer, std::string_view forwarded_for) const {
  return trusted_.empty() ? peer : client_address(peer, forwarded_for, trusted_);
}

admission::verdict admission::enter(const std::string& ip) {
  std::lock_guard guard{mutex_};
  if (limits_.connections != 0 && connections_ >= limits_.connections) return verdict::server_full;
  auto& mine = per_address_[ip];
  if (limits_.connections_per_ip != 0 && mine >= limits_.connections_per_ip)
    return verdict::address_full;
  ++mine;
  ++connections_;
  return verdict::admitted;
}

void admission::leave(const std::string& ip) noexcept {
  std::lock_guard guard{mutex_};
  --connections_;
  auto found = per_address_.find(ip);
  if (found != per_address_.end() && --found->second == 0) per_address_.erase(found);
}

std::chrono::milliseconds admission::take(buckets& from, const std::string& ip, double rate,
                                          double burst, time_point now) {
  if (rate <= 0) return std::chrono::milliseconds{0};
  auto found = from.find(ip);
  if (found == from.end()) {
    if (from.size() >= max_bucket_count)
      std::erase_if(from, [now](const auto& b) { return b.second.is_full(now); });
    // Still full: somebody's bucket goes, so that the table can't grow.
    if (from.size() >= max_bucket_count) from.erase(from.begin());
    found = from.try_emplace(ip, rate, burst, now).first;
  }
  return found->second.take(now);
}

std::chrono::milliseconds admission::take_request(const std::string& ip, time_point now) {
  std::lock_guard guard{mutex_};
  return take(requests_, ip, static_cast<double>(limits_.requests_per_second),
              static_cast<double>(limits_.requests_burst), now);
}

std::chrono::milliseconds admission::take_operator_request(const std::string& ip, time_point now) {
  if (limits_.requests_per_second == 0) return std::chrono::milliseconds{0};
  std::lock_guard guard{mutex_};
  auto rate = std::max(least_operator_rate, static_cast<double>(limits_.requests_per_second));
  auto burst = std::max(least_operator_burst, static_cast<double>(limits_.requests_burst));
  return take(operator_requests_, ip, rate, burst, now);
}

std::chrono::milliseconds admission::take_creation(const std::string& ip, time_point now) {
  std::lock_guard guard{mutex_};
  auto per_minute = static_cast<double>(limits_.rooms_created_per_minute);
  return take(creations_, ip, per_minute / 60, per_minute, now);
}

bool admission::hold_inbound(std::ptrdiff_t more) noexcept {
  auto held = inbound_bytes_.fetch_add(more, std::memory_order_relaxed) + more;
  return limits_.inbound_bytes == 0 || held <= static_cast<std::ptrdiff_t>(limits_.inbound_bytes);
}

} // namespace atrium::net
