// How jemalloc is to work in atriumd: what is freed goes back to the system after a second, by a
// thread of jemalloc's own. Threads keep little for themselves: what an idle one keeps holds pages that
// are empty otherwise, and it is out of the processor's cache when it is used again. Small objects
// come from slabs of at least 16 KB: jemalloc never gives the records of a peak's slabs back, and with
// its own, smaller ones 1.19 x the idle memory stayed after one instead of 1.14 x. It finds these words
// by their name.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0,"
                          "tcache_nslots_small_max:10,lg_tcache_max:13,slab_sizes:1-512:4";
}
