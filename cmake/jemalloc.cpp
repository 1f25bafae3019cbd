// How jemalloc is to work in atriumd: what is freed goes back to the system after a second, by a
// thread of jemalloc's own. It finds these words by their name.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0";
}
