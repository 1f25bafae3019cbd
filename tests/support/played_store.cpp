// See played_store.hpp.
#include "support/played_store.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace atrium::test {

void confirm(const room_write& w) {
  if (auto room = caf::actor_cast<store_client>(w.from)) caf::anon_send(room, persisted{w.ticket});
}

void lose(const room_write& w, bool transient) {
  if (auto room = caf::actor_cast<store_client>(w.from))
    caf::anon_send(room, write_lost{w.ticket, transient});
}

namespace {

void put(std::vector<stored_message>& archive, const stored_message& m, bool only_known) {
  auto at = std::find_if(archive.begin(), archive.end(),
                         [&](const stored_message& each) { return each.seq == m.seq; });
  if (at != archive.end())
    *at = m;
  else if (!only_known)
    archive.push_back(m);
}

message_page page_of(const std::vector<stored_message>& archive, const read_messages& r) {
  message_page page{store_status::ok, {}, false};
  for (const auto& m : archive)
    if ((!r.before || m.seq < *r.before) && (!r.after || m.seq > *r.after))
      page.messages.push_back(m);
  page.has_more = page.messages.size() > r.limit;
  if (!page.has_more) return page;
  auto surplus = static_cast<std::ptrdiff_t>(page.messages.size() - r.limit);
  if (r.after)
    page.messages.erase(page.messages.end() - surplus, page.messages.end());
  else
    page.messages.erase(page.messages.begin(), page.messages.begin() + surplus);
  return page;
}

} // namespace

store_writer::behavior_type play_writer(store_writer::pointer, played_store* store) {
  return {
      [store](room_write& w) {
        if (store->mood == store_mood::confirming) confirm(w);
        if (store->mood == store_mood::away) lose(w, true);
        if (std::holds_alternative<remove_room>(w.change)) store->rooms.erase(w.meta->id.value);
        if (store->mood == store_mood::confirming) store->keep(w);
        store->writing_rooms.insert(w.from);
        store->writes.push_back(std::move(w));
      },
      [](finish_writes) { return writes_finished{0}; },
      [store](get_writer_status) {
        return writer_status{store->mood != store_mood::away, false, 0, 0, 0, 0};
      },
  };
}

store_reader::behavior_type play_reader(store_reader::pointer, played_store* store) {
  auto up = [store] {
    return store->mood == store_mood::away ? store_status::unavailable : store_status::ok;
  };
  return {
      [=](load_room& l) {
        ++store->loads;
        load_reply out{up(), std::nullopt};
        auto found = store->rooms.find(l.name);
        if (out.status == store_status::ok && found != store->rooms.end()) out.room = found->second;
        return out;
      },
      [=](claim_room& c) {
        if (up() == store_status::unavailable)
          return claim_reply{claim_outcome::unavailable, std::move(c.meta)};
        if (c.meta.code.empty()) c.meta.code = std::to_string(++store->last_code);
        if (c.meta.id.value.empty()) c.meta.id.value = c.meta.code;
        bool fresh = store->claimed.insert(c.meta.id.value).second;
        return claim_reply{fresh ? claim_outcome::created : claim_outcome::exists,
                           std::move(c.meta)};
      },
      [=](reserve_codes& r) {
        while (up() == store_status::ok && r.held.size() < r.count)
          r.held.push_back(std::to_string(++store->last_code));
        return reserved_codes{up(), std::move(r.held)};
      },
      [=](read_messages& r) {
        store->pages.push_back(r);
        return up() == store_status::ok ? page_of(store->archive[r.room.value], r)
                                        : message_page{up(), {}, false};
      },
      [=](read_rooms&) {
        return room_page{up(), {}, std::nullopt};
      },
      [=](find_messages& f) {
        found_messages found{up(), {}};
        for (const auto& id : f.ids) {
          auto& one = found.messages.emplace_back();
          for (auto& m : store->archive[f.room.value])
            if (m.id == id) one = m;
        }
        return found;
      },
      [=](read_cache& r) {
        cached_text out{up(), std::nullopt};
        auto found = store->cache.find(r.key);
        if (out.status == store_status::ok && found != store->cache.end()) out.text = found->second;
        return out;
      },
      [=](write_cache& w) {
        if (up() == store_status::ok) store->cache[w.key] = w.text;
      },
      [=](count_messages& c) {
        const auto& all = store->archive[c.room.value];
        auto count = std::count_if(all.begin(), all.end(),
                                   [&](const stored_message& m) { return m.seq <= c.up_to; });
        return message_count{up(), static_cast<std::size_t>(count), std::chrono::seconds{0}};
      },
      [=](sweep_rooms&) {
        return swept_rooms{up(), 0, 0};
      },
      [=](count_rooms) { return room_totals{up()}; },
      [=](clear_presence) {
        return presence_cleared{up(), 0, 0};
      },
      [=](ping_store) {
        return store_health{up(), std::chrono::microseconds{1}};
      },
      [=](get_store_info) {
        return store_info{up(), "played", store->info};
      },
      [=](const clean_keys& c) {
        store->cleanings.push_back(c);
        return keys_cleaned{up(), {}, 0, {}};
      },
      [](finish_reads) { return reads_finished{}; },
  };
}

password_actor::behavior_type play_passwords(password_actor::pointer self,
                                             played_passwords* passwords) {
  return {
      [passwords](hash_password& h) {
        ++passwords->hashed;
        if (passwords->busy) return hashed_password{std::nullopt};
        return hashed_password{"hash:" + h.password};
      },
      [self, passwords](verify_password& v) {
        ++passwords->verified;
        auto promise = self->make_response_promise<password_verified>();
        auto verdict = passwords->busy                  ? password_verdict::busy
                       : v.hash == "hash:" + v.password ? password_verdict::right
                                                        : password_verdict::wrong;
        passwords->held.emplace_back(promise, verdict);
        if (!passwords->holds) passwords->answer();
        return promise;
      },
  };
}

void played_store::keep(const room_write& w) {
  auto& messages = archive[w.meta->id.value];
  if (const auto* a = std::get_if<append_message>(&w.change)) put(messages, a->message, false);
  if (const auto* r = std::get_if<replace_message>(&w.change)) put(messages, r->message, true);
  if (const auto* whole = std::get_if<rewrite_room>(&w.change)) {
    for (const auto& m : whole->messages) put(messages, m, false);
    for (const auto& m : whole->changed) put(messages, m, true);
  }
}

} // namespace atrium::test
