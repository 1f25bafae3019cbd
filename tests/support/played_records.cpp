// See played_records.hpp.
#include "support/played_records.hpp"

namespace atrium::test {

user_records::behavior_type play_records(user_records::pointer, played_records* records) {
  return {
      [records](put_online_user& p) {
        ++records->online_writes;
        records->online[p.user.value] = std::move(p);
      },
      [records](const drop_online_user& d) { records->online.erase(d.user.value); },
      [records](const put_activity& a) { records->activity[a.user.value].push_back(a); },
      [records](const put_connected_member& m) {
        auto& room = records->connected[m.room.value];
        m.is_connected ? (void)room.insert(m.user.value) : (void)room.erase(m.user.value);
      },
      [records](put_friends& f) { records->friends[f.user.value] = std::move(f.friends); },
      [records](const load_user& l) {
        ++records->lookups;
        loaded_user out{store_status::ok, {}, {}, 0, 0};
        if (records->is_away) out.status = store_status::unavailable;
        if (records->is_away) return out;
        out.rooms = records->rooms[l.user.value];
        out.friends = records->friends[l.user.value];
        if (auto& did = records->activity[l.user.value]; !did.empty())
          out.last_activity = did.back().when;
        return out;
      },
      [records](listen_to_records& l) { records->listeners.push_back(std::move(l.who)); },
      [records](const erase_user& e) {
        if (records->is_away) return user_erased{store_status::unavailable};
        records->erased.insert(e.user.value);
        records->activity.erase(e.user.value);
        records->friends.erase(e.user.value);
        records->rooms.erase(e.user.value);
        return user_erased{store_status::ok};
      },
      [records](put_audit& a) { records->audit.insert(records->audit.begin(), std::move(a.what)); },
      [records](const read_audit& r) {
        audit_entries out{store_status::ok, {}, false};
        if (records->is_away) out.status = store_status::unavailable;
        for (auto i = r.offset; i < records->audit.size() && !records->is_away; ++i)
          out.entries.size() < r.limit ? out.entries.push_back(records->audit[i])
                                       : (void)(out.has_more = true);
        return out;
      },
      [](finish_records) { return records_finished{}; },
  };
}

} // namespace atrium::test
